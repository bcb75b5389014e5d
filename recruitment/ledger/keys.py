"""The signer's key: made once, read only from a file that nobody else can read."""

import os
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)

OTHERS = 0o077


class KeyRefused(Exception):
    """The key file cannot be used; the message says why, in the words of the operator."""


def make_key(path):
    """Make a key pair: the private key at ``path`` for its owner only, the public key beside it as ``.pub``."""
    path = Path(path)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    key = Ed25519PrivateKey.generate()
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        raise KeyRefused(f"{path} 已存在。旧密钥签过的检查点仍要靠它的公钥核对，请另选位置。") from None
    with os.fdopen(descriptor, "wb") as file:
        file.write(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    public_file(path).write_text(f"{public_bytes(key).hex()}\n", encoding="ascii")


def read_key(path):
    """The Ed25519 private key at ``path``; refused when anybody but the owner may read the file."""
    path = Path(path)
    try:
        if path.stat().st_mode & OTHERS:
            raise KeyRefused(f"{path} 的权限过宽，其他用户可以读取。请执行 chmod 600 {path}。")
        key = load_pem_private_key(path.read_bytes(), password=None)
    except OSError as error:
        raise KeyRefused(f"读不到签名密钥 {path}：{error.strerror}。") from error
    except ValueError as error:
        raise KeyRefused(f"{path} 不是 PEM 格式的私钥。") from error
    if not isinstance(key, Ed25519PrivateKey):
        raise KeyRefused(f"{path} 不是 Ed25519 私钥。")
    return key


def public_bytes(key):
    """The 32 bytes of the public key that belongs to the private ``key``."""
    return key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)


def public_file(path):
    """Where the public key of the private key at ``path`` lies."""
    return Path(path).with_suffix(".pub")


def read_public_keys(text):
    """Public keys written in hexadecimal, separated by commas or white space."""
    try:
        keys = tuple(bytes.fromhex(word) for word in text.replace(",", " ").split())
    except ValueError:
        raise KeyRefused("公钥应为 64 位十六进制数，多个之间用逗号隔开。") from None
    if any(len(key) != 32 for key in keys):
        raise KeyRefused("公钥应为 64 位十六进制数，多个之间用逗号隔开。")
    return keys
