"""manage.py runworker: the background work without Celery's worker and beat, and without a broker; the rows are the same."""

import signal
import threading
import time

from celery import current_app
from celery.schedules import maybe_schedule
from django.core.management.base import BaseCommand
from django.db import close_old_connections

TICK = "committee.tasks.tick"
# How often the timetable is looked at, in seconds: as often as its most frequent entry comes.
SHORTEST = 5


class Command(BaseCommand):
    help = "Do the background work by the beat's own timetable until stopped; Redis, a Celery worker and beat are not needed."

    def add_arguments(self, parser):
        parser.add_argument("--once", action="store_true", help="run the every-minute work once, then end")
        parser.add_argument(
            "--every", type=float, default=60, metavar="SECONDS", help="between two rounds; default: 60"
        )

    def handle(self, *args, once, every, **options):
        current_app.loader.import_default_modules()
        stop = threading.Event()
        for sig in (signal.SIGTERM, signal.SIGINT):
            signal.signal(sig, lambda *_: stop.set())
        timetable = {
            name: (entry["task"], maybe_schedule(entry["schedule"], app=current_app))
            for name, entry in current_app.conf.beat_schedule.items()
            if entry["task"] != TICK
        }
        last_runs = {name: current_app.now() for name in timetable}
        next_round = 0
        while not stop.is_set():
            if time.monotonic() >= next_round:
                next_round = time.monotonic() + every
                _run(TICK)
            if once:
                break
            for name, (task, schedule) in timetable.items():
                if not stop.is_set() and schedule.is_due(last_runs[name]).is_due:
                    last_runs[name] = current_app.now()
                    _run(task)
            stop.wait(min(every, SHORTEST))


def _run(name):
    """Run a task here and now; its failure is in the log, and the next time comes."""
    # after a restart of the database the old connection is dead
    close_old_connections()
    current_app.tasks[name].apply()
