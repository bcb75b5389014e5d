"""manage.py runworker: the background work without Celery's worker and beat, and without a broker; the rows are the same."""

import signal
import threading

from celery import current_app
from django.core.management.base import BaseCommand
from django.db import close_old_connections

TICK = "committee.tasks.tick"


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
        timetable = {name: entry for name, entry in current_app.conf.beat_schedule.items() if entry["task"] != TICK}
        last_runs = {name: current_app.now() for name in timetable}
        while not stop.is_set():
            _run(TICK)
            if once:
                break
            for name, entry in timetable.items():
                if not stop.is_set() and entry["schedule"].is_due(last_runs[name]).is_due:
                    last_runs[name] = current_app.now()
                    _run(entry["task"])
            stop.wait(every)


def _run(name):
    """Run a task here and now; its failure is in the log, and the next time comes."""
    # after a restart of the database the old connection is dead
    close_old_connections()
    current_app.tasks[name].apply()
