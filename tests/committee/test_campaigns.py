"""专项工作: opened from the notice's timetable, owed by units that come and go, reported once, corrected in the open (notice T1–T5)."""

from dataclasses import replace
from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.urls import reverse
from django.utils import timezone

from branches.actions.units import change_unit, open_unit
from branches.models import Unit
from branches.offices import Office, UnitKind
from committee.actions.campaigns import (
    Term,
    add_milestone,
    change_milestone,
    end_campaign,
    open_campaign,
    withdraw_milestone,
)
from committee.actions.completions import follow_units, record_completion
from committee.actions.keeping_up import keep_up
from committee.campaigning import Audience, TenDays
from committee.models import Campaign, Completion, Digest, DigestItem, Notice
from committee.queries.campaigns import campaign_list, campaign_page
from committee.queries.digest_contents import daily_contents
from committee.rules.campaigns import NOTICE, Account
from recruitment.actions.refusals import NotYours, Refused
from recruitment.actions.units import move_unit
from recruitment.links import link_to
from recruitment.models import Due
from recruitment.queries.todo import todo_page

pytestmark = pytest.mark.django_db


def now():
    return timezone.now()


def opened(cast, **changes):
    """Last year's campaign, so that everything in it is past and any day may be reported."""
    year = cast.today.year - 1
    values = {
        "by": cast.office, "unit": cast.institute, "title": "发展党员专项", "year": year, "basis": "2018 年通知",
        "begins_on": date(year, 11, 1),
    }  # fmt: skip
    return open_campaign(now=now(), **values | changes)


@pytest.fixture
def campaign(cast):
    return opened(cast)


@pytest.fixture
def study(campaign):
    return campaign.milestones.get(title="传达学习")


def account(milestone, **changes):
    ordinary = Account(
        done_on=milestone.due_on, summary="学习通知全文，讨论落实措施。", place="会议室", eligible=20, present=18
    )
    return replace(ordinary, **changes)


def report(cast, milestone, *, by=None, unit=None, **more):
    given = more.pop("account", None) or account(milestone)
    return record_completion(
        by=by or cast.secretary,
        code=milestone.code,
        unit_code=(unit or cast.glacier).code,
        account=given,
        now=now(),
        **more,
    )


def owing(milestone):
    """Short names of the units that owe a milestone."""
    dues = Due.objects.open().filter(kind="campaign", key=f"campaign:{milestone.pk}")
    return sorted(dues.values_list("unit__short_name", flat=True))


def codes(call, *args, **kwargs):
    with pytest.raises(Refused) as refusal:
        call(*args, **kwargs)
    return [(objection.code, objection.field) for objection in refusal.value.objections]


# --- Opening


def test_every_branch_and_committee_owes_the_timetable_of_the_notice_from_the_moment_it_is_opened(cast, campaign):
    *of_branches, assessment = campaign.milestones.all()
    year = cast.today.year - 1
    assert [row.due_on for row in of_branches] == [date(year, 11, 10), date(year, 11, 20), date(year, 11, 30)]
    for milestone in of_branches:
        assert owing(milestone) == sorted(unit.short_name for unit in (cast.glacier, cast.desert, cast.ecology))
    assert owing(assessment) == sorted(unit.short_name for unit in (cast.institute, cast.sub_committee))
    due = Due.objects.get(key=f"campaign:{of_branches[0].pk}", unit=cast.glacier)
    assert (due.owed_by, due.is_binding, due.candidate) == (Office.SECRETARY, True, None)
    assert due.title == "传达学习（发展党员专项）"
    assert due.article == "2018 年通知"


def test_the_same_form_twice_is_one_campaign(cast):
    token = uuid4()
    assert opened(cast, form_token=token) == opened(cast, form_token=token)
    assert Campaign.objects.count() == 1
    assert Due.objects.filter(kind="campaign").count() == 3 * 3 + 2


def test_a_campaign_names_its_document_and_does_not_begin_after_its_days(cast, campaign):
    assert codes(opened, cast, title=" ", begins_on=cast.today) == [("title_required", "title")]
    assert codes(opened, cast, title="又一项", basis="") == [("basis_required", "basis")]
    assert codes(opened, cast) == [("name_taken", "title")]
    assert codes(opened, cast, title="又一项", drafts=()) == [("no_milestones", "milestones")]
    late_start = date(cast.today.year - 1, 11, 11)
    assert codes(opened, cast, title="又一项", begins_on=late_start) == [("due_before_beginning", "begins_on")]
    assert Campaign.objects.count() == 1


