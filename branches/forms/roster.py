"""The roster's filter bar and the form for one person."""

from django import forms

from branches.forms.plain_words import offer_plainly
from branches.models import Person
from branches.offices import StaffCategory
from branches.queries.roster import choices_for

PARTY_FIELDS = ("is_suspended", "is_influential")


class RosterFilter(forms.Form):
    q = forms.CharField(label="按姓名、拼音或工号筛选", help_text="姓名、拼音或工号", required=False, max_length=60)
    department = forms.ModelChoiceField(queryset=None, label="部门", empty_label="部门：全部", required=False)
    unit = forms.ModelChoiceField(
        queryset=None, label="党支部", empty_label="党支部：全部", required=False, to_field_name="code"
    )
    category = forms.ChoiceField(label="类别", required=False, choices=[("", "类别：全部"), *StaffCategory.choices])
    left = forms.BooleanField(label="已离所", required=False)

    def __init__(self, data, *, user, today):
        super().__init__(data)
        self.fields["unit"].queryset, self.fields["department"].queryset = choices_for(user, today)
        self.fields["unit"].label_from_instance = lambda unit: unit.short_name

    def narrowing(self):
        """Arguments for queries.roster.narrowed; what cannot be understood counts as not asked for."""
        self.is_valid()
        asked = self.cleaned_data
        return {
            "text": asked.get("q", ""),
            "department": asked.get("department"),
            "unit": asked.get("unit"),
            "category": asked.get("category", ""),
            "left": asked.get("left", False),
        }


class PersonForm(forms.ModelForm):
    """One person of the roster; what concerns the Party only stands there for the party office."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    class Meta:
        model = Person
        fields = (
            "staff_number",
            "name",
            "sex",
            "birth_on",
            "ethnicity",
            "native_place",
            "education",
            "degree",
            "category",
            "department",
            "unit",
            "position",
            "title",
            "title_rank",
            "talent_programme",
            "overseas_experience",
            "returned_on",
            "joined_institute_on",
            "left_on",
            "political_status",
            "member_since_on",
            "is_suspended",
            "is_influential",
            "email",
            "phone",
        )

    def __init__(self, *args, user, today, party_matters, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["unit"].queryset, self.fields["department"].queryset = choices_for(user, today)
        self.fields["staff_number"].error_messages["unique"] = "这个工号已有人使用，请核对。"
        if not party_matters:
            for name in PARTY_FIELDS:
                del self.fields[name]
        offer_plainly(self)

    def values(self):
        """What goes to the verb: the person's fields, without the version."""
        return {name: value for name, value in self.cleaned_data.items() if name != "version"}

    sections = (
        ("基本信息", ("staff_number", "name", "sex", "birth_on", "ethnicity", "native_place", "email", "phone")),
        ("岗位", ("category", "department", "position", "title", "title_rank", "joined_institute_on", "left_on")),
        ("学历与经历", ("education", "degree", "talent_programme", "overseas_experience", "returned_on")),
        ("政治面貌", ("political_status", "member_since_on", "unit", "is_suspended", "is_influential")),
    )

    def grouped(self):
        """(heading, bound fields) for the template."""
        return [(heading, [self[name] for name in names if name in self.fields]) for heading, names in self.sections]
