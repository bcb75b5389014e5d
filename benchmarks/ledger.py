"""What the ledger costs: writing entries one act at a time and in bulk, by several clients at once, signing, and verifying.

Verifying is compared with two plain loops over the very bytes that are hashed: one that has them in memory already (the
price of hashing alone) and one that reads the stored columns from the database first, as any verification must, and then
hashes as many bytes. ``--entries 1000000 --only-verifying`` measures what the default extrapolates.
"""

import argparse
import hashlib
import threading
import time

from benchmarks import server

PER_CANDIDATE = 20


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--entries", type=int, default=100_000)
    parser.add_argument("--acts", type=int, default=300, help="single acts per client")
    parser.add_argument("--only-verifying", action="store_true", help="leave the measuring of writers out")
    parser.add_argument("--repeat", type=int, default=3, help="calls of which the quickest counts")
    options = parser.parse_args()
    server.start()
    print(f"{server.machine()}; {options.entries} entries, {PER_CANDIDATE} to a chain")
    candidates, actor = people(options.entries // PER_CANDIDATE)
    if not options.only_verifying:
        writing(candidates, actor, options.acts)
    count = fill(options.entries)
    verifying(count, signing(count), options.repeat)


def people(count):
    """``count`` candidates of one branch, and somebody who acts."""
    from django.utils import timezone

    from branches.models import Person, Unit, User
    from branches.offices import UnitKind
    from recruitment.models import Candidate

    unit = Unit.objects.create(name="党支部", short_name="支部", kind=UnitKind.BRANCH, path="000001/")
    people = Person.objects.bulk_create([Person(staff_number=f"B{n:07}", name="甲") for n in range(count)], batch_size=5000)
    candidates = Candidate.objects.bulk_create(
        [Candidate(person=person, unit=unit, unit_path=unit.path, opened_at=timezone.now()) for person in people],
        batch_size=5000,
    )
    return candidates, User.objects.create_user("benchmark")


def writing(candidates, actor, acts):
    """Entries a second: one act after the other, by eight clients on different chains and on one chain, and in bulk."""
    from django.db import connections
    from django.utils import timezone

    from recruitment.actions.ledger import Act, append, append_many

    def act(candidate):
        append(
            candidate=candidate, action="step", step=3, summary="推荐和确定入党积极分子", actor=actor, now=timezone.now(),
            decided_on=timezone.localdate(), details={"in_favour": 9, "eligible": 11},
        )  # fmt: skip

    def clients(number, chain_of):
        def run(client):
            for turn in range(acts):
                act(chain_of(client, turn))
            connections.close_all()

        threads = [threading.Thread(target=run, args=[client]) for client in range(number)]
        began = time.perf_counter()
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return number * acts / (time.perf_counter() - began)

    def own(client, turn):
        return candidates[(client * acts + turn) % len(candidates)]

    bulk = [Act(candidate=candidate, action="imported", summary="导入", actor=actor, now=timezone.now()) for candidate in candidates]
    began = time.perf_counter()
    append_many(bulk)
    in_bulk = len(bulk) / (time.perf_counter() - began)
    print("\nwriting, entries a second (Python, ORM and trigger; fsync off)")
    print(f"  one client                   {clients(1, own):8.0f}")
    print(f"  eight clients, own chains    {clients(8, own):8.0f}")
    print(f"  eight clients, one chain     {clients(8, lambda *_: candidates[0]):8.0f}")
    print(f"  in bulk, one import          {in_bulk:8.0f}")


def fill(entries):
    """Fill up to ``entries`` by SQL, through the trigger; returns how many there are."""
    from django.db import connection

    began = time.perf_counter()
    with connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO recruitment_ledgerentry (candidate_id, subject, action, step, summary, decided_on, recorded_at, payload)
            SELECT c.id, c.code, 'step', 3, '推荐和确定入党积极分子', current_date, now(),
                   convert_to('{"body":"branch_committee","conclusion":"passed","eligible":21,"in_favour":19,"present":20,'
                              || '"record":"' || gen_random_uuid() || '"}', 'UTF8')
            FROM recruitment_candidate c, generate_series(1, %s) turn
            """,
            [PER_CANDIDATE],
        )
        written = cursor.rowcount
        seconds = time.perf_counter() - began
        print(f"  in bulk, one SQL statement   {written / seconds:8.0f}")
        cursor.execute("SELECT count(*) FROM recruitment_ledgerentry")
        count = cursor.fetchone()[0]
    connection.close()
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE recruitment_ledgerentry")
    return count


def signing(count):
    """Sign everything; returns the public key."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from django.utils import timezone

    from recruitment.actions.checkpoints import sign_checkpoint

    key = Ed25519PrivateKey.generate()
    began = time.perf_counter()
    sign_checkpoint(key=key, now=timezone.now())
    print(f"\nsigning {count} new entries at once: {time.perf_counter() - began:.1f} s")
    return key.public_key().public_bytes_raw()


def verifying(count, public_key, repeat):
    """The chains, then everything, against the plain loops."""
    from recruitment.ledger.chains import ChainCheck
    from recruitment.ledger.merkle import Tree
    from recruitment.queries import ledger_reading as reading
    from recruitment.queries.ledger_verification import verify

    contents = []
    reading.read_chains(lambda rows: contents.extend(row[5] for row in rows))

    def hash_alone():
        sha256 = hashlib.sha256
        for content in contents:
            sha256(content).digest()

    def hash_with_tree():
        tree, sha256 = Tree(), hashlib.sha256
        for content in contents:
            tree.add(sha256(content).digest())

    def read():
        reading._copy(reading.CHAINS.format(where=""), lambda rows: None)

    def chains():
        reading.read_chains(ChainCheck().read)

    def whole():
        report = verify(trusted_keys=[public_key])
        assert (report.exit_code, report.entries, report.anchored) == (0, count, count), report

    hashing, with_tree, reading_them = (best(call, repeat) for call in (hash_alone, hash_with_tree, read))
    chained, everything = best(chains, repeat), best(whole, repeat)
    print("\nverifying                             seconds   us/entry   1 million")
    for label, seconds in (
        ("hashing the bytes, from memory", hashing),
        ("... and the tree over them", with_tree),
        ("reading the stored columns", reading_them),
        ("verifying the chains", chained),
        ("verifying everything (chains, tree)", everything),
    ):
        print(f"  {label:36} {seconds:7.2f} {seconds / count * 1e6:10.2f} {seconds / count * 1e6:9.1f} s")
    print(
        f"chains: {chained / (reading_them + hashing):.2f} x reading and hashing, {chained / hashing:.1f} x hashing alone; "
        f"everything: {everything / (reading_them + with_tree):.2f} x reading and the same hashes"
    )


def best(call, repeat):
    """Seconds of the quickest of a few calls: the others were disturbed."""
    times = []
    for _ in range(repeat):
        began = time.perf_counter()
        call()
        times.append(time.perf_counter() - began)
    return min(times)


if __name__ == "__main__":
    main()
