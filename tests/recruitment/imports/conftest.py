"""What the tests of the import share: sending a ledger the whole way."""

from dataclasses import dataclass

import pytest
from django.utils import timezone

from recruitment.actions.import_undoing import ask_to_undo, undo
from recruitment.actions.import_writing import write
from recruitment.actions.imports import confirm, set_columns, upload
from recruitment.imports import packing
from recruitment.models import ImportBatch
from tests.cast import Cast
from tests.recruitment.imports import ledgers


@dataclass
class Sender:
    """Sends ledgers in for a user of the cast, step by step or the whole way."""

    cast: Cast

    def send(self, content, *, by=None, unit=None, name="台账.xlsx"):
        """Upload ``content`` (bytes, or rows that become an .xlsx)."""
        by = by or self.cast.office
        unit = unit or (self.cast.institute if by == self.cast.office else self.cast.glacier)
        content = content if isinstance(content, bytes) else ledgers.xlsx(content)
        return upload(by=by, unit=unit, file_name=name, content=content, now=timezone.now())

    def check(self, content, *, by=None, default=None, **fields):
        """Upload, take the columns as guessed, and check."""
        by = by or self.cast.office
        batch = self.send(content, by=by, **fields)
        return set_columns(
            by=by, code=batch.code, sheet=batch.layout["sheet"], mapping=dict(batch.layout["mapping"]), default_unit=default, now=timezone.now()
        )  # fmt: skip

    def write(self, content, *, by=None, **fields):
        """The whole way; returns the batch as it is afterwards."""
        by = by or self.cast.office
        batch = self.check(content, by=by, **fields)
        return self.commit(batch, by=by)

    def commit(self, batch, *, by=None):
        """Confirm what was checked, and let the worker write it."""
        now = timezone.now()
        confirm(by=by or self.cast.office, code=batch.code, agreed_to=batch.layout["fingerprint"], now=now)
        write(batch_pk=batch.pk, now=now)
        return ImportBatch.objects.get(pk=batch.pk)

    def undo(self, batch, *, by=None, reason="导错了文件"):
        """Ask for the batch to be taken back, and let the worker do it."""
        ask_to_undo(by=by or self.cast.office, code=batch.code, reason=reason, now=timezone.now())
        return undo(batch_pk=batch.pk, now=timezone.now())

    @staticmethod
    def findings(batch):
        """{Excel row: Kept} of the last check."""
        batch.file.refresh_from_db()
        return {kept.number: kept for kept in packing.unpack(bytes(batch.file.findings))}


@pytest.fixture
def sender(cast):
    """Somebody to send ledgers with."""
    return Sender(cast)
