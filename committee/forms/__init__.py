"""Forms of the committee's pages: they read what was typed, the verbs judge it."""
