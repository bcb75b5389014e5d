"""What the forms offer beside the ordinary step: reports, leaving soon with consent, an approval entered after its last day."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from recruitment.actions.roads import settle
from recruitment.calendar import add_months
from recruitment.links import link_to
from recruitment.models import Due, LedgerEntry, LocalLimitRow, PeriodicReview, Situation
from recruitment.stages import DueKind, ReviewKind
from tests.factory import COMMITTEE_VOTES

pytestmark = pytest.mark.django_db


@pytest.fixture
def quarterly(cast):
    """The committee demands a report every three months."""
    return LocalLimitRow.objects.create(
        unit=cast.institute, code="report_every", value=3, since_on=cast.today - timedelta(days=2000), basis="院党委会决定",
        set_by=cast.office, set_at=timezone.now(),
    )  # fmt: skip


def test_a_demanded_report_is_owed_handed_in_through_its_own_form_and_owed_no_more(client, cast, factory, quarterly):
    candidate = factory.candidate(5, days_ago=30)
    settle(candidate, now=timezone.now())
    due = Due.objects.open().select_related("candidate").get(candidate=candidate, kind=DueKind.REPORT)
    client.force_login(cast.secretary)
    address = link_to(due)
    page = client.get(address)
    html = page.content.decode()
    assert "思想汇报（第 1 次）" in html
    assert "汇报要点和支部意见" in html
    assert "日常工作表现" not in html
    sent = {
        "kind": "report", "reviewed_on": cast.today.isoformat(), "conclusion": "汇报科考期间的学习。", "version": page.context["form"]["version"].value()
    }  # fmt: skip
    assert client.post(address, sent | {"conclusion": ""}).status_code == 422
    assert client.post(address, sent).status_code == 302
    review = PeriodicReview.objects.get(candidate=candidate, kind=ReviewKind.REPORT)
    assert (review.window, review.conclusion) == (1, "汇报科考期间的学习。")
    assert not Due.objects.open().filter(candidate=candidate, kind=DueKind.REPORT, window=1).exists()
    assert Due.objects.open().filter(candidate=candidate, kind=DueKind.PERIODIC_REVIEW).exists(), (
        "no report is a review"
    )
    assert LedgerEntry.objects.filter(candidate=candidate).order_by("-n").first().summary == "第 1 次思想汇报"


def test_a_late_report_asks_for_the_reason_beside_the_field_and_keeps_what_was_typed(client, cast, factory, quarterly):
    candidate = factory.candidate(5, days_ago=150)
    client.force_login(cast.secretary)
    address = f"{reverse('review-record', args=[candidate.code])}?kind=report"
    sent = {
        "kind": "report",
        "reviewed_on": cast.today.isoformat(),
        "conclusion": "迟交的汇报。",
        "version": candidate.version,
    }
    answer = client.post(address, sent)
    assert answer.status_code == 422
    assert [error.code for error in answer.context["form"].errors.as_data()["late_reason"]] == ["review_late"]
    assert "迟交的汇报。" in answer.content.decode()
    assert client.post(address, sent | {"late_reason": "野外无网络"}).status_code == 302


def test_who_leaves_soon_goes_on_only_with_consent_written_in_the_form(client, cast, factory):
    candidate = factory.candidate(12, days_ago=20)
    client.force_login(cast.secretary)
    url = reverse("situation-record", args=[candidate.code, "leaving_soon"])
    sent = {
        "on": (cast.today - timedelta(days=10)).isoformat(), "until_on": (cast.today + timedelta(days=30)).isoformat(), "version": candidate.version
    }  # fmt: skip
    refused = client.post(url, sent | {"continues": "on"})
    assert refused.status_code == 422
    assert [error.code for error in refused.context["form"].errors.as_data()["recognised_by"]] == [
        "recognised_by_missing"
    ]
    assert client.post(url, sent | {"continues": "on", "recognised_by": "上级组织部门批复"}).status_code == 302
    situation = Situation.objects.get(candidate=candidate)
    assert (situation.recognised, situation.recognised_by) == (True, "上级组织部门批复")
    factory.record(candidate, 13, cast.today - timedelta(days=2))


def test_who_leaves_soon_without_consent_is_not_taken_further(client, cast, factory):
    candidate = factory.candidate(12, days_ago=20)
    client.force_login(cast.secretary)
    sent = {
        "on": (cast.today - timedelta(days=10)).isoformat(), "until_on": (cast.today + timedelta(days=30)).isoformat(), "version": candidate.version
    }  # fmt: skip
    assert client.post(reverse("situation-record", args=[candidate.code, "leaving_soon"]), sent).status_code == 302
    client.force_login(cast.office)
    url = reverse("step-record", args=[candidate.code, 13])
    page = client.get(url)
    assert "今天不能办理" in page.content.decode()
    fresh = factory.fresh(candidate)
    answer = client.post(
        url,
        {
            "decided_on": (cast.today - timedelta(days=2)).isoformat(),
            "conclusion": "qualified",
            "version": fresh.version,
        },
    )
    assert answer.status_code == 422
    assert "leaving_soon" in [
        error.code for errors in answer.context["form"].errors.as_data().values() for error in errors
    ]


def test_an_approval_given_in_time_can_be_entered_after_the_last_day_and_one_given_later_not(client, cast, factory):
    met_on = add_months(cast.today, -7)
    candidate = factory.candidate(15, until=met_on)
    factory.record(candidate, 16, met_on + timedelta(days=5))
    candidate = factory.fresh(candidate)
    client.force_login(cast.office)
    url = reverse("step-record", args=[candidate.code, 17])
    page = client.get(url).content.decode()
    assert "今天不能办理" in page
    assert 'name="decided_on"' in page
    votes = {name: getattr(COMMITTEE_VOTES, name) for name in ("eligible", "present", "in_favour")}
    sent = {"conclusion": "agreed", "late_reason": "外调未回", "version": candidate.version, **votes}
    late = client.post(url, sent | {"decided_on": cast.today.isoformat()})
    assert late.status_code == 422
    assert "approval_lapsed" in [
        error.code for errors in late.context["form"].errors.as_data().values() for error in errors
    ]
    assert client.post(url, sent | {"decided_on": (met_on + timedelta(days=150)).isoformat()}).status_code == 302


def test_the_talk_before_approval_offers_those_whose_post_allows_it(client, cast, factory):
    candidate = factory.candidate(15, days_ago=3)
    client.force_login(cast.office)
    form = client.get(reverse("step-record", args=[candidate.code, 16])).context["form"]
    offered = set(form.fields["person_1"].queryset)
    assert {cast.office.person, cast.member.person} <= offered
    assert not {cast.auditor.person, cast.hr.person, cast.secretary.person} & offered


@pytest.mark.parametrize(("number", "label"), [(2, "谈话日期"), (3, "决定日期"), (20, "宣誓日期"), (22, "递交日期")])
def test_the_day_is_called_what_it_is(client, cast, factory, number, label):
    candidate = factory.candidate(number - 1, days_ago=10)
    client.force_login(cast.office)
    form = client.get(reverse("step-record", args=[candidate.code, number])).context["form"]
    assert form["decided_on"].label == label
