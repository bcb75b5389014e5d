"""The contact ledger: which contacts ran on a day, and every talk held up to it, within reach (notice R2, B3)."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date

from django.conf import settings
from django.core.paginator import Paginator
from django.db.models import Exists, OuterRef
from django.utils import timezone

from branches.models import Person, Posting
from committee.models import Problem, Talk
from committee.queries.contacts import post_words
from committee.rules.contact_sheet import COLUMNS, TITLES, ContactKind, ContactRow, RaisedProblem, Rows
from recruitment.models import Candidate, DesignatedContact
from recruitment.queries.ledger_files import drawn_up_by
from recruitment.queries.past import as_they_were, units_on
from recruitment.queries.sheets import BATCH, PER_PAGE, AsOfDay, SheetRow, standings_on
from recruitment.rules.contacts import LEADERS
from recruitment.scope import scope_of
from recruitment.sheets import cells_of, grouped
from recruitment.spreadsheets import Book

SORTS = ("leader", "name", "-held")
LONG_AGO = date(1900, 1, 1)


@dataclass(frozen=True)
class ContactsAsked(AsOfDay):
    """Which rows, as of which day, whether as it stood in the books that day, whom, in what order.

    ``unit`` is the path of a branch, ``q`` a name or its pinyin, of the contact or of the person looked after.
    """

    kind: ContactKind
    day: date
    today: date
    as_recorded: bool = False
    only: str = ""
    sort: str = "leader"
    unit: str = ""
    q: str = ""

    def stored(self):
        """The question as JSON, to be asked again by a worker."""
        return {
            "kind": self.kind.value, "day": self.day.isoformat(), "today": self.today.isoformat(), "only": self.only,
            "as_recorded": self.as_recorded, "sort": self.sort, "unit": self.unit, "q": self.q,
        }  # fmt: skip


def contacts_asked_again(stored):
    """The ContactsAsked that :meth:`ContactsAsked.stored` made ``stored`` of."""
    days = {name: date.fromisoformat(stored[name]) for name in ("day", "today")}
    return ContactsAsked(**(stored | days | {"kind": ContactKind(stored["kind"])}))


@dataclass(frozen=True, slots=True)
class _Line:
    """A row before anything of it is loaded; ``quiet_days`` and ``is_late`` are those of the contact's last row."""

    candidate_id: int
    leader_id: int
    names: tuple
    talk_id: int | None = None
    held_on: date | None = None
    starts_on: date | None = None
    quiet_days: int | None = None
    is_late: bool = False


@dataclass
class ContactSheet:
    """The ledger or a page of it."""

    asked: ContactsAsked
    rows: list[SheetRow]
    page: object = None
    totals: dict = field(default_factory=dict)

    @property
    def columns(self):
        return COLUMNS

    @property
    def groups(self):
        """[(label, columns)]"""
        return grouped(COLUMNS)


def contact_sheet_page(*, user, asked, number):
    """One page of the ledger ``asked`` for, in a number of queries that is always the same."""
    lines = _lines(user, asked)
    page = Paginator(lines, PER_PAGE).get_page(number)
    totals = {
        "people": len({line.candidate_id for line in lines}),
        "talks": sum(line.talk_id is not None for line in lines),
        "late": sum(line.is_late for line in lines),
    }
    return ContactSheet(asked, _rows(list(page.object_list), asked, first=page.start_index()), page, totals)


def people_at_most(*, user, asked):
    """How many people a file of the ledger could be about."""
    return len({line.candidate_id for line in _lines(user, asked)})


