"""The alarm clock: which task runs when. What is owed, and whether it was done, stands in the database, never here."""

import os
import sys

from celery import Celery, signals
from celery.schedules import crontab
from django.conf import settings
from kombu.transport import TRANSPORT_ALIASES

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

TRANSPORT_ALIASES["files"] = "config.broker:Transport"
app = Celery("yinling")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@app.on_after_configure.connect
def configure_redbeat(sender: Celery, **_) -> None:
    """Hands RedBeat its settings where it looks for them; it does not know Celery's namespaces."""
    sender.conf.update(settings.REDBEAT)


@signals.worker_init.connect
@signals.beat_init.connect
def refuse_wrong_settings(**_) -> None:
    """Ends a worker or a beat that would work all night for nothing; Celery runs Django's checks and ignores what they find."""
    from django.core.management import CommandError, call_command

    try:
        call_command("check")
    except CommandError as found:
        # beat has turned the standard streams into a log by now, and its level may leave this out
        print(found, file=sys.__stderr__)
        sys.exit(1)


app.conf.beat_schedule = {
    "find what is to be sent, every minute": {
        "task": "committee.tasks.tick",
        "schedule": crontab(),
        # After a pause of the worker one tick finds everything; the ones that piled up would find nothing.
        "options": {"expires": 50},
    },
    "compare the dues with the facts, every night": {
        "task": "committee.tasks.check_dues",
        "schedule": crontab(hour=3, minute=0),
        "options": {"expires": 6 * 60 * 60},
    },
    "sign what is new in the ledger, every quarter of an hour": {
        "task": "recruitment.tasks.checkpoint",
        "schedule": crontab(minute="*/15"),
        "options": {"expires": 10 * 60},
    },
    "write the imports that were confirmed, every few seconds": {
        "task": "recruitment.tasks.work_on_imports",
        "schedule": 5.0,
        "options": {"expires": 4},
    },
    "make the files that were asked for, every few seconds": {
        "task": "committee.tasks.work_on_exports",
        "schedule": 5.0,
        "options": {"expires": 4},
    },
    "delete ledgers that were sent in a month ago, every night": {
        "task": "recruitment.tasks.forget_imports",
        "schedule": crontab(hour=2, minute=30),
        "options": {"expires": 6 * 60 * 60},
    },
    "erase what was written about people who said no a month ago, every night": {
        "task": "committee.tasks.erase_after_declines",
        "schedule": crontab(hour=2, minute=45),
        "options": {"expires": 6 * 60 * 60},
    },
    "verify the ledger, every morning": {
        "task": "recruitment.tasks.verify_ledger",
        "schedule": crontab(hour=6, minute=0),
        "options": {"expires": 60 * 60},
    },
}
