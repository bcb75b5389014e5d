"""The pages and the paper of the annual plan, the forecast with the plan's day, and the digest's way to the plan (B6, D2, E5)."""

import io

import docx
import pytest
from django.urls import reverse
from django.utils import timezone

from branches.models import User
from recruitment.actions.declines import decline
from recruitment.actions.plan_dues import owe_plans
from recruitment.links import link_to
from recruitment.models import AccessEntry, DevelopmentPlan, Due, PlannedPerson
from recruitment.planning import Aim, PlanDue, PlanState
from recruitment.queries.baseline import baseline_of
from recruitment.queries.plan_overview import plan_overview
from tests.recruitment.plans import NUMBERS, TEXTS, Way


@pytest.fixture
def way(cast):
    return Way(cast)


@pytest.fixture
def target(factory):
    return factory.candidate(3)


def address(way, name="plan", *more):
    return reverse(name, args=[way.unit.code, way.year, *more])


def text_of(content):
    document = docx.Document(io.BytesIO(content))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return "\n".join([paragraph.text for paragraph in document.paragraphs] + cells)


# --- A branch drafts on its pages, the office decides on its own


def test_a_plan_goes_the_whole_way_over_the_pages(client, way, cast, target):
    client.force_login(cast.secretary)
    assert "尚未拟定" in client.get(address(way)).text
    sent = TEXTS | NUMBERS | {"studied_on": str(cast.today), "present": 5, "in_favour": 5}
    assert client.post(address(way, "plan-edit"), sent).status_code == 302
    person = {"code": str(target.code), "step": Aim.TARGETS, "month": 12, "period": "month"}
    assert client.post(address(way, "plan-person"), person).status_code == 302
    assert client.post(address(way, "plan-branch", "submit")).status_code == 302
    client.force_login(cast.office)
    remark = {"part": "numbers", "text": "请说明成熟程度。"}
    assert client.post(address(way, "plan-remark"), remark).status_code == 302
    refused = client.post(address(way, "plan-office", "agree"))
    assert refused.status_code == 422 and "还有 1 条意见支部未回应" in refused.text
    client.force_login(cast.secretary)
    page = client.get(address(way)).text
    assert "党办有意见" in page and "待回应" in page
    [row] = DevelopmentPlan.objects.get().remarks.all()
    assert client.post(address(way, "plan-answer", row.pk), {"is_adopted": "yes"}).status_code == 302
    client.force_login(cast.office)
    assert client.post(address(way, "plan-office", "agree")).status_code == 302
    assert client.post(address(way, "plan-office", "review"), {"reviewed_on": str(cast.today)}).status_code == 302
    reported = {"reported_on": str(cast.today), "report_number": "院党发 9 号"}
    assert client.post(address(way, "plan-office", "report"), reported).status_code == 302
    assert DevelopmentPlan.objects.get().state == PlanState.REPORTED
    page = client.get(address(way)).text
    assert "院党发 9 号" in page and target.person.name in page


def test_a_refusal_keeps_what_was_typed_and_a_stale_form_says_so(client, way, cast):
    client.force_login(cast.secretary)
    way.draft()
    answer = client.post(address(way, "plan-edit"), TEXTS | {"goal": "另一个目标", "version": 0})
    assert answer.status_code == 422
    assert "打开以后计划有了变化" in answer.text and "另一个目标" in answer.text
    assert DevelopmentPlan.objects.get().goal == TEXTS["goal"]


def test_a_draft_that_lacks_something_names_all_of_it(client, way, cast):
    client.force_login(cast.secretary)
    way.draft(standard="", studied_on=None)
    answer = client.post(address(way, "plan-branch", "submit"))
    assert answer.status_code == 422
    assert "四定缺“定标准”" in answer.text and "请填写支委会研究的日期" in answer.text


def test_a_person_is_taken_out_of_the_draft(client, way, cast, target):
    client.force_login(cast.secretary)
    way.draft()
    row = way.name(target)
    assert client.get(address(way, "plan-person-remove", row.pk)).status_code == 405
    assert client.post(address(way, "plan-person-remove", row.pk)).status_code == 302
    assert not PlannedPerson.objects.standing().exists()


def test_the_form_offers_only_people_of_the_branch_whose_road_goes_on(client, way, cast, factory, target):
    neighbour = factory.candidate(2, person=factory.person(unit=cast.desert), unit=cast.desert)
    gone = factory.declined(2)
    client.force_login(cast.secretary)
    way.draft()
    page = client.get(address(way, "plan-person")).text
    assert target.person.name in page
    assert neighbour.person.name not in page and gone.person.name not in page


# --- The overview and the baseline


