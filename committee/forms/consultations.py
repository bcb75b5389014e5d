"""Contributions to the exchange about a key candidate."""

from django import forms

from committee.models import ConsultationKind
from recruitment.forms.steps import DATE_ERRORS, Envelope


class ConsultationForm(Envelope):
    """One contribution about one step; only the kinds open to the writer are offered."""

    kind = forms.ChoiceField(label="填写", widget=forms.RadioSelect)
    text = forms.CharField(
        label="内容",
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="指导写办理要点和须补的材料；说明写准备情况；确认可不写。",
    )
    papers = forms.MultipleChoiceField(label="已核对的材料", required=False, widget=forms.CheckboxSelectMultiple)

    def __init__(self, *args, step, is_office, **kwargs):
        super().__init__(*args, **kwargs)
        kinds = (ConsultationKind.GUIDANCE, ConsultationKind.CONFIRMATION) if is_office else (ConsultationKind.REPLY,)
        self.fields["kind"].choices = [(kind, kind.label) for kind in kinds]
        self.fields["kind"].initial = kinds[0]
        self.fields["papers"].choices = [(paper.code, paper.title) for paper in step.papers]
        if not is_office:
            del self.fields["papers"]

    def proposal(self):
        """What write_consultation is to be called with."""
        names = ("kind", "text", "papers", "form_token")
        return {name: self.cleaned_data[name] for name in names if name in self.cleaned_data}


class ConsultedForm(Envelope):
    """The day on which the office consulted."""

    consulted_on = forms.DateField(label="沟通日期", error_messages=DATE_ERRORS)
