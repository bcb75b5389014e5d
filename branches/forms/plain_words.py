"""What a field says that is empty or cannot be read; Django's own words speak of fields that are 必填项."""

from django import forms

WORDS = {
    forms.Field: {"required": "请填写这一项。"},
    forms.ChoiceField: {"required": "请选择一项。"},
    forms.BooleanField: {"required": "请勾选这一项。"},
    forms.FileField: {"required": "请选择文件。"},
    forms.DateField: {"required": "请填日期。", "invalid": "日期写作 2026-11-18。"},
    forms.IntegerField: {"invalid": "请填整数。"},
}


def offer_plainly(form):
    """Ask for a choice where a form made from a model shows a row of dashes."""
    for field in form.fields.values():
        if isinstance(field, forms.ModelChoiceField) and field.empty_label is not None:
            field.empty_label = "请选择"
        elif isinstance(field, forms.ChoiceField) and not isinstance(field, forms.ModelChoiceField):
            field.choices = [("", "请选择") if value == "" else (value, label) for value, label in field.choices]


def speak_plainly():
    """Give the words to the classes of fields, before any form is made of them; a form's own words go before these."""
    for field, words in WORDS.items():
        field.default_error_messages = {**field.__dict__.get("default_error_messages", {}), **words}
