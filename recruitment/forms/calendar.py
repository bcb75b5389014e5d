"""Forms of the calendar page: a file, one day, a complete year."""

from django import forms

from branches.models.calendar import DayKind
from recruitment.forms.steps import DATE_ERRORS, Envelope

LARGEST = 512 * 1024


class CalendarFileForm(Envelope):
    file = forms.FileField(
        label="日历文件", help_text="CSV，表头为 date,kind,name,source；kind 写 off（放假）或 work（补班）。",
        error_messages={"required": "请选择文件。"},
    )  # fmt: skip

    def clean_file(self):
        """The file's text; UTF-8 or GB18030."""
        upload = self.cleaned_data["file"]
        if upload.size > LARGEST:
            raise forms.ValidationError("日历文件不应超过 512 KB，请核对是否选错了文件。")
        data = upload.read()
        for encoding in ("utf-8-sig", "gb18030"):
            try:
                return data.decode(encoding)
            except UnicodeDecodeError:
                continue
        raise forms.ValidationError("文件不是文本。请另存为 CSV（UTF-8）后再上传。")


class CalendarDayForm(Envelope):
    day = forms.DateField(label="日期", error_messages=DATE_ERRORS)
    kind = forms.ChoiceField(label="安排", required=False, choices=[*DayKind.choices, ("", "取消特别安排")])
    name = forms.CharField(label="名称", max_length=40, required=False)
    source = forms.CharField(label="依据", max_length=200, required=False, help_text="如国务院办公厅通知文号。")


class CalendarYearForm(Envelope):
    year = forms.IntegerField(label="年份", min_value=2004, max_value=2100)
    source = forms.CharField(label="依据", max_length=200, error_messages={"required": "请写明依据。"})
