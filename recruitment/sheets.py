"""The four customary ledgers as one table of columns: what each is called, where it stands, what it shows of a person."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import takewhile

from django.db.models import TextChoices

from branches.urgency import urgency
from recruitment.imports.fields import BY_KEY
from recruitment.rules.standing import Standing
from recruitment.rules.windows import windows
from recruitment.stages import Conclusion, ReviewKind, Stage


class LedgerKind(TextChoices):
    """Whose ledger; rules.md §3."""

    ALL = "all", "申请人以上"
    APPLICANTS = "applicants", "入党申请人"
    ACTIVISTS = "activists", "入党积极分子"
    TARGETS = "targets", "发展对象"
    PROBATIONERS = "probationers", "预备党员"


STAGES = {
    LedgerKind.ALL: (
        Stage.APPLICANT, Stage.ACTIVIST, Stage.DEVELOPMENT_TARGET, Stage.PROBATIONARY_MEMBER, Stage.FULL_MEMBER,
    ),
    LedgerKind.APPLICANTS: (Stage.APPLICANT,),
    LedgerKind.ACTIVISTS: (Stage.ACTIVIST,),
    LedgerKind.TARGETS: (Stage.DEVELOPMENT_TARGET,),
    LedgerKind.PROBATIONERS: (Stage.PROBATIONARY_MEMBER,),
}  # fmt: skip

BASIC, APPLICANT, ACTIVIST, TARGET, ADMISSION, CONVERSION, OTHER = (
    "基本情况", "申请入党", "入党积极分子", "发展对象", "预备党员的接收", "教育考察和转正", "其他",
)  # fmt: skip
GROUPS_SHOWN = {
    LedgerKind.APPLICANTS: (BASIC, APPLICANT, OTHER),
    LedgerKind.ACTIVISTS: (BASIC, APPLICANT, ACTIVIST, OTHER),
    LedgerKind.TARGETS: (BASIC, APPLICANT, ACTIVIST, TARGET, OTHER),
    LedgerKind.PROBATIONERS: (BASIC, APPLICANT, ACTIVIST, TARGET, ADMISSION, CONVERSION, OTHER),
    LedgerKind.ALL: (BASIC, APPLICANT, ACTIVIST, TARGET, ADMISSION, CONVERSION, OTHER),
}

TEXT, DATE, COUNT, PEOPLE = "text", "date", "count", "people"
BAD, LATE = "is-bad", "is-late"
EMPTY = "—"


@dataclass(frozen=True, slots=True)
class Cell:
    """What stands in one place: ``value`` for a file, ``text`` for a screen, the mark and who entered it."""

    value: object = None
    text: str = EMPTY
    css: str = ""
    hint: str = ""
    starts_group: bool = False


@dataclass(frozen=True, slots=True)
class Entered:
    """Who entered a record and when, and how often the step was corrected."""

    by: str
    at: datetime
    late_reason: str = ""
    remark: str = ""
    document_number: str = ""

    @property
    def text(self):
        """周维岳于 2025-06-09 17:20 录入."""
        return f"{self.by}于 {self.at:%Y-%m-%d %H:%M} 录入"


@dataclass(frozen=True, slots=True)
class PersonSheet:
    """Everything that a row of any ledger is made of, as of ``day``.

    ``standing`` says which records count; ``entered`` tells of a record by its code; ``dues`` are open dues by step.
    """

    candidate: object
    standing: Standing
    day: date
    entered: dict = field(default_factory=dict)
    corrections: dict = field(default_factory=dict)
    dues: dict = field(default_factory=dict)
    mentors: tuple[str, ...] = ()
    recommenders: tuple[str, ...] = ()
    secretary: str = ""

    @property
    def person(self):
        return self.candidate.person

    def record(self, number):
        """The record of a step that counts, or None."""
        return self.standing.done.get(number)

    def hint(self, number):
        """Who entered the record of a step, when, and what was said about it."""
        record = self.record(number)
        entered = self.entered.get(record.id) if record else None
        if entered is None:
            return ""
        parts = [entered.text]
        if entered.late_reason:
            parts.append(f"迟办原因：{entered.late_reason}")
        if entered.document_number:
            parts.append(f"文号：{entered.document_number}")
        if count := self.corrections.get(number, 0):
            parts.append(f"更正 {count} 次")
        return "；".join(parts)


def plain(value, hint=""):
    """A cell of a text, a count or a date; empty values show as a dash on the screen and as nothing in a file."""
    if value in (None, ""):
        return Cell(hint=hint)
    return Cell(value=value, text=f"{value:%Y-%m-%d}" if isinstance(value, date) else str(value), hint=hint)


def step_cell(sheet, number, part="decided_on", css=""):
    """A date or other part of a step; where there is no record, what is owed or missing."""
    record = sheet.record(number)
    if record is None:
        return missing_cell(sheet, number) if part == "decided_on" else Cell()
    value = getattr(record, part)
    if value in (None, ""):
        return Cell(hint=sheet.hint(number))
    late = LATE if part == "decided_on" and number in sheet.standing.late else css
    text = f"{value:%Y-%m-%d}" if isinstance(value, date) else str(value)
    return Cell(value=value, text=text, css=late, hint=sheet.hint(number))


def missing_cell(sheet, number):
    """What a step without a record shows: overdue, under way, left out, or not reached."""
    due = sheet.dues.get(number)
    if due is not None:
        how = urgency(due.due_on, sheet.day)
        hint = f"期限 {due.due_on:%Y-%m-%d}；{due.article}" if due.article else f"期限 {due.due_on:%Y-%m-%d}"
        if how.level == "overdue" and due.is_binding:
            return Cell(text=f"▲ {how.text}", css=BAD, hint=hint)
        return Cell(text="办理中", hint=hint)
    if number > sheet.standing.elsewhere and any(done > number for done in sheet.standing.done):
        return Cell(text="▲ 缺", css=BAD, hint="后面的步骤已办，这一步没有记录")
    return Cell()


def votes_cell(sheet, name):
    """One number of the ballot of the branch meeting (step 15)."""
    record = sheet.record(15)
    votes = record.votes if record else None
    return plain(getattr(votes, name), sheet.hint(15)) if votes else Cell()


def name_cell(sheet, number, place=None):
    """Who is named in a step: all, or the one at ``place``."""
    record = sheet.record(number)
    names = [person.name for person in record.persons] if record else []
    if place is not None:
        names = names[place : place + 1]
    return plain("、".join(names), sheet.hint(number))


def tie_cell(sheet, names, number, place):
    """Who mentors or recommends on the day, else who was named in the step."""
    if names:
        return plain(names[place] if place < len(names) else "")
    return name_cell(sheet, number, place)


def conclusion_cell(sheet, number):
    """How a step ended."""
    record = sheet.record(number)
    return plain(Conclusion(record.conclusion).label if record and record.conclusion else "", sheet.hint(number))


def reviews_cell(sheet):
    """Half-yearly reviews held of those that were owed by the day, or until the person became a development target."""
    standing = sheet.standing
    end = min(filter(None, (standing.listed_on, sheet.day)))
    owed = len(list(takewhile(lambda window: window.until_on <= end, windows(standing, ReviewKind.REVIEW))))
    held = standing.reviews(ReviewKind.REVIEW, during_probation=False, until=end)
    if not owed and not held:
        return Cell(text="未到期" if standing.cultivation_from_on else EMPTY)
    dates = "；".join(f"{review.reviewed_on:%Y-%m-%d}" for review in held)
    short = len(held) < owed
    return Cell(
        value=f"{len(held)}/{owed}", text=f"{'▲ ' * short}{len(held)} / {owed}", css=BAD if short else "", hint=dates
    )


def age_cell(sheet):
    """Full years on the day."""
    born = sheet.person.birth_on
    if born is None:
        return Cell()
    return plain(sheet.day.year - born.year - ((sheet.day.month, sheet.day.day) < (born.month, born.day)))


def overseas_cell(sheet):
    """Where the person was abroad."""
    return plain(sheet.person.overseas_experience)


def remark_cell(sheet):
    """Stage, and the road's state where it does not simply go on."""
    stage = Stage(sheet.standing.stage).label
    state = sheet.candidate.get_state_display() if sheet.candidate.state not in ("active", "closed") else ""
    return plain("，".join(part for part in (stage, state) if part))


