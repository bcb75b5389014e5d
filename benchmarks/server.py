"""A PostgreSQL of the benchmark's own, the schema in it, and the words in which a result names its machine."""

import atexit
import os
import platform
import shutil
import statistics
import time
from pathlib import Path

from tests.services import Postgres, server_folder


def start():
    """Start an empty database with the schema, and Django on top of it; it dies with this process."""
    folder = server_folder()
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    server = Postgres(folder / "postgresql")
    server.start()
    atexit.register(server.stop)
    os.environ["YINLING_VAR"] = str(folder / "var")
    os.environ["DATABASE_URL"] = server.url
    os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
    _create(server)
    import django

    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    call_command("load_workdays", verbosity=0)
    return server


def _create(server):
    import psycopg2

    connection = psycopg2.connect(server.url.rpartition("/")[0] + "/postgres")
    connection.autocommit = True
    connection.cursor().execute("CREATE DATABASE yinling")
    connection.close()


def machine():
    """One line about the machine: cores, memory, versions."""
    memory = next(line for line in Path("/proc/meminfo").read_text().splitlines() if line.startswith("MemTotal"))
    gigabytes = int(memory.split()[1]) / 1024**2
    return f"{os.cpu_count()} cores, {gigabytes:.0f} GiB, {platform.system()} {platform.machine()}, Python {platform.python_version()}"


def timed(call, repeat=9):
    """Seconds of ``repeat`` calls after a warm-up, sorted."""
    call()
    times = []
    for _ in range(repeat):
        began = time.perf_counter()
        call()
        times.append(time.perf_counter() - began)
    return sorted(times)


def median(times):
    """The middle one."""
    return statistics.median(times)


def percentile(times, share):
    """The value below which ``share`` (0-1) of the sorted times lie."""
    return times[min(len(times) - 1, round(share * (len(times) - 1)))]
