"""Tells a monitor whether reminders go out."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from committee.delivery.watch import health


@login_not_required
@never_cache
@require_safe
def reminder_health_view(request):
    """200 while the background work beats and the day's digests are out, else 503; the reason is on the office's board."""
    if health(timezone.now()):
        return HttpResponse("reminders are late\n", status=503, content_type="text/plain")
    return HttpResponse("ok\n", content_type="text/plain")
