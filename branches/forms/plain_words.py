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


def speak_plainly():
    """Give the words to the classes of fields, before any form is made of them; a form's own words go before these."""
    for field, words in WORDS.items():
        field.default_error_messages = {**field.__dict__.get("default_error_messages", {}), **words}
