"""What the tests of the roster share: sending one the whole way, as HR."""

from dataclasses import dataclass

import pytest
from django.utils import timezone

from recruitment.actions.roster_import import commit, set_columns, upload
from recruitment.models import RosterBatch
from recruitment.roster import packing
from tests.cast import Cast
from tests.recruitment.imports import ledgers


@dataclass
class Sender:
    """Sends rosters in, as HR unless told otherwise."""

    cast: Cast

    def send(self, content, *, by=None, name="花名册.xlsx"):
        """Upload ``content`` (bytes, or rows that become an .xlsx)."""
        content = content if isinstance(content, bytes) else ledgers.xlsx(content)
        return upload(by=by or self.cast.hr, file_name=name, content=content, now=timezone.now())

    def check(self, content, *, by=None, is_first=False, **fields):
        """Upload, take the columns as guessed, and compare."""
        batch = self.send(content, by=by, **fields)
        mapping = {int(index): key for index, key in batch.layout["mapping"].items()}
        return set_columns(
            by=by or self.cast.hr, code=batch.code, sheet=0, mapping=mapping, is_first=is_first, now=timezone.now()
        )

    def write(self, content, *, by=None, **fields):
        """The whole way."""
        return self.commit(self.check(content, by=by, **fields), by=by)

    def commit(self, batch, *, by=None):
        """Agree to what was shown."""
        return commit(by=by or self.cast.hr, code=batch.code, agreed_to=batch.layout["fingerprint"], now=timezone.now())

    @staticmethod
    def rows(batch):
        """{Excel row: Kept} of the last comparison."""
        batch = RosterBatch.objects.get(pk=batch.pk)
        return {kept.number: kept for kept in packing.unpack(bytes(batch.file.findings)).rows}


@pytest.fixture
def sender(cast):
    """Somebody to send rosters with."""
    return Sender(cast)
