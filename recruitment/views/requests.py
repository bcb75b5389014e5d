"""What a request says about where it came from."""

from django.conf import settings


def address_of(request):
    """The host a request came from; behind the site's own proxy, the one that proxy saw."""
    if getattr(settings, "SECURE_PROXY_SSL_HEADER", None):
        forwarded = request.headers.get("X-Forwarded-For", "")
        if last := forwarded.rpartition(",")[2].strip():
            return last
    return request.META.get("REMOTE_ADDR") or None
