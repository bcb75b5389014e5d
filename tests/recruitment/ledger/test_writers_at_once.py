"""Writers of one chain queue; writers of different chains do not wait for each other."""

import threading

import pytest
from django.db import connection, connections, transaction

from recruitment.actions.ledger import append
from recruitment.models import LedgerEntry
from recruitment.queries.ledger_verification import verify
from tests.recruitment.ledger.conftest import make_acts
from tests.recruitment.ledger.test_append import rehash

pytestmark = pytest.mark.django_db(transaction=True)


def write(acts, candidate):
    append(candidate=candidate, action="talk", summary="谈心谈话", actor=acts.actor, now=acts.now)


def in_thread(work):
    """Starts ``work`` in a thread with a database connection of its own."""

    def run():
        try:
            work()
        finally:
            connections.close_all()

    thread = threading.Thread(target=run)
    thread.start()
    return thread


def test_eight_writers_of_one_chain_leave_no_gap_and_no_fork():
    acts = make_acts()

    def five():
        for _ in range(5):
            with transaction.atomic():
                write(acts, acts.first)

    for thread in [in_thread(five) for _ in range(8)]:
        thread.join()
    chain = list(LedgerEntry.objects.order_by("n"))
    assert [entry.n for entry in chain] == list(range(1, 41))
    before = bytes(32)
    for entry in chain:
        assert bytes(entry.previous_hash) == before
        before = rehash(entry)
        assert bytes(entry.hash) == before


@pytest.mark.postgres
def test_a_chain_can_be_written_while_another_is_being_written():
    acts = make_acts()
    with transaction.atomic():
        write(acts, acts.first)  # holds the head of the first chain until the end of the block
        other = in_thread(lambda: write(acts, acts.second))
        other.join(timeout=10)
        assert not other.is_alive()
    assert LedgerEntry.objects.filter(candidate=acts.second).count() == 1


@pytest.mark.postgres
def test_a_chain_waits_for_the_one_who_is_writing_it():
    acts = make_acts()
    with transaction.atomic():
        write(acts, acts.first)
        other = in_thread(lambda: write(acts, acts.first))
        other.join(timeout=0.5)
        assert other.is_alive()
    other.join(timeout=10)
    assert [entry.n for entry in LedgerEntry.objects.order_by("n")] == [1, 2]


def test_an_act_that_is_rolled_back_leaves_no_number_behind():
    acts = make_acts()
    with transaction.atomic():
        write(acts, acts.first)
        transaction.set_rollback(True)
    write(acts, acts.first)
    assert LedgerEntry.objects.get().n == 1
    assert connection.in_atomic_block is False


def test_an_act_during_a_verification_does_not_look_like_tampering():
    acts = make_acts()
    write(acts, acts.first)
    report = verify(trusted_keys=[], progress=lambda count: in_thread(lambda: write(acts, acts.first)).join())
    assert LedgerEntry.objects.count() > 1
    assert (report.findings, report.entries) == ([], 1)