def test_the_office_sees_who_has_not_sent_a_plan(client, way, cast):
    way.draft()
    way.submit()
    client.force_login(cast.office)
    page = client.get(reverse("plans"), {"year": way.year}).text
    assert "第 1 稿" in page and "未拟定" in page
    found = plan_overview(user=cast.office, today=cast.today, year=way.year)
    assert cast.desert.short_name in found.missing and way.unit.short_name not in found.missing
    [group] = [group for group in found.groups if any(row.unit == way.unit for row in group.rows)]
    assert group.totals[3] == NUMBERS["admissions"] and group.sent == 1


def test_a_sub_committees_office_sees_its_own_branches_only(cast, way):
    way.draft()
    way.submit()
    found = plan_overview(user=cast.sub_office, today=cast.today, year=way.year)
    assert [row.unit for group in found.groups for row in group.rows] == [cast.ecology]


def test_the_overview_costs_the_same_for_many_branches(cast, way, django_assert_num_queries):
    for branch in (way, Way(cast, unit=cast.desert, secretary=cast.neighbour_secretary)):
        branch.draft()
        branch.submit()
        user = User.objects.get(pk=cast.office.pk)
        with django_assert_num_queries(9):
            plan_overview(user=user, today=cast.today, year=way.year)


def test_a_secretary_comes_to_the_own_plan(client, cast):
    client.force_login(cast.secretary)
    assert client.get(reverse("plans")).headers["Location"].startswith(f"/plans/{cast.glacier.code}/")


def test_the_baseline_counts_key_scientists_and_members_on_the_roster(cast, factory):
    before = {row.label: (row.total, row.members) for row in baseline_of(cast.glacier, cast.today)}
    factory.person(political_status="01")
    factory.person()
    after = {row.label: (row.total, row.members) for row in baseline_of(cast.glacier, cast.today)}
    total, members = before["副高级以上"]
    assert after["副高级以上"] == (total + 2, members + 1)
    assert sum(after[label][0] for label in ("正高级", "副高级") if label in after) == total + 2


# --- The plan's day on the candidate's page (B6)


def test_the_forecast_shows_the_plans_day_without_another_query(
    client, way, cast, target, django_assert_max_num_queries
):
    url = reverse("candidate-tab", args=[target.code, "forecast"])
    client.force_login(cast.secretary)
    assert "计划日" not in client.get(url).text
    way.in_force(target)
    with django_assert_max_num_queries(17):
        page = client.get(url).text
    assert "计划日" in page and way.planned_on().isoformat() in page


# --- What is owed leads to the page that settles it (D2)


def test_what_is_owed_for_a_plan_leads_to_the_plan(client, way, cast):
    owe_plans(today=cast.today.replace(month=11, day=1), now=timezone.now())
    due = Due.objects.open().get(unit=cast.glacier, kind=PlanDue.DRAFT)
    client.force_login(cast.secretary)
    assert client.get(link_to(due)).headers["Location"] == address(way)
    assert client.get(reverse("due", args=[due.pk])).headers["Location"] == link_to(due)
    client.force_login(cast.neighbour_secretary)
    assert client.get(link_to(due)).status_code == 404
    client.force_login(cast.secretary)
    todo = client.get(reverse("todo")).text
    assert f"拟定年度发展计划（{way.year} 年）" in todo and link_to(due) in todo


# --- The paper (E5)


def test_the_paper_holds_the_plan_and_only_people_within_reach(client, way, cast, factory, target):
    gone = factory.candidate(3)
    way.draft(standard="野外工作骨干优先<培养>")
    way.name(target)
    way.name(gone)
    way.submit()
    decline(by=User.objects.get(pk=cast.deputy.pk), code=gone.code, now=timezone.now())
    client.force_login(cast.office)
    answer = client.get(address(way, "plan-paper-word"))
    assert answer.status_code == 200
    words = text_of(b"".join(answer) if answer.streaming else answer.content)
    assert f"{way.year}年度发展党员计划" in words and "野外工作骨干优先<培养>" in words
    assert target.person.name in words and gone.person.name not in words
    assert f"{way.year}-12" in words and "{{" not in words
    page = client.get(address(way, "plan-paper")).text
    assert target.person.name in page and gone.person.name not in page
    assert AccessEntry.objects.filter(candidate=target, what="打印：年度发展党员计划").count() == 2
    assert not AccessEntry.objects.filter(candidate=gone, what__startswith="打印").exists()


def test_an_unsent_draft_is_printed_by_the_branch_only(client, way, cast):
    way.draft()
    client.force_login(cast.secretary)
    assert client.get(address(way, "plan-paper")).status_code == 200
    client.force_login(cast.office)
    assert client.get(address(way, "plan-paper")).status_code == 404