def test_a_committees_office_opens_for_what_lies_below_it_only(cast):
    campaign = opened(cast, by=cast.sub_office, unit=cast.sub_committee)
    assert owing(campaign.milestones.first()) == [cast.ecology.short_name]
    for who in (cast.secretary, cast.committee_secretary, cast.member, cast.sub_office):
        with pytest.raises(NotYours):
            opened(cast, by=who, title="不该有")
    with pytest.raises(NotYours):
        opened(cast, unit=cast.glacier, title="不该有")


# --- Reporting


def test_a_report_settles_the_due_of_its_unit_alone(cast, study):
    record = report(cast, study)
    assert owing(study) == sorted((cast.desert.short_name, cast.ecology.short_name))
    due = Due.objects.get(key=f"campaign:{study.pk}", unit=cast.glacier)
    assert (due.was_done, due.settled_on) == (True, study.due_on)
    assert record.history.get().history_user == cast.secretary


def test_the_same_form_twice_is_one_report(cast, study):
    token = uuid4()
    assert report(cast, study, form_token=token) == report(cast, study, form_token=token)
    assert Completion.objects.count() == 1


def test_a_second_report_replaces_the_first_for_a_reason_and_both_stay_on_file(cast, study):
    first = report(cast, study)
    assert codes(report, cast, study) == [("reason_required", "reason")]
    second = report(cast, study, account=account(study, present=17), reason="人数误填")
    first.refresh_from_db()
    assert (first.superseded_by, first.supersede_reason, first.present) == (cast.secretary, "人数误填", 18)
    assert Completion.objects.standing().get() == second
    assert first.history.count() == 2


def test_impossible_numbers_and_unexplained_lateness_are_refused_and_nothing_is_settled(cast, study):
    bad = account(study, present=21, done_on=study.due_on + timedelta(days=1))
    assert codes(report, cast, study, account=bad) == [
        ("attendance_impossible", "present"),
        ("campaign_late", "late_reason"),
    ]
    assert cast.glacier.short_name in owing(study)


def test_who_reports_for_a_unit(cast, campaign, study):
    report(cast, study, by=cast.deputy)
    report(cast, study, by=cast.office, unit=cast.desert)
    with pytest.raises(NotYours):
        report(cast, study, by=cast.committee_secretary, reason="不该有")
    for who in (cast.neighbour_secretary, cast.stranger, cast.hr, cast.mentor):
        with pytest.raises((Unit.DoesNotExist, study.DoesNotExist)):
            report(cast, study, by=who, reason="不该有")
    assessment = campaign.milestones.get(title="检查考核")
    with pytest.raises(Unit.DoesNotExist):
        report(cast, assessment, by=cast.secretary)
    report(cast, assessment, by=cast.sub_office, unit=cast.sub_committee)
    assert owing(assessment) == [cast.institute.short_name]


# --- Changing and ending


def test_a_moved_milestone_moves_its_dues_and_says_how_many(cast, study):
    report(cast, study)
    _, touched = change_milestone(
        by=cast.office, code=study.code, title="传达学习", task="补学", term=Term(month=12, ten_days=TenDays.SECOND),
        asks_attendance=True, now=now(),
    )  # fmt: skip
    assert touched == 2
    dues = Due.objects.open().filter(key=f"campaign:{study.pk}")
    assert set(dues.values_list("due_on", flat=True)) == {date(study.due_on.year, 12, 20)}
    assert Completion.objects.standing().count() == 1
    assert study.history.first().history_user == cast.office


def test_what_is_to_be_done_again_is_owed_again_and_the_old_report_stays_on_file(cast, study):
    first = report(cast, study)
    _, touched = change_milestone(
        by=cast.office, code=study.code, title="再学习", task="", term=Term(due_on=study.due_on + timedelta(days=30)),
        again=True, now=now(),
    )  # fmt: skip
    assert touched == 3
    assert len(owing(study)) == 3
    first.refresh_from_db()
    assert first.supersede_reason == "安排调整，重新办理"
    assert Due.objects.open().filter(key=f"campaign:{study.pk}", unit=cast.glacier).get().title.startswith("再学习")


