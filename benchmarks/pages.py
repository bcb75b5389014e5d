"""Median and p95 of the home pages, the list and a person's page on an institute of 2,000 candidates, with query counts.

Each page is asked for through the whole stack with permissions on, and beside it the one SQL statement that a page of
the list needs at the least, so that a ratio can be quoted rather than milliseconds.
"""

import argparse

from benchmarks import server


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=2000)
    parser.add_argument("--repeat", type=int, default=15)
    options = parser.parse_args()
    server.start()

    from django.db import connection
    from django.test import Client
    from django.test.utils import override_settings
    from django.urls import reverse

    from benchmarks.institute import build

    users = build(options.people)
    code = users.candidate.code
    pages = [
        ("secretary: to do", users.secretary, reverse("todo")),
        ("office: dashboard", users.office, reverse("dashboard")),
        ("committee member: home", users.member, reverse("member-home")),
        ("mentor: to do", users.mentor, reverse("todo")),
        ("secretary: list", users.secretary, reverse("candidates")),
        ("office: list", users.office, reverse("candidates")),
        ("secretary: a person", users.secretary, reverse("candidate", args=[code])),
    ]
    print(f"{server.machine()}; {options.people} candidates, {options.repeat} runs a page")
    floor = server.median(server.timed(lambda: _floor(connection), options.repeat))
    print(f"{'page':26} {'queries':>8} {'median ms':>10} {'p95 ms':>8} {'x floor':>8}")
    with override_settings(ALLOWED_HOSTS=["*"]):
        for label, user, url in pages:
            client = Client()
            client.force_login(user)
            connection.force_debug_cursor = True
            response = client.get(url)  # the log begins anew with every request
            queries = len(connection.queries)
            connection.force_debug_cursor = False
            assert response.status_code == 200, (label, response.status_code)
            times = server.timed(lambda client=client, url=url: client.get(url), options.repeat)
            middle = server.median(times)
            print(
                f"{label:26} {queries:8} {middle * 1000:10.1f} {server.percentile(times, 0.95) * 1000:8.1f} {middle / floor:8.1f}"
            )
    print(f"floor: fifty people with their next due in one SQL statement, {floor * 1000:.2f} ms")


def _floor(connection):
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.id, p.name, p.title, c.stage, min(d.due_on) FROM recruitment_candidate c"
            " JOIN branches_person p ON p.id = c.person_id"
            " LEFT JOIN recruitment_due d ON d.candidate_id = c.id AND d.settled_at IS NULL"
            " WHERE c.unit_id = (SELECT min(unit_id) FROM recruitment_candidate) GROUP BY c.id, p.id ORDER BY 5 NULLS LAST LIMIT 50"
        )
        return cursor.fetchall()


if __name__ == "__main__":
    main()
