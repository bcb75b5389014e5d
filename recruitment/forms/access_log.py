"""The filter bar of the access log."""

from django import forms

from recruitment.forms.filters import OUR_TIME
from recruitment.queries.access_log import ACTIONS


class AccessLogFilter(forms.Form):
    who = forms.CharField(label="查阅人姓名或账号", help_text="查阅人", required=False, max_length=60)
    action = forms.ChoiceField(label="方式", required=False, choices=[("", "方式：全部"), *ACTIONS.items()])
    from_on = forms.DateField(label="自", required=False, validators=OUR_TIME)
    until_on = forms.DateField(label="至", required=False, validators=OUR_TIME)

    def narrowing(self):
        """Arguments for queries.access_log; what cannot be understood counts as not asked for."""
        self.is_valid()
        return {name: self.cleaned_data.get(name) or default for name, default in EMPTY.items()}


EMPTY = {"who": "", "action": "", "from_on": None, "until_on": None}
