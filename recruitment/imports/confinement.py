"""The limits a child process puts on itself before it opens a stranger's file."""

import resource
import signal

from recruitment.imports.limits import Limits


def confine(limits: Limits) -> None:
    """Bind this process for the rest of its life: address space, processor time, bytes in a file, no core dump."""
    resource.setrlimit(resource.RLIMIT_AS, (limits.memory_bytes, limits.memory_bytes))
    resource.setrlimit(resource.RLIMIT_FSIZE, (limits.written_bytes, limits.written_bytes))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    whole = int(limits.cpu_seconds) + 1
    resource.setrlimit(resource.RLIMIT_CPU, (whole, whole))
    # RLIMIT_CPU counts whole seconds only; the signal of this timer ends the process too.
    signal.setitimer(signal.ITIMER_PROF, limits.cpu_seconds)
