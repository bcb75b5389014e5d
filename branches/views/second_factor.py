"""Setting up the second factor, its recovery codes, and what helps when the phone is lost."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from branches import codes
from branches.actions.refusals import NotYours, Refused
from branches.actions.second_factor import remove_second_factor, renew_recovery_codes, set_up_second_factor
from branches.forms.accounts import LostPhoneForm, SecondFactorForm
from branches.forms.refusals import add_refusal
from branches.queries.doors import (
    has_second_factor,
    needs_second_factor,
    takes_second_factors_away,
    user_with_second_factor,
)
from branches.views.fresh import fresh_login

SECRET_KEY = "second_factor_secret"  # noqa: S105  # its place in the session while it is being set up


@require_http_methods(["GET", "HEAD", "POST"])
@fresh_login
def set_up(request):
    """The square for the app and the first code; then the recovery codes, once."""
    user, session = request.user, request.session
    if SECRET_KEY not in session:
        session[SECRET_KEY] = codes.sealed(codes.new_secret())
    secret = codes.unsealed(session[SECRET_KEY])
    form = SecondFactorForm(request.POST or None)
    if form.is_valid():
        try:
            recovery_codes = set_up_second_factor(
                user=user, secret=secret, code=form.cleaned_data["code"], now=timezone.now(), keep=session.session_key
            )
        except Refused as refusal:
            add_refusal(form, refusal)
        else:
            del session[SECRET_KEY]
            session["second_factor"] = True
            return render(request, "registration/recovery_codes.html", {"codes": recovery_codes, "is_new": True})
    context = {
        "form": form,
        "square": codes.square_of(secret, user.username),
        "letters": codes.in_letters(secret),
        "is_required": needs_second_factor(user, timezone.localdate()),
        "has_one": has_second_factor(user),
    }
    return render(request, "registration/second_factor.html", context, status=422 if form.errors else 200)


@require_POST
@fresh_login
def new_codes(request):
    """Ten new recovery codes; the former ones serve no more."""
    if not has_second_factor(request.user):
        raise Http404
    return render(request, "registration/recovery_codes.html", {"codes": renew_recovery_codes(user=request.user)})


@require_POST
@fresh_login
def remove(request):
    """Do without one's own second factor."""
    now = timezone.now()
    try:
        remove_second_factor(by=request.user, user=request.user, now=now, keep=request.session.session_key)
    except Refused as refusal:
        messages.warning(request, str(refusal))
    else:
        request.session["second_factor"] = False
        messages.success(request, "动态验证码已停用，其他设备上的登录已退出。")
    return redirect("account")


@require_http_methods(["GET", "HEAD", "POST"])
@fresh_login
def lost_phone(request):
    """The security administrator takes away the second factor of somebody whose phone is lost."""
    if not takes_second_factors_away(request.user, timezone.localdate()):
        raise Http404
    form = LostPhoneForm(request.POST or None)
    if form.is_valid():
        user = user_with_second_factor(form.cleaned_data["username"])
        if user is None or user == request.user:
            form.add_error("username", "没有这个账号，或它没有启用动态验证码，或是您本人的账号。请核对。")
        else:
            _take_away(request, user)
            return redirect("lost-phone")
    return render(request, "registration/lost_phone.html", {"form": form}, status=422 if form.errors else 200)


def _take_away(request, user):
    try:
        remove_second_factor(by=request.user, user=user, now=timezone.now())
    except NotYours as other:
        raise PermissionDenied from other
    messages.success(request, f"已停用 {user.username} 的动态验证码，其登录已全部退出。本人下次登录后重新设置。")
