"""The four moves: what a ledger writes, and how it is taken back."""

from datetime import date

import pytest

from recruitment.imports.states import BatchState
from recruitment.models import Candidate, Due, LedgerEntry, Mentorship, StepRecord
from recruitment.stages import RoadState, Stage
from tests.recruitment.imports import ledgers

LUO = {
    "所在党支部": "冰冻圈科学党支部",
    "姓名": "罗汉松",
    "学号/职工号": "T0001",
    "性别": "男",
    "民族": "汉族",
    "出生日期": date(1985, 4, 5),
    "递交入党申请书时间": "2025.3.10",
    "确定为入党积极分子时间": "2025年10月9日",
    "联系人1": "程门雪",
    "联系人2": "孟春和",
    "二级党委备案情况": "2025-10-20 已备案",
}


@pytest.mark.django_db
def test_the_published_roll_of_activists_is_written_as_it_stands(sender, cast):
    batch = sender.write(ledgers.xlsx(ledgers.activist_roll([LUO]), merged=["L4:M4"]))
    assert batch.state == BatchState.DONE
    candidate = Candidate.objects.get(person__staff_number="T0001")
    assert candidate.stage == Stage.ACTIVIST
    assert candidate.unit == cast.glacier
    records = {record.step: record.decided_on for record in StepRecord.objects.filter(candidate=candidate)}
    assert records == {1: date(2025, 3, 10), 3: date(2025, 10, 9), 4: date(2025, 10, 20), 5: date(2025, 10, 9)}
    assert set(Mentorship.objects.filter(candidate=candidate).values_list("party_member__name", flat=True)) == {
        "程门雪",
        "孟春和",
    }
    assert LedgerEntry.objects.filter(candidate=candidate).count() == 4
    assert Due.objects.open().filter(candidate=candidate).exists()


@pytest.mark.django_db
def test_a_batch_is_undone_as_a_whole(sender, cast):
    batch = sender.write(ledgers.xlsx(ledgers.activist_roll([LUO]), merged=["L4:M4"]))
    batch = sender.undo(batch)
    assert batch.state == BatchState.UNDONE, batch.failure
    candidate = Candidate.objects.get(person__staff_number="T0001")
    assert candidate.state == RoadState.UNDONE
    assert not StepRecord.objects.standing().filter(candidate=candidate).exists()
    assert not Due.objects.open().filter(candidate=candidate).exists()
    assert not Mentorship.objects.open().filter(candidate=candidate).exists()
