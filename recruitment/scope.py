"""What a user may know of, resolved once per request from posts, ties and grants into literals (notice R1, R2)."""

from dataclasses import dataclass

from django.db.models import BigIntegerField, CharField, Q, Value
from django.utils import timezone

from branches.models import Posting
from branches.offices import ADMINISTRATOR_OFFICES, BRANCH_OFFICES, Office
from recruitment.models.access import EmergencyAccess
from recruitment.stages import RoadState

# Posts that see every candidate of their unit and of all units below it.
SUBTREE_OFFICES = (*BRANCH_OFFICES, Office.PARTY_OFFICE, Office.COMMITTEE_SECRETARY)
# Posts that enter and change people of their unit and of all units below it.
ACTING_OFFICES = (*BRANCH_OFFICES, Office.PARTY_OFFICE)
# What a row of the second query stands for.
TIED, GRANTED, OPENED = "tied", "granted", "opened"


@dataclass(frozen=True, slots=True)
class Post:
    """A post held now."""

    office: str
    unit_id: int | None
    unit_path: str
    unit_name: str
    unit_kind: str
    department_id: int | None
    starts_on: object


@dataclass(frozen=True, slots=True)
class Scope:
    """The reach of one user: subtrees by post or unit grant, single candidates by tie or grant.

    Candidates who declined and the user's own file are outside every scope.
    """

    user_id: int | None
    person_id: int | None
    posts: tuple[Post, ...] = ()
    granted_paths: tuple[str, ...] = ()
    candidate_ids: frozenset[int] = frozenset()
    # Candidates whose kept texts are open for a day, by emergency access; reach itself does not grow by it.
    opened_ids: frozenset[int] = frozenset()

    @property
    def paths(self):
        """Prefixes of unit paths whose candidates are within reach."""
        held = [post.unit_path for post in self.posts if post.office in SUBTREE_OFFICES and post.unit_path]
        return tuple(dict.fromkeys((*held, *self.granted_paths)))

    @property
    def acting_paths(self):
        """Prefixes of unit paths that the user acts for: as a branch's officer, as the party office, or standing in."""
        held = [post.unit_path for post in self.posts if post.office in ACTING_OFFICES and post.unit_path]
        return tuple(dict.fromkeys((*held, *self.granted_paths)))

    def holds(self, *offices):
        """True when one of ``offices`` is among the posts held now."""
        return any(post.office in offices for post in self.posts)

    def holds_at_the_top(self, office):
        """True when ``office`` is held in the topmost unit: what is one for the whole institute is set there."""
        return any(post.office == office and post.unit_path.count("/") == 1 for post in self.posts)

    def offices_over(self, unit_path):
        """Offices this user holds over the unit at ``unit_path`` (in that unit or above it)."""
        offices = {post.office for post in self.posts if post.unit_path and unit_path.startswith(post.unit_path)}
        if any(unit_path.startswith(path) for path in self.granted_paths):
            offices.add(Office.SECRETARY)
        return offices

    def candidates(self, prefix=""):
        """Q for the candidates within reach, seen from a model that reaches them by ``prefix`` ("candidate__")."""
        within = Q(**{f"{prefix}pk__in": self.candidate_ids})
        for path in self.paths:
            within |= Q(**{f"{prefix}unit_path__startswith": path})
        out_of_reach = Q(**{f"{prefix}state": RoadState.DECLINED})
        if self.person_id is not None:
            out_of_reach |= Q(**{f"{prefix}person_id": self.person_id})
        return within & ~out_of_reach

    def includes(self, candidate):
        """The same answer as :meth:`candidates` for one loaded candidate, without a query."""
        if candidate.state == RoadState.DECLINED or candidate.person_id == self.person_id:
            return False
        return candidate.pk in self.candidate_ids or candidate.unit_path.startswith(self.paths or ("\0",))

    def dues(self):
        """Q for the dues within reach: about visible candidates, owed by oneself or one's posts, about units one looks after."""
        about = Q(candidate__isnull=False) & self.candidates("candidate__")
        if self.person_id is not None:
            # a due about a person out of reach is not shown even to the one who owes it
            about |= Q(candidate__isnull=True, owed_by_person_id=self.person_id)
        for post in self.posts:
            if post.unit_path:
                about |= Q(
                    candidate__isnull=True, owed_by_person__isnull=True, owed_by=post.office, unit_path__startswith=post.unit_path
                )
        for path in self.paths:
            about |= Q(candidate__isnull=True, unit_path__startswith=path)
        return about

    def knows_of(self, due):
        """The same answer as :meth:`dues` for one loaded due (with its candidate), without a query."""
        if due.candidate is not None:
            return self.includes(due.candidate)
        if due.unit_path.startswith(self.paths or ("\0",)):
            return True
        if due.owed_by_person_id is not None:
            return due.owed_by_person_id == self.person_id
        return any(post.office == due.owed_by and post.unit_path and due.unit_path.startswith(post.unit_path) for post in self.posts)