def test_a_day_outside_the_campaign_is_refused(cast, study):
    term = Term(due_on=date(study.due_on.year, 10, 31))
    found = codes(change_milestone, by=cast.office, code=study.code, title="x", task="", term=term, now=now())
    assert found == [("due_before_beginning", "due_on")]


def test_one_thing_more_is_owed_at_once_and_a_withdrawn_one_by_nobody(cast, campaign):
    milestone, count = add_milestone(
        by=cast.office, code=campaign.code, title="报送总结", task="", audience=Audience.BRANCHES,
        term=Term(month=12, ten_days=TenDays.FIRST), now=now(),
    )  # fmt: skip
    assert count == len(owing(milestone)) == 3
    report(cast, milestone)
    assert withdraw_milestone(by=cast.office, code=milestone.code, now=now()) == 2
    assert owing(milestone) == []
    assert Completion.objects.standing().filter(milestone=milestone).exists()
    assert Due.objects.get(key=f"campaign:{milestone.pk}", unit=cast.desert).was_done is False
    assert codes(report, cast, milestone, unit=cast.desert, by=cast.office) == [("has_ended", None)]


def test_the_last_milestone_is_not_withdrawn_alone(cast):
    campaign = opened(cast, drafts=NOTICE[:1])
    assert codes(withdraw_milestone, by=cast.office, code=campaign.milestones.get().code, now=now()) == [
        ("last_milestone", None)
    ]


def test_an_ended_campaign_owes_nothing_and_takes_nothing(cast, campaign, study):
    assert codes(end_campaign, by=cast.office, code=campaign.code, reason=" ", withdrawn=False, now=now()) == [
        ("reason_required", "reason")
    ]
    _, ended = end_campaign(by=cast.office, code=campaign.code, reason="工作完成", withdrawn=False, now=now())
    assert ended == 3 * 3 + 2
    assert not Due.objects.open().filter(kind="campaign").exists()
    assert codes(report, cast, study) == [("has_ended", None)]
    assert codes(end_campaign, by=cast.office, code=campaign.code, reason="再", withdrawn=True, now=now()) == [
        ("has_ended", None)
    ]
    assert follow_units(now=now()) == 0


def test_a_withdrawn_campaign_leaves_its_name_free(cast, campaign):
    end_campaign(by=cast.office, code=campaign.code, reason="年度填错", withdrawn=True, now=now())
    assert opened(cast).pk != campaign.pk


def test_only_the_campaigns_office_changes_it(cast, campaign, study):
    for who in (cast.secretary, cast.committee_secretary, cast.member, cast.sub_office):
        with pytest.raises(NotYours):
            withdraw_milestone(by=who, code=study.code, now=now())
        with pytest.raises(NotYours):
            end_campaign(by=who, code=campaign.code, reason="x", withdrawn=False, now=now())
    with pytest.raises(Campaign.DoesNotExist):
        end_campaign(by=cast.stranger, code=campaign.code, reason="x", withdrawn=False, now=now())


# --- Units come and go


def test_a_new_branch_owes_what_the_others_owe_and_a_closed_one_nothing(cast, study):
    branch = open_unit(
        by=cast.office, name="新设党支部", short_name="新设", kind=UnitKind.BRANCH, parent=cast.institute, now=now()
    )
    assert keep_up(now=now()) == 3
    assert "新设" in owing(study)
    assert keep_up(now=now()) == 0
    change_unit(
        by=cast.office, unit=branch, name=branch.name, short_name="新设", may_approve=False, digest_hour=8, is_active=False,
        now=now(),
    )  # fmt: skip
    assert keep_up(now=now()) == 3
    assert "新设" not in owing(study)
    assert Due.objects.get(key=f"campaign:{study.pk}", unit=branch).was_done is False
    assert keep_up(now=now()) == 0


def test_a_branch_that_moves_elsewhere_owes_there(cast):
    campaign = opened(cast, by=cast.sub_office, unit=cast.sub_committee, drafts=NOTICE[:1])
    [milestone] = campaign.milestones.all()
    move_unit(by=cast.office, unit=cast.glacier, parent=Unit.objects.get(pk=cast.sub_committee.pk), now=now())
    assert follow_units(now=now()) == 1
    assert owing(milestone) == sorted((cast.glacier.short_name, cast.ecology.short_name))
    move_unit(by=cast.office, unit=Unit.objects.get(pk=cast.glacier.pk), parent=cast.institute, now=now())
    assert follow_units(now=now()) == 1
    assert owing(milestone) == [cast.ecology.short_name]


