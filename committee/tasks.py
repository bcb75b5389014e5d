"""The work that the alarm clock wakes: everything to be done is found in the database, so a missed or doubled call changes nothing."""

import logging
from datetime import timedelta

from celery import shared_task
from django.urls import reverse
from django.utils import timezone

from branches.offices import Office
from committee.actions import erasing
from committee.actions.keeping_up import keep_up
from committee.actions.movements import deliver_movements
from committee.actions.notices import tell_many
from committee.actions.upkeep import owe_upkeep
from committee.delivery.clock import database_now
from committee.delivery.robots import tell_robots
from committee.delivery.rounds import deliver_due
from committee.delivery.schedule import create_due
from committee.delivery.watch import beat, watch
from committee.models import NoticeKind
from committee.queries.contact_sheet import contacts_file
from committee.queries.delivery_health import last_beat
from committee.queries.recipients import holders_of
from recruitment.actions.due_checks import Tally, check
from recruitment.actions.exports import build, forget_exports
from recruitment.queries.due_checks import ids_to_check, in_chunks, sample_of
from recruitment.queries.exports import waiting_exports
from recruitment.queries.ledger_files import people_file

log = logging.getLogger(__name__)

# Which ledgers a worker makes files of; here, because only here all three tiers are in sight.
MAKERS = {"people": people_file, "contacts": contacts_file}

# How many candidates are looked at every night; manage.py check_dues looks at all.
NIGHTLY_SAMPLE = 2000
# How often it is looked whether a grant is about to end or a calendar is missing.
UPKEEP = timedelta(minutes=10)
# A round gives way to the next tick, so that a slow mail server does not keep the other sweeps waiting.
ROUND = timedelta(seconds=50)


def create_digests():
    """Create what is to be told today."""
    create_due(database_now())


def deliver_digests():
    """Send what is due."""
    deliver_due(until=database_now() + ROUND)


def tell_group_robots():
    """Tell the group robots their numbers."""
    tell_robots(database_now())


def watch_over_the_day():
    """Raise the alarm when the day's digests are missing."""
    watch(database_now())


def keep_up_with_time():
    """End listings whose term ran out, open what imported contacts and mentors owe, and what the office owes by and by."""
    now = database_now()
    keep_up(now=now)
    last = last_beat("upkeep")
    if last is None or now - last > UPKEEP:
        owe_upkeep(today=timezone.localdate(now), now=now)
        beat("upkeep", now=now)


def deliver_news_of_people():
    """Make work of what HR reported."""
    deliver_movements(now=database_now())


# Every minute, in this order; a sweep that fails is logged and does not stop the others.
SWEEPS = (
    keep_up_with_time,
    deliver_news_of_people,
    create_digests,
    watch_over_the_day,
    deliver_digests,
    tell_group_robots,
)


@shared_task(name="committee.tasks.tick")
def tick():
    """Find and do what is to be done now; every minute by beat, or in the loop of ``manage.py runworker``."""
    for sweep in SWEEPS:
        try:
            sweep()
        except Exception:
            log.exception("The sweep %s failed; the next tick tries again.", sweep.__name__)
    beat("tick", now=database_now())


@shared_task(name="committee.tasks.check_dues")
def check_dues():
    """Compare the dues of some candidates with their facts, and tell office and administrators when they differ."""
    now = database_now()
    tally = Tally()
    for chunk in in_chunks(sample_of(ids_to_check(), NIGHTLY_SAMPLE)):
        check(chunk, now=now, tally=tally)
    beat("check_dues", now=database_now())
    if tally.differing:
        log.error("The dues of %s of %s candidates differ from their facts.", tally.differing, tally.candidates)
        today = timezone.localdate(now)
        words = f"抽查发现 {tally.differing} 人的待办与记录不符，请系统管理员运行 refresh_dues"
        told = holders_of((Office.PARTY_OFFICE, Office.SYSTEM_ADMINISTRATOR), today)
        tell_many([(user, f"dues:{today}", words, reverse("notices")) for user in told], kind=NoticeKind.ALARM, now=now)


@shared_task(name="committee.tasks.erase_after_declines")
def erase_after_declines():
    """Erase what was written about people who said no a month ago."""
    erased = erasing.erase_after_declines(now=database_now())
    beat("erase_after_declines", now=database_now())
    if erased:
        log.info("The texts about %s people who said no were erased.", erased)


@shared_task
def work_on_exports():
    """Make the large files that were asked for, the oldest first, and delete those whose time is over."""
    forget_exports(now=timezone.now())
    for export_pk in waiting_exports():
        build(export_pk=export_pk, makers=MAKERS, now=timezone.now())
