"""What can be sent from the page of movements: which ones were seen."""

from django import forms


class SeenForm(forms.Form):
    """The movements that were seen, by key: the ``one`` whose button was pressed, else the ticked ones."""

    movement = forms.TypedMultipleChoiceField(coerce=int, error_messages={"required": "请先勾选动向。"})

    def __init__(self, data):
        chosen = data.getlist("one") or data.getlist("movement")
        super().__init__({"movement": [key for key in chosen if key.isascii() and key.isdigit() and len(key) < 16]})
        self.fields["movement"].choices = [(key, key) for key in self.data["movement"]]
