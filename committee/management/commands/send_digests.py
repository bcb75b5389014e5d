"""manage.py send_digests: create and send what is to be told now, or show what a day would bring."""

from collections import Counter

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from tqdm import tqdm

from committee.delivery.clock import database_now
from committee.delivery.rounds import deliver_due
from committee.delivery.schedule import create_due
from committee.queries.digest_preview import preview
from recruitment.calendar import read_day


class Command(BaseCommand):
    help = "Create and send the digests of today; with --dry-run show, for any day, who would be told how much."

    def add_arguments(self, parser):
        parser.add_argument(
            "--date", type=read_day, default=None, help="the local day, YYYY-MM-DD; default: today"
        )
        parser.add_argument("--dry-run", action="store_true", help="write and send nothing")
        parser.add_argument("--anyway", action="store_true", help="also on a day off, and late in the evening")

    def handle(self, *args, date, dry_run, anyway, **options):
        now = database_now()
        today = timezone.localdate(now)
        if dry_run:
            self._show(date or today, today)
            return
        if date not in (None, today):
            raise CommandError("只能发送今天的提醒；要看其他日期会发什么，请加 --dry-run。")
        created = create_due(now, anyway=anyway)
        counts = Counter()
        with tqdm(total=created, disable=not created, desc="发送", unit="份") as bar:
            while round_counts := deliver_due():
                counts += round_counts
                bar.update(sum(round_counts.values()))
                if round_counts["unreachable"]:
                    break
        self.stdout.write(f"今天 {today}：新建 {created} 份；" + (_words(counts) or "没有要发送的") + "。")
        if counts["unreachable"]:
            raise CommandError("邮件服务器连不上，未发送的提醒会自动重试。")

    def _show(self, day, today):
        shown = preview(day, today=today)
        for row in shown.rows:
            told = f"提醒 {row.reminders} 项，其中逾期 {row.overdue} 项" if row.reminders else "汇总"
            self.stdout.write(f"{row.hour:02d}:00  {row.kind}  {row.recipient}（{row.posts}）  {told}")
        if not shown.is_workday:
            self.stdout.write(f"{day} 不是工作日，当天不发提醒邮件。")
        self.stdout.write(f"{day}：{len(shown.rows)} 份，{shown.items} 项。没有写入，也没有发送。")


WORDS = {
    "sent": "发送",
    "failed": "失败",
    "uncertain": "是否送达不明",
    "superseded": "不再需要",
    "put back": "稍后重试",
    "withdrawn": "重新生成",
    "unreachable": "服务器连不上",
}


def _words(counts):
    return "，".join(f"{WORDS[outcome]} {count} 份" for outcome, count in counts.items())
