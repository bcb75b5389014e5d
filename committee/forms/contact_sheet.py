"""What the contact ledger is asked by: which rows, as of which day, whom."""

from django import forms

from committee.queries.contact_sheet import SORTS, ContactsAsked
from committee.rules.contact_sheet import ContactKind, Rows

SORT_LABELS = (("", "按联系人排列"), ("name", "按联系对象排列"), ("-held", "最近谈话在前"))


class ContactSheetFilter(forms.Form):
    """The filter bar; a filter never answers with an error."""

    q = forms.CharField(label="按姓名或拼音筛选", help_text="双方姓名或拼音", required=False, max_length=60)
    kind = forms.ChoiceField(
        label="范围", required=False, choices=[("", "定向联系"), (ContactKind.TALKS, ContactKind.TALKS.label)]
    )
    unit = forms.ChoiceField(label="支部", required=False)
    day = forms.DateField(label="截至日期", required=False)
    as_recorded = forms.BooleanField(label="按当日所录", required=False)
    sort = forms.ChoiceField(label="次序", required=False, choices=SORT_LABELS)
    only = forms.ChoiceField(required=False, widget=forms.HiddenInput, choices=Rows.choices)

    def __init__(self, data=None, *, units):
        super().__init__(data)
        self.paths = {unit.code: unit.path for unit in units}
        self.fields["unit"].choices = [("", "支部：全部"), *((unit.code, unit.short_name) for unit in units)]

    def clean_unit(self):
        """The path of the chosen branch, or nothing."""
        return self.paths.get(self.cleaned_data["unit"], "")

    def asked(self, today):
        """What was asked for; a day that has not come yet counts as today."""
        self.is_valid()
        asked = self.cleaned_data
        return ContactsAsked(
            kind=ContactKind(asked.get("kind") or ContactKind.CONTACTS),
            day=min(asked.get("day") or today, today),
            today=today,
            as_recorded=bool(asked.get("as_recorded")),
            only=asked.get("only") or "",
            sort=asked.get("sort") if asked.get("sort") in SORTS else "leader",
            unit=asked.get("unit") or "",
            q=(asked.get("q") or "").strip(),
        )
