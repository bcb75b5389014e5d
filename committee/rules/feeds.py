"""The secret in the address of a private calendar: only its hash is kept."""

import hashlib


def hash_of(secret):
    """What is kept of a calendar address's secret: 64 hexadecimal digits."""
    return hashlib.blake2b(secret.encode(), digest_size=32).hexdigest()
