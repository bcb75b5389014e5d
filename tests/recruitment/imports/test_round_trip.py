"""Our ledgers go through LibreOffice and come back without a difference."""

import csv
import io

import pytest
from django.utils import timezone

from recruitment.actions.contacts import assign_contact
from recruitment.sheets import LedgerKind
from tests.office import CSV_UTF8, saved_anew
from tests.recruitment.imports.conftest import Sender

pytestmark = pytest.mark.slow
# Somebody at every part of the road, so that no column stays empty.
STEPS = (2, 5, 8, 11, 14, 20, 24)


@pytest.fixture
def exported(cast, factory, client):
    """{name: the five ledgers as we export them}, with somebody whose particulars try the formats."""
    for step in STEPS:
        factory.candidate(step)
    person = factory.person("秦岭", native_place="-青海", position="=1+1", talent_programme="优青（２０２０）\n百人计划，A类")
    person.staff_number = "000123"
    person.save()
    factory.candidate(3, person=person)
    client.force_login(cast.office)
    return {f"{kind}.xlsx": client.get("/ledger/export.xlsx", {"kind": kind}).content for kind in LedgerKind}


def differences(cast, content, name):
    """{outcome: rows} of a check, the empty ones left out."""
    batch = Sender(cast).check(content, name=name)
    return {outcome: count for outcome, count in batch.counts.items() if count}


@pytest.mark.parametrize("target", ["xlsx", "xls", CSV_UTF8], ids=["xlsx", "xls", "csv"])
def test_a_ledger_opened_and_saved_by_libreoffice_comes_back_without_a_difference(cast, exported, tmp_path, target):
    saved = saved_anew(tmp_path, exported, target)
    assert saved.keys() == set(LedgerKind.values)
    people = {
        LedgerKind.ALL: 8,
        LedgerKind.APPLICANTS: 1,
        LedgerKind.ACTIVISTS: 2,
        LedgerKind.TARGETS: 3,
        LedgerKind.PROBATIONERS: 1,
    }
    found = {kind: differences(cast, content, f"{kind}.{target[:4]}") for kind, content in saved.items()}
    assert sum(count for kind, count in people.items() if kind != LedgerKind.ALL) <= people[LedgerKind.ALL]
    for kind, outcomes in found.items():
        assert set(outcomes) == {"same"}, (kind, outcomes)
    assert found[LedgerKind.ALL] == {"same": people[LedgerKind.ALL]}


@pytest.mark.parametrize("kind", ["xlsx", "csv"])
def test_a_file_of_ours_comes_back_without_a_remark(cast, exported, client, kind):
    sent = exported["all.xlsx"] if kind == "xlsx" else client.get("/ledger/export.csv", {"kind": LedgerKind.ALL}).content
    sender = Sender(cast)
    findings = sender.findings(sender.check(sent, name=f"all.{kind}"))
    assert len(findings) == 8
    assert [problem for kept in findings.values() for problem in kept.problems] == []


def test_the_contact_ledger_opens_in_libreoffice_with_the_cells_it_was_written_with(cast, factory, client, tmp_path):
    candidate = factory.applicant(person=factory.person("沈砚舟"))
    assign_contact(
        by=cast.office, code=candidate.code, leader=cast.member.person, decided_on=cast.today, reason="党委会研究确定",
        now=timezone.now(),
    )  # fmt: skip
    client.force_login(cast.office)
    saved = saved_anew(tmp_path, {"c.xlsx": client.get("/ledger/contacts/export.xlsx").content}, CSV_UTF8)["c"]
    rows = list(csv.reader(io.StringIO(saved.decode("utf-8-sig"))))
    row = dict(zip(rows[3][3:], rows[4][3:], strict=True))
    assert rows[4][1] == "沈砚舟"
    batch = Sender(cast).check(saved)
    assert not {"talked_on", "position"} & set(batch.layout["mapping"].values())
    assert (row["联系领导"], row["联系起"]) == ("沈望舒", f"{cast.today:%Y-%m-%d}")
