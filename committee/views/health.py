"""Tells a monitor whether reminders go out."""

from django.contrib.auth.decorators import login_not_required
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from committee.delivery.watch import health
from config.health import told


@login_not_required
@never_cache
@require_safe
def reminder_health_view(request):
    """200 while the background work beats and the day's digests are out, else 503; the reason is on the office's board."""
    if health(timezone.now()):
        return told(request, "reminders are late", status=503)
    return told(request, "ok")
