"""What an act leaves in the ledger."""

import hashlib
import json
from datetime import date
from itertools import pairwise

import pytest
from django.db import connection, transaction

from recruitment.actions.ledger import Act, append, append_many, erase_texts
from recruitment.ledger.entries import NOTHING_BEFORE, entry_hash
from recruitment.models import LedgerEntry, LedgerHead, LedgerSecret


def rehash(entry):
    """The hash of the entry as it stands in the database."""
    return entry_hash(
        subject=entry.subject, n=entry.n, previous_hash=bytes(entry.previous_hash), recorded_at=entry.recorded_at,
        stored_at=entry.stored_at, actor_id=entry.actor_id, step=entry.step, decided_on=entry.decided_on,
        action=entry.action, summary=entry.summary, payload=bytes(entry.payload),
    )  # fmt: skip


def step_three(acts, candidate=None, **changes):
    values = {
        "candidate": candidate or acts.first, "action": "step", "step": 3, "summary": "推荐和确定入党积极分子",
        "actor": acts.actor, "now": acts.now, "decided_on": date(2026, 3, 1), "details": {"in_favour": 9},
    }  # fmt: skip
    return append(**(values | changes))


def test_the_first_entry_follows_nothing_and_the_second_follows_the_first(acts):
    first, second = step_three(acts), step_three(acts)
    assert (first.n, second.n) == (1, 2)
    assert bytes(first.previous_hash) == NOTHING_BEFORE
    assert bytes(second.previous_hash) == bytes(first.hash)


def test_the_database_and_python_agree_on_every_byte(acts):
    step_three(acts)
    step_three(acts, step=None, decided_on=None, actor=None, details=None, summary="两行\n字")
    for entry in LedgerEntry.objects.all():
        assert bytes(entry.hash) == rehash(entry)
        assert entry.subject == acts.first.code


def test_the_entry_handed_back_is_the_one_that_was_stored(acts):
    written = step_three(acts)
    stored = LedgerEntry.objects.get()
    for name in ("pk", "n", "stored_at", "subject", "recorded_at"):
        assert getattr(written, name) == getattr(stored, name)
    assert bytes(written.hash) == bytes(stored.hash)


def test_one_entry_costs_one_query_on_postgresql_and_two_on_sqlite(acts, django_assert_num_queries):
    with transaction.atomic(), django_assert_num_queries(1 if connection.vendor == "postgresql" else 2):
        step_three(acts)


def test_three_hundred_entries_cost_what_three_cost(acts, django_assert_max_num_queries):
    def write(count):
        append_many(
            [
                Act(candidate=candidate, action="imported", summary="导入", actor=None, now=acts.now)
                for _ in range(count)
                for candidate in (acts.second, acts.first)
            ]
        )

    batches = 1 if connection.vendor == "postgresql" else 5  # SQLite takes 999 values in one statement
    for count in (3, 150):
        with transaction.atomic(), django_assert_max_num_queries(batches):
            write(count)
    assert LedgerHead.objects.get(candidate=acts.first).n == 153
    chain = list(LedgerEntry.objects.filter(candidate=acts.second))
    assert [entry.n for entry in chain] == list(range(1, 154))
    for before, after in pairwise(chain):
        assert bytes(after.previous_hash) == bytes(before.hash) == rehash(before)


def test_entries_come_back_in_the_order_they_were_asked_for(acts):
    asked = [
        Act(candidate=candidate, action="imported", summary="导入", actor=None, now=acts.now)
        for candidate in (acts.second, acts.first, acts.second)
    ]
    written = [(entry.candidate, entry.n) for entry in append_many(asked)]
    assert written == [(acts.second, 1), (acts.first, 1), (acts.second, 2)]


def test_a_personal_text_is_in_the_entry_only_as_a_salted_commitment(acts):
    entry = step_three(acts, private={"reason": "日期抄错", "remark": ""})
    secret = LedgerSecret.objects.get()
    assert (secret.name, secret.text) == ("reason", "日期抄错")
    told = json.loads(bytes(entry.payload))
    assert told["commitments"] == {"reason": hashlib.sha256(bytes(secret.salt) + "日期抄错".encode()).hexdigest()}
    assert "日期抄错".encode() not in bytes(entry.payload)


def test_the_same_text_twice_gives_two_different_commitments(acts):
    first, second = (step_three(acts, private={"reason": "日期抄错"}) for _ in range(2))
    assert bytes(first.payload) != bytes(second.payload)


def test_erasing_the_texts_leaves_a_valid_chain_and_says_so_in_it(acts):
    step_three(acts, private={"reason": "日期抄错"})
    step_three(acts, candidate=acts.second, private={"reason": "另一人的"})
    erased = erase_texts(candidate=acts.first, actor=acts.actor, now=acts.now)
    assert [secret.text for secret in LedgerSecret.objects.all()] == ["另一人的"]
    assert (erased.n, erased.action, json.loads(bytes(erased.payload))) == (2, "erased", {"texts": 1})
    for entry in LedgerEntry.objects.filter(candidate=acts.first):
        assert bytes(entry.hash) == rehash(entry)


def test_a_fraction_cannot_be_entered_because_readers_write_it_differently(acts):
    with pytest.raises(TypeError):
        step_three(acts, details={"share": 0.5})


def test_an_act_whose_entry_cannot_be_written_is_undone(acts):
    with pytest.raises(TypeError), transaction.atomic():
        acts.first.person.name = "改名"
        acts.first.person.save()
        step_three(acts, details={"share": 0.5})
    acts.first.person.refresh_from_db()
    assert acts.first.person.name == "沈砚舟"