def contacts_file(*, user, asked, now, progress):
    """(Book, keys of the people in it) of the contact ledger; ``asked`` is ContactsAsked.stored()."""
    asked = contacts_asked_again(asked)
    lines = _lines(user, asked)
    people = Candidate.objects.visible_to(user).in_bulk({line.candidate_id for line in lines})
    allowed = {key for key, one in people.items() if user.has_perm("recruitment.export_candidates", one)}
    lines, rows = [line for line in lines if line.candidate_id in allowed], []
    for start in range(0, len(lines), BATCH):
        rows += _rows(lines[start : start + BATCH], asked, first=start + 1)
        progress(len(rows) / len(lines))
    as_recorded = "，按当日所录" if asked.as_recorded else ""
    exported = f"{timezone.localtime(now):%Y-%m-%d %H:%M}"
    note = f"截至 {asked.day:%Y-%m-%d}{as_recorded}　共 {len(allowed)} 人　{user.display_name}导出于 {exported}"
    book = Book(
        title=TITLES[asked.kind],
        unit=drawn_up_by(user),
        note=note,
        groups=grouped(COLUMNS),
        rows=[(row.n, row.name, row.unit_name, *(cell.value for cell in row.cells)) for row in rows],
    )
    return book, [row.pk for row in rows]


def _lines(user, asked):
    """Every row in order, in two queries and one more for the names."""
    ties = _ties(user, asked) if asked.kind == ContactKind.CONTACTS else {}
    talks = _talks(user, asked)
    lines = []
    if asked.kind == ContactKind.TALKS:
        lines = [
            _Line(candidate_id, talker_id, (talker, name), talk_id=pk, held_on=held_on)
            for pk, candidate_id, talker_id, held_on, talker, name in talks
        ]
    by_pair = defaultdict(list)
    for pk, candidate_id, talker_id, held_on, *_ in talks:
        by_pair[candidate_id, talker_id].append((held_on, pk))
    for (candidate_id, leader_id), (starts_on, *names) in ties.items():
        held = sorted((talk for talk in by_pair[candidate_id, leader_id] if talk[0] >= starts_on), reverse=True)
        quiet = (asked.day - (held[0][0] if held else starts_on)).days
        is_late = quiet > settings.YINLING_CONTACT_DAYS
        if asked.only == Rows.LATE and not is_late:
            continue
        last_held_on, last_pk = held[0] if held else (None, None)
        lines.append(_Line(candidate_id, leader_id, tuple(names), last_pk, last_held_on, starts_on, quiet, is_late))
        if asked.only == Rows.EVERY:
            lines += [_Line(candidate_id, leader_id, tuple(names), pk, held_on, starts_on) for held_on, pk in held[1:]]
    if asked.unit and not asked.is_now:
        candidates = Candidate.objects.filter(pk__in={line.candidate_id for line in lines})
        units = units_on(list(candidates), asked.day, asked.known_at)
        lines = [line for line in lines if units[line.candidate_id].path.startswith(asked.unit)]
    newest_first = sorted(lines, key=lambda line: (line.held_on or LONG_AGO, line.talk_id or 0), reverse=True)
    if asked.sort == "-held":
        return newest_first
    places = (1, 0) if asked.sort == "name" else (0, 1)
    return sorted(newest_first, key=lambda line: (*(line.names[place] for place in places), line.candidate_id))


def _ties(user, asked):
    """{(candidate id, leader id): (since, leader's pinyin, person's pinyin)} of the contacts that ran on the day."""
    ties = _running(asked).filter(scope_of(user).candidates("candidate__"))
    ties = _narrowed(ties, asked, "leader").order_by("starts_on", "pk")
    return {
        (candidate_id, leader_id): values
        for candidate_id, leader_id, *values in ties.values_list(
            "candidate_id", "leader_id", "starts_on", "leader__pinyin", "candidate__person__pinyin"
        )
    }


def _running(asked):
    """The contacts that ran on the day, or that the books of that day held for running."""
    if not asked.known_at:
        return DesignatedContact.objects.on(asked.day)
    written = DesignatedContact.history.filter(id=OuterRef("pk"), history_date__lt=asked.known_at)
    return DesignatedContact.objects.filter(Exists(written), starts_on__lte=asked.day).exclude(
        # an end that was entered later had not been written yet, whatever day it names
        Exists(written.filter(ends_on__lte=asked.day))
    )


