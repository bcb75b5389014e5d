"""manage.py record_bounce: for the mail alias that bounces come back to; reads one mail from standard input."""

import sys

from django.core.management.base import BaseCommand

from committee.actions.bounces import record_bounce
from committee.delivery.bounces import read_bounce
from committee.delivery.clock import database_now


class Command(BaseCommand):
    help = "Read a bounced mail from standard input and show it on the reminder board; other mail is left alone."

    def handle(self, *args, **options):
        ids, reason = read_bounce(sys.stdin.buffer.read())
        digest = record_bounce(message_ids=ids, reason=reason, now=database_now()) if ids else None
        # always status 0: a mail server that is told of a failure would bounce the bounce
        self.stdout.write(f"已记录退信：{digest}" if digest else "不是提醒邮件的退信，未处理。")
