"""What a request says about where it came from and on what it was sent; nothing of it is trusted."""

import ipaddress
import re

from django.conf import settings

BROWSERS = (
    ("MicroMessenger", "微信"),
    ("Edg", "Edge"),
    ("Firefox", "Firefox"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)
SYSTEMS = (
    ("HarmonyOS|OpenHarmony", "鸿蒙"),
    ("iPhone|iPad", "iOS"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Mac OS", "macOS"),
    ("Linux", "Linux"),
)


def address_of(request):
    """The host a request came from; behind the site's own proxy, the one that proxy saw. None for what is no address."""
    told = request.META.get("REMOTE_ADDR", "")
    if settings.SECURE_PROXY_SSL_HEADER:
        # Only what the proxy itself put at the end; the rest anybody may have sent.
        told = request.headers.get("X-Forwarded-For", "").rpartition(",")[2].strip() or told
    try:
        return str(ipaddress.ip_address(told))
    except ValueError:
        return None


def browser_of(request):
    """The kind of browser and system in words, so that somebody recognises their own devices."""
    sent = request.headers.get("User-Agent", "")
    found = [next((name for mark, name in kinds if re.search(mark, sent)), "") for kinds in (BROWSERS, SYSTEMS)]
    return "，".join(name for name in found if name) or "未知设备"


def asks_by_itself(view):
    """Marks a view that pages ask every minute without anybody there: it does not keep a session alive."""
    view.asks_by_itself = True
    return view
