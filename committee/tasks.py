"""The work that the alarm clock wakes: everything to be done is found in the database, so a missed or doubled call changes nothing."""

import logging
from datetime import timedelta

from celery import shared_task

from committee.delivery.clock import database_now
from committee.delivery.rounds import deliver_due
from committee.delivery.schedule import create_due
from committee.delivery.watch import beat, watch

log = logging.getLogger(__name__)

# A round gives way to the next tick, so that a slow mail server does not keep the other sweeps waiting.
ROUND = timedelta(seconds=50)


def create_digests():
    """Create what is to be told today."""
    create_due(database_now())


def deliver_digests():
    """Send what is due."""
    deliver_due(until=database_now() + ROUND)


def watch_over_the_day():
    """Raise the alarm when the day's digests are missing."""
    watch(database_now())


# Every minute, in this order; a sweep that fails is logged and does not stop the others.
SWEEPS = (create_digests, watch_over_the_day, deliver_digests)


@shared_task(name="committee.tasks.tick")
def tick():
    """Find and do what is to be done now; every minute by beat, or in the loop of ``manage.py runworker``."""
    for sweep in SWEEPS:
        try:
            sweep()
        except Exception:
            log.exception("The sweep %s failed; the next tick tries again.", sweep.__name__)
    beat("tick", now=database_now())
