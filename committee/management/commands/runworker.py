"""manage.py runworker: the background work without Celery and without a broker, from the same rows."""

import signal
import threading

from django.core.management.base import BaseCommand
from django.db import close_old_connections

from committee.tasks import tick


class Command(BaseCommand):
    help = "Do the background work every minute until stopped; Redis, a Celery worker and beat are not needed. --once does it once."

    def add_arguments(self, parser):
        parser.add_argument("--once", action="store_true", help="one tick, then end")
        parser.add_argument("--every", type=float, default=60, metavar="SECONDS", help="seconds between ticks; default: 60")

    def handle(self, *args, once, every, **options):
        stop = threading.Event()
        for sig in (signal.SIGTERM, signal.SIGINT):
            signal.signal(sig, lambda *_: stop.set())
        while not stop.is_set():
            # after a restart of the database the old connection is dead
            close_old_connections()
            tick()
            if once:
                break
            stop.wait(every)
