"""What is typed about a group robot."""

from django import forms

from committee.forms.reminders import ObjectionForm
from committee.models import RobotKind


class RobotForm(ObjectionForm):
    """One robot; its secret is never shown again."""

    name = forms.CharField(label="群名称", max_length=60, error_messages={"required": "请填群名称。"})
    kind = forms.ChoiceField(label="平台", choices=RobotKind.choices)
    unit = forms.ModelChoiceField(
        label="党组织", queryset=None, to_field_name="code", help_text="发送这个党组织及其下级的数字。"
    )
    address = forms.URLField(
        label="机器人地址",
        max_length=500,
        assume_scheme="https",
        help_text="平台给出的 Webhook 地址，知道它的人都能往群里发消息，请勿外传。",
        error_messages={"required": "请填机器人地址。", "invalid": "地址以 https:// 开头。"},
    )
    secret = forms.CharField(
        label="加签密钥",
        max_length=200,
        required=False,
        widget=forms.PasswordInput,
        help_text="钉钉、飞书选择“加签”时填写；留空则沿用已有的。",
    )
    is_on = forms.BooleanField(label="启用：每个工作日发送一次逾期和到期的数字", required=False)

    def __init__(self, *args, units, robot=None, **kwargs):
        if robot is not None:
            kwargs["initial"] = {
                "name": robot.name, "kind": robot.kind, "unit": robot.unit.code, "address": robot.address, "is_on": robot.is_on,
            }  # fmt: skip
        super().__init__(*args, **kwargs)
        self.fields["unit"].queryset = units
