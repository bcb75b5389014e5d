"""Whether what a written digest tells may still be told, asked once more at the last moment."""

from collections import defaultdict
from dataclasses import dataclass

from django.db.models import Q

from branches.models import Posting, User
from branches.offices import ADMINISTRATOR_OFFICES
from committee.models import DigestItem
from committee.queries.roll_call import AboutCandidate
from recruitment.models import Candidate, Due
from recruitment.queries.scopes import post_of
from recruitment.scope import Scope
from recruitment.stages import RoadState


@dataclass(frozen=True, slots=True)
class FrozenContent:
    """What a digest told when its bytes were frozen; named ids and candidates are those that can be told by name only."""

    due_ids: tuple[int, ...]
    named_ids: tuple[int, ...]
    reminder_ids: frozenset[int]
    candidate_ids: tuple[int, ...]


def frozen_contents(digests):
    """{digest id: FrozenContent} from what was written down with the bytes; one query."""
    items = defaultdict(list)
    for digest_id, *item in DigestItem.objects.filter(digest__in=digests).values_list(
        "digest_id", "due_id", "is_reminder", "is_named"
    ):
        items[digest_id].append(item)
    return {
        digest.pk: FrozenContent(
            due_ids=tuple(due_id for due_id, _, _ in items[digest.pk]),
            named_ids=tuple(due_id for due_id, _, is_named in items[digest.pk] if is_named),
            reminder_ids=frozenset(due_id for due_id, is_reminder, _ in items[digest.pk] if is_reminder),
            candidate_ids=tuple(digest.about),
        )
        for digest in digests
    }


def still_tellable(user_id, content, *, today, must_be_open):
    """True when the user can log in and may know of every candidate and due that ``content`` names.

    With ``must_be_open`` none of the dues may be settled either. The user is read anew, so posts, ties and grants are those
    of this moment. What posts alone decide is asked first and at little cost, once for every mail; ties and grants only add to
    that, so they are asked only where posts do not reach.
    """
    if must_be_open and content.named_ids and _posts_suffice(user_id, content.named_ids, today):
        return True
    user = User.objects.select_related("person").filter(pk=user_id, is_active=True).first()
    if user is None:
        return False
    if content.named_ids:
        # a due is visible with its candidate only, so asking for the dues asks for the candidates too
        about_active = Q(candidate__isnull=True) | Q(candidate__state=RoadState.ACTIVE)
        dues = Due.objects.filter(about_active, pk__in=content.named_ids).visible_to(user)
        if must_be_open:
            dues = dues.open()
        return dues.count() == len(content.named_ids)
    people = Candidate.objects.filter(pk__in=content.candidate_ids, state=RoadState.ACTIVE)
    return not content.candidate_ids or people.visible_to(user).count() == len(content.candidate_ids)


@dataclass(frozen=True, slots=True)
class NamedDue:
    """As much of a due as the fence asks for."""

    unit_path: str
    owed_by: str
    owed_by_person_id: int | None
    candidate: AboutCandidate | None


def _posts_suffice(user_id, due_ids, today):
    """True when the posts that the active user holds on ``today`` reach every one of the dues, all of them open; two queries."""
    held = (
        Posting.objects.on(today)
        .filter(person__user=user_id, person__user__is_active=True)
        .select_related("unit")
    )
    posts = list(held)
    if not posts or any(post.office in ADMINISTRATOR_OFFICES for post in posts):
        return False
    scope = Scope(user_id=user_id, person_id=posts[0].person_id, posts=tuple(post_of(post) for post in posts))
    rows = list(
        Due.objects.open()
        .filter(pk__in=due_ids)
        .order_by()
        .values_list(
            "unit_path", "owed_by", "owed_by_person_id",
            "candidate_id", "candidate__person_id", "candidate__state", "candidate__unit_path",
        )
    )  # fmt: skip
    dues = [NamedDue(*row[:3], AboutCandidate(*row[3:], name="") if row[3] else None) for row in rows]
    return len(dues) == len(due_ids) and all(
        (due.candidate is None or due.candidate.state == RoadState.ACTIVE) and scope.knows_of(due) for due in dues
    )
