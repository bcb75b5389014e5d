"""What a ledger page is asked by: which ledger, as of which day, which people, which columns; and why an export is made."""

from django import forms

from recruitment.forms.filters import OUR_TIME, CandidateFilter
from recruitment.queries.ledger_acts import ACTIONS
from recruitment.queries.sheets import SORTS, Asked
from recruitment.sheets import DATE, PEOPLE, LedgerKind

KIND_OF_STAGE = {
    "1": LedgerKind.APPLICANTS,
    "2": LedgerKind.ACTIVISTS,
    "3": LedgerKind.TARGETS,
    "admission": LedgerKind.TARGETS,
    "4": LedgerKind.PROBATIONERS,
}
SORT_LABELS = (("", "按支部排列"), ("name", "按姓名排列"), ("applied", "先申请在前"), ("-applied", "后申请在前"))


class LedgerFilter(CandidateFilter):
    """The filters of the list of people and, beyond them, the ledger, the day and the columns."""

    kind = forms.ChoiceField(
        label="身份", required=False, choices=[("", "身份：申请人以上"), *list(LedgerKind.choices)[1:]]
    )
    sort = forms.ChoiceField(label="次序", required=False, choices=SORT_LABELS)
    day = forms.DateField(label="截至日期", required=False)
    as_recorded = forms.BooleanField(label="按当日所录", required=False)
    only = forms.ChoiceField(
        required=False, widget=forms.HiddenInput, choices=[("", ""), (DATE, DATE), (PEOPLE, PEOPLE)]
    )
    code = forms.UUIDField(required=False, widget=forms.HiddenInput)
    field_order = ("q", "kind", "unit", "day", "as_recorded", "sort")

    def __init__(self, data=None, *, user, units):
        super().__init__(data, user=user, units=units)
        for name in ("rank", "programme", "age"):
            self.fields[name].widget = forms.HiddenInput()
        for name in ("returned", "overdue", "ended"):
            self.fields[name].widget = forms.HiddenInput()

    def asked(self, today):
        """What was asked for, as recruitment.queries.sheets takes it; a day that has not come yet counts as today."""
        filters = self.narrowed()
        kind = filters.get("kind") or KIND_OF_STAGE.get(filters.get("stage"), LedgerKind.ALL)
        day = filters.get("day") or today
        return Asked(
            kind=LedgerKind(kind),
            day=min(day, today),
            today=today,
            as_recorded=bool(filters.get("as_recorded")),
            only=filters.get("only") or "",
            sort=filters.get("sort") if filters.get("sort") in SORTS else "unit",
            filters={name: value for name, value in filters.items() if name not in ("kind", "day", "sort", "only")},
        )


class ActsFilter(forms.Form):
    """The filter bar of the register of acts."""

    q = forms.CharField(label="按姓名或拼音筛选", help_text="姓名或拼音，如 syz", required=False, max_length=60)
    unit = forms.ChoiceField(label="支部", required=False)
    action = forms.ChoiceField(label="事项", required=False, choices=[("", "事项：全部"), *ACTIONS.items()])
    since = forms.DateField(label="记录自", required=False, validators=OUR_TIME)
    until = forms.DateField(label="记录至", required=False, validators=OUR_TIME)

    def __init__(self, data=None, *, units):
        super().__init__(data)
        self.paths = {unit.code: unit.path for unit in units}
        self.fields["unit"].choices = [("", "支部：全部"), *((unit.code, unit.short_name) for unit in units)]

    def clean_unit(self):
        """The path of the chosen branch, or None."""
        return self.paths.get(self.cleaned_data["unit"])

    def narrowed(self):
        """What was asked for, without the parts that cannot be understood."""
        self.is_valid()
        return self.cleaned_data


class ExportReasonForm(forms.Form):
    """Why a file about many people is made; it goes into the access log."""

    reason = forms.CharField(
        label="事由",
        help_text="例如：向上级党委报送第四季度台账。",
        min_length=4,
        max_length=200,
        error_messages={"min_length": "写明用途，至少四个字。", "required": "写明用途。导出的人数较多，事由要记入查阅记录。"},
    )
