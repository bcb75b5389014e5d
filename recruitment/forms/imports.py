"""Forms of the import: the file, what its columns mean, doubts, consent, and taking a batch back."""

from django import forms

from recruitment.imports.fields import FIELDS, SECTION_NAMES, Kind
from recruitment.imports.gates import refuse_by_size
from recruitment.imports.limits import LIMITS
from recruitment.imports.refusals import FileRefused
from recruitment.imports.states import Choice
from recruitment.queries.import_checks import acting_units, branches_within

ACCEPTED = ".xlsx,.xls,.csv"
LIMITS_TEXT = f"不超过 {LIMITS.file_bytes // 1048576} MB、{LIMITS.rows:,} 行；.xlsx、.xls 或 .csv（UTF-8、GB18030）。"


class FileForm(forms.Form):
    """A ledger or a roster as it stands on somebody's disk."""

    file = forms.FileField(
        label="台账文件",
        allow_empty_file=True,  # refused below with a sentence of our own
        widget=forms.ClearableFileInput(attrs={"accept": ACCEPTED}),
        error_messages={
            "required": "请选择文件。",
            "missing": "请选择文件。",
            "invalid": "文件没有传上来，请再选一次。",
        },
    )

    def clean_file(self):
        """Refuse an empty or too large file before a byte of it is looked at."""
        file = self.cleaned_data["file"]
        try:
            refuse_by_size(file.size)
        except FileRefused as refusal:
            raise forms.ValidationError(str(refusal)) from refusal
        return file


class UploadForm(FileForm):
    """The file, and for whom where the user acts for several units."""

    unit = forms.ModelChoiceField(None, label="为哪个党组织导入", error_messages={"required": "请选择党组织。"})

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        units = acting_units(user)
        self.fields["unit"].queryset = units
        if len(units) == 1:
            self.fields["unit"].initial = units[0]
            self.fields["unit"].widget = forms.HiddenInput()


def meanings():
    """All meanings of a column, by section of the ledger."""
    groups = [("", "不导入")]
    for section, name in SECTION_NAMES.items():
        fields = [field for field in FIELDS if field.section == section and field.kind is not Kind.IGNORED]
        if fields:
            groups.append((name, [(field.key, field.label) for field in fields]))
    return groups


class MappingForm(forms.Form):
    """One select per column, named column_<index from 0>; ``choices`` are the meanings it can have."""

    def __init__(self, *args, page, choices, **kwargs):
        super().__init__(*args, **kwargs)
        for column in page.columns:
            field = forms.ChoiceField(label=f"{column.letter} 列“{column.heading}”", choices=choices, required=False)
            # What is known and never imported, such as a serial number, is not offered.
            field.initial = column.key if field.valid_value(column.key) else ""
            self.fields[f"column_{column.index}"] = field

    def mapping(self):
        """{column from 0: field key} as chosen."""
        return {
            int(name.removeprefix("column_")): key
            for name, key in self.cleaned_data.items()
            if name.startswith("column_") and key
        }


class ColumnsForm(MappingForm):
    """What the columns of a ledger mean, and the branch of rows that name none."""

    default_unit = forms.ModelChoiceField(
        None, label="没有写党支部的行归入", required=False, empty_label="（没有写的算差错）"
    )

    def __init__(self, *args, user, page, batch, **kwargs):
        super().__init__(*args, page=page, choices=meanings(), **kwargs)
        units = branches_within(user)
        self.fields["default_unit"].queryset = units
        self.fields["default_unit"].initial = batch.default_unit_id or (units[0].pk if len(units) == 1 else None)


class AnswersForm(forms.Form):
    """How the user settles the doubts of one page: a select per doubtful row, named row_<number>."""

    def __init__(self, *args, asked, **kwargs):
        super().__init__(*args, **kwargs)
        for number, choice in asked.items():
            self.fields[f"row_{number}"] = forms.ChoiceField(
                label=f"第 {number} 行",
                choices=[("", "请选择"), *Choice.choices],
                required=False,
                initial=choice,
            )

    def answers(self):
        """{Excel row: Choice value or ""}."""
        return {int(name.removeprefix("row_")): choice for name, choice in self.cleaned_data.items()}


class ConsentForm(forms.Form):
    """Consent to exactly what was shown."""

    fingerprint = forms.CharField(widget=forms.HiddenInput, max_length=64)


class UndoForm(forms.Form):
    """Why a batch is taken back."""

    reason = forms.CharField(
        label="撤销原因",
        max_length=200,
        widget=forms.TextInput(attrs={"placeholder": "如：传错了去年的名册"}),
        error_messages={"required": "请写明为什么撤销，台账要记录。"},
    )
