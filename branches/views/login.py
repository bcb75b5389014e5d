"""Logging in and out: the password, then the code where one is set up."""

from datetime import datetime

from django.conf import settings
from django.contrib.auth import login as begin_session
from django.contrib.auth import views
from django.contrib.auth.decorators import login_not_required
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from branches.actions.refusals import Refused
from branches.actions.users import enter
from branches.devices import remember_device
from branches.forms.accounts import CodeForm, LoginForm
from branches.forms.refusals import add_refusal
from branches.hashing import account_of
from branches.queries.doors import active_user, has_second_factor
from branches.views.requests import address_of, browser_of
from branches.visits import HALFWAY

HALFWAY_KEY = "halfway"


class LeadsToWholePaths(views.RedirectURLMixin):
    """Takes for ``next`` a whole path of this site; what is relative would lead to nowhere below the page itself."""

    def get_redirect_url(self):
        wanted = super().get_redirect_url()
        return wanted if wanted.startswith("/") else ""


class LoginView(LeadsToWholePaths, views.LoginView):
    """The first step; who has a second factor goes on to it."""

    authentication_form = LoginForm
    redirect_authenticated_user = True
    extra_context = None

    def form_valid(self, form):
        try:
            return admit(self.request, form.get_user(), way="password", to=self.get_success_url())
        except Refused as refusal:
            add_refusal(form, refusal)
            return self.form_invalid(form)

    def get_context_data(self, **kwargs):
        return super().get_context_data(institute_name=settings.YINLING_SSO_NAME, **kwargs)


class LogoutView(LeadsToWholePaths, views.LogoutView):
    """The browser forgets what it kept of the site; the cookie that tells a known device stays."""

    next_page = "login"

    def dispatch(self, request, *args, **kwargs):
        response = super().dispatch(request, *args, **kwargs)
        response.headers["Clear-Site-Data"] = '"cache", "storage"'
        return response


@login_not_required
@sensitive_post_parameters()
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def login_code(request):
    """The second step: the code of the app, or a recovery code."""
    halfway = request.session.get(HALFWAY_KEY, {})
    user = _user_halfway(halfway)
    if user is None:
        return redirect("login")
    form = CodeForm(request.POST or None, request=request, user=user)
    if form.is_valid():
        try:
            return let_in(request, user, way=halfway["way"], to=halfway["to"], has_second_factor=True)
        except Refused as refusal:
            add_refusal(form, refusal)
    return render(request, "registration/login_code.html", {"form": form}, status=422 if form.errors else 200)


def admit(request, user, *, way, to):
    """``user`` proved who they are by ``way`` ("password", "institute"): ask for the code, or let them in."""
    if not has_second_factor(user):
        return let_in(request, user, way=way, to=to, has_second_factor=False)
    request.session.cycle_key()
    request.session[HALFWAY_KEY] = {
        "user": user.pk,
        "password": user.get_session_auth_hash(),
        "way": way,
        "to": to,
        "at": timezone.now().isoformat(),
    }
    return redirect("login-code")


def let_in(request, user, *, way, to, has_second_factor):
    """Begin the session and lead to ``to``; raises Refused for a first password that has served."""
    user = enter(user=user, now=timezone.now(), by_password=way == "password")
    request.session.pop(HALFWAY_KEY, None)
    begin_session(request, user, backend=settings.AUTHENTICATION_BACKENDS[0])
    request.session.update(
        {"way": way, "second_factor": has_second_factor, "browser": browser_of(request), "address": address_of(request)}
    )
    response = redirect(to)
    remember_device(request, response, account_of(user.username))
    return response


def _user_halfway(halfway):
    """Who gave the right password a moment ago and has not changed it since; else None."""
    if not halfway or timezone.now() - datetime.fromisoformat(halfway["at"]) > HALFWAY:
        return None
    user = active_user(halfway["user"])
    return user if user and constant_time_compare(user.get_session_auth_hash(), halfway["password"]) else None