@dataclass(frozen=True, slots=True)
class Column:
    """A column: ``label`` over the screen's narrow cells, ``title`` over the file's, as imports know it."""

    key: str
    label: str
    group: str
    cell: Callable[[PersonSheet], Cell]
    kind: str = TEXT
    width: int = 12

    @property
    def title(self):
        """The column's official name; an import reads it back by that name."""
        known = BY_KEY.get(self.key)
        return known.label if known else self.label


def _person(key, label, show, kind=TEXT, width=12):
    return Column(key, label, BASIC, lambda sheet: plain(show(sheet.person)), kind, width)


def _date(key, label, group, number, part="decided_on"):
    return Column(key, label, group, lambda sheet: step_cell(sheet, number, part), DATE, 12)


def _choice(value):
    return "" if value in ("未知", "未说明") else value


COLUMNS = (
    _person("staff_number", "工号", lambda person: person.staff_number),
    _person("sex", "性别", lambda person: _choice(person.get_sex_display()), width=6),
    _person("ethnicity", "民族", lambda person: person.ethnicity, width=8),
    _person("native_place", "籍贯", lambda person: person.native_place),
    _person("birth_on", "出生年月", lambda person: person.birth_on, DATE),
    Column("age", "年龄", BASIC, age_cell, COUNT, 6),
    _person("education", "学历", lambda person: person.education),
    _person("degree", "学位", lambda person: person.degree),
    _person("joined_institute_on", "到所日期", lambda person: person.joined_institute_on, DATE),
    _person("department", "部门", lambda person: str(person.department or ""), width=16),
    _person("position", "职务", lambda person: person.position),
    _person("title", "职称", lambda person: person.title),
    _person("title_rank", "职称级别", lambda person: person.get_title_rank_display() if person.title_rank else "", width=8),
    _person("talent_programme", "人才计划", lambda person: person.talent_programme, width=16),
    Column("overseas_experience", "海外经历", BASIC, overseas_cell, TEXT, 16),
    _person("political_status", "政治面貌", lambda person: person.get_political_status_display()),
    _date("applied_on", "申请", APPLICANT, 1),
    _date("talked_on", "派人谈话", APPLICANT, 2),
    Column("talker", "谈话人", APPLICANT, lambda sheet: name_cell(sheet, 2), PEOPLE),
    _date("activist_on", "确定", ACTIVIST, 3),
    _date("activist_filed_on", "备案", ACTIVIST, 4),
    Column("mentor_1", "培养联系人1", ACTIVIST, lambda sheet: tie_cell(sheet, sheet.mentors, 5, 0), PEOPLE),
    Column("mentor_2", "培养联系人2", ACTIVIST, lambda sheet: tie_cell(sheet, sheet.mentors, 5, 1), PEOPLE),
    _date("mentors_on", "指定联系人", ACTIVIST, 5),
    Column("reviews", "半年考察", ACTIVIST, reviews_cell, TEXT, 10),
    _date("cultivated_on", "培养考察", ACTIVIST, 6),
    _date("target_decided_on", "支部确定", TARGET, 7),
    _date("agreed_on", "同意或备案", TARGET, 8),
    _date("publicity_from_on", "公示起", TARGET, 8, "publicity_from_on"),
    _date("publicity_until_on", "公示止", TARGET, 8, "publicity_until_on"),
    Column("target_on", "列为发展对象", TARGET, lambda sheet: plain(sheet.standing.listed_on, sheet.hint(8)), DATE),
    Column("recommender_1", "入党介绍人1", TARGET, lambda sheet: tie_cell(sheet, sheet.recommenders, 9, 0), PEOPLE),
    Column("recommender_2", "入党介绍人2", TARGET, lambda sheet: tie_cell(sheet, sheet.recommenders, 9, 1), PEOPLE),
    _date("recommenders_on", "确定介绍人", TARGET, 9),
    _date("reviewed_on", "政治审查", TARGET, 10),
    Column("review_result", "政审结论", TARGET, lambda sheet: conclusion_cell(sheet, 10)),
    _date("trained", "培训结业", TARGET, 11),
    Column("training_hours", "培训学时", TARGET, lambda sheet: step_cell(sheet, 11, "hours"), COUNT, 8),
    _date("branch_reviewed_on", "支委审查", ADMISSION, 12),
    _date("pre_examined_on", "预审", ADMISSION, 13),
    Column("form_number", "志愿书编号", ADMISSION, lambda sheet: step_cell(sheet, 14, "form_number")),
    _date("form_on", "填写志愿书", ADMISSION, 14),
    _date("meeting_on", "支部大会", ADMISSION, 15),
    Column("eligible", "应到", ADMISSION, lambda sheet: votes_cell(sheet, "eligible"), COUNT, 7),
    Column("present", "实到", ADMISSION, lambda sheet: votes_cell(sheet, "present"), COUNT, 7),
    Column("in_favour", "赞成", ADMISSION, lambda sheet: votes_cell(sheet, "in_favour"), COUNT, 7),
    Column("against", "反对", ADMISSION, lambda sheet: votes_cell(sheet, "against"), COUNT, 7),
    Column("abstained", "弃权", ADMISSION, lambda sheet: votes_cell(sheet, "abstained"), COUNT, 7),
    _date("approval_talked_on", "谈话", ADMISSION, 16),
    Column("approval_talker", "谈话人", ADMISSION, lambda sheet: name_cell(sheet, 16), PEOPLE),
    _date("approved_on", "审批", ADMISSION, 17),
    _date("filed_upward_on", "备案", ADMISSION, 18),
    _date("grouped_on", "编入党小组", ADMISSION, 19),
    _date("oath_on", "宣誓", ADMISSION, 20),
    Column("probation_from", "预备期起", ADMISSION, lambda sheet: plain(sheet.standing.admitted_on), DATE),
    Column("probation_until", "预备期止", ADMISSION, lambda sheet: plain(sheet.standing.probation_ends_on), DATE),
    _date("continued_on", "预备期考察", CONVERSION, 21),
    _date("conversion_applied_on", "转正申请", CONVERSION, 22),
    _date("conversion_on", "支部大会", CONVERSION, 23),
    Column("conversion_result", "结果", CONVERSION, lambda sheet: conclusion_cell(sheet, 23), TEXT, 16),
    _date("extended_until_on", "延长至", CONVERSION, 23, "extended_until_on"),
    _date("conversion_approved_on", "审批", CONVERSION, 24),
    Column(
        "standing_from", "党龄起算", CONVERSION,
        lambda sheet: plain(sheet.standing.probation_ends_on if sheet.standing.has(24) else None), DATE,
    ),
    _date("archived_on", "归档", CONVERSION, 25),
    Column("remark", "备注", OTHER, remark_cell, TEXT, 16),
    Column("secretary", "党支部书记", OTHER, lambda sheet: plain(sheet.secretary), PEOPLE),
)  # fmt: skip


def columns_of(kind, only=""):
    """The columns of a ledger, of one kind (DATE, PEOPLE) where ``only`` names it."""
    groups = GROUPS_SHOWN[LedgerKind(kind)]
    return tuple(column for column in COLUMNS if column.group in groups and only in ("", column.kind))


def grouped(columns):
    """[(group, its columns)] in order."""
    found = {}
    for column in columns:
        found.setdefault(column.group, []).append(column)
    return list(found.items())


def cells_of(sheet, columns):
    """The cells of a row, each knowing whether a new group begins with it."""
    cells, group = [], None
    for column in columns:
        cell = column.cell(sheet)
        starts = column.group != group
        group = column.group
        cells.append(
            Cell(value=cell.value, text=cell.text, css=cell.css, hint=cell.hint, starts_group=True) if starts else cell
        )
    return cells
