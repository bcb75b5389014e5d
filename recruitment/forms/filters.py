"""The filter bar of the list of people; its choices name only what the user may see."""

from datetime import date

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator

from branches.offices import TitleRank
from recruitment.queries.candidate_list import programmes_within

# Days of filters: at the ends of the calendar no day follows or precedes, and nothing was recorded there.
OUR_TIME = (MinValueValidator(date(1900, 1, 1)), MaxValueValidator(date(2999, 12, 31)))
AGE_BANDS = {"35": (0, 35), "40": (36, 40), "45": (41, 45), "50": (46, 50), "51": (51, 120)}
AGE_CHOICES = (
    ("", "年龄：全部"),
    ("35", "35 岁及以下"),
    ("40", "36–40 岁"),
    ("45", "41–45 岁"),
    ("50", "46–50 岁"),
    ("51", "51 岁以上"),
)


class CandidateFilter(forms.Form):
    q = forms.CharField(label="按姓名或拼音筛选", help_text="姓名或拼音，如 syz", required=False, max_length=60)
    unit = forms.ChoiceField(label="支部", required=False)
    rank = forms.ChoiceField(label="职称", required=False, choices=[("", "职称：全部"), *reversed(TitleRank.choices)])
    programme = forms.ChoiceField(label="人才计划", required=False)
    age = forms.ChoiceField(label="年龄", required=False, choices=AGE_CHOICES)
    returned = forms.BooleanField(label="海外归国", required=False)
    overdue = forms.BooleanField(label="仅看逾期", required=False)
    ended = forms.BooleanField(label="已结束", required=False)
    stage = forms.CharField(required=False, widget=forms.HiddenInput, max_length=12)
    sort = forms.ChoiceField(
        required=False, widget=forms.HiddenInput, choices=[(key, key) for key in ("", "name", "-name", "due", "-due")]
    )

    def __init__(self, data=None, *, user, units):
        super().__init__(data)
        self.paths = {unit.code: unit.path for unit in units}
        self.fields["unit"].choices = [("", "支部：全部"), *((unit.code, unit.short_name) for unit in units)]
        self.fields["programme"].choices = [("", "人才计划：全部"), *((name, name) for name in programmes_within(user))]

    def clean_unit(self):
        """The path of the chosen branch, or None."""
        return self.paths.get(self.cleaned_data["unit"])

    def clean_age(self):
        """The chosen band as (youngest, oldest) in full years, or None."""
        return AGE_BANDS.get(self.cleaned_data["age"])

    def clean_stage(self):
        """A stage's number or "admission"; anything else counts as no filter."""
        stage = self.cleaned_data["stage"]
        return stage if stage in {"0", "1", "2", "3", "4", "5", "admission"} else ""

    def narrowed(self):
        """What was asked for, without the parts that cannot be understood: a filter never answers with an error."""
        self.is_valid()
        return self.cleaned_data

    def in_words(self):
        """The filters in force as one phrase, for an empty result."""
        chosen = []
        for name, value in self.cleaned_data.items():
            if value and name not in ("sort",):
                field = self.fields[name]
                shown = (
                    f"“{value}”" if name == "q" else dict(getattr(field, "choices", ())).get(self.data.get(name), "")
                )
                chosen.append(f"{field.label or '身份'} {shown}".replace("：全部", "").strip())
        return "，".join(chosen)
