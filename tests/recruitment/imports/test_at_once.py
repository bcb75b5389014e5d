"""Imports at the same time on PostgreSQL: two workers, two ledgers about the same people, a person registered meanwhile."""

import threading

import pytest
from django.db import connection, connections
from django.utils import timezone

from recruitment.actions import import_writing
from recruitment.actions.import_writing import write
from recruitment.actions.imports import cancel, confirm
from recruitment.imports.states import BatchState
from recruitment.models import Candidate, ImportBatch, LedgerEntry, StepRecord
from tests.recruitment.imports import ledgers

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.postgres]
COLUMNS = ["所在党支部", "姓名", "工号", "出生日期", "申请入党时间", "派人谈话时间"]
PEOPLE = [
    ["冰冻圈科学党支部", f"甲{chr(0x4E00 + n)}", f"T{n:04d}", "1985-04-05", "2025-03-10", "2025-03-20"]
    for n in range(40)
]


def at_once(*calls):
    """Run ``calls`` in threads that begin together, each with its own connection; gives what they returned or raised."""
    barrier, results = threading.Barrier(len(calls)), [None] * len(calls)

    def run(place, call):
        try:
            barrier.wait(10)
            results[place] = call()
        except Exception as error:
            results[place] = error
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(calls)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return results


def confirmed(sender, cast, people=PEOPLE):
    batch = sender.check(ledgers.table(COLUMNS, people))
    confirm(by=cast.office, code=batch.code, agreed_to=batch.layout["fingerprint"], now=timezone.now())
    return batch


def test_two_workers_write_a_batch_once(sender, cast):
    batch = confirmed(sender, cast)
    at_once(*[lambda: write(batch_pk=batch.pk, now=timezone.now())] * 3)
    assert ImportBatch.objects.get(pk=batch.pk).state == BatchState.DONE
    assert (Candidate.objects.count(), StepRecord.objects.count(), LedgerEntry.objects.count()) == (40, 80, 80)


def test_two_ledgers_about_the_same_people_open_one_file_each(sender, cast):
    batches = [confirmed(sender, cast), confirmed(sender, cast, PEOPLE[::-1])]
    at_once(*[lambda batch=batch: write(batch_pk=batch.pk, now=timezone.now()) for batch in batches])
    states = sorted(ImportBatch.objects.values_list("state", flat=True))
    assert states == [BatchState.CHECKED, BatchState.DONE]
    assert ImportBatch.objects.get(state=BatchState.CHECKED).counts["same"] == 40
    assert (Candidate.objects.count(), StepRecord.objects.count()) == (40, 80)


def test_new_people_are_entered_in_the_order_of_their_numbers(sender, cast):
    # Whatever order the file has: two imports that enter them in other orders would wait for each other.
    write(batch_pk=confirmed(sender, cast, PEOPLE[::-1]).pk, now=timezone.now())
    numbers = list(Candidate.objects.order_by("person_id").values_list("person__staff_number", flat=True))
    assert numbers == [person[2] for person in PEOPLE]


def test_an_import_that_waited_in_a_circle_goes_back_to_the_check(sender, cast, monkeypatch):
    batch = confirmed(sender, cast)
    waiting = []

    def circle(writer, pairs):
        """Two connections that each want what the other holds, until the server ends one of them."""
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(1)")
            held = threading.Event()

            def other():
                with connections["default"].cursor() as theirs:
                    theirs.execute("SET deadlock_timeout = '20s'")  # not this one is to be ended
                    theirs.execute("BEGIN")
                    theirs.execute("SELECT pg_advisory_xact_lock(2)")
                    held.set()
                    theirs.execute("SELECT pg_advisory_xact_lock(1)")
                    theirs.execute("ROLLBACK")
                connections.close_all()

            waiting.append(threading.Thread(target=other))
            waiting[0].start()
            assert held.wait(10)
            cursor.execute("SELECT pg_advisory_xact_lock(2)")

    monkeypatch.setattr(import_writing.SliceWriter, "write", circle)
    written = write(batch_pk=batch.pk, now=timezone.now())
    for thread in waiting:
        thread.join(30)
    assert (written.state, written.failure) == (BatchState.CHECKED, import_writing.CHANGED)
    assert not Candidate.objects.exists()


def test_an_import_is_cancelled_from_another_connection_while_it_is_written(sender, cast, monkeypatch):
    batch = confirmed(sender, cast)
    monkeypatch.setattr(import_writing, "SLICE", 1)
    cancelled = threading.Event()
    tell = import_writing.import_progress.tell

    def tell_and_wait(code, done):
        tell(code, done)
        if done == 2:
            (result,) = at_once(lambda: cancel(by=cast.office, code=code, now=timezone.now()))
            assert not isinstance(result, Exception), result
            cancelled.set()

    monkeypatch.setattr(import_writing.import_progress, "tell", tell_and_wait)
    monkeypatch.setattr(import_writing.import_progress, "is_asked_to_stop", lambda code: False)  # the cache is down
    write(batch_pk=batch.pk, now=timezone.now())
    assert cancelled.is_set()
    assert ImportBatch.objects.get(pk=batch.pk).state == BatchState.CANCELLED
    assert not Candidate.objects.exists()


def test_everything_above_ran_on_postgresql():
    assert connection.vendor == "postgresql"
