"""A plan at any point of its way, for the tests."""

from datetime import date

from django.utils import timezone

from recruitment.actions import plan_reviews, plans
from recruitment.planning import Aim, Period

TEXTS = {"standard": "政治标准放在首位", "goal": "副高级以上党员占比提高", "limits": "6 月底前接收 2 人"}
NUMBERS = {"applications": 3, "activists": 3, "targets": 3, "admissions": 2, "conversions": 2}


class Way:
    """The plan of the glacier branch for next year; every step is taken by whoever takes it in life."""

    def __init__(self, cast, *, unit=None, year=None, secretary=None):
        self.cast = cast
        self.unit = unit or cast.glacier
        self.year = year or cast.today.year + 1
        self.secretary = secretary or cast.secretary

    def at(self, by):
        return {"by": by, "unit": self.unit.code, "year": self.year, "now": timezone.now()}

    def draft(self, **values):
        values = TEXTS | NUMBERS | {"studied_on": self.cast.today, "present": 5, "in_favour": 5} | values
        return plans.draft_plan(**values, **self.at(self.secretary))

    def name(self, candidate, step=Aim.TARGETS, month=12, period=Period.MONTH, **values):
        return plans.plan_person(
            code=candidate.code, step=step, month=month, period=period, **values, **self.at(self.secretary)
        )

    def submit(self):
        return plans.submit_plan(**self.at(self.secretary))

    def take_back(self):
        return plans.take_back_plan(**self.at(self.secretary))

    def remark(self, text="请说明成熟程度。", **values):
        return plans.write_remark(text=text, **values, **self.at(self.cast.office))

    def answer(self, remark, *, adopted=True, reply=""):
        return plans.answer_remark(remark=remark.pk, is_adopted=adopted, reply=reply, **self.at(self.secretary))

    def agree(self):
        return plan_reviews.agree_plan(**self.at(self.cast.office))

    def review(self):
        return plan_reviews.review_plan(reviewed_on=self.cast.today, **self.at(self.cast.office))

    def report(self):
        return plan_reviews.report_plan(
            reported_on=self.cast.today, report_number="院党发 9 号", **self.at(self.cast.office)
        )

    def send_back(self, reason="请按季度写明时限。"):
        return plan_reviews.return_plan(reason=reason, **self.at(self.cast.office))

    def adjust(self, admissions, reason="专项引进"):
        return plan_reviews.adjust_number(admissions=admissions, reason=reason, **self.at(self.cast.office))

    def in_force(self, *people, **values):
        """Drafted with ``people`` (activists, to become development targets), sent, agreed to and reviewed."""
        self.draft(**values)
        for candidate in people:
            self.name(candidate)
        self.submit()
        self.agree()
        return self.review()

    def planned_on(self, month=12):
        return date(self.year, month, 31)
