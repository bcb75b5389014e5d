"""manage.py verify_ledger: find every tampering with the ledger that can be found."""

import uuid
from datetime import UTC, datetime
from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime
from tqdm import tqdm

from recruitment.actions.verification import note_verification
from recruitment.ledger.findings import NAMES
from recruitment.ledger.keys import KeyRefused
from recruitment.queries.ledger import trusted_keys
from recruitment.queries.ledger_verification import count_entries, verify

SHOWN = 50


class Command(BaseCommand):
    help = "校验台账：逐条核对哈希链、签名检查点和主机外的副本。退出码：0 未发现篡改，1 发现篡改，2 有一部分没能核对。"

    def add_arguments(self, parser):
        parser.add_argument("--checkpoints", type=Path, help="检查点副本所在目录；不给时用设置里的目录")
        parser.add_argument("--subject", type=uuid.UUID, help="只查这个编号的人")
        parser.add_argument("--since", type=instant, help="只查这一天（或时刻）以来有新记录的人")
        parser.add_argument("--quiet", action="store_true", help="不显示进度条")

    def handle(self, **options):
        copies = options["checkpoints"]
        if copies is None and settings.YINLING_CHECKPOINT_DIR and Path(settings.YINLING_CHECKPOINT_DIR).is_dir():
            copies = Path(settings.YINLING_CHECKPOINT_DIR)
        try:
            keys = trusted_keys()
        except KeyRefused as refusal:
            raise CommandError(str(refusal), returncode=2) from refusal
        with tqdm(total=count_entries(), unit="条", disable=options["quiet"], file=self.stderr._out) as bar:
            report = verify(
                trusted_keys=keys,
                copies=copies,
                subject=options["subject"],
                since=options["since"],
                progress=bar.update,
            )
        if report.is_whole:
            note_verification(report=report, now=timezone.now())
        self.say(report)
        if report.exit_code:
            raise SystemExit(report.exit_code)

    def say(self, report):
        """Write the result out, the findings first."""
        for finding in report.findings[:SHOWN]:
            since = f"；发生在 {local(finding.intact_at)} 以后" if finding.intact_at else "；时间不详"
            self.stdout.write(f"{NAMES[finding.kind]}：{finding.place} {finding.detail}{since}".replace("： ", "："))
        if len(report.findings) > SHOWN:
            self.stdout.write(f"……另有 {len(report.findings) - SHOWN} 处。")
        for line in (*report.doubts, *report.unchecked):
            self.stdout.write(f"注意：{line}")
        verdict = f"发现 {len(report.findings)} 处篡改" if report.findings else "未发现篡改"
        self.stdout.write(f"{verdict}。核对记录 {report.entries} 条。")
        if report.is_whole:
            waiting = report.entries - report.anchored
            copies = "没有核对副本" if report.copies is None else f"核对副本 {report.copies} 份"
            self.stdout.write(
                f"已由 {report.checkpoints} 个检查点签署 {report.anchored} 条，{copies}。"
                + (f"尚未签署的 {waiting} 条只由哈希链保护。" if waiting > 0 else "")
            )


def instant(text):
    """A date or an instant in the site's zone, as an aware datetime."""
    moment = parse_datetime(text)
    if moment is None and (day := parse_date(text)):
        moment = datetime(day.year, day.month, day.day)  # noqa: DTZ001  # made aware below
    if moment is None:
        raise ValueError
    try:
        return (moment if moment.tzinfo else timezone.make_aware(moment)).astimezone(UTC)
    except OverflowError as error:
        raise ValueError(text) from error


def local(moment):
    """An instant as people read it."""
    return f"{timezone.localtime(moment):%Y-%m-%d %H:%M}"
