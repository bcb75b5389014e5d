"""Forms of a roster's import: the file, what its columns mean, doubts, consent."""

from django import forms

from recruitment.forms.imports import ACCEPTED
from recruitment.imports.gates import refuse_by_size
from recruitment.imports.refusals import FileRefused
from recruitment.queries.roster_import import answers, departments_to_choose, meanings
from recruitment.roster.states import NEW_DEPARTMENT


class RosterUploadForm(forms.Form):
    """The file alone: its reach is that of the post."""

    file = forms.FileField(
        label="花名册文件",
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


class RosterColumnsForm(forms.Form):
    """One select per column, named column_<index from 0>, and whether the file founds the roster."""

    is_first = forms.BooleanField(
        label="首次建立名册",
        required=False,
        help_text="勾选后只更新名册，不向党组织报送动向。平时更新不勾选。",
    )

    def __init__(self, *args, page, batch, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["is_first"].initial = batch.layout.get("is_first", False)
        choices = [("", "不导入"), *meanings()]
        for column in page.columns:
            self.fields[f"column_{column.index}"] = forms.ChoiceField(
                label=f"{column.letter} 列“{column.heading}”", choices=choices, required=False, initial=column.key
            )

    def mapping(self):
        """{column from 0: field key} as chosen."""
        return {
            int(name.removeprefix("column_")): key
            for name, key in self.cleaned_data.items()
            if name.startswith("column_") and key
        }


class DoubtsForm(forms.Form):
    """How HR settles the doubts of one page: departments that are not there, and names that differ."""

    def __init__(self, *args, preview, **kwargs):
        super().__init__(*args, **kwargs)
        self.spellings = {}
        for place, (spelling, text, _, answer) in enumerate(preview.unknown):
            self.spellings[f"department_{place}"] = spelling
            self.fields[f"department_{place}"] = forms.ChoiceField(
                label=text,
                choices=[
                    ("", "请选择"),
                    (NEW_DEPARTMENT, f"新设“{text}”"),
                    *((str(pk), f"就是“{name}”") for pk, name in departments_to_choose()),
                ],
                required=False,
                initial=answer,
            )
        for number, answer in preview.asked.items():
            self.fields[f"row_{number}"] = forms.ChoiceField(
                label=f"第 {number} 行", choices=[("", "请选择"), *answers()], required=False, initial=answer
            )

    def rows(self):
        """{Excel row: answer, "" for undecided}."""
        return {
            int(name.removeprefix("row_")): answer
            for name, answer in self.cleaned_data.items()
            if name.startswith("row_")
        }

    def departments(self):
        """{spelling: answer, "" for undecided}."""
        return {spelling: self.cleaned_data[name] for name, spelling in self.spellings.items()}
