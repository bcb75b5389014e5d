"""Logging in and out, one's own password, one's own account."""

from django.contrib import messages
from django.contrib.auth import views
from django.shortcuts import redirect, render
from django.urls import reverse_lazy
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from branches.actions.users import choose_digest_frequency, use_up_first_password
from branches.forms.accounts import LoginForm, OwnPasswordForm, ReminderForm
from branches.queries.posts import posts_held


class LoginView(views.LoginView):
    """Logging in; a first password is used up by it."""

    authentication_form = LoginForm
    redirect_authenticated_user = True

    def form_valid(self, form):
        use_up_first_password(user=form.get_user(), now=timezone.now())
        return super().form_valid(form)


login = LoginView.as_view()
logout = views.LogoutView.as_view(next_page="login")
password_change = views.PasswordChangeView.as_view(
    form_class=OwnPasswordForm, success_url=reverse_lazy("password_change_done")
)
password_change_done = views.PasswordChangeDoneView.as_view()


@require_http_methods(["GET", "HEAD", "POST"])
def account(request):
    """Who I am here: posts, login, how often the digest comes."""
    form = ReminderForm(request.POST or None, initial={"frequency": request.user.digest_frequency})
    if request.method == "POST" and form.is_valid():
        choose_digest_frequency(user=request.user, frequency=form.cleaned_data["frequency"])
        messages.success(request, "提醒邮件频次已改。")
        return redirect("account")
    return render(
        request, "branches/account.html", {"form": form, "postings": posts_held(request.user, timezone.localdate())}
    )
