"""What holds between logging in and every page: sessions that end, a password of one's own, a second factor."""

from datetime import date
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth import logout
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import resolve, reverse
from django.utils import timezone

from branches.hashing import TooBusy
from branches.queries.doors import is_password_too_old, posts_changed
from branches.visits import NOTED_EVERY

# What somebody may do before choosing a password, and before setting up a second factor.
PASSWORD_PAGES = frozenset(("password_change", "logout"))
SECOND_FACTOR_PAGES = PASSWORD_PAGES | {"second-factor-set-up", "login-again"}


class Doorkeeper:
    """Ends sessions whose user lost a post overnight, notes that a session is used, and keeps pages out of caches."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if request.user.is_authenticated and _lost_a_post(request, timezone.localdate()):
            logout(request)
        is_inside = request.user.is_authenticated
        response = self.get_response(request)
        if is_inside:
            response.headers["Cache-Control"] = "no-store, private"
        return response

    def process_view(self, request, view, args, kwargs):
        """A page that asks again and again by itself is no sign that somebody sits there."""
        now = timezone.now()
        if (
            request.user.is_authenticated
            and not getattr(view, "asks_by_itself", False)
            and now - request.session.seen_at >= NOTED_EVERY
        ):
            request.session.note(now)

    def process_exception(self, request, exception):
        if isinstance(exception, TooBusy):
            response = render(request, "registration/busy.html", status=503)
            response.headers["Retry-After"] = "10"
            return response
        return None


class LoginRequired(LoginRequiredMiddleware):
    """Django's own; a part of a page that asks without a login makes the whole page ask, which leads to the login."""

    def handle_no_permission(self, request, view):
        if request.headers.get("HX-Request"):
            return HttpResponse(status=401, headers={"HX-Refresh": "true"})
        return super().handle_no_permission(request, view)


class OwnPasswordFirst:
    """Leads users who must change their password to the page where they do; who came by the institute's account needs none."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        user = request.user
        if (
            user.is_authenticated
            and (user.must_change_password or is_password_too_old(user, timezone.now()))
            and request.session.get("way") != "institute"
            and _name_of(request.path_info) not in PASSWORD_PAGES
        ):
            return _lead_to("password_change", request, PASSWORD_PAGES)
        return self.get_response(request)


class SecondFactorFirst:
    """Leads those whose posts require a second factor, where the site requires it, to the page where they set it up."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if (
            settings.YINLING_REQUIRE_SECOND_FACTOR
            and request.user.is_authenticated
            and request.session["is_strict"]
            and not request.session.get("second_factor")
            and _name_of(request.path_info) not in SECOND_FACTOR_PAGES
        ):
            return _lead_to("second-factor-set-up", request, SECOND_FACTOR_PAGES)
        return self.get_response(request)


def _lead_to(name, request, allowed):
    """The way to the page ``name``. A part of a page that asks by itself must not get that page in its own place: it would
    ask again inside, without end; so it takes the whole page there, unless that is one of those allowed anyway."""
    if not request.headers.get("HX-Request"):
        return redirect(name)
    asking = urlsplit(request.headers.get("HX-Current-URL", "")).path
    is_there = _name_of(asking) in allowed
    return HttpResponse(status=204, headers={} if is_there else {"HX-Redirect": reverse(name)})


def _lost_a_post(request, today):
    """True when, since the session was last checked on another day, a post ended or a strict one began."""
    checked_on = date.fromisoformat(request.session["posts_checked_on"])
    if checked_on >= today:
        return False
    if posts_changed(request.user.pk, checked_on, today):
        return True
    request.session["posts_checked_on"] = today.isoformat()
    return False


def _name_of(path):
    try:
        return resolve(path).url_name
    except Http404:
        return None
