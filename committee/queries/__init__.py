"""One function per page of those who look after the whole; always takes the user."""
