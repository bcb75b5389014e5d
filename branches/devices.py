"""The cookie of a browser in which somebody logged in before: strangers' guesses do not count against it."""

import secrets

from django.conf import settings
from django.core import signing

SALT = "branches.devices"
LASTS_SECONDS = 180 * 24 * 60 * 60
MOST_ACCOUNTS = 5


def cookie_name():
    """Bound to the host where the site is reached by HTTPS, like the session's cookie."""
    return "__Host-device" if settings.SESSION_COOKIE_SECURE else "device"


def device_of(request, account):
    """The number of this browser where ``account`` (branches.hashing.account_of) logged in on it before, else ""."""
    known = _known(request)
    return known["device"] if account in known["accounts"] else ""


def remember_device(request, response, account):
    """Let the browser keep that ``account`` logged in on it."""
    known = _known(request)
    accounts = [account, *(other for other in known["accounts"] if other != account)][:MOST_ACCOUNTS]
    response.set_cookie(
        cookie_name(),
        signing.dumps({"device": known["device"], "accounts": accounts}, salt=SALT),
        max_age=LASTS_SECONDS,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def _known(request):
    try:
        return signing.loads(request.COOKIES.get(cookie_name(), ""), salt=SALT, max_age=LASTS_SECONDS)
    except signing.BadSignature:
        return {"device": secrets.token_hex(16), "accounts": []}
