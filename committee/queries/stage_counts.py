"""How many people are where, and how many acts about them are late: grouped in SQL, whatever the number of people."""

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import date, timedelta

from django.db.models import Case, Count, IntegerField, Min, Q, Value, When
from django.urls import reverse

from branches.models import Unit
from branches.offices import Office
from committee.charts import HeatMatrix, heat_matrix
from recruitment.models import Candidate, Due
from recruitment.scope import scope_of
from recruitment.stages import RoadState, Stage

SOON_DAYS = 7
BRANCH_MEETINGS = (15, 23)
EXAMINED = 12  # from here on a development target is being admitted (接收办理)
ADMISSION = "admission"

# Columns of the matrix: heading, and the value of the list's filter that shows the same people.
COLUMNS = (
    ("重点关注", Stage.PROSPECT),
    ("申请人", Stage.APPLICANT),
    ("积极分子", Stage.ACTIVIST),
    ("发展对象", Stage.DEVELOPMENT_TARGET),
    ("接收办理", ADMISSION),
    ("预备党员", Stage.PROBATIONARY_MEMBER),
)


def _column(prefix=""):
    """The matrix column of a candidate as a number, seen from a model that reaches it by ``prefix``."""
    admitted = Q(**{f"{prefix}stage": Stage.DEVELOPMENT_TARGET, f"{prefix}last_step__gte": EXAMINED})
    whens = [When(admitted, then=Value(4))]
    whens += [
        When(**{f"{prefix}stage": stage}, then=Value(i)) for i, (_, stage) in enumerate(COLUMNS) if stage != ADMISSION
    ]
    return Case(*whens, default=Value(len(COLUMNS)), output_field=IntegerField())


@dataclass
class StageCounts:
    """People on the road per unit and column, and everybody who ever reached a stage."""

    per_cell: Counter = field(default_factory=Counter)
    reached: Counter = field(default_factory=Counter)
    staying: Counter = field(default_factory=Counter)

    @property
    def on_the_road(self):
        """Everybody whose road goes on."""
        return sum(self.per_cell.values())


def stage_counts(user):
    """StageCounts of everybody within reach, in one query."""
    rows = (
        Candidate.objects.visible_to(user)
        .order_by()
        .annotate(column=_column())
        .values_list("unit_id", "column", "stage", "state")
        .annotate(people=Count("pk"))
    )
    counts = StageCounts()
    for unit_id, column, stage, state, people in rows:
        counts.reached[stage] += people
        if state == RoadState.ACTIVE:
            counts.staying[stage] += people
            if column < len(COLUMNS):
                counts.per_cell[unit_id, column] += people
    return counts


@dataclass
class DueCounts:
    """Open dues in numbers: late, due within a week, waiting for the committee, about problems."""

    per_cell: Counter = field(default_factory=Counter)
    overdue: int = 0
    overdue_of_people: int = 0
    oldest_on: date | None = None
    soon: int = 0
    meetings_soon: int = 0
    pending: int = 0
    pending_late: int = 0
    problems: int = 0
    problems_late: int = 0


PENDING = Q(owed_by=Office.PARTY_OFFICE, owed_by_person__isnull=True, step__isnull=False)


def due_counts(user, today):
    """DueCounts within reach, in one query."""
    week = today + timedelta(days=SOON_DAYS)
    late, soon = Q(is_binding=True, due_on__lt=today), Q(is_binding=True, due_on__range=(today, week))
    problem = Q(kind="problem")
    rows = (
        Due.objects.visible_to(user)
        .open()
        .filter(Q(due_on__lte=week) | PENDING | problem)
        .order_by()
        .annotate(column=_column("candidate__"))
        .values_list("candidate__unit_id", "column")
        .annotate(
            overdue=Count("pk", filter=late),
            oldest_on=Min("due_on", filter=late),
            soon=Count("pk", filter=soon),
            meetings=Count("pk", filter=soon & Q(step__in=BRANCH_MEETINGS)),
            pending=Count("pk", filter=PENDING),
            pending_late=Count("pk", filter=PENDING & late),
            problems=Count("pk", filter=problem),
            problems_late=Count("pk", filter=problem & late),
        )
    )
    counts = DueCounts()
    for (
        unit_id,
        column,
        overdue,
        oldest_on,
        soon_here,
        meetings,
        pending,
        pending_late,
        problems,
        problems_late,
    ) in rows:
        counts.overdue += overdue
        counts.soon += soon_here
        counts.meetings_soon += meetings
        counts.pending += pending
        counts.pending_late += pending_late
        counts.problems += problems
        counts.problems_late += problems_late
        if overdue:
            counts.oldest_on = min(counts.oldest_on or oldest_on, oldest_on)
        if unit_id is not None:
            counts.per_cell[unit_id, column] += overdue
            counts.overdue_of_people += overdue
    return counts


def branches_within(user):
    """Active branches that the user's posts reach, in the order of the tree."""
    return Unit.objects.branches().active().under(scope_of(user).paths)


def matrix_of(branches, people: StageCounts, dues: DueCounts) -> HeatMatrix:
    """Branches by columns; every cell leads to the list of the same people."""
    rows = [
        (
            branch.short_name,
            [
                (people.per_cell[branch.pk, i], dues.per_cell[branch.pk, i], cell_url(branch, value))
                for i, (_, value) in enumerate(COLUMNS)
            ],
        )
        for branch in branches
    ]
    return heat_matrix(rows, [label for label, _ in COLUMNS])


def cell_url(branch, value):
    """The list of people of ``branch`` in one column."""
    return f"{reverse('candidates')}?unit={branch.code}&stage={value if value == ADMISSION else int(value)}"


# --- For those who see numbers only

SMALLEST_SHOWN = 5


@dataclass(frozen=True, slots=True)
class CoarseCount:
    """People of one stage, or "不足 5" where fewer would point at somebody."""

    label: str
    text: str


def coarse_counts(user) -> tuple[CoarseCount, ...]:
    """Numbers by stage below the units of the user's posts, without names, branches or small cells; one query.

    Where a single small number could be told from the rest, the smallest of the others is withheld too.
    """
    under = Q(pk__in=())
    for post in scope_of(user).posts:
        if post.unit_path:
            under |= Q(unit_path__startswith=post.unit_path)
    rows = Candidate.objects.on_the_road().filter(under).order_by().values_list("stage").annotate(people=Count("pk"))
    found = defaultdict(int, rows)
    numbers = {stage: found[stage] for stage in Stage if stage != Stage.FULL_MEMBER}
    return tuple(CoarseCount(stage.label, text) for stage, text in suppressed(numbers).items())


def suppressed(numbers):
    """{key: text}: numbers below five become "不足 5"; with one such, the next larger number is withheld as well."""
    small = {key for key, number in numbers.items() if number < SMALLEST_SHOWN}
    texts = {key: f"不足 {SMALLEST_SHOWN}" if key in small else str(number) for key, number in numbers.items()}
    shown = [key for key in numbers if key not in small]
    if len(small) == 1 and shown:
        texts[min(shown, key=lambda key: numbers[key])] = "不公布"
    return texts
