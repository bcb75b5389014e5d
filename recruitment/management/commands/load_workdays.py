"""``manage.py load_workdays``: take over the official calendar from the seed, or from a file in its form."""

from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from branches.actions.calendar import load_workdays
from recruitment.calendar import SEED_FILE, CalendarFileError, read_calendar_rows


class Command(BaseCommand):
    help = (
        "Add the days of the official calendar that are not known yet; days that the office corrected stay as they are."
    )

    def add_arguments(self, parser):
        parser.add_argument("file", nargs="?", type=Path, default=SEED_FILE, help="CSV: date,kind,name,source")

    def handle(self, *, file, **options):
        try:
            loaded = load_workdays(days=read_calendar_rows(file.read_text(encoding="utf-8")))
        except (OSError, CalendarFileError) as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"新增 {loaded.days} 天、{loaded.years} 个年份的节假日安排。")
