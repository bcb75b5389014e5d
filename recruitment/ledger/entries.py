"""The bytes that one ledger entry stands for, and its hash (docs/ledger.md gives the form for other readers)."""

import hashlib
import json
from datetime import UTC, date

FORM = "yinling-ledger-1"
NOTHING_BEFORE = bytes(32)
LARGEST_INTEGER = 2**53 - 1  # what every reader of JSON keeps exactly


def canonical(
    *, subject, n, previous_hash, recorded_at, stored_at, actor_id, step, decided_on, action, summary, payload
):
    """The bytes of an entry: ten lines of header, of which the last gives three lengths, then the three texts.

    ``recorded_at`` and ``stored_at`` are aware instants, ``payload`` bytes; ``actor_id``, ``step`` and ``decided_on``
    may be None. No two different entries have the same bytes: the header's values hold no line break, and the texts,
    which may, are counted.
    """
    action, summary, payload = action.encode(), summary.encode(), bytes(payload)
    header = (
        f"{FORM}\n{subject}\n{n}\n{previous_hash.hex()}\n{instant(recorded_at)}\n{instant(stored_at)}\n"
        f"{_or_empty(actor_id)}\n{_or_empty(step)}\n{_or_empty(decided_on)}\n"
        f"{len(action)} {len(summary)} {len(payload)}\n"
    )
    return header.encode() + action + b"\n" + summary + b"\n" + payload


def entry_hash(**entry):
    """SHA-256 of the canonical bytes; takes what :func:`canonical` takes."""
    return hashlib.sha256(canonical(**entry)).digest()


def commitment(salt, text):
    """What an entry says instead of a personal text: SHA-256 of 32 random bytes and the text, in hexadecimal."""
    return hashlib.sha256(bytes(salt) + text.encode()).hexdigest()


def payload_of(details):
    """``details`` as canonical JSON (RFC 8785 without fractions): keys sorted, no spaces, UTF-8.

    Takes texts, whole numbers, True, False, None, dates (as 2026-05-11), lists and dicts with ASCII keys of these.
    Anything else, a fraction above all, is a TypeError: other readers could write it differently.
    """
    return json.dumps(_plain(details), sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def instant(moment):
    """An aware instant as 2026-11-18T06:00:00.000000Z."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def _or_empty(value):
    return "" if value is None else value


def _plain(value):
    if value is None or isinstance(value, bool | str):
        return value
    if isinstance(value, int) and abs(value) <= LARGEST_INTEGER:
        return int(value)
    if type(value) is date:
        return value.isoformat()
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if isinstance(value, dict) and all(isinstance(key, str) and key.isascii() for key in value):
        return {key: _plain(item) for key, item in value.items()}
    raise TypeError(f"A ledger entry cannot hold {value!r}.")
