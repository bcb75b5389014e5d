"""The ledger as lines for a verifier that does not trust this site's code."""

from django.db.models import IntegerField
from django.db.models.functions import Cast

from recruitment.ledger.entries import instant
from recruitment.models import LedgerCheckpoint, LedgerEntry
from recruitment.queries import ledger_reading as reading


def dump_lines():
    """Heads, checkpoints and entries as plain dicts, one to a line of a dump (docs/ledger.md).

    An entry or a checkpoint that no program can read is a line too, with nothing in it that could pass for right.
    """
    owners = reading.codes()
    for key, (n, last) in sorted(reading.heads().items()):
        yield {"head": str(owners.get(key)), "n": n, "hash": last.hex()}
    for _, checkpoint in reading.each(LedgerCheckpoint.objects.values_list("pk", "body", "signature")):
        _, body, signature = checkpoint or (None, "", b"")
        yield {"checkpoint": _text(body), "signature": _bytes(signature).hex()}
    entries = LedgerEntry.objects.order_by("pk")
    rows = entries.values_list("pk", "candidate_id", Cast("n", IntegerField()), "leaf__position", *reading.CONTENT)
    keys = list(entries.values_list("pk", flat=True))
    for start in range(0, len(keys), reading.BATCH):
        places = entries.values_list("pk", "candidate_id", Cast("n", IntegerField()), "leaf__position")
        batch = {"pk__gte": keys[start], "pk__lte": keys[start : start + reading.BATCH][-1]}
        known = {place[0]: place for place in places.filter(**batch)}
        for pk, row in reading.each(rows.filter(**batch)):
            yield _dumped(row or known[pk], owners)


def _dumped(row, owners):
    _, key, n, position, *content = row
    line = dict.fromkeys(reading.CONTENT, "") | {"payload": b""}
    try:
        entry = dict(zip(reading.CONTENT, content, strict=True))
        line = entry | {
            "subject": str(entry["subject"]),
            "hash": bytes(entry["hash"]).hex(),
            "previous_hash": bytes(entry["previous_hash"]).hex(),
            "payload": bytes(entry["payload"]),
            "recorded_at": instant(entry["recorded_at"]),
            "stored_at": instant(entry["stored_at"]),
        }
    except reading.unreadable():
        pass
    return line | {"n": n or 0, "filed_under": str(owners.get(key)), "leaf": position}


def _bytes(value):
    return bytes(value) if isinstance(value, bytes | bytearray | memoryview) else b""


def _text(value):
    return value if isinstance(value, str) else ""
