"""Which forms can be printed for a person, from which template, at which step; and that of a branch's annual plan."""

from dataclasses import dataclass
from pathlib import Path

_FOLDER = Path(__file__).resolve().parent / "templates"
LAST_STEP = 25


@dataclass(frozen=True, slots=True)
class Form:
    """A printed form. ``step`` is the one whose paper it is, ``template`` the file of the default template.

    ``publicity`` names the step whose publicity a notice announces, 0 for all other forms.
    """

    code: str
    title: str
    step: int
    template: str
    publicity: int = 0

    @property
    def default_template(self) -> bytes:
        """The template that comes with the system."""
        return (_FOLDER / f"{self.template}.docx").read_bytes()


def _form(code: str, title: str, step: int) -> Form:
    return Form(code, title, step, code)


FORMS = (
    _form("talk_record", "谈话记录", 2),
    _form("activist_report", "入党积极分子备案报告", 4),
    _form("activist_form", "入党积极分子备案登记表", 4),
    _form("cultivation_form", "入党积极分子培养教育考察登记表", 6),
    Form("target_publicity", "列为发展对象前的公示", 8, "publicity", publicity=8),
    _form("political_review_report", "政治审查报告", 10),
    _form("pre_examination_request", "预审请示", 13),
    _form("pre_examination_reply", "预审批复", 13),
    Form("admission_publicity", "接收预备党员前的公示", 15, "publicity", publicity=15),
    _form("admission_resolution", "接收预备党员的支部大会决议", 15),
    _form("admission_request", "接收预备党员的请示", 17),
    _form("admission_reply", "接收预备党员的批复", 17),
    Form("conversion_publicity", "转正前的公示", 23, "publicity", publicity=23),
    _form("conversion_resolution", "转正的支部大会决议", 23),
    _form("conversion_request", "转正的请示", 24),
    _form("conversion_reply", "转正的批复", 24),
    _form("process_record", "发展党员全程纪实表", LAST_STEP),
)
# The paper of a branch and a year, not of a person.
ANNUAL_PLAN = Form("annual_plan", "年度发展党员计划", 0, "annual_plan")
WITH_TEMPLATES = (*FORMS, ANNUAL_PLAN)
BY_CODE = {form.code: form for form in FORMS}
TEMPLATES = tuple(dict.fromkeys(form.template for form in WITH_TEMPLATES))
