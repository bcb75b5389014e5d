"""Logging in, choosing a password, choosing how often to be reminded."""

from django import forms
from django.contrib.auth.forms import AuthenticationForm, PasswordChangeForm
from django.utils import timezone

from branches.actions.users import choose_password
from branches.models.users import DigestFrequency


class LoginForm(AuthenticationForm):
    """One answer for an unknown login, a wrong password and a login that was switched off."""

    error_messages = {
        "invalid_login": "账号或密码不对，请核对后重试。忘记密码请联系党办。",
        "inactive": "账号或密码不对，请核对后重试。忘记密码请联系党办。",
        "first_password_expired": "初始密码已用过或已过有效期，请联系系统管理员重新设置。",
    }

    def confirm_login_allowed(self, user):
        super().confirm_login_allowed(user)
        if user.first_password_until_at and user.first_password_until_at <= timezone.now():
            raise forms.ValidationError(self.error_messages["first_password_expired"], code="first_password_expired")


class OwnPasswordForm(PasswordChangeForm):
    """The old password, and the new one twice."""

    error_messages = {
        **PasswordChangeForm.error_messages,
        "password_incorrect": "原密码不对，请重新输入。",
        "password_mismatch": "两次输入的新密码不同，请重新输入。",
    }

    def clean_new_password1(self):
        password = self.cleaned_data["new_password1"]
        if self.user.check_password(password):
            raise forms.ValidationError("新密码与原密码相同，请另设一个。")
        return password

    def save(self, commit=True):
        return choose_password(user=self.user, password=self.cleaned_data["new_password1"])


class ReminderForm(forms.Form):
    """How often the digest comes; what is owed cannot be switched off (notice R9)."""

    frequency = forms.ChoiceField(label="提醒邮件", choices=DigestFrequency.choices, widget=forms.RadioSelect)
