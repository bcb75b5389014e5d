"""How long it takes to judge one candidate on frozen facts, and how many a second with the facts from PostgreSQL.

The first table needs no database: the whole road with its dues, and one proposal, at several points of the road, on one
thread. The second reads the facts of ``--people`` candidates in batches of a thousand and judges each (0 leaves it out).
"""

import argparse
import statistics
import time
from dataclasses import replace
from datetime import date, timedelta

from benchmarks import server
from recruitment import rules
from recruitment.calendar import seed_calendar
from recruitment.facts import LocalLimit
from tests.recruitment.rules.roads import facts_until, proposal

LENGTHS = (0, 1, 5, 11, 17, 22, 25)
TARGET = 1000  # microseconds, median


def microseconds(call, repeat):
    """The median over ``repeat`` single calls after a warm-up."""
    call()
    times = []
    for _ in range(repeat):
        began = time.perf_counter()
        call()
        times.append(time.perf_counter() - began)
    times.sort()
    return statistics.median(times) * 1e6, server.percentile(times, 0.95) * 1e6


def on_frozen_facts(repeat):
    calendar, today = seed_calendar(), date(2026, 11, 22)
    limits = tuple(
        LocalLimit(code, value, date(2020, 1, 1), "院党委")
        for code, value in (
            ("activist_wait", 3),
            ("report_every", 3),
            ("political_review_valid", 12),
            ("filing_within", 30),
        )
    )
    print(f"{'steps on record':16} {'road us':>9} {'p95':>7} {'with limits':>12} {'proposal us':>12}")
    worst = 0
    for length in LENGTHS:
        facts = facts_until(length)
        strict = replace(facts, local_limits=limits)
        middle, high = microseconds(lambda facts=facts: rules.road(facts, today=today, calendar=calendar), repeat)
        limited, _ = microseconds(lambda facts=strict: rules.road(facts, today=today, calendar=calendar), repeat)
        asked = 0.0
        if length < 25:
            step = proposal(length + 1)
            asked, _ = microseconds(
                lambda facts=facts, step=step: rules.objections(facts, step, today=today, calendar=calendar), repeat
            )
        worst = max(worst, middle, limited)
        print(f"{length:16} {middle:9.0f} {high:7.0f} {limited:12.0f} {asked:12.0f}")
    print(f"slowest median {worst:.0f} us, target under {TARGET}")


class Counter:
    """Counts the statements that pass, and keeps none."""

    def __init__(self):
        self.queries = 0

    def __call__(self, execute, sql, params, many, context):
        self.queries += 1
        return execute(sql, params, many, context)


def from_the_database(people, batch):
    server.start()
    from django.db import connection
    from django.utils import timezone

    from benchmarks.institute import build
    from recruitment.models import Candidate
    from recruitment.queries.facts import calendar_in_force, facts_for

    began = time.perf_counter()
    build(people)
    print(f"{people} candidates written in {time.perf_counter() - began:.0f} s")
    calendar, today = calendar_in_force(), timezone.localdate() + timedelta(days=1)
    reading = judging = 0.0
    busy = time.process_time()
    counts, last, judged = set(), 0, 0
    while True:
        began, counter = time.perf_counter(), Counter()
        with connection.execute_wrapper(counter):
            rows = list(Candidate.objects.filter(pk__gt=last).order_by("pk").select_related("person", "unit")[:batch])
            found = facts_for(rows) if rows else {}
        reading += time.perf_counter() - began
        if not rows:
            break
        began = time.perf_counter()
        for facts in found.values():
            rules.road(facts, today=today, calendar=calendar)
        judging += time.perf_counter() - began
        if len(rows) == batch:
            counts.add(counter.queries)
        last, judged = rows[-1].pk, judged + len(rows)
    busy = time.process_time() - busy
    print(
        f"{judged} judged in {reading + judging:.1f} s ({reading:.1f} reading, {judging:.1f} judging): "
        f"{judged / (reading + judging):.0f} a second, {judging / judged * 1e6:.0f} us each; "
        f"{busy:.1f} s of it on the processor; "
        f"{sorted(counts) or '-'} queries per {batch}"
    )


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--repeat", type=int, default=300)
    parser.add_argument("--people", type=int, default=2000)
    parser.add_argument("--batch", type=int, default=1000)
    options = parser.parse_args()
    print(server.machine())
    on_frozen_facts(options.repeat)
    if options.people:
        from_the_database(options.people, options.batch)


if __name__ == "__main__":
    main()
