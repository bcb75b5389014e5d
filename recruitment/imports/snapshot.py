"""What the system knows that a check needs, loaded once: people, files, units, members, limits; plain values only."""

from dataclasses import dataclass, field, replace
from datetime import date

from recruitment.calendar import Calendar
from recruitment.facts import LocalLimit, PersonFact, UnitFact
from recruitment.imports.headers import one_spelling
from recruitment.imports.text import name_of
from recruitment.stages import RoadState, Stage


@dataclass(frozen=True, slots=True)
class Reach:
    """Who imports: ``paths`` of the units they act for, ``office_paths`` of those where they are the party office, their own person."""

    paths: tuple[str, ...]
    office_paths: tuple[str, ...] = ()
    person_id: int | None = None

    def covers(self, unit_path: str) -> bool:
        """True when they act for the unit at ``unit_path``."""
        return bool(unit_path) and unit_path.startswith(self.paths)

    def is_office_over(self, unit_path: str) -> bool:
        """True when they are the party office of the unit at ``unit_path``."""
        return bool(self.office_paths) and unit_path.startswith(self.office_paths)


@dataclass(frozen=True, slots=True)
class Place:
    """A branch that people can belong to."""

    pk: int
    name: str
    short_name: str
    path: str


@dataclass(frozen=True, slots=True)
class Frame:
    """What the rules ask about a unit: itself, its superior committee, the limits that reach it."""

    unit: UnitFact
    superior: UnitFact
    limits: tuple[LocalLimit, ...] = ()


@dataclass(frozen=True, slots=True)
class Known:
    """A person on the roster; ``profile`` holds the attributes that a ledger may fill in."""

    pk: int
    staff_number: str
    name: str
    birth_on: date | None
    unit_path: str
    fact: PersonFact
    has_left: bool = False
    profile: dict[str, object] = field(default_factory=dict)


# What ledgers tell of a step beside its date and its people, with the words for it.
TOLD = {
    "conclusion": "结论", "form_number": "编号", "extended_until_on": "延长至", "hours": "学时", "publicity_from_on": "公示起",
    "publicity_until_on": "公示止", "eligible": "应到", "present": "实到", "in_favour": "赞成", "against": "反对", "abstained": "弃权",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Record:
    """A step on file, as far as a ledger repeats it; ``parts`` are those of TOLD, blank ones too."""

    decided_on: date
    listed_on: date | None = None
    names: tuple[str, ...] = ()
    parts: dict[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class OnFile:
    """A person's file: the open one, else the last that was closed. ``steps`` are the standing records by step."""

    pk: int
    person_pk: int
    unit_path: str
    unit_name: str
    state: str
    stage: int
    is_visible: bool
    steps: dict[int, list[Record]] = field(default_factory=dict)

    @property
    def has_ended(self) -> bool:
        """True when nothing can be added: the road stopped for good or goes on elsewhere."""
        return self.state != RoadState.ACTIVE

    @property
    def stage_label(self) -> str:
        return Stage(self.stage).label


@dataclass(frozen=True, slots=True)
class Member:
    """A full member with full rights who can be named as mentor, recommender or talker.

    ``above`` are the paths of committees they sit in; ``posts`` are (office, from, until) as they were held.
    """

    pk: int
    fact: PersonFact
    unit_path: str
    above: tuple[str, ...] = ()
    posts: tuple[tuple[str, date, date | None], ...] = ()

    def fact_on(self, day: date) -> PersonFact:
        """The member as of ``day``, with the offices held then."""
        held = tuple(office for office, begin, end in self.posts if begin <= day and (end is None or end > day))
        return replace(self.fact, posts=held) if held else self.fact


@dataclass(slots=True)
class Snapshot:
    """Everything a check looks up. ``declined`` are those staff numbers of the file whose bearers said no.

    ``departments`` are keys by name, in one spelling.
    """

    reach: Reach
    calendar: Calendar
    places: list[Place] = field(default_factory=list)
    frames: dict[int, Frame] = field(default_factory=dict)
    people: list[Known] = field(default_factory=list)
    files: dict[int, OnFile] = field(default_factory=dict)
    declined: frozenset[str] = frozenset()
    members: dict[str, list[Member]] = field(default_factory=dict)
    departments: dict[str, int] = field(default_factory=dict)
    by_number: dict[str, Known] = field(init=False, default_factory=dict)
    by_bare_number: dict[str, list[Known]] = field(init=False, default_factory=dict)
    by_name: dict[str, list[Known]] = field(init=False, default_factory=dict)
    by_place: dict[str, list[Place]] = field(init=False, default_factory=dict)
    _called: dict[tuple, object] = field(init=False, default_factory=dict)

    def __post_init__(self):
        for known in self.people:
            self.by_number[known.staff_number] = known
            self.by_bare_number.setdefault(known.staff_number.lstrip("0"), []).append(known)
            self.by_name.setdefault(name_of(known.name), []).append(known)
        for place in self.places:
            for spelling in spellings(place.name) | spellings(place.short_name):
                self.by_place.setdefault(spelling, []).append(place)

    def place_called(self, text: str) -> Place | None:
        """The branch that ``text`` names, in full or short, with or without 党支部; None when none or several do."""
        key = (text,)
        if key not in self._called:
            found = (self.by_place.get(spelling, ()) for spelling in (one_spelling(text), *spellings(text)))
            self._called[key] = next((places[0] for places in found if len(places) == 1), None)
        return self._called[key]

    def members_called(self, names: tuple[str, ...], unit_path: str) -> tuple[list[Member], list[str]]:
        """The full members of those names who can be meant in the branch at ``unit_path``, and the names of nobody."""
        key = (names, unit_path)
        if key not in self._called:
            pairs = [(name, self._member_called(name, unit_path)) for name in names]
            self._called[key] = (
                [member for _, member in pairs if member],
                [name for name, member in pairs if not member],
            )
        return self._called[key]

    def _member_called(self, name: str, unit_path: str) -> Member | None:
        """The one of that name: in the branch, in its committee, else within the importing user's reach."""
        found = self.members.get(name, ())
        for within in (
            [member for member in found if member.unit_path.startswith(unit_path)],
            [member for member in found if any(unit_path.startswith(path) for path in member.above)],
            [member for member in found if self.reach.covers(member.unit_path)],
        ):
            if within:
                return within[0] if len(within) == 1 else None
        return None


def spellings(name: str) -> set[str]:
    """How a branch's name is shortened: without 中共, without 党支部 or 支部 at the end."""
    full = one_spelling(name).removeprefix("中国共产党").removeprefix("中共")
    found = {full}
    for ending in ("党支部委员会", "支部委员会", "党支部", "支部", "委员会"):
        if full.endswith(ending) and len(full) > len(ending) + 1:
            found.add(full.removesuffix(ending))
            break
    return found - {""}
