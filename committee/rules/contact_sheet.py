"""The contact ledger as one table of columns: who looks after whom, when and how they spoke, what came of it (notice R2).

Facts only: nothing in it was said in a talk. The columns are those of rules.md §3, without 思想动向.
"""

from dataclasses import dataclass, field
from datetime import date

from django.db.models import TextChoices

from recruitment.sheets import BAD, COUNT, DATE, PEOPLE, TEXT, Cell, Column, plain


class ContactKind(TextChoices):
    """Which rows: those of the running contacts, or every talk by whomsoever."""

    CONTACTS = "contacts", "定向联系"
    TALKS = "talks", "全部谈心谈话"


class Rows(TextChoices):
    """How many rows of a contact: every talk, the last one, or only where the last one is too long ago."""

    EVERY = "", "每次谈话"
    LAST = "last", "只看最近一次"
    LATE = "late", "仅超期"


TITLES = {ContactKind.CONTACTS: "定向联系工作台账", ContactKind.TALKS: "谈心谈话工作台账"}
CONTACT, PERSON, TALK, PROBLEM = "联系人", "联系对象", "谈心谈话", "问题和办理"


@dataclass(frozen=True, slots=True)
class RaisedProblem:
    """A problem raised in a talk, as it stood on the day: without the answer where that came later."""

    summary: str
    solver: str
    due_on: date | None
    answered_on: date | None = None
    answer: str = ""


@dataclass(frozen=True, slots=True)
class ContactRow:
    """One row: a talk, or a contact without any yet. ``quiet_days`` is told on the last talk of a running contact."""

    candidate: object
    leader: str
    post: str
    relation: str
    starts_on: date | None = None
    held_on: date | None = None
    way: str = ""
    place: str = ""
    follow_up_on: date | None = None
    quiet_days: int | None = None
    is_late: bool = False
    problems: tuple[RaisedProblem, ...] = field(default=())

    @property
    def person(self):
        return self.candidate.person


def held_cell(row):
    """When they spoke; where they have not, since how many days the contact waits."""
    if row.held_on is None:
        return Cell(text="▲ 尚未谈话" if row.is_late else "尚未谈话", css=BAD if row.is_late else "")
    return plain(row.held_on)


def quiet_cell(row):
    """Days since the last talk, or since the contact began."""
    if row.quiet_days is None:
        return Cell()
    mark = "▲ " if row.is_late else ""
    return Cell(value=row.quiet_days, text=f"{mark}{row.quiet_days}", css=BAD if row.is_late else "")


def joined(row, part):
    """One part of every problem of a row, numbered where there are several."""
    values = [part(problem) for problem in row.problems]
    if not any(values):
        return Cell()
    if len(values) == 1:
        return plain(values[0])
    return plain("；".join(f"{place}. {value or '—'}" for place, value in enumerate(values, start=1)))


def _problem(key, label, part, width=14):
    return Column(key, label, PROBLEM, lambda row: joined(row, part), TEXT, width)


COLUMNS = (
    Column("contact_leader", "联系领导", CONTACT, lambda row: plain(row.leader), PEOPLE, 10),
    Column("contact_post", "职务", CONTACT, lambda row: plain(row.post), TEXT, 18),
    Column("contact_relation", "关系", CONTACT, lambda row: plain(row.relation), TEXT, 10),
    Column("contact_since", "联系起", CONTACT, lambda row: plain(row.starts_on), DATE),
    Column("contact_department", "部门", PERSON, lambda row: plain(str(row.person.department or "")), TEXT, 16),
    Column("contact_title", "职称", PERSON, lambda row: plain(row.person.title), TEXT, 10),
    Column("contact_programme", "人才称号", PERSON, lambda row: plain(row.person.talent_programme), TEXT, 16),
    Column(
        "contact_status", "政治面貌", PERSON, lambda row: plain(row.person.get_political_status_display()), TEXT, 10
    ),
    Column("contact_stage", "阶段", PERSON, lambda row: plain(row.candidate.get_stage_display()), TEXT, 12),
    Column("contact_held", "谈话时间", TALK, held_cell, DATE),
    Column("contact_way", "方式", TALK, lambda row: plain(row.way), TEXT, 8),
    Column("contact_place", "地点", TALK, lambda row: plain(row.place), TEXT, 14),
    Column("contact_quiet", "距上次（天）", TALK, quiet_cell, COUNT, 10),
    Column("contact_next", "下次联系时间", TALK, lambda row: plain(row.follow_up_on), DATE),
    _problem("contact_problem", "反映问题", lambda problem: problem.summary, 30),
    _problem("contact_solver", "由谁解决", lambda problem: problem.solver),
    _problem("contact_due", "答复期限", lambda problem: problem.due_on and problem.due_on.isoformat()),
    _problem("contact_answered", "答复时间", lambda problem: problem.answered_on and problem.answered_on.isoformat()),
    _problem("contact_answer", "办理结果", lambda problem: problem.answer, 30),
)
