"""Reminders: finding what is due, building and sending a morning's digests, recomputing dues.

   benchmarks/run digests [--on-file N] [--recipients N] [--items N] [--people N]
"""

import argparse
import subprocess
import sys
import tempfile
import time
from datetime import timedelta
from pathlib import Path

from benchmarks.server import machine, median, start, timed
from tests.chaos.mailhouse import MailhouseProcess

DUE = 1000  # how many dues the sweep has to find, whatever is on file
FAR = timedelta(days=400)
FEW = 300  # recipients whose digests are built for the same number of queries as everybody's
NAIVE = 100  # recipients served in the way one would write first


def main():
    parser = argparse.ArgumentParser(prog="benchmarks/run digests", description=__doc__.splitlines()[0])
    parser.add_argument("--on-file", type=int, default=10_000, help="candidates on file at first; then ten times as many")
    parser.add_argument("--recipients", type=int, default=3000)
    parser.add_argument("--items", type=int, default=50_000)
    parser.add_argument("--people", type=int, default=100_000, help="candidates whose dues are recomputed")
    options = parser.parse_args()
    server = start()
    print(machine())
    bench = Bench(server)
    bench.sweep(options.on_file)
    bench.digests(options.recipients, options.items)
    naive = bench.deliver_naively(NAIVE)
    for senders in (1, 2):
        bench.deliver(senders, naive)
    bench.recompute(options.people)


