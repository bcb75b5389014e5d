"""manage.py dump_ledger: the ledger as lines of JSON, for a verifier that does not trust this site's code."""

import base64
import json

from django.core.management.base import BaseCommand

from recruitment.queries.ledger_dump import dump_lines


class Command(BaseCommand):
    help = "把台账逐行写成 JSON（标准输出），供 deploy/verify_independently.py 或其他程序核对；不含姓名和个人文字。"

    def handle(self, **options):
        for line in dump_lines():
            self.stdout.write(json.dumps(line, default=_as_text, separators=(",", ":")))


def _as_text(value):
    return base64.b64encode(value).decode() if isinstance(value, bytes) else str(value)
