"""Forms of a roster's import: the file, what its columns mean, doubts, consent."""

from django import forms

from recruitment.forms.imports import FileForm, MappingForm
from recruitment.queries.roster_import import answers, departments_to_choose, meanings
from recruitment.roster.states import NEW_DEPARTMENT


class RosterUploadForm(FileForm):
    """The file alone: its reach is that of the post."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["file"].label = "花名册文件"


class RosterColumnsForm(MappingForm):
    """What the columns of a roster mean, and whether the file founds it."""

    is_first = forms.BooleanField(
        label="首次建立名册",
        required=False,
        help_text="勾选后只更新名册，不向党组织报送动向。平时更新不勾选。",
    )

    def __init__(self, *args, page, batch, **kwargs):
        super().__init__(*args, page=page, choices=[("", "不导入"), *meanings()], **kwargs)
        self.fields["is_first"].initial = batch.layout.get("is_first", False)


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
