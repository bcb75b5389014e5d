"""What follows from the facts for those who look after the whole; pure functions, without rows, requests or clocks."""
