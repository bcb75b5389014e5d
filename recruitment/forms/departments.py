"""Sharing with a department: which, whom, why, until when."""

from django import forms

from recruitment.queries.departments import departments_to_share, unit_of_office
from recruitment.queries.grants import candidates_named


class DepartmentShareForm(forms.Form):
    department = forms.ModelChoiceField(queryset=None, label="部门", empty_label="请选择")
    person = forms.CharField(
        label="告知哪一位",
        required=False,
        max_length=60,
        help_text="填姓名或工号。不填则告知本部门全部已递交申请书的人员。",
    )
    reason = forms.CharField(label="理由", max_length=200)
    ends_on = forms.DateField(label="截止日期", widget=forms.DateInput, help_text="从这一天起不再显示，最长一年。")

    def __init__(self, data=None, *, user):
        super().__init__(data)
        self.user = user
        self.fields["department"].queryset = departments_to_share()

    def clean(self):
        cleaned = super().clean()
        if text := cleaned.get("person"):
            found = candidates_named(self.user, text)
            if len(found) == 1:
                cleaned["candidate"] = found[0]
            else:
                message = "没有找到这个人，请核对姓名或工号。" if not found else "同名不止一人，请填工号。"
                self.add_error("person", message)
        return cleaned

    def proposal(self):
        """Arguments for actions.departments.share_with_department."""
        asked = self.cleaned_data
        return {
            "department": asked["department"],
            "candidate": asked.get("candidate"),
            "unit": unit_of_office(self.user),
            "reason": asked["reason"],
            "ends_on": asked["ends_on"],
        }
