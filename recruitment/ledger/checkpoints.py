"""What a checkpoint states, in the bytes that are signed, and how a statement is signed, checked and read aloud."""

import hashlib
from dataclasses import dataclass
from datetime import datetime

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from recruitment.ledger.entries import instant

FORM = "yinling-checkpoint-1"
FIRST_PREVIOUS = bytes(32)


@dataclass(frozen=True, slots=True)
class Statement:
    """``size`` leaves had the Merkle root ``root`` at ``made_at``; ``previous`` is the digest of the statement before."""

    number: int
    size: int
    root: bytes
    previous: bytes
    made_at: datetime

    @property
    def body(self):
        """The text that is signed: six lines, each ended."""
        return (
            f"{FORM}\n{self.number}\n{self.size}\n{self.root.hex()}\n{self.previous.hex()}\n{instant(self.made_at)}\n"
        )


def read_statement(body):
    """The Statement in ``body``; ValueError when it is not exactly what Statement.body writes."""
    form, number, size, root, previous, made_at, end = body.split("\n")
    statement = Statement(
        number=int(number),
        size=int(size),
        root=bytes.fromhex(root),
        previous=bytes.fromhex(previous),
        made_at=datetime.fromisoformat(made_at),
    )
    if form != FORM or end or statement.body != body:
        raise ValueError(f"Not a statement: {body!r}")
    return statement


def digest(body):
    """What the next statement refers to this one by."""
    return hashlib.sha256(body.encode()).digest()


def fingerprint(body):
    """The digest short enough to be compared on paper: 8 groups of 4, 128 bits."""
    text = digest(body).hex().upper()[:32]
    return "-".join(text[start : start + 4] for start in range(0, 32, 4))


def key_id(public_key):
    """A short name of an Ed25519 public key given as its 32 bytes."""
    return hashlib.sha256(public_key).hexdigest()[:16]


def is_signed(body, signature, trusted_keys):
    """True when one of ``trusted_keys`` (32 bytes each) signed ``body``."""
    for key in trusted_keys:
        try:
            Ed25519PublicKey.from_public_bytes(key).verify(bytes(signature), body.encode())
        except InvalidSignature:
            continue
        return True
    return False
