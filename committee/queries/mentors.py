"""培养联系人: who accompanies whom, how many each has, who could, and what they thought (notice B2, C4)."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import CharField, Exists, OuterRef, Value
from django.db.models.functions import Cast, Concat

from branches.models import Person, Posting
from branches.offices import BRANCH_OFFICES, Office
from recruitment.models import Candidate, Due, MentorOpinion, Mentorship
from recruitment.queries.choices import people_for
from recruitment.scope import scope_of
from recruitment.stages import RoadState, Stage

# Whom the notice names first (三（二）传帮带), in the words shown beside them.
SUGGESTED_OFFICES = {
    **dict.fromkeys((*BRANCH_OFFICES, Office.BRANCH_COMMITTEE_MEMBER), "支部委员"),
    Office.GROUP_LEADER: "党小组长",
}
INFLUENTIAL = "有影响力的科学家党员"


@dataclass(frozen=True, slots=True)
class MentorChoice:
    """A full member who could mentor: how many now, and why the notice suggests the person ("" where it does not)."""

    person: Person
    load: int
    roles: tuple[str, ...]

    @property
    def label(self):
        """As it stands in the form."""
        words = [f"现联系 {self.load} 人" if self.load else "尚未联系", *self.roles]
        return f"{self.person.name}（{'，'.join(words)}）"


@dataclass(frozen=True, slots=True)
class Opinion:
    """What a mentor thought."""

    on: date
    who: str
    window: int
    text: str


@dataclass(frozen=True, slots=True)
class CurrentMentor:
    """Who accompanies now, since when, and when the next opinion is owed; ``code`` is the person's."""

    code: UUID
    name: str
    since_on: date
    due_on: date | None


@dataclass(frozen=True, slots=True)
class MentorsPage:
    """The mentors of one person."""

    candidate: Candidate
    current: tuple[CurrentMentor, ...]
    opinions: tuple[Opinion, ...]
    may_change: bool
    may_give: bool
    may_enter: bool


@dataclass(frozen=True, slots=True)
class LoadRow:
    """One mentor with all people accompanied within the user's reach."""

    name: str
    roles: tuple[str, ...]
    people: tuple[tuple[object, str, bool], ...]  # code, name, whether an opinion is late


def mentor_choices(user, candidate, today):
    """(queryset, choices) of full members who may mentor: whom the notice suggests first, then the least loaded."""
    people = people_for("mentor", candidate, user)
    roles = roles_of(people, today)
    choices = [MentorChoice(person, person.load, roles[person.pk]) for person in people]
    choices.sort(key=lambda choice: (not choice.roles, choice.load, choice.person.pinyin, choice.person.pk))
    return people, choices


def roles_of(people, today):
    """{person id: words for the roles that make somebody a natural mentor}, in one query."""
    found = defaultdict(list)
    posts = Posting.objects.on(today).filter(person__in=people, office__in=SUGGESTED_OFFICES)
    for person_id, office in posts.order_by("pk").values_list("person_id", "office"):
        if SUGGESTED_OFFICES[office] not in found[person_id]:
            found[person_id].append(SUGGESTED_OFFICES[office])
    for person in people:
        if person.is_influential:
            found[person.pk].append(INFLUENTIAL)
    return defaultdict(tuple, {pk: tuple(words) for pk, words in found.items()})


def mentors_page(*, user, code, today):
    """The mentors of candidate ``code`` with their opinions; raises DoesNotExist for strangers.

    Opinions are read by the branch, the office and the mentors themselves.
    """
    candidate = Candidate.objects.visible_to(user).select_related("person", "unit").get(code=code)
    ties = list(Mentorship.objects.on(today).filter(candidate=candidate).select_related("party_member").order_by("pk"))
    may_give = any(tie.party_member_id == user.person_id for tie in ties)
    acts = bool({*BRANCH_OFFICES, Office.PARTY_OFFICE} & scope_of(user).offices_over(candidate.unit_path))
    dues = Due.objects.open().filter(candidate=candidate, kind="mentor_opinion")
    due_on = {key.partition(":")[2]: day for key, day in dues.values_list("key", "due_on")}
    opinions = MentorOpinion.objects.none()
    if acts or may_give:
        opinions = MentorOpinion.objects.standing().filter(candidate=candidate).select_related("mentor")
    return MentorsPage(
        candidate=candidate,
        current=tuple(
            CurrentMentor(tie.party_member.code, tie.party_member.name, tie.starts_on, due_on.get(str(tie.pk)))
            for tie in ties
        ),
        opinions=tuple(
            Opinion(row.given_on, row.mentor.name, row.window, row.opinion)
            for row in opinions.order_by("-given_on", "-pk")
        ),
        may_change=user.has_perm("recruitment.assign_mentor", candidate)
        and candidate.stage in (Stage.ACTIVIST, Stage.DEVELOPMENT_TARGET)
        and candidate.state == RoadState.ACTIVE,
        may_give=may_give,
        may_enter=acts and bool(ties),
    )


def serving_mentors(candidate, today):
    """Who mentors ``candidate`` today, as a queryset of Persons for a form."""
    ties = Mentorship.objects.on(today).filter(candidate=candidate)
    return Person.objects.filter(pk__in=ties.values("party_member_id"))


def loads(*, user, today):
    """Everybody who mentors somebody within reach, with the people, the most loaded first; three queries."""
    own_opinion = Concat(Value("mentor-opinion:"), Cast(OuterRef("pk"), CharField()))
    late = Due.objects.open().filter(candidate=OuterRef("candidate"), key=own_opinion, due_on__lt=today)
    ties = (
        Mentorship.objects.on(today)
        .filter(scope_of(user).candidates("candidate__"))
        .select_related("party_member", "candidate__person")
        .annotate(is_late=Exists(late))
        .order_by("party_member__pinyin", "party_member_id", "pk")
    )
    people, accompanied = {}, defaultdict(list)
    for tie in ties:
        people[tie.party_member_id] = tie.party_member
        accompanied[tie.party_member_id].append((tie.candidate.code, tie.candidate.person.name, tie.is_late))
    roles = roles_of(people.values(), today)
    rows = [LoadRow(people[pk].name, roles[pk], tuple(found)) for pk, found in accompanied.items()]
    return sorted(rows, key=lambda row: -len(row.people))
