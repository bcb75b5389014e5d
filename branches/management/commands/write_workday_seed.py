"""Write branches/data/workdays.csv anew from the ``holidays`` package: run each November when the next year is published."""

import csv
from datetime import date, timedelta
from pathlib import Path

import holidays
from django.core.management.base import BaseCommand, CommandError

SEED_FILE = Path(__file__).resolve().parents[2] / "data" / "workdays.csv"
FIRST_YEAR = 2004


class Command(BaseCommand):
    help = "Write the seed of the official calendar, 2004 to --until; a year without make-up days is refused as unpublished."

    def add_arguments(self, parser):
        parser.add_argument(
            "--until", type=int, required=True, help="last year whose State Council notice is published"
        )

    def handle(self, *, until, **options):
        official = holidays.country_holidays("CN", years=range(FIRST_YEAR - 1, until + 2), language="zh_CN")
        source = f"国务院办公厅放假安排（据 holidays {holidays.__version__}）"
        rows, day = [], date(FIRST_YEAR, 1, 1)
        while day <= date(until, 12, 31):
            weekend, worked = day.weekday() >= 5, official.is_working_day(day)
            if weekend and worked:
                rows.append((day, "work", "补班", source))
            elif not weekend and not worked:
                rows.append((day, "off", official.get(day), source))
            day += timedelta(days=1)
        # The package estimates the statutory days of years to come, but never their make-up days.
        if not any(kind == "work" and day.year == until for day, kind, _, _ in rows):
            raise CommandError(f"The arrangement of {until} is not in holidays {holidays.__version__}.")
        with SEED_FILE.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow(("date", "kind", "name", "source"))
            writer.writerows(rows)
        self.stdout.write(f"{len(rows)} days written to {SEED_FILE.name}")