class Bench:
    """One database; the parts follow one another in it."""

    def __init__(self, server):
        from django.utils import timezone

        from branches.models import Unit, Workday
        from branches.offices import UnitKind

        self.server = server
        self.now = timezone.now()
        self.today = timezone.localdate(self.now)
        # whatever day it is, it is worked
        Workday.objects.all().delete()
        for n in range(-20, 60):
            if (day := self.today + timedelta(days=n)).weekday() >= 5:
                Workday.objects.create(day=day, kind="work", source="benchmark")
        self.root = Unit.objects.create(
            name="研究院党委", short_name="院党委", kind=UnitKind.COMMITTEE, may_approve=True, digest_hour=0
        )
        self.root.path = self.root.path_below("")
        self.root.save()
        self.branches, self.candidates = [], []

    # --- Rows

    def add_branches(self, count):
        """Branches, each with a secretary who can log in."""
        from branches.models import Person, Posting, Unit, User
        from branches.offices import Office, PoliticalStatus, UnitKind

        begin = len(self.branches)
        units = Unit.objects.bulk_create(
            [
                Unit(name=f"第{n}党支部", short_name=f"第{n}", kind=UnitKind.BRANCH, parent=self.root, digest_hour=0)
                for n in range(begin, begin + count)
            ],
            batch_size=2000,
        )
        for unit in units:
            unit.path = unit.path_below(self.root.path)
        Unit.objects.bulk_update(units, ["path"], batch_size=500)
        people = Person.objects.bulk_create(
            [
                Person(
                    staff_number=f"S{unit.pk}", name="周维岳", unit=unit, email=f"s{unit.pk}@institute.test",
                    political_status=PoliticalStatus.FULL_MEMBER,
                )
                for unit in units
            ],
            batch_size=2000,
        )  # fmt: skip
        User.objects.bulk_create(
            [User(username=f"s{person.unit_id}", person=person, password="!") for person in people], batch_size=2000
        )
        Posting.objects.bulk_create(
            [
                Posting(person=person, office=Office.SECRETARY, unit=unit, starts_on=self.today - FAR)
                for person, unit in zip(people, units, strict=True)
            ],
            batch_size=2000,
        )
        self.branches += units

    def add_candidates(self, count, *, due_on):
        """Candidates spread over the branches, each with one open due on ``due_on(n)``."""
        from branches.models import Person
        from recruitment.models import Candidate
        from recruitment.stages import Stage

        begin = len(self.candidates)
        numbers = range(begin, begin + count)
        people = Person.objects.bulk_create(
            [
                Person(staff_number=f"C{n}", name="沈砚舟", unit=self.branches[n % len(self.branches)]) for n in numbers
            ],
            batch_size=5000,
        )
        candidates = Candidate.objects.bulk_create(
            [
                Candidate(
                    person=person, unit=person.unit, unit_path=person.unit.path, stage=Stage.ACTIVIST, opened_at=self.now
                )
                for person in people
            ],
            batch_size=5000,
        )  # fmt: skip
        self.add_dues(candidates, due_on=due_on)
        self.candidates += candidates

    def add_dues(self, candidates, *, due_on):
        from branches.offices import Office
        from recruitment.models import Due

        Due.objects.bulk_create(
            [
                Due(
                    candidate=candidate, unit=candidate.unit, unit_path=candidate.unit_path, kind="periodic_review",
                    key=f"bench:{due_on(n)}:{n}", title="半年考察（第 1 次）", article="《细则》第十一条",
                    opens_on=due_on(n) - timedelta(days=30), due_on=due_on(n), owed_by=Office.SECRETARY, opened_at=self.now,
                )
                for n, candidate in enumerate(candidates)
            ],
            batch_size=5000,
        )  # fmt: skip

    def analyze(self):
        from django.db import connection

        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")

    # --- Parts

    def sweep(self, on_file):
        """Finding what must be told today, with the same number due, before and after the file grew tenfold."""
        from committee.queries.roll_call import call_the_roll

        self.add_branches(300)
        self.add_candidates(DUE, due_on=lambda n: self.today + timedelta(days=n % 15))
        self.add_candidates(on_file - DUE, due_on=lambda n: self.today + FAR)
        self.analyze()
        small, small_own = self._fastest(lambda: call_the_roll(self.today))
        self.add_candidates(on_file * 9, due_on=lambda n: self.today + FAR)
        self.analyze()
        large, large_own = self._fastest(lambda: call_the_roll(self.today))
        growth, own_growth = (large / small - 1) * 100, (large_own / small_own - 1) * 100
        print(f"\nfinding {DUE:,} due: {small * 1000:.0f} ms with {on_file:,} on file, {large * 1000:.0f} ms with {on_file * 10:,}")
        print(f"  grows by {growth:+.0f} % (target: less than 20 %); processor time of this process by {own_growth:+.0f} %")

    def _fastest(self, call, repeat=15):
        """Seconds of the fastest of several calls, by the clock and by the processor: what others do on the machine only adds."""
        call()
        times = []
        for _ in range(repeat):
            began, own = time.perf_counter(), time.process_time()
            call()
            times.append((time.perf_counter() - began, time.process_time() - own))
        return min(took for took, _ in times), min(own for _, own in times)

    def digests(self, recipients, items):
        """Creating and building the digests of a morning: queries that do not depend on recipients."""
        from django.db import connection
        from django.test.utils import CaptureQueriesContext

        from committee.delivery.schedule import create_due
        from committee.models import Digest
        from committee.queries.digest_contents import daily_contents
        from recruitment.models import Due

        Due.objects.all().delete()
        self.add_branches(recipients - len(self.branches))
        each = -(-items // recipients)
        needed = recipients * each
        if len(self.candidates) < needed:
            self.add_candidates(needed - len(self.candidates), due_on=lambda n: self.today + FAR)
        from recruitment.models import Candidate

        chosen = self.candidates[:items]
        for n, candidate in enumerate(chosen):
            candidate.unit = self.branches[n % recipients]
            candidate.unit_path = candidate.unit.path
        Candidate.objects.bulk_update(chosen, ["unit", "unit_path"], batch_size=5000)
        # yesterday's, today's and tomorrow's: every one of them is a reminder
        self.add_dues(chosen, due_on=lambda n: self.today + timedelta(days=n % 3 - 1))
        self.analyze()
        began = time.perf_counter()
        with CaptureQueriesContext(connection) as creating:
            created = create_due(self.now, anyway=True)
        print(f"\ncreating {created:,} digests for {items:,} items: {time.perf_counter() - began:.1f} s, {len(creating)} queries")
        digests = list(Digest.objects.filter(kind="daily").select_related("recipient__person", "asked_by__person"))
        counts = []
        for some in (digests[:FEW], digests):
            began = time.perf_counter()
            with CaptureQueriesContext(connection) as building:
                contents = daily_contents(some, self.today, mask=True)
            lines = sum(len(content.due_ids) for content in contents.values() if content)
            seconds = time.perf_counter() - began
            counts.append(len(building))
            print(f"building {len(some):,} with {lines:,} items: {seconds:.2f} s, {len(building)} queries")
        print(f"  queries independent of recipients: {'yes' if counts[0] == counts[1] else 'NO'}")
        raw = median(timed(self._raw_items, repeat=3))
        print(f"  one raw query over the same items: {raw:.2f} s")

    def _raw_items(self):
        from django.db import connection

        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT po.person_id, d.id, d.kind, d.title, d.article, d.opens_on, d.due_on, p.name, u.short_name"
                " FROM recruitment_due d JOIN branches_posting po ON po.unit_id = d.unit_id AND po.office = d.owed_by"
                " JOIN recruitment_candidate c ON c.id = d.candidate_id JOIN branches_person p ON p.id = c.person_id"
                " JOIN branches_unit u ON u.id = d.unit_id WHERE d.settled_at IS NULL ORDER BY po.person_id, d.due_on"
            )
            return cursor.fetchall()

    def deliver_naively(self, count):
        """A loop over recipients: each one's list by its own queries, a mail by the library on a connection of its own.

        Returns mails a second. It keeps no promise: a kill loses or repeats.
        """
        from django.conf import settings
        from django.core.mail import EmailMultiAlternatives, get_connection
        from django.template.loader import render_to_string

        from committee.models import Digest
        from committee.queries.digest_contents import daily_contents

        few = list(Digest.objects.filter(kind="daily").select_related("recipient__person", "asked_by__person")[:count])
        with tempfile.TemporaryDirectory() as folder, MailhouseProcess(Path(folder) / "mailhouse") as house:
            began = time.perf_counter()
            for digest in few:
                content = daily_contents([digest], self.today, mask=True)[digest.pk]
                context = {"content": content, "subject": content.headline, "site_url": settings.YINLING_SITE_URL}
                mail = EmailMultiAlternatives(
                    content.headline, render_to_string("emails/digest_daily.txt", context), "yinling@institute.test",
                    [digest.recipient.person.email],
                    connection=get_connection("django.core.mail.backends.smtp.EmailBackend", host="127.0.0.1", port=house.port),
                )  # fmt: skip
                mail.attach_alternative(render_to_string("emails/digest_daily.html", context), "text/html")
                mail.send()
            rate = count / (time.perf_counter() - began)
        print(f"\nsending {count:,} one by one, each by its own queries and connection: {rate:.1f} a second")
        return rate

    def deliver(self, senders, naive):
        """Handing them to an SMTP server on this machine, which writes every mail to disk before it answers."""
        import os
        import resource

        from committee.models import Digest, DigestItem

        DigestItem.objects.all().delete()
        Digest.objects.update(state="due", attempt=0, transmitting_at=None, sent_at=None, body=None, lease_until_at=None)
        self.analyze()
        waiting = Digest.objects.filter(state="due").count()
        spent = resource.getrusage(resource.RUSAGE_CHILDREN)
        with tempfile.TemporaryDirectory() as folder, MailhouseProcess(Path(folder) / "mailhouse") as house:
            environment = os.environ | house.environment
            began = time.perf_counter()
            running = [
                subprocess.Popen([sys.executable, "-m", "tests.chaos.killer"], env=environment, stdout=subprocess.DEVNULL)
                for _ in range(senders)
            ]
            for process in running:
                process.wait()
            seconds = time.perf_counter() - began
            used = resource.getrusage(resource.RUSAGE_CHILDREN)
            accepted = house.accepted
        sent = Digest.objects.filter(state="sent").count()
        own = (used.ru_utime + used.ru_stime - spent.ru_utime - spent.ru_stime) / sent * 1000
        print(
            f"\nsending {waiting:,} with {senders} sender{'s' if senders > 1 else ''}: {seconds:.0f} s, {sent / seconds:.0f} a second"
            f" (target: 3,000 in 60 s with two), {sent / seconds / naive:.1f} × one by one; {own:.1f} ms of processor a mail"
        )
        print(f"  sent {sent:,}, accepted {len(accepted):,}, different {len({mail.message_id for mail in accepted}):,}")

    def recompute(self, people):
        """Judging every road anew and comparing its dues with those on file."""
        from django.db.models.functions import Concat

        from benchmarks.institute import build
        from branches.models import Unit
        from recruitment.actions.due_checks import Tally, check
        from recruitment.models import Candidate
        from recruitment.queries.due_checks import in_chunks

        Unit.objects.update(name=Concat("name", "path"))
        last = Candidate.objects.order_by("-pk").values_list("pk", flat=True).first()
        build(people, today=self.today)
        ids = list(Candidate.objects.filter(pk__gt=last).order_by("pk").values_list("pk", flat=True))
        self.analyze()
        tally = Tally()
        began = time.perf_counter()
        for chunk in in_chunks(ids):
            check(chunk, now=self.now, tally=tally)
        seconds = time.perf_counter() - began
        print(f"\nrecomputing the dues of {tally.candidates:,}: {seconds:.1f} s, {tally.candidates / seconds:,.0f} candidates a second")
        print(f"  {tally.differing} differ; 100,000 would take {100_000 * seconds / tally.candidates:.0f} s")


if __name__ == "__main__":
    main()
