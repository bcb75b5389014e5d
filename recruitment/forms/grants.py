"""Proposing a grant: to whom, for which branch or person, why, until when."""

from django import forms

from recruitment.queries.grants import candidates_named, units_to_grant, users_to_grant


class GrantForm(forms.Form):
    user = forms.ModelChoiceField(
        queryset=None,
        label="授权给",
        empty_label="请选择",
        help_text="不含管理员、审计员、人事联络员和部门联络员；代理党支部书记须为正式党员。",
        error_messages={"invalid_choice": "此人不在可授权的范围内，请重新选择。"},
    )
    unit = forms.ModelChoiceField(
        queryset=None,
        label="代理党支部书记",
        empty_label="不代理党支部",
        required=False,
        to_field_name="code",
        help_text="期间与书记同权办理该支部事项。",
    )
    person = forms.CharField(
        label="或查看一位培养对象", required=False, max_length=60, help_text="填姓名或工号。只能查看，不能办理。"
    )
    reason = forms.CharField(label="理由", max_length=200)
    ends_on = forms.DateField(label="截止日期", widget=forms.DateInput, help_text="从这一天起不再有效，最长一年。")

    def __init__(self, data=None, *, user, today):
        super().__init__(data)
        self.user = user
        self.fields["user"].queryset = users_to_grant(user, today)
        self.fields["unit"].queryset = units_to_grant(user)

    def clean(self):
        unit, person = self.cleaned_data.get("unit"), self.cleaned_data.get("person")
        if bool(unit) == bool(person):
            raise forms.ValidationError("请选择一个党支部，或填写一位培养对象，二者填其一。")
        if person:
            found = candidates_named(self.user, person)
            if len(found) != 1:
                self.add_error(
                    "person", "没有找到这个人，请核对姓名或工号。" if not found else "同名不止一人，请填工号。"
                )
            else:
                self.cleaned_data["candidate"] = found[0]
        return self.cleaned_data

    def proposal(self):
        """Arguments for actions.grants.propose_grant."""
        asked = self.cleaned_data
        return {
            "user": asked["user"],
            "unit": asked.get("unit"),
            "candidate": asked.get("candidate"),
            "reason": asked["reason"],
            "ends_on": asked["ends_on"],
        }
