"""The verbs of those who look after the whole; the only writers."""
