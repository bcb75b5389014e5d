"""What the fence costs: the first page of the list within a user's reach against the same page without any fence.

Beside it, guardian's own get_objects_for_user for somebody with the same number of single grants, and what resolving the
reach itself costs. Ratios of one run; the size is the number of candidates.
"""

import argparse
from datetime import timedelta

from benchmarks import server


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=100_000)
    parser.add_argument("--grants", type=int, default=200)
    parser.add_argument("--repeat", type=int, default=15)
    options = parser.parse_args()
    server.start()

    from django.contrib.auth.models import Permission
    from django.contrib.contenttypes.models import ContentType
    from django.db import connection
    from django.utils import timezone
    from guardian.shortcuts import get_objects_for_user

    from benchmarks.institute import build
    from branches.models import User
    from recruitment.models import Candidate, CandidateGrant
    from recruitment.scope import scope_of

    users = build(options.people, with_roads=False)
    users.grantee = User.objects.create(username="grantee")
    permission = Permission.objects.get(
        codename="view_candidate", content_type=ContentType.objects.get_for_model(Candidate)
    )
    CandidateGrant.objects.bulk_create(
        CandidateGrant(
            user=users.grantee,
            permission=permission,
            content_object=candidate,
            reason="对照",
            ends_on=timezone.localdate() + timedelta(days=30),
            granted_by=users.office,
        )
        for candidate in Candidate.objects.order_by("pk")[: options.grants]
    )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")

    def page(candidates):
        return list(candidates.select_related("person", "unit").order_by("-pk")[:50])

    def timed(call):
        return server.median(server.timed(call, options.repeat))

    def fresh(name):
        return User.objects.select_related("person").get(pk=getattr(users, name).pk)

    print(f"{server.machine()}; {options.people} candidates, {options.grants} grants, {options.repeat} runs")
    unscoped = timed(lambda: page(Candidate.objects.all()))
    print(f"{'first page':34} {'median ms':>10} {'x unscoped':>11}")
    print(f"{'without a fence':34} {unscoped * 1000:10.2f} {1:11.2f}")
    for name in ("secretary", "office", "member", "grantee"):
        user = fresh(name)
        scope_of(user)
        scoped = timed(lambda user=user: page(Candidate.objects.visible_to(user)))
        print(f"{name + ', reach resolved':34} {scoped * 1000:10.2f} {scoped / unscoped:11.2f}")
    own = timed(lambda: page(Candidate.objects.visible_to(fresh("grantee"))))
    print(f"{'grantee, everything from scratch':34} {own * 1000:10.2f} {own / unscoped:11.2f}")
    theirs = timed(
        lambda: page(get_objects_for_user(fresh("grantee"), "recruitment.view_candidate", accept_global_perms=False))
    )
    print(f"{'grantee, get_objects_for_user':34} {theirs * 1000:10.2f} {theirs / unscoped:11.2f}")
    resolve = timed(lambda: scope_of(fresh("secretary")))
    print(f"resolving the reach, with the user: {resolve * 1000:.2f} ms")


if __name__ == "__main__":
    main()
