"""One's own password, one's own account, one's own sessions."""

from django.contrib import messages
from django.contrib.auth import logout as end_this_session
from django.contrib.auth import views
from django.core.exceptions import ObjectDoesNotExist
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse_lazy
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from branches.actions.doors import end_session, end_sessions
from branches.actions.users import choose_digest_frequency
from branches.forms.accounts import OwnPasswordForm, ReminderForm
from branches.queries.doors import account_page


class PasswordChangeView(views.PasswordChangeView):
    """The old password and a new one; all other sessions end."""

    form_class = OwnPasswordForm
    success_url = reverse_lazy("password_change_done")

    def get_form_kwargs(self):
        return {**super().get_form_kwargs(), "request": self.request}


password_change = PasswordChangeView.as_view()
password_change_done = views.PasswordChangeDoneView.as_view()


@require_http_methods(["GET", "HEAD", "POST"])
def account(request):
    """Who I am here: posts, login, second factor, sessions, how often the digest comes."""
    form = ReminderForm(request.POST or None, initial={"frequency": request.user.digest_frequency})
    if request.method == "POST" and form.is_valid():
        choose_digest_frequency(user=request.user, frequency=form.cleaned_data["frequency"])
        messages.success(request, "提醒邮件频次已改。")
        return redirect("account")
    page = account_page(user=request.user, session_key=request.session.session_key, now=timezone.now())
    return render(request, "branches/account.html", {"form": form, **page})


@require_POST
def session_end(request, code):
    """End one of one's sessions, on whatever device it is."""
    try:
        end_session(user=request.user, code=code)
    except ObjectDoesNotExist as missing:
        raise Http404 from missing
    if str(code) == request.session["code"]:
        end_this_session(request)
        return redirect("login")
    messages.success(request, "那台设备上的登录已退出。")
    return redirect("account")


@require_POST
def sessions_end(request):
    """End all of one's sessions, this one too."""
    end_sessions(user=request.user)
    end_this_session(request)
    return redirect("login")