def scope_of(user):
    """Resolve the reach of ``user`` now, in two queries, and keep it on the user object for the request.

    The clock is read here on purpose: access is always about now, and a caller able to choose the
    day could look through posts that have ended.
    """
    if not hasattr(user, "_scope"):
        user._scope = _resolve(user, timezone.now())
    return user._scope


def _resolve(user, now):
    if not user.is_authenticated or not user.is_active:
        return Scope(user_id=None, person_id=None)
    today = timezone.localdate(now)
    posts, tied, opened, granted_paths = (), set(), set(), ()
    held = Posting.objects.on(today).filter(person_id=user.person_id) if user.person_id else Posting.objects.none()
    posts = tuple(
        Post(
            office=posting.office,
            unit_id=posting.unit_id,
            unit_path=posting.unit.path if posting.unit else "",
            unit_name=posting.unit.name if posting.unit else "",
            unit_kind=posting.unit.kind if posting.unit else "",
            department_id=posting.department_id,
            starts_on=posting.starts_on,
        )
        for posting in held.select_related("unit").order_by("starts_on", "pk")
    )
    # An administrator of the system, of security or of audit never reads candidates, whatever else was granted.
    if not any(post.office in ADMINISTRATOR_OFFICES for post in posts):
        rows = list(_ties_of(user, now))
        tied = {candidate_id for kind, candidate_id, _ in rows if kind == TIED}
        opened = {candidate_id for kind, candidate_id, _ in rows if kind == OPENED}
        granted_paths = tuple(path for kind, _, path in rows if kind == GRANTED)
    else:
        posts = tuple(post for post in posts if post.office in ADMINISTRATOR_OFFICES)
    return Scope(
        user_id=user.pk,
        person_id=user.person_id,
        posts=posts,
        granted_paths=granted_paths,
        candidate_ids=frozenset(tied),
        opened_ids=frozenset(opened),
    )


def _ties_of(user, now):
    """(kind, candidate id or None, unit path or "") of every tie, grant and emergency running now, in one query."""
    today, no_path = timezone.localdate(now), Value("", output_field=CharField())
    grants = user.candidategrant_set.filter(ends_on__gt=today).values_list(_kind(TIED), "content_object_id", no_path)
    unit_grants = user.unitgrant_set.filter(ends_on__gt=today).values_list(
        _kind(GRANTED), Value(None, output_field=BigIntegerField()), "content_object__path"
    )
    emergencies = EmergencyAccess.objects.in_force(now).filter(user=user)
    ties = [grants, unit_grants, emergencies.values_list(_kind(OPENED), "candidate_id", no_path)]
    if user.person_id:
        ties += [
            related.on(today).values_list(_kind(TIED), "candidate_id", no_path)
            for related in (user.person.designated_contacts, user.person.mentorships)
        ]
    first, *others = (tie.order_by() for tie in ties)
    return first.union(*others, all=True)


def _kind(name):
    return Value(name, output_field=CharField())
