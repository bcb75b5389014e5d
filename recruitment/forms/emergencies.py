"""Asking for emergency access."""

from django import forms


class EmergencyForm(forms.Form):
    reason = forms.CharField(
        label="紧急事由",
        max_length=200,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="写明发生了什么、为什么不能等待填写人分享。事由会显示在本人页面并留存。",
    )
