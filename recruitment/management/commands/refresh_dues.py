"""manage.py refresh_dues: bring every due in line with the facts it follows from."""

import time
from datetime import datetime
from datetime import time as clock_time

from django.core.management.base import BaseCommand
from django.utils import timezone
from tqdm import tqdm

from recruitment.actions.due_checks import Tally, check, mend
from recruitment.calendar import read_day
from recruitment.queries.due_checks import ids_to_check, in_chunks, sample_of


class Command(BaseCommand):
    help = "Recompute the dues of all candidates and write what differs; with --dry-run only count."
    writes = True

    def add_arguments(self, parser):
        parser.add_argument("--date", type=read_day, default=None, help="judge as of this day, YYYY-MM-DD; default: today")
        parser.add_argument("--dry-run", action="store_true", help="write nothing")
        parser.add_argument("--sample", type=int, default=0, metavar="N", help="only N candidates, chosen at random")

    def handle(self, *args, date, dry_run, sample, **options):
        now = timezone.now() if date is None else timezone.make_aware(datetime.combine(date, clock_time(12)))
        writes = self.writes and not dry_run
        tally, began = Tally(), time.monotonic()
        ids = sample_of(ids_to_check(), sample)
        with tqdm(total=len(ids), disable=len(ids) < 1000, unit="人") as bar:
            for chunk in in_chunks(ids):
                differing = check(chunk, now=now, tally=tally)
                if differing and writes:
                    mend(differing, now=now)
                bar.update(len(chunk))
        seconds = time.monotonic() - began
        self.stdout.write(
            f"核对 {tally.candidates} 人，{tally.differing} 人的待办与记录不符："
            f"应新开 {tally.opened} 项，应改 {tally.changed} 项，应销 {tally.settled} 项。"
            + ("已改正。" if writes and tally.differing else "" if writes else "没有写入。")
            + f"用时 {seconds:.1f} 秒，每秒 {tally.candidates / max(seconds, 0.001):.0f} 人。"
        )
        self.conclude(tally)

    def conclude(self, tally):
        """Nothing more to say."""