def _talks(user, asked):
    talks = Talk.objects.visible_to(user).filter(held_on__lte=asked.day)
    if asked.known_at:
        talks = talks.filter(recorded_at__lt=asked.known_at)
    return list(
        _narrowed(talks, asked, "talker")
        .order_by("held_on", "pk")
        .values_list("pk", "candidate_id", "talker_id", "held_on", "talker__pinyin", "candidate__person__pinyin")
    )


def _narrowed(rows, asked, who):
    """``rows`` of the branch and the name asked for; ``who`` is the field of the one who looks after somebody."""
    if asked.unit and asked.is_now:  # on a past day the branch of that day counts
        rows = rows.filter(candidate__unit_path__startswith=asked.unit)
    if asked.q:
        people = Person.objects.search(asked.q).order_by().values("pk")
        rows = rows.filter(candidate__person__in=people) | rows.filter(**{f"{who}__in": people})
    return rows


def _rows(lines, asked, first):
    """The rows of ``lines``, in a number of queries that does not follow theirs."""
    keys = {line.candidate_id for line in lines}
    candidates = list(Candidate.objects.filter(pk__in=keys).select_related("person__department", "unit"))
    if not asked.is_now:
        standings = standings_on(candidates, asked)
        units = units_on(candidates, asked.day, asked.known_at)
        for candidate in candidates:
            candidate.unit = units[candidate.pk]
        as_they_were(candidates, asked.day, standings, asked.known_at)
    people = {candidate.pk: candidate for candidate in candidates}
    leaders = Person.objects.in_bulk({line.leader_id for line in lines})
    posts = _posts(leaders, asked.day)
    talks = Talk.objects.in_bulk({line.talk_id for line in lines if line.talk_id})
    problems = _problems(talks, asked)
    relations = _relations(keys, asked)
    rows = []
    for place, line in enumerate(lines):
        candidate, talk = people[line.candidate_id], talks.get(line.talk_id)
        row = ContactRow(
            candidate=candidate,
            leader=leaders[line.leader_id].name,
            post=posts.get(line.leader_id, ""),
            relation="定向联系" if (line.candidate_id, line.leader_id) in relations else "",
            starts_on=line.starts_on,
            held_on=line.held_on,
            way=talk.get_way_display() if talk else "",
            place=talk.place if talk else "",
            follow_up_on=talk.follow_up_on if talk else None,
            quiet_days=line.quiet_days,
            is_late=line.is_late,
            problems=tuple(problems[line.talk_id]),
        )
        rows.append(
            SheetRow(
                n=first + place,
                pk=candidate.pk,
                code=candidate.code,
                name=candidate.person.name,
                unit_name=candidate.unit.short_name,
                cells=cells_of(row, COLUMNS),
            )
        )
    return rows


def _posts(people, day):
    """{person id: post in words} of those who are to look after somebody, on ``day``; the highest where several."""
    held = Posting.objects.on(day).filter(person_id__in=people, office__in=LEADERS).select_related("unit")
    in_order = sorted(held, key=lambda posting: (LEADERS.index(posting.office), posting.pk), reverse=True)
    return {posting.person_id: post_words(posting) for posting in in_order}


def _problems(talk_ids, asked):
    """{talk id: what it raised, as it stood on the day}."""
    raised = Problem.objects.filter(talk_id__in=talk_ids, raised_on__lte=asked.day)
    if asked.known_at:
        raised = raised.filter(recorded_at__lt=asked.known_at)
    found = defaultdict(list)
    for problem in raised:
        is_answered = problem.answered_on is not None and problem.answered_on <= asked.day
        found[problem.talk_id].append(
            RaisedProblem(
                summary=problem.summary,
                solver=problem.get_solver_display(),
                due_on=problem.due_on,
                answered_on=problem.answered_on if is_answered else None,
                answer=problem.answer if is_answered else "",
            )
        )
    return found


def _relations(candidate_ids, asked):
    """{(candidate id, leader id)} of designated contacts running on the day."""
    ties = _running(asked).filter(candidate_id__in=candidate_ids)
    return set(ties.order_by().values_list("candidate_id", "leader_id"))