def test_following_units_costs_the_same_however_many_there_are(cast, campaign, django_assert_num_queries):
    with django_assert_num_queries(4):
        assert follow_units(now=now()) == 0
    opened(cast, title="又一项")
    with django_assert_num_queries(4):
        assert follow_units(now=now()) == 0


# --- What is told


def test_the_to_do_list_and_the_digest_lead_to_the_form(cast, client, campaign, study):
    due = Due.objects.get(key=f"campaign:{study.pk}", unit=cast.glacier)
    page = todo_page(user=cast.secretary, today=cast.today)
    [line] = [line for group in page.groups for line in group.dues if line.title == due.title]
    assert line.action_url == link_to(due) == reverse("due-campaign", args=[due.pk])
    client.force_login(cast.secretary)
    response = client.get(reverse("due", args=[due.pk]), follow=True)
    assert response.redirect_chain[-1][0] == reverse("completion-record", args=[study.code, cast.glacier.code])
    digest = Digest.objects.create(
        recipient=cast.secretary, local_date=cast.today, kind="daily", created_at=now(), not_before_at=now()
    )
    content = daily_contents([digest], cast.today, mask=True)[digest.pk]
    lines = {line.due_id: line for group in content.groups for line in group.lines}
    assert (lines[due.pk].what, lines[due.pk].who) == (due.title, cast.glacier.short_name)


def test_the_office_presses_those_who_have_not_reported_from_the_matrix(cast, client, campaign, study):
    report(cast, study, by=cast.office, unit=cast.ecology)
    client.force_login(cast.office)
    page = campaign_page(user=cast.office, code=campaign.code, today=cast.today)
    [column] = [column for column in page.columns if column.code == study.code]
    assert (column.done, column.asked, column.late) == (1, 3, 2)
    client.post(reverse("nudge"), {"due": column.late_due_ids})
    assert Notice.objects.filter(recipient=cast.secretary, kind="nudge").count() == 1
    assert set(DigestItem.objects.values_list("due_id", flat=True)) == set(column.late_due_ids)


# --- Pages


def cells(page):
    return {row.name: [cell.place and cell.place.text for cell in row.cells] for row in page.rows}


def test_the_matrix_says_in_words_who_is_late_and_shows_each_their_own_part(cast, campaign, study):
    report(cast, study)
    page = campaign_page(user=cast.office, code=campaign.code, today=cast.today)
    found = cells(page)
    assert found[cast.glacier.short_name][0] == "11-10 完成"
    assert found[cast.desert.short_name][0].startswith("逾期")
    assert found[cast.desert.short_name][3] is None
    assert found[cast.institute.short_name][:3] == [None] * 3
    assert set(cells(campaign_page(user=cast.secretary, code=campaign.code, today=cast.today))) == {
        cast.glacier.short_name
    }
    assert set(cells(campaign_page(user=cast.sub_office, code=campaign.code, today=cast.today))) == {
        cast.ecology.short_name,
        cast.sub_committee.short_name,
    }
    assert set(cells(campaign_page(user=cast.member, code=campaign.code, today=cast.today))) == set(found)
    with pytest.raises(Campaign.DoesNotExist):
        campaign_page(user=cast.mentor, code=campaign.code, today=cast.today)


def test_units_that_have_reported_everything_can_be_left_out(cast, campaign):
    for milestone in campaign.milestones.filter(audience=Audience.BRANCHES):
        report(cast, milestone)
    page = campaign_page(user=cast.office, code=campaign.code, today=cast.today, only_open=True)
    assert cast.glacier.short_name not in cells(page)
    assert page.hidden == 1


def test_the_list_shows_each_branch_what_it_owes_and_each_office_the_whole(cast, campaign, study):
    report(cast, study)
    [row], owed = campaign_list(user=cast.secretary, today=cast.today)
    assert (row.done, row.asked, row.late) == (1, 3, 2)
    assert [line.action for line in owed] == ["填报", "填报", "查看"]
    [row], owed = campaign_list(user=cast.office, today=cast.today)
    assert (row.done, row.asked) == (1, 3 * 3 + 2)
    assert [line.title for line in owed] == ["检查考核"]
    assert campaign_list(user=cast.member, today=cast.today)[1] == []
    assert campaign_list(user=cast.hr, today=cast.today) == ([], [])


