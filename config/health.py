"""Tells a monitor or a load balancer whether this process can answer requests."""

import logging

from django.contrib.auth.decorators import login_not_required
from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

log = logging.getLogger(__name__)


@login_not_required
@never_cache
@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """Answers 200 if the database answers, else 503; says nothing about the reason, which is in the log."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        log.exception("The database does not answer.")
        return told(request, "database unavailable", status=503)
    return told(request, "ok")


def told(request: HttpRequest, words: str, status: int = 200) -> HttpResponse:
    """The answer in plain words; none to HEAD, since the web server logs a warning for each body that belongs to no answer."""
    body = "" if request.method == "HEAD" else f"{words}\n"
    return HttpResponse(body, status=status, content_type="text/plain")
