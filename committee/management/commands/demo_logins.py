"""``manage.py demo_logins``: print the logins of the demonstration, one per role."""

import unicodedata

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from branches.queries.logins import names_of
from committee.demo.institute import LOGINS, PASSWORD


class Command(BaseCommand):
    help = "Print who can log in to the demonstration, and the password of all of them."

    def handle(self, **options):
        names = names_of([login.username for login in LOGINS]) if settings.YINLING_EMBEDDED else {}
        if not names:
            raise CommandError("没有演示账号：本站点未载入演示数据。")
        self.stdout.write(f"演示账号（密码均为 {PASSWORD}）：")
        for login in LOGINS:
            if login.username in names:
                self.stdout.write(f"  {login.username:<10}  {padded(names[login.username], 8)}  {login.role}")


def padded(text, width):
    """``text`` filled up to ``width`` columns of a terminal, where a Chinese character takes two."""
    columns = sum(2 if unicodedata.east_asian_width(character) in "WF" else 1 for character in text)
    return text + " " * (width - columns)
