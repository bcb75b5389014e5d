"""Read facts about one person as JSON and print the road as JSON (docs/road.md); no database is touched."""

import json
import sys
from pathlib import Path

from django.core.management.base import BaseCommand

from recruitment.calendar import seed_calendar
from recruitment.facts_json import MAX_CHARACTERS, FactsError, read_date, read_question
from recruitment.road_json import answer, road_as_json
from recruitment.rules import road_from_application

REFUSED = 2


class Command(BaseCommand):
    help = "Print, as JSON, for every step its state, earliest, due and latest day and what stands against it, and every open due."
    requires_system_checks = []

    def add_arguments(self, parser):
        parser.add_argument("--facts", metavar="FILE", help="facts as JSON; - reads standard input")
        parser.add_argument("--today", metavar="DAY", help="the day to judge by, 2026-11-22 (required)")
        parser.add_argument("--applied-on", metavar="DAY", help="a bare application date instead of facts")

    def handle(self, *, facts, today, applied_on, **options):
        try:
            written = self._answer(facts, today, applied_on)
        except FactsError as error:
            self._print(error.as_json())
            sys.exit(REFUSED)
        self._print(written)

    def _answer(self, facts, today, applied_on):
        if not today:
            raise FactsError("arguments", "请用 --today 写明判断日期，如 2026-11-22。", "--today")
        if bool(facts) == bool(applied_on):
            raise FactsError(
                "arguments", "请用 --facts 给出事实，或用 --applied-on 给出申请日期，二者取一。", "--facts"
            )
        today = read_date(today, "--today")
        if facts:
            return answer(read_question(self._text(facts)), today=today)
        applied_on = read_date(applied_on, "--applied-on")
        road = road_from_application(applied_on, today=today, calendar=seed_calendar())
        return road_as_json(road, today=max(today, applied_on))

    def _text(self, name):
        try:
            if name == "-":
                return self._standard_input()
            with Path(name).open(encoding="utf-8-sig") as file:
                return file.read(MAX_CHARACTERS + 1)
        except (OSError, UnicodeDecodeError) as error:
            raise FactsError("file_unreadable", f"无法读取“{name}”：{type(error).__name__}。", "--facts") from None

    def _standard_input(self):
        data = getattr(sys.stdin, "buffer", None)
        if data is None:
            return sys.stdin.read(MAX_CHARACTERS + 1)
        return data.read(4 * (MAX_CHARACTERS + 1)).decode("utf-8-sig")

    def _print(self, value):
        self.stdout.write(json.dumps(value, ensure_ascii=False, indent=2))
