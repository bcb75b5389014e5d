"""Who may hold which post, and who may give it: pure answers about offices and kinds of unit (notice R1)."""

from dataclasses import dataclass
from datetime import date

from branches.offices import ADMINISTRATOR_OFFICES, BRANCH_OFFICES, Office, UnitKind

COMMITTEES = frozenset((UnitKind.COMMITTEE, UnitKind.GENERAL_BRANCH, UnitKind.LEADING_GROUP))
BRANCHES = frozenset((UnitKind.BRANCH, UnitKind.GENERAL_BRANCH, UnitKind.TEMPORARY))

# In which kinds of unit an office exists; DEPARTMENT_LIAISON belongs to a department instead.
PLACES = {
    **dict.fromkeys((*BRANCH_OFFICES, Office.BRANCH_COMMITTEE_MEMBER), BRANCHES),
    Office.GROUP_LEADER: frozenset((UnitKind.GROUP,)),
    **dict.fromkeys((Office.COMMITTEE_SECRETARY, Office.COMMITTEE_MEMBER, Office.PARTY_OFFICE), COMMITTEES),
    **dict.fromkeys((Office.HR_LIAISON, *ADMINISTRATOR_OFFICES), COMMITTEES),
}
# Offices of the Party's own line are held by full members.
PARTY_POSTS = frozenset(
    (
        *BRANCH_OFFICES,
        Office.BRANCH_COMMITTEE_MEMBER,
        Office.GROUP_LEADER,
        Office.COMMITTEE_SECRETARY,
        Office.COMMITTEE_MEMBER,
        Office.PARTY_OFFICE,
    )
)
# The system administrator sets up those who then set up the others; nobody gives a post of their own kind.
GIVEN_BY_ADMINISTRATOR = frozenset((Office.PARTY_OFFICE, *ADMINISTRATOR_OFFICES))
GIVEN_BY_OFFICE = frozenset(Office) - GIVEN_BY_ADMINISTRATOR


@dataclass(frozen=True, slots=True)
class Term:
    """A post held for a time; ``ends_on`` is the first day without it, None while that is open."""

    office: str
    starts_on: date
    ends_on: date | None = None

    def overlaps(self, other):
        """True when some day belongs to both."""
        starts_on = max(self.starts_on, other.starts_on)
        return all(term.ends_on is None or starts_on < term.ends_on for term in (self, other))


def may_give(office, held_by_giver):
    """True when holders of ``held_by_giver`` (offices over the unit in question) may fill or empty ``office``."""
    if Office.SYSTEM_ADMINISTRATOR in held_by_giver and office in GIVEN_BY_ADMINISTRATOR:
        return True
    return Office.PARTY_OFFICE in held_by_giver and office in GIVEN_BY_OFFICE


def exists_in(office, kind):
    """True when units of ``kind`` (UnitKind, or None for no unit) have ``office``."""
    if kind is None:
        return office == Office.DEPARTMENT_LIAISON or office in ADMINISTRATOR_OFFICES
    return kind in PLACES.get(office, ())


def clashes(term, held):
    """Posts among ``held`` that the same person cannot hold together with ``term``.

    The three administrators (三员: system, security, audit) hold nothing else, so that nobody watches themselves.
    """
    return [
        other
        for other in held
        if term.overlaps(other) and (term.office in ADMINISTRATOR_OFFICES or other.office in ADMINISTRATOR_OFFICES)
    ]
