"""The four customary ledgers: whom they list on a day, and what stands in their columns."""

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import date

from django.core.paginator import Paginator
from django.db.models import Count
from django.utils import timezone

from branches.models import Posting
from branches.offices import Office
from recruitment.models import Candidate, Due, Mentorship, Recommender, StepRecord
from recruitment.queries.candidate_list import matching
from recruitment.queries.facts import calendar_in_force, facts_for
from recruitment.queries.past import as_they_were, end_of, units_on
from recruitment.rules.walking import walk
from recruitment.sheets import STAGES, Column, Entered, LedgerKind, PersonSheet, cells_of, columns_of, grouped
from recruitment.stages import RoadState, Stage

PER_PAGE = 100
BATCH = 500
SORTS = {
    "unit": ("unit_path", "applied_on", "pk"),
    "name": ("person__pinyin", "pk"),
    "applied": ("applied_on", "pk"),
    "-applied": ("-applied_on", "pk"),
}


class AsOfDay:
    """A question about a ledger as of ``day``, asked on ``today``; ``as_recorded`` as the books stood that day."""

    @property
    def is_now(self):
        """True when the ledger is today's, so that what the candidates hold answers."""
        return self.day == self.today and not self.as_recorded

    @property
    def known_at(self):
        """The end of the day as an instant, when only what was recorded by then counts."""
        return end_of(self.day) if self.as_recorded else None


@dataclass(frozen=True)
class Asked(AsOfDay):
    """Which ledger: ``kind``, the day it is as of, whether as it stood in the books that day, which columns, what order.

    ``filters`` are those of the list of people (recruitment.forms.filters).
    """

    kind: LedgerKind
    day: date
    today: date
    as_recorded: bool = False
    only: str = ""
    sort: str = "unit"
    filters: dict = field(default_factory=dict)

    def stored(self):
        """The question as JSON, to be asked again by a worker."""
        filters = {name: str(value) if name == "code" and value else value for name, value in self.filters.items()}
        return {
            "kind": self.kind.value, "day": self.day.isoformat(), "today": self.today.isoformat(), "only": self.only,
            "as_recorded": self.as_recorded, "sort": self.sort, "filters": filters,
        }  # fmt: skip


def asked_again(stored):
    """The Asked that :meth:`Asked.stored` made ``stored`` of."""
    days = {name: date.fromisoformat(stored[name]) for name in ("day", "today")}
    return Asked(**(stored | days | {"kind": LedgerKind(stored["kind"])}))


@dataclass(frozen=True, slots=True)
class SheetRow:
    """One person's row; ``pk`` is the candidate's key."""

    n: int
    pk: int
    code: object
    name: str
    unit_name: str
    cells: list


@dataclass
class Sheet:
    """A ledger or a page of it."""

    asked: Asked
    columns: tuple[Column, ...]
    rows: list[SheetRow]
    page: object = None
    totals: Counter = field(default_factory=Counter)

    @property
    def groups(self):
        """[(label, columns)]"""
        return grouped(self.columns)


def sheet_page(*, user, asked, number):
    """One page of the ledger ``asked`` for, of the people ``user`` may see, in a number of queries that is always the same."""
    found, totals, standings = _found(user, asked)
    page = Paginator(found, PER_PAGE).get_page(number)
    columns = columns_of(asked.kind, asked.only)
    rows = _rows(list(page.object_list), asked, columns, standings, first=page.start_index())
    return Sheet(asked=asked, columns=columns, rows=rows, page=page, totals=totals)


def people_at_most(*, user, asked):
    """How many people a file of the ledger could be about, without judging anybody."""
    if asked.is_now:
        return _found(user, asked)[0].count()
    return _narrowed(Candidate.objects.visible_to(user), asked).count()


def whole_sheet(*, user, asked, progress=lambda share: None):
    """The whole ledger for a file, of the people whom ``user`` may export; read in batches to keep memory small.

    ``progress`` is told after each batch which share of the people (0 to 1) is read.
    """
    found, totals, standings = _found(user, asked)
    columns = columns_of(asked.kind, asked.only)
    allowed = [one for one in found if user.has_perm("recruitment.export_candidates", one)]
    rows = []
    for start in range(0, len(allowed), BATCH):
        rows += _rows(allowed[start : start + BATCH], asked, columns, standings, first=start + 1)
        progress(len(rows) / len(allowed))
    return Sheet(asked=asked, columns=columns, rows=rows, totals=totals)


