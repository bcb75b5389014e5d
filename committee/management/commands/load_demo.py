"""``manage.py load_demo``: fill an empty embedded site with the demonstration institute."""

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone
from tqdm import tqdm

from branches.queries.logins import has_system_administrator
from committee.delivery.schedule import create_due
from committee.demo.load import Demonstration

STEPS = 151  # calls of tick(); only the progress bar depends on it


class Command(BaseCommand):
    help = (
        "Load an institute with invented people, dates relative to today. Only on an embedded site that is empty: the"
        " demonstration logins have a printed password."
    )

    def handle(self, **options):
        if not settings.YINLING_EMBEDDED:
            raise CommandError("演示数据只能载入内置数据库的站点，不能载入正式站点。")
        if has_system_administrator():
            raise CommandError("数据目录中已有数据，不再载入演示数据。")
        now = timezone.now()
        with tqdm(total=STEPS, desc="载入演示数据", unit="步", disable=None) as bar, transaction.atomic():
            count = Demonstration(now=now, today=timezone.localdate(now), tick=bar.update).load()
        # Whatever the hour and the weekday, the demonstration's mailbox page has something to show.
        create_due(now, anyway=True)
        self.stdout.write(f"演示研究院已载入，{count} 人在册培养。")
