"""Filling, ending and handing over a post; founding and changing a unit."""

from django import forms

from branches.forms.plain_words import offer_plainly
from branches.models import Unit
from branches.offices import Office
from branches.rules import GIVEN_BY_OFFICE
from recruitment.queries.postings import departments, person_named, units_of_office

OFFICE_CHOICES = [("", "请选择"), *((office.value, office.label) for office in Office if office in GIVEN_BY_OFFICE)]


class PersonField(forms.CharField):
    """A person named by name, pinyin or staff number; the choices are never listed."""

    def __init__(self, **kwargs):
        super().__init__(max_length=60, help_text="填姓名或工号；同名时填工号。", **kwargs)


class NamesPerson(forms.Form):
    """A form that names a person by ``person_field``; afterwards ``cleaned_data`` holds the Person there."""

    person_field = "person"

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        self.user = user

    def clean(self):
        text = self.cleaned_data.get(self.person_field)
        if not text:
            return self.cleaned_data
        found = person_named(self.user, text)
        if len(found) == 1:
            self.cleaned_data[self.person_field] = found[0]
        else:
            self.add_error(
                self.person_field, "名册中没有这个人，请核对姓名或工号。" if not found else "同名不止一人，请填工号。"
            )
        return self.cleaned_data


class PostingForm(NamesPerson):
    person = PersonField(label="人员")
    office = forms.ChoiceField(label="职务", choices=OFFICE_CHOICES)
    unit = forms.ModelChoiceField(
        queryset=None, label="党组织", empty_label="请选择", required=False, to_field_name="code"
    )
    department = forms.ModelChoiceField(queryset=None, label="部门", empty_label="仅部门联络员填写", required=False)
    starts_on = forms.DateField(label="任职起", widget=forms.DateInput)
    reason = forms.CharField(label="依据", max_length=200, help_text="如换届选举结果、任免文件。")

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, user=user, **kwargs)
        self.fields["unit"].queryset = units_of_office(user)
        self.fields["department"].queryset = departments()


class EndForm(forms.Form):
    ends_on = forms.DateField(
        label="任职止", widget=forms.DateInput, help_text="从这一天起不再任职，访问权限同时失效。"
    )
    reason = forms.CharField(label="依据", max_length=200)


class ReplaceForm(NamesPerson):
    person_field = "successor"

    successor = PersonField(label="继任者")
    on = forms.DateField(label="接任日期", widget=forms.DateInput, help_text="前任自这一天起不再任职。")
    reason = forms.CharField(label="依据", max_length=200, help_text="如换届选举结果、任免文件。")


class UnitForm(forms.ModelForm):
    parent = forms.ModelChoiceField(queryset=None, label="上级党组织", empty_label="请选择", to_field_name="code")

    class Meta:
        model = Unit
        fields = ("name", "short_name", "kind", "parent", "may_approve", "digest_hour", "is_active")

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["parent"].queryset = units_of_office(user)
        self.fields["name"].error_messages["unique"] = "已有同名的党组织。"
        offer_plainly(self)
        if self.instance.pk:
            del self.fields["kind"]
            if self.instance.parent_id:
                self.initial["parent"] = self.instance.parent.code
            else:
                del self.fields["parent"]
        else:
            del self.fields["is_active"], self.fields["digest_hour"]
