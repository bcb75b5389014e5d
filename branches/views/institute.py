"""Logging in with the institute's account."""

import logging
from dataclasses import asdict
from datetime import UTC, datetime

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from branches.actions.institute import user_of_account
from branches.actions.refusals import Refused
from branches.single_sign_on import Errand, ProviderFailed, address_at_provider, claims_for, new_errand
from branches.views.fresh import lead_back, next_of
from branches.views.login import admit
from branches.visits import FRESH, HALFWAY

KEY = "institute"  # the errand's place in the session
FAILED = "统一认证没有完成，请重试；仍不行的，用账号和密码登录。"
logger = logging.getLogger(__name__)


@login_not_required
@never_cache
@require_POST
def institute_login(request):
    """Send the browser to the provider; ``again`` proves anew who sits there.

    A page leads on instead of a redirect: browsers apply our form-action rule to where a form's answer redirects, and
    which hosts a provider sends people through is not for us to know.
    """
    if not settings.YINLING_SSO_ISSUER:
        raise Http404
    errand, is_again = new_errand(), request.user.is_authenticated
    try:
        address = address_at_provider(errand, again=is_again)
    except ProviderFailed as failure:
        return _failed(request, failure)
    request.session[KEY] = {**asdict(errand), "to": next_of(request), "at": timezone.now().isoformat()}
    return render(request, "registration/institute_leads_on.html", {"address": address})


@login_not_required
@never_cache
@require_safe
def institute_callback(request):
    """The way back: nothing is accepted but the answer to this browser's own errand, once."""
    kept = request.session.pop(KEY, None)
    if not settings.YINLING_SSO_ISSUER:
        raise Http404
    if kept is None or timezone.now() - datetime.fromisoformat(kept["at"]) > HALFWAY:
        return redirect("login")
    errand = Errand(kept["state"], kept["nonce"], kept["verifier"])
    if not constant_time_compare(request.GET.get("state", ""), errand.state) or "code" not in request.GET:
        return _failed(request, request.GET.get("error", "an answer to another errand")[:40])
    try:
        claims = claims_for(request.GET["code"], errand)
        user = user_of_account(
            issuer=settings.YINLING_SSO_ISSUER,
            subject=claims["sub"],
            staff_number=str(claims.get(settings.YINLING_SSO_CLAIM, "")).strip(),
            now=timezone.now(),
        )
        if request.user.is_authenticated:
            return _confirmed(request, user, claims, kept["to"])
        return admit(request, user, way="institute", to=kept["to"])
    except ProviderFailed as failure:
        return _failed(request, failure)
    except Refused as refusal:
        return render(request, "registration/institute_failed.html", {"why": str(refusal)}, status=403)


def _confirmed(request, user, claims, to):
    """The same person, asked by the provider a moment ago, sits here still."""
    now = timezone.now()
    asked_at = datetime.fromtimestamp(claims.get("auth_time", 0), UTC)
    if user.pk != request.user.pk or now - asked_at > FRESH:
        return _failed(request, "it did not ask for the password again")
    request.session.confirm(now)
    return lead_back(request, to)


def _failed(request, why):
    logger.warning("Single sign-on failed: %s", why)
    return render(request, "registration/institute_failed.html", {"why": FAILED}, status=502)
