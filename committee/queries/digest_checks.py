"""Whether what a written digest tells may still be told, asked once more at the last moment."""

from collections import defaultdict
from dataclasses import dataclass

from django.db.models import Q

from branches.models import User
from committee.models import DigestItem
from recruitment.models import Candidate, Due
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


def still_tellable(user_id, content, *, must_be_open):
    """True when the user can log in and may know of every candidate and due that ``content`` names.

    With ``must_be_open`` none of the dues may be settled either. The user is read anew, so posts, ties and grants are those
    of this moment.
    """
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
