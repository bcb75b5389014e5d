"""Rest for Python's garbage collector while a ledger is read and checked."""

import gc
from contextlib import contextmanager


@contextmanager
def at_rest():
    """A check makes some hundred thousand small objects that all stay; looking for garbage among them doubles its time."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            # What was made is counted among the old; as young it would all be gone through at the next small object.
            gc.freeze()
            gc.unfreeze()
            gc.enable()