def test_the_pages_cost_the_same_for_few_and_for_many(
    cast, client, campaign, django_assert_max_num_queries, django_assert_num_queries
):
    client.force_login(cast.office)
    paths = reverse("campaigns"), reverse("campaign", args=[campaign.code])
    few = []
    for path in paths:
        with django_assert_max_num_queries(12) as asked:
            assert client.get(path).status_code == 200
        few.append(len(asked.captured_queries))
    for number in range(20):
        open_unit(
            by=cast.office, name=f"第 {number} 党支部", short_name=f"第{number}", kind=UnitKind.BRANCH,
            parent=cast.institute, now=now(),
        )  # fmt: skip
    opened(cast, title="又一项")
    follow_units(now=now())
    for path, count in zip(paths, few, strict=True):
        with django_assert_num_queries(count):
            client.get(path)


def test_a_campaign_is_opened_adjusted_and_ended_by_its_forms(cast, client):
    client.force_login(cast.office)
    year = cast.today.year - 1
    data = {
        "unit": cast.institute.code, "title": "专项", "year": year, "basis": "通知", "begins_on": f"{year}-11-11",
        "milestones": ["0", "1"],
    }  # fmt: skip
    answer = client.post(reverse("campaign-open"), data)
    assert answer.status_code == 422
    assert "“传达学习”：完成期限" in answer.content.decode()
    assert f'value="{year}-11-11"' in answer.content.decode()
    answer = client.post(reverse("campaign-open"), data | {"begins_on": f"{year}-11-01"}, follow=True)
    campaign = Campaign.objects.get()
    assert answer.redirect_chain[-1][0] == reverse("campaign", args=[campaign.code])
    study = campaign.milestones.get(title="传达学习")
    change = reverse("milestone-change", args=[study.code])
    page = client.get(change)
    assert page.context["form"].initial["ten_days"] == "first"
    answer = client.post(change, {"title": "传达学习", "ten_days": "second", "month": ""})
    assert answer.status_code == 422
    assert "请选择是哪个月的" in answer.content.decode()
    answer = client.post(change, {"title": "传达学习", "ten_days": "day", "due_on": ""})
    assert "请填完成期限的日期" in answer.content.decode()
    client.post(change, {"title": "传达学习", "ten_days": "second", "month": "11"})
    study.refresh_from_db()
    assert study.due_on == date(year, 11, 20)
    client.post(
        reverse("milestone-add", args=[campaign.code]),
        {"title": "总结", "audience": "branches", "ten_days": "day", "due_on": f"{year}-12-05", "form_token": uuid4()},
    )
    assert campaign.milestones.count() == 3
    client.post(reverse("milestone-withdraw", args=[study.code]))
    study.refresh_from_db()
    assert study.withdrawn_at
    assert client.get(reverse("campaign-end", args=[campaign.code])).status_code == 200
    client.post(reverse("campaign-end", args=[campaign.code]), {"withdrawn": "no", "reason": "完成"})
    campaign.refresh_from_db()
    assert campaign.ended_on == cast.today


def test_a_refused_report_keeps_what_was_typed_and_says_beside_which_field_it_is_wrong(cast, client, study):
    client.force_login(cast.secretary)
    path = reverse("completion-record", args=[study.code, cast.glacier.code])
    data = {"done_on": str(study.due_on), "eligible": "10", "present": "11", "summary": "纪要全文", "place": "三楼"}
    answer = client.post(path, data)
    said = answer.content.decode()
    assert answer.status_code == 422
    assert "实到 11 人多于应到 10 人" in str(answer.context["form"].errors["present"])
    assert "纪要全文" in said
    assert 'value="三楼"' in said
    assert client.post(path, data | {"present": "十"}).context["form"].errors["present"] == ["实到人数填整数。"]
    answer = client.post(path, data | {"present": "9"}, follow=True)
    assert answer.status_code == 200
    record = Completion.objects.get()
    assert answer.redirect_chain[-1][0] == reverse("completion", args=[record.code])
    answer = client.post(path, data | {"present": "8", "reason": "误填"}, follow=True)
    assert "已更正：误填" in answer.content.decode()
    assert "这份填报已于" in client.get(reverse("completion", args=[record.code])).content.decode()
