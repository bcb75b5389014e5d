"""The reach of many users at once, in a fixed number of queries; the same answer as recruitment.scope gives for one."""

from collections import defaultdict

from branches.models import Posting
from branches.offices import ADMINISTRATOR_OFFICES
from recruitment.models import CandidateGrant, DesignatedContact, Mentorship, UnitGrant
from recruitment.scope import Post, Scope


def scopes_of(users, today):
    """{user id: Scope} of active ``users`` on ``today``, in five queries however many they are.

    For work done on behalf of many people, such as digests; a request asks recruitment.scope.scope_of for its one user.
    Users who are inactive get an empty scope.
    """
    active = [user for user in users if user.is_active]
    user_ids = [user.pk for user in active]
    person_ids = [user.person_id for user in active if user.person_id]
    posts = defaultdict(list)
    held = Posting.objects.on(today).filter(person_id__in=person_ids).select_related("unit").order_by("starts_on", "pk")
    for posting in held:
        posts[posting.person_id].append(post_of(posting))
    tied, granted = defaultdict(set), defaultdict(list)
    for model, holder in ((Mentorship, "party_member_id"), (DesignatedContact, "leader_id")):
        for person_id, candidate_id in (
            model.objects.on(today)
            .filter(**{f"{holder}__in": person_ids})
            .order_by()
            .values_list(holder, "candidate_id")
        ):
            tied[person_id].add(candidate_id)
    by_user = defaultdict(set)
    for user_id, candidate_id in CandidateGrant.objects.filter(user_id__in=user_ids, ends_on__gt=today).values_list(
        "user_id", "content_object_id"
    ):
        by_user[user_id].add(candidate_id)
    for user_id, path in UnitGrant.objects.filter(user_id__in=user_ids, ends_on__gt=today).values_list(
        "user_id", "content_object__path"
    ):
        granted[user_id].append(path)
    scopes = {user.pk: Scope(user_id=None, person_id=None) for user in users}
    for user in active:
        own = tuple(posts[user.person_id]) if user.person_id else ()
        administers = tuple(post for post in own if post.office in ADMINISTRATOR_OFFICES)
        scopes[user.pk] = Scope(
            user_id=user.pk,
            person_id=user.person_id,
            posts=administers or own,
            granted_paths=() if administers else tuple(granted[user.pk]),
            candidate_ids=frozenset() if administers else frozenset(tied[user.person_id] | by_user[user.pk]),
        )
    return scopes


def post_of(posting):
    """A posting row (with its unit) as the scope holds it."""
    unit = posting.unit
    return Post(
        office=posting.office,
        unit_id=posting.unit_id,
        unit_path=unit.path if unit else "",
        unit_name=unit.name if unit else "",
        unit_kind=unit.kind if unit else "",
        department_id=posting.department_id,
        starts_on=posting.starts_on,
    )