def _found(user, asked):
    """(the candidates of the ledger in order, {stage: how many}, {candidate id: Standing} or None).

    Today's ledger is a queryset, because the candidates' columns tell; a past day's is a list of everybody judged, each
    with the branch of that day. Whom ``user`` may see is a matter of today.
    """
    candidates = _narrowed(Candidate.objects.visible_to(user), asked).select_related("person__department", "unit")
    candidates = candidates.order_by(*SORTS.get(asked.sort, SORTS["unit"]))
    ended = bool(asked.filters.get("ended"))
    if asked.is_now:
        stages = candidates.filter(stage__in=STAGES[asked.kind])
        found = stages.exclude(state=RoadState.ACTIVE) if ended else stages.filter(state=RoadState.ACTIVE)
        totals = Counter(dict(found.order_by().values_list("stage").annotate(Count("pk"))))
        return found, totals, None
    candidates, within = list(candidates), asked.filters.get("unit") or ""
    units = units_on(candidates, asked.day, asked.known_at)
    candidates = [candidate for candidate in candidates if units[candidate.pk].path.startswith(within)]
    standings = standings_on(candidates, asked)
    for candidate in candidates:
        candidate.unit = units[candidate.pk]
    if asked.sort == "unit":
        candidates.sort(key=lambda candidate: candidate.unit.path)
    found = [
        candidate
        for candidate in candidates
        if (standing := standings[candidate.pk]).stage in STAGES[asked.kind]
        and (standing.state != RoadState.ACTIVE) == ended
    ]
    return found, Counter(standings[candidate.pk].stage for candidate in found), standings


def _narrowed(candidates, asked):
    """The filters of the list of people that do not ask about today's stage."""
    if asked.filters.get("code"):
        candidates = candidates.filter(code=asked.filters["code"])
    left_out = ("stage",) if asked.is_now else ("stage", "unit")
    filters = {name: value for name, value in asked.filters.items() if name not in left_out}
    return matching(candidates, filters, asked.today)


def standings_on(candidates, asked):
    """{candidate id: Standing} on the day asked about; ``asked`` has ``day`` and ``known_at``."""
    calendar = calendar_in_force()
    standings = {}
    for start in range(0, len(candidates), BATCH):
        batch = candidates[start : start + BATCH]
        for key, facts in facts_for(batch, known_at=asked.known_at).items():
            standings[key] = walk(facts, calendar, until=asked.day)
    return standings


def _rows(candidates, asked, columns, standings, first):
    """The rows of loaded candidates, in a number of queries that does not follow theirs."""
    ids = [candidate.pk for candidate in candidates]
    standings = standings or standings_on(candidates, asked)
    if not asked.is_now:
        as_they_were(candidates, asked.day, standings, asked.known_at)
    entered, corrections = _entered(ids, asked)
    dues = _open_dues(ids) if asked.is_now else {}
    mentors, recommenders = (_ties(model, ids, asked.day) for model in (Mentorship, Recommender))
    secretaries = _secretaries({candidate.unit_id for candidate in candidates}, asked.day)
    rows = []
    for place, candidate in enumerate(candidates):
        sheet = PersonSheet(
            candidate=candidate,
            standing=standings[candidate.pk],
            day=asked.day,
            entered=entered,
            corrections=corrections[candidate.pk],
            dues=dues.get(candidate.pk, {}),
            mentors=tuple(mentors[candidate.pk]),
            recommenders=tuple(recommenders[candidate.pk]),
            secretary=secretaries.get(candidate.unit_id, ""),
        )
        rows.append(
            SheetRow(
                n=first + place,
                pk=candidate.pk,
                code=candidate.code,
                name=candidate.person.name,
                unit_name=candidate.unit.short_name,
                cells=cells_of(sheet, columns),
            )
        )
    return rows


def _entered(ids, asked):
    """({record code: Entered}, {candidate id: {step: corrections}}) from every record, superseded ones too."""
    entered, corrections = {}, defaultdict(Counter)
    records = StepRecord.objects.filter(candidate_id__in=ids).order_by()
    if asked.known_at:
        records = records.filter(recorded_at__lte=asked.known_at)
    for code, key, step, superseded_at, at, person, login, late, remark, number in records.values_list(
        "code", "candidate_id", "step", "superseded_at", "recorded_at", "recorded_by__person__name",
        "recorded_by__username", "late_reason", "remark", "document_number",
    ):  # fmt: skip
        entered[str(code)] = Entered(person or login, timezone.localtime(at), late, remark, number)
        if superseded_at and (asked.known_at is None or superseded_at <= asked.known_at):
            corrections[key][step] += 1
    return entered, corrections


def _open_dues(ids):
    """{candidate id: {step: the open due that is due first}}"""
    found = defaultdict(dict)
    for due in Due.objects.open().filter(candidate_id__in=ids, step__isnull=False, window=0).order_by("-due_on"):
        found[due.candidate_id][due.step] = due
    return found


def _ties(model, ids, day):
    """{candidate id: names} of those who accompany on ``day``."""
    found = defaultdict(list)
    ties = model.objects.on(day).filter(candidate_id__in=ids).order_by("starts_on", "pk")
    for key, name in ties.values_list("candidate_id", "party_member__name"):
        found[key].append(name)
    return found


def _secretaries(unit_ids, day):
    """{unit id: the secretary's name on ``day``}"""
    posts = Posting.objects.on(day).filter(unit_id__in=unit_ids, office=Office.SECRETARY)
    return dict(posts.order_by("starts_on").values_list("unit_id", "person__name"))


def totals_in_words(totals):
    """入党申请人 21, 入党积极分子 24 …"""
    return [f"{stage.label} {totals[stage]}" for stage in Stage if totals.get(stage)]
