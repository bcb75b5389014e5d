"""Files that people attach: what they really are, what must not be in them, and where they lie."""
