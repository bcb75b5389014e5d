"""Where contents lie: below MEDIA_ROOT, outside every web root, each sealed with a key of its own under a random name.

The key stands in the database. Whoever has only the folder or a copy of it reads nothing, and with the row every copy of
the content is gone for good, those in backups included, once the backups of the database have run out.
"""

import os
import secrets
from datetime import datetime
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

_NONCE_BYTES = 12
_FOLDER_MODE, _FILE_MODE = 0o700, 0o600


class Damaged(Exception):
    """The content is not there, or is not what was put there."""


def put(content: bytes) -> tuple[str, bytes]:
    """Seal ``content`` and write it so that it survives a power cut; returns (name, key)."""
    name, key, nonce = secrets.token_hex(16), AESGCM.generate_key(256), os.urandom(_NONCE_BYTES)
    path = _path(name)
    path.parent.mkdir(mode=_FOLDER_MODE, parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _FILE_MODE)
    with os.fdopen(descriptor, "wb") as file:
        file.write(nonce + AESGCM(key).encrypt(nonce, content, name.encode()))
        file.flush()
        os.fsync(file.fileno())
    for folder in (path.parent, path.parent.parent):
        _sync(folder)
    return name, key


def get(name: str, key: bytes) -> bytes:
    """The content under ``name``; raises Damaged."""
    try:
        sealed = _path(name).read_bytes()
        return AESGCM(bytes(key)).decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], name.encode())
    except (OSError, InvalidTag, ValueError) as error:
        raise Damaged(name) from error


def remove(name: str) -> None:
    """Delete the content under ``name``, if it is there."""
    _path(name).unlink(missing_ok=True)


def names(before: datetime | None = None) -> set[str]:
    """The names of everything that lies in the vault, or of what was put there before an instant."""
    root = Path(settings.MEDIA_ROOT)
    found = (path for path in root.glob("??/*") if path.is_file())
    return {path.name for path in found if before is None or path.stat().st_mtime < before.timestamp()}


def _path(name: str) -> Path:
    return Path(settings.MEDIA_ROOT) / name[:2] / name


def _sync(folder: Path) -> None:
    """A new name in a folder is as lasting as the folder itself only after this."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
