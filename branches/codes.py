"""Codes of the second factor: what an authenticator app shows (RFC 6238), and recovery codes for a lost phone."""

import base64
import hmac
import secrets
from io import BytesIO

import qrcode
from cryptography.fernet import Fernet, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.totp import TOTP
from django.conf import settings
from django.utils.crypto import salted_hmac
from qrcode.image.svg import SvgPathFillImage

DIGITS = 6
STEP_SECONDS = 30
# A clock may be off by one step; what a person types was shown some seconds ago.
STEPS_OFF = (0, -1, 1)
SECRET_BYTES = 20
ISSUER = "引领"

RECOVERY_CODES = 10
# Read from paper and typed by hand: no letters that look like digits.
ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"


def new_secret():
    """A key for an authenticator app."""
    return secrets.token_bytes(SECRET_BYTES)


def matching_step(secret, code, now):
    """The time step whose code for ``secret`` is ``code``, around the instant ``now``; None when there is none."""
    if not (code.isascii() and code.isdigit() and len(code) == DIGITS):
        return None
    here = int(now.timestamp()) // STEP_SECONDS
    for step in (here + off for off in STEPS_OFF):
        if hmac.compare_digest(code_of(secret, step), code):
            return step
    return None


def code_of(secret, step):
    """The six digits that an app shows during the time step."""
    return _totp(secret).generate(step * STEP_SECONDS).decode()


def address_of(secret, username):
    """The otpauth address that an app reads from the square."""
    return _totp(secret).get_provisioning_uri(username, ISSUER)


def square_of(secret, username):
    """The square to be scanned, as the address of an image (data:); white between the dots, on dark pages as well."""
    image = BytesIO()
    qrcode.make(address_of(secret, username), image_factory=SvgPathFillImage, border=2).save(image)
    return "data:image/svg+xml;base64," + base64.b64encode(image.getvalue()).decode()


def in_letters(secret):
    """The key for typing it in: groups of four letters."""
    letters = base64.b32encode(secret).decode()
    return " ".join(letters[n : n + 4] for n in range(0, len(letters), 4))


def sealed(secret):
    """The key as it is stored: a copy of the database does not open anybody's door."""
    return _sealer().encrypt(secret).decode()


def unsealed(stored):
    """What :func:`sealed` put away."""
    return _sealer().decrypt(stored.encode())


def new_recovery_codes():
    """Ten codes of twelve characters each (59 bits)."""
    return [
        "-".join("".join(secrets.choice(ALPHABET) for _ in range(4)) for _ in range(3)) for _ in range(RECOVERY_CODES)
    ]


def digest_of(recovery_code):
    """What is stored of a recovery code; hyphens, spaces and case do not matter."""
    letters = "".join(character for character in recovery_code.lower() if character.isalnum())
    return salted_hmac("branches.recovery_code", letters, algorithm="sha256").hexdigest()


def _totp(secret):
    return TOTP(secret, DIGITS, SHA1(), STEP_SECONDS)  # noqa: S303  # what every authenticator app computes


def _sealer():
    keys = (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
    digests = (salted_hmac("branches.second_factor", b"", secret=key, algorithm="sha256").digest() for key in keys)
    return MultiFernet([Fernet(base64.urlsafe_b64encode(digest)) for digest in digests])
