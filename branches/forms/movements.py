"""The filter of the lists of movements."""

from django import forms

from branches.offices import MovementKind


class MovementFilter(forms.Form):
    """Which kind of movement; anything that is none counts as not asked for."""

    kind = forms.ChoiceField(label="动向", required=False, choices=[("", "动向：全部"), *MovementKind.choices])

    def chosen_kind(self):
        """A MovementKind, or "" for all."""
        self.is_valid()
        return self.cleaned_data.get("kind", "")
