"""How far a running import is, told through the cache: its transaction shows nobody anything before it ends.

On SQLite a second connection cannot even write while the import does. The cache is a courtesy: without it the page says
that the import runs, and a cancellation waits for the batch's own row.
"""

import logging

from django.core.cache import cache

_KEPT_SECONDS = 3600
logger = logging.getLogger(__name__)


def tell(code, done):
    """Say that ``done`` rows of batch ``code`` are written."""
    _quietly(cache.set, f"import:{code}:done", done, _KEPT_SECONDS)


def rows_done(code):
    """How many rows are written by now; None when nobody told."""
    return _quietly(cache.get, f"import:{code}:done")


def ask_to_stop(code):
    """Ask the worker that writes batch ``code`` to stop at the next slice."""
    _quietly(cache.set, f"import:{code}:stop", 1, _KEPT_SECONDS)


def is_asked_to_stop(code):
    """True once somebody asked."""
    return bool(_quietly(cache.get, f"import:{code}:stop"))


def forget(code):
    """Nothing is running any more."""
    _quietly(cache.delete_many, [f"import:{code}:done", f"import:{code}:stop"])


def _quietly(call, *arguments):
    try:
        return call(*arguments)
    except Exception:  # a cache that is down must not stop an import
        logger.warning("The cache did not answer; an import shows no progress.", exc_info=True)
        return None
