"""The tests; they mirror the apps."""
