"""Taking up again after a no."""

from django import forms

from recruitment.forms.steps import DATE_ERRORS, Envelope


class ReopeningForm(Envelope):
    """A person's own application, put forward by one and approved by another."""

    staff_number = forms.CharField(label="工号", max_length=30, error_messages={"required": "请填写工号。"})
    applied_on = forms.DateField(label="本人递交申请书日期", error_messages=DATE_ERRORS)

    def proposal(self):
        """What propose_reopening is to be called with."""
        return {name: self.cleaned_data[name] for name in ("staff_number", "applied_on")}
