"""Logging in, proving anew who one is, choosing a password, choosing how often to be reminded."""

from django import forms
from django.contrib.auth.forms import AuthenticationForm, PasswordChangeForm
from django.contrib.auth.password_validation import password_validators_help_texts
from django.utils import timezone

from branches.actions.doors import try_password
from branches.actions.second_factor import try_code
from branches.actions.users import SERVED_ALREADY, choose_password
from branches.devices import device_of
from branches.hashing import account_of
from branches.models.users import DigestFrequency
from branches.queries.doors import has_second_factor

# One answer, whatever it was: who guesses learns nothing, and who mistyped learns what to do.
NOT_LET_IN = (
    "账号或密码不对，或短时间内尝试次数过多。请核对后重试；仍不能登录的，15 分钟后再试，或换用曾登录过的设备。"
    "忘记密码请联系系统管理员。"
)
CODE_REFUSED = "验证码不对，或短时间内尝试次数过多。请输入手机上当前显示的 6 位数字；用过的请等下一个。"


class LoginForm(AuthenticationForm):
    """One answer for an unknown login, a wrong password, too many guesses and a login that was switched off."""

    error_messages = {"invalid_login": NOT_LET_IN, "inactive": NOT_LET_IN, "first_password_over": SERVED_ALREADY}

    def clean(self):
        username, password = self.cleaned_data.get("username"), self.cleaned_data.get("password")
        if username is None or not password:
            return self.cleaned_data
        account = account_of(username)
        self.user_cache = try_password(
            username=username,
            password=password,
            account=account,
            device=device_of(self.request, account),
            now=timezone.now(),
            request=self.request,
        )
        if self.user_cache is None:
            raise self.get_invalid_login_error()
        self.confirm_login_allowed(self.user_cache)
        return self.cleaned_data

    def confirm_login_allowed(self, user):
        super().confirm_login_allowed(user)
        if user.first_password_until_at and user.first_password_until_at <= timezone.now():
            raise forms.ValidationError(self.error_messages["first_password_over"], code="first_password_over")


class CodeForm(forms.Form):
    """The second step of logging in: what the app shows, or a recovery code."""

    code = forms.CharField(
        label="验证码",
        max_length=20,
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "autocapitalize": "none", "autofocus": True}),
    )

    def __init__(self, data=None, *, request, user):
        super().__init__(data)
        self.request, self.user = request, user

    def clean_code(self):
        code, account = self.cleaned_data["code"], account_of(self.user.username)
        device = device_of(self.request, account)
        if not try_code(user=self.user, code=code, account=account, device=device, now=timezone.now()):
            raise forms.ValidationError(CODE_REFUSED)
        return code


class AgainForm(forms.Form):
    """The password once more, and the code where one is used: the person who logged in still sits there."""

    password = forms.CharField(
        label="密码", strip=False, widget=forms.PasswordInput(attrs={"autocomplete": "current-password"})
    )
    code = forms.CharField(
        label="验证码", max_length=20, widget=forms.TextInput(attrs={"autocomplete": "one-time-code"})
    )

    def __init__(self, data=None, *, request):
        super().__init__(data, prefix="again")
        self.request = request
        if not has_second_factor(request.user):
            del self.fields["code"]

    def clean(self):
        if self.errors:
            return self.cleaned_data
        user, account = self.request.user, account_of(self.request.user.username)
        who = {"account": account, "device": device_of(self.request, account), "now": timezone.now()}
        if try_password(username=user.username, password=self.cleaned_data["password"], **who) is None:
            raise forms.ValidationError("密码不对，或短时间内尝试次数过多。请核对后重试。")
        if "code" in self.fields and not try_code(user=user, code=self.cleaned_data["code"], **who):
            raise forms.ValidationError(CODE_REFUSED)
        return self.cleaned_data


class OwnPasswordForm(PasswordChangeForm):
    """The old password, and the new one twice."""

    error_messages = {
        **PasswordChangeForm.error_messages,
        "password_incorrect": "原密码不对，或短时间内尝试次数过多。请核对后重试。",
        "password_mismatch": "两次输入的新密码不同，请重新输入。",
    }

    def __init__(self, user, *args, request=None, **kwargs):
        super().__init__(user, *args, **kwargs)
        self.request = request
        self.rules = "".join(password_validators_help_texts())

    def clean_old_password(self):
        """Guesses are counted here too: an unattended screen is no place to try passwords."""
        password, account = self.cleaned_data["old_password"], account_of(self.user.username)
        device = device_of(self.request, account)
        now = timezone.now()
        if (
            try_password(username=self.user.username, password=password, account=account, device=device, now=now)
            is None
        ):
            raise forms.ValidationError(self.error_messages["password_incorrect"], code="password_incorrect")
        return password

    def clean_new_password1(self):
        password = self.cleaned_data["new_password1"]
        if self.user.check_password(password):
            raise forms.ValidationError("新密码与原密码相同，请另设一个。")
        return password

    def save(self, commit=True):
        return choose_password(user=self.user, password=self.cleaned_data["new_password1"], now=timezone.now())


class SecondFactorForm(forms.Form):
    """The first code of an app that was just given its key."""

    code = forms.CharField(
        label="手机上显示的 6 位数字",
        max_length=10,
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "inputmode": "numeric"}),
    )


class LostPhoneForm(forms.Form):
    """Whose second factor the security administrator takes away."""

    username = forms.CharField(
        label="登录账号", max_length=150, widget=forms.TextInput(attrs={"autocapitalize": "none"})
    )


class ReminderForm(forms.Form):
    """How often the digest comes; what is owed cannot be switched off (notice R9)."""

    frequency = forms.ChoiceField(label="提醒邮件", choices=DigestFrequency.choices, widget=forms.RadioSelect)
