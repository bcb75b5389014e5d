"""The annual plan's way: draft, submission, consultation, review, report; what it means for people and dues (G1, T2, T3, R5, R9)."""

import threading
from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.db import connections, transaction
from django.utils import timezone

from branches.models import Unit, User
from recruitment import rules
from recruitment.actions.declines import decline
from recruitment.actions.plan_dues import close_past_plans, owe_plans
from recruitment.actions.plans import draft_plan, plan_person, unplan_person, write_remark
from recruitment.actions.refusals import NotYours, Refused, Stale
from recruitment.actions.roads import recompute
from recruitment.models import Candidate, DevelopmentPlan, Due, LedgerEntry, PlannedPerson, PlanRemark
from recruitment.planning import Aim, Part, Period, PlanDue, PlanState
from recruitment.queries.facts import calendar_in_force, facts_for
from recruitment.queries.plan_versions import version_changes
from recruitment.queries.plans import plan_page
from recruitment.stages import RoadState
from tests.recruitment.plans import NUMBERS, TEXTS, Way


def fresh(user):
    return User.objects.get(pk=user.pk)


def codes(refusal):
    return [objection.code for objection in refusal.value.objections]


def owed(unit, year):
    return dict(Due.objects.open().filter(unit=unit, key__startswith=f"plan:{year}:").values_list("kind", "due_on"))


def page_of(way, user):
    return plan_page(user=fresh(user), unit=way.unit.code, year=way.year, today=way.cast.today)


@pytest.fixture
def way(cast):
    return Way(cast)


@pytest.fixture
def target(factory):
    """An activist, who can become a development target by the end of next year."""
    return factory.candidate(3)


# --- The way


def test_a_plan_goes_from_the_branch_to_the_committee_and_upward(way, target):
    way.draft()
    way.name(target)
    assert owed(way.unit, way.year).keys() == {PlanDue.DRAFT}
    way.submit()
    assert owed(way.unit, way.year).keys() == {PlanDue.CONSULTATION}
    remark = way.remark()
    assert owed(way.unit, way.year).keys() == {PlanDue.REPLY}
    way.answer(remark)
    assert owed(way.unit, way.year).keys() == {PlanDue.CONSULTATION}
    way.agree()
    assert owed(way.unit, way.year).keys() == {PlanDue.REVIEW}
    way.review()
    assert owed(way.unit, way.year).keys() == {PlanDue.REPORT}
    plan = way.report()
    assert owed(way.unit, way.year) == {}
    assert (plan.state, plan.number, plan.reviewed_number) == (PlanState.REPORTED, 1, 1)
    done = Due.objects.filter(unit=way.unit, key__startswith="plan:", was_done=True).values_list("kind", flat=True)
    assert set(done) == set(PlanDue.values)


def test_every_act_leaves_history(way, target):
    way.in_force(target)
    plan = DevelopmentPlan.objects.get()
    reasons = list(plan.history.order_by("history_id").values_list("history_change_reason", flat=True))
    assert reasons[-3:] == ["报党办（第 1 稿）", "党办同意提请审议", "党委审议通过"]
    entries = LedgerEntry.objects.filter(candidate=target, action__in=("planned", "plan_reviewed"))
    assert list(entries.order_by("n").values_list("action", flat=True)) == ["planned", "plan_reviewed"]


def test_a_draft_without_the_four_determinations_is_not_sent(way):
    way.draft(standard="", admissions=None)
    with pytest.raises(Refused) as refusal:
        way.submit()
    assert codes(refusal) == ["standard_missing", "numbers_missing"]


def test_what_is_with_the_office_is_taken_back_before_it_is_changed(way, target):
    way.draft()
    way.submit()
    with pytest.raises(Refused) as refusal:
        way.draft(goal="别的目标")
    assert codes(refusal) == ["not_open"]
    way.take_back()
    way.draft(goal="别的目标")
    way.name(target)
    assert way.submit().number == 2


def test_a_form_that_was_opened_before_another_act_is_stale(way):
    opened = way.draft().version
    way.draft(goal="别的目标")
    with pytest.raises(Stale):
        draft_plan(version=opened, goal="旧目标", **way.at(way.secretary))
    assert DevelopmentPlan.objects.get().goal == "别的目标"


def test_only_this_year_and_the_next_are_planned(cast):
    for years in (-1, 2):
        with pytest.raises(Refused):
            Way(cast, year=cast.today.year + years).draft()


def test_the_office_returns_with_a_reason_that_stands_in_the_consultation(way):
    way.draft()
    way.submit()
    plan = way.send_back("请按季度写明时限。")
    assert (plan.state, plan.return_reason) == (PlanState.RETURNED, "请按季度写明时限。")
    assert PlanRemark.objects.get().text == "请按季度写明时限。"
    assert owed(way.unit, way.year).keys() == {PlanDue.DRAFT}
    with pytest.raises(Refused):
        way.send_back("")


def test_versions_are_kept_and_compared(way, cast, factory, target):
    other = factory.candidate(3)
    way.draft(targets=3)
    row = way.name(target, month=6)
    way.name(other)
    way.submit()
    way.take_back()
    way.draft(targets=1)
    unplan_person(row=PlannedPerson.objects.standing().get(candidate=other).pk, **way.at(way.secretary))
    way.name(target, month=9)
    way.submit()
    *_, changes = version_changes(user=fresh(cast.office), unit=way.unit.code, year=way.year, number=1)
    told = {change.label: (change.before, change.after) for change in changes}
    assert told == {
        "列为发展对象": ("3", "1"),
        f"{target.person.name}　确定为发展对象": (f"{way.year}-06", f"{way.year}-09"),
        f"{other.person.name}　确定为发展对象": (f"{way.year}-12", "—"),
    }
    row.refresh_from_db()
    assert (row.since, row.until) == (1, 2)


def test_nobody_is_planned_twice_for_one_step(way, target):
    way.draft()
    way.name(target, month=6)
    way.name(target, month=9, period=Period.EARLY)
    [row] = PlannedPerson.objects.standing()
    assert (row.planned_on, row.period) == (date(way.year, 9, 10), Period.EARLY)


def test_people_of_other_branches_and_steps_on_record_are_not_planned(way, cast, factory, target):
    neighbour = factory.candidate(3, person=factory.person(unit=cast.desert), unit=cast.desert)
    way.draft()
    with pytest.raises(Candidate.DoesNotExist):
        way.name(neighbour)
    with pytest.raises(Refused) as refusal:
        way.name(target, step=Aim.ACTIVISTS)
    assert codes(refusal) == ["already_done"]
    with pytest.raises(Refused):
        way.name(target, step=Aim.APPLICATIONS)


# --- Whose act


def test_strangers_find_no_plan_and_insiders_do_not_do_the_others_act(way, cast):
    way.draft()
    with pytest.raises(Unit.DoesNotExist):
        draft_plan(**way.at(fresh(cast.neighbour_secretary)), **TEXTS)
    with pytest.raises(NotYours):
        draft_plan(**way.at(fresh(cast.office)), **TEXTS)
    way.submit()
    for act in (way.agree, way.review):
        way.cast.office, office = fresh(cast.secretary), cast.office
        with pytest.raises(NotYours):
            act()
        way.cast.office = office
    with pytest.raises(NotYours):
        write_remark(text="意见", **way.at(fresh(cast.member)))
    with pytest.raises(DevelopmentPlan.DoesNotExist):
        write_remark(text="意见", **way.at(fresh(cast.neighbour_secretary)))


def test_a_remark_is_answered_by_the_other_side_once(way, cast):
    way.draft()
    way.submit()
    remark = way.remark(part=Part.NUMBERS)
    with pytest.raises(Refused):
        way.answer(remark, adopted=False)
    way.answer(remark, adopted=False, reply="两人均已具备条件。")
    with pytest.raises(Refused):
        way.answer(remark)
    note = write_remark(text="已与研究室沟通。", **way.at(way.secretary))
    with pytest.raises(NotYours):
        way.answer(note)
    assert owed(way.unit, way.year).keys() == {PlanDue.CONSULTATION}


def test_one_form_sent_twice_is_one_remark(way):
    way.draft()
    way.submit()
    token = uuid4()
    assert way.remark(form_token=token).pk == way.remark(form_token=token).pk


# --- Days before the first lawful one


def test_the_office_does_not_agree_to_a_day_before_the_first_lawful_one(way, cast, factory):
    fresh_applicant = factory.applicant(applied_on=cast.today)
    way.draft()
    way.name(fresh_applicant, step=Aim.CONVERSIONS, month=1, period=Period.EARLY)
    [row] = page_of(way, cast.secretary).people
    assert row.is_early and row.earliest_on > row.planned_on
    way.submit()
    with pytest.raises(Refused) as refusal:
        way.agree()
    assert codes(refusal) == ["planned_too_early"]
    assert refusal.value.objections[0].holds_until == row.earliest_on
    way.take_back()
    way.name(fresh_applicant, step=Aim.CONVERSIONS, month=1, period=Period.EARLY, explanation="原单位培养时间待认可")
    way.submit()
    assert way.agree().state == PlanState.AGREED


# --- What a reviewed plan means


def test_the_plans_day_reaches_forecast_and_dues_when_the_committee_has_reviewed(way, cast, factory):
    target = factory.candidate(11)
    way.draft()
    way.name(target, step=Aim.CONVERSIONS)
    way.submit()
    way.agree()
    target.refresh_from_db()
    assert target.planned_days == {}
    version = target.version
    way.review()
    target.refresh_from_db()
    assert target.planned_days == {"23": way.planned_on().isoformat()}
    assert target.version == version + 1
    road = rules.road(facts_for([target])[target.pk], today=cast.today, calendar=calendar_in_force())
    assert road.step(23).planned_on == way.planned_on()
    due = Due.objects.open().get(candidate=target, step=23)
    assert (due.due_on, due.is_binding) == (way.planned_on(), False)
    assert "年度发展计划" in due.article
    assert recompute([target], now=timezone.now(), dry_run=True) == {}


def test_the_version_in_force_stays_until_a_later_one_is_reviewed(way, target):
    way.in_force(target)
    way.send_back()
    way.name(target, month=11, explanation="准备情况较好")
    target.refresh_from_db()
    assert target.planned_days == {"7": f"{way.year}-12-31"}
    way.submit()
    way.agree()
    way.review()
    target.refresh_from_db()
    assert target.planned_days == {"7": f"{way.year}-11-30"}
    way.send_back()
    unplan_person(row=PlannedPerson.objects.standing().get().pk, **way.at(way.secretary))
    way.submit()
    way.agree()
    way.review()
    target.refresh_from_db()
    assert target.planned_days == {}


def test_the_year_over_the_plan_is_closed_and_its_days_plan_nothing(cast, target):
    way = Way(cast, year=cast.today.year)
    way.draft()
    plan_person(
        code=target.code, step=Aim.TARGETS, month=12, period=Period.MONTH, explanation="准备", **way.at(way.secretary)
    )
    way.submit()
    way.agree()
    way.review()
    now = timezone.now()
    assert close_past_plans(today=cast.today, now=now) == 0
    assert close_past_plans(today=date(way.year + 1, 1, 1), now=now) == 1
    target.refresh_from_db()
    assert target.planned_days == {}
    assert close_past_plans(today=date(way.year + 1, 1, 1), now=now) == 0


# --- The number (G1)


@pytest.fixture
def running(cast):
    """The way of this year's plan, whose number admissions are held to."""
    return Way(cast, year=cast.today.year)


def admit(factory, candidate, on):
    return factory.record(candidate, 15, on)


def test_an_admission_beyond_the_number_waits_for_the_office(running, cast, factory):
    year_begins = date(cast.today.year, 1, 1)
    candidate = factory.candidate(14, days_ago=5)
    on = max(cast.today - timedelta(days=1), year_begins)
    running.in_force(admissions=0)
    with pytest.raises(Refused) as refusal:
        admit(factory, candidate, on)
    assert codes(refusal) == ["beyond_yearly_number"]
    with pytest.raises(Refused):
        running.adjust(1, reason="")
    running.adjust(1)
    assert admit(factory, candidate, on).step == 15
    assert PlanRemark.objects.get().text == "接收人数由 0 人调整为 1 人：专项引进"


def test_a_branch_without_a_reviewed_plan_admits_as_before(running, cast, factory):
    running.draft(admissions=0)
    candidate = factory.candidate(14)
    assert admit(factory, candidate, cast.today).step == 15


# --- Dues that time opens (T2, R9)


def test_every_branch_owes_a_draft_from_november_on(cast):
    now, year = timezone.now(), cast.today.year + 1
    owe_plans(today=date(year - 1, 10, 31), now=now)
    assert owed(cast.glacier, year) == {}
    owe_plans(today=date(year - 1, 11, 1), now=now)
    for unit in (cast.glacier, cast.desert, cast.ecology):
        assert owed(unit, year).keys() == {PlanDue.DRAFT}
    before = Due.objects.count()
    owe_plans(today=date(year - 1, 11, 2), now=now)
    assert Due.objects.count() == before


def test_time_costs_the_same_for_many_branches(cast, django_assert_max_num_queries):
    day = date(cast.today.year, 11, 1)
    owe_plans(today=day, now=timezone.now())
    with django_assert_max_num_queries(4):
        owe_plans(today=day, now=timezone.now())


def test_time_mends_what_is_owed_for_a_plan(way):
    way.draft()
    way.submit()
    Due.objects.filter(key__startswith="plan:").update(settled_at=timezone.now(), settled_on=way.cast.today)
    owe_plans(today=way.cast.today, now=timezone.now())
    assert owed(way.unit, way.year).keys() == {PlanDue.CONSULTATION}


# --- A person's no


def says_no(cast, candidate):
    return decline(by=fresh(cast.secretary), code=candidate.code, now=timezone.now())


def test_a_no_takes_the_person_out_of_every_version_and_every_page(way, cast, factory, target):
    other = factory.candidate(3)
    way.in_force(target, other)
    way.send_back()
    renamed = way.name(other, month=11, explanation="准备情况较好")
    way.submit()
    way.remark(code=target.code)
    assert owed(way.unit, way.year).keys() == {PlanDue.REPLY}
    says_no(cast, target)
    assert owed(way.unit, way.year) == {}
    owe_plans(today=cast.today, now=timezone.now())
    assert owed(way.unit, way.year).keys() == {PlanDue.CONSULTATION}
    for number in (1, 2):
        rows = PlannedPerson.objects.of_version(number)
        assert {row.candidate_id for row in rows} == {other.pk}
    for user in (cast.secretary, cast.office, cast.committee_secretary):
        page = page_of(way, user)
        assert {row.code for row in page.people} == {other.code}
        assert page.waiting == 0 and all(remark.about != target.person.name for remark in page.remarks)
    *_, changes = version_changes(user=fresh(cast.office), unit=way.unit.code, year=way.year, number=1)
    assert {change.label for change in changes} == {f"{other.person.name}　确定为发展对象"}
    target.refresh_from_db()
    assert (target.state, target.planned_days) == (RoadState.DECLINED, {})
    assert renamed.until is None
    assert way.agree().state == PlanState.AGREED


def test_the_plan_does_not_change_its_version_by_a_no(way, cast, target):
    way.draft()
    way.name(target)
    before = DevelopmentPlan.objects.get().version
    says_no(cast, target)
    assert DevelopmentPlan.objects.get().version == before


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("rival", ["name", "submit", "review"])
def test_a_no_wins_every_race_against_a_plan(cast, factory, rival):
    way = Way(cast)
    target, other = factory.candidate(3), factory.candidate(3)
    way.draft()
    way.name(other)
    if rival != "name":
        way.name(target)
    if rival == "review":
        way.submit()
        way.agree()
    acts = {"name": lambda: way.name(target), "submit": way.submit, "review": way.review}
    gate, failures = threading.Barrier(2), []

    def run(act):
        try:
            gate.wait()
            act()
        except (Candidate.DoesNotExist, Stale):
            pass
        except Exception as failure:
            failures.append(failure)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(act,)) for act in (acts[rival], lambda: says_no(cast, target))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    target.refresh_from_db()
    assert (target.state, target.planned_days) == (RoadState.DECLINED, {})
    assert not PlannedPerson.objects.standing().filter(candidate=target).exists()
    assert not PlannedPerson.objects.in_force().filter(candidate=target).exists()
    assert not Due.objects.open().filter(candidate=target).exists()
    if rival == "review":
        other.refresh_from_db()
        assert other.planned_days == {"7": f"{way.year}-12-31"}


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_a_review_that_waited_for_a_no_plans_the_others_only(cast, factory):
    """The no holds the candidate's row when the review asks for it: the review goes on without the person."""
    way = Way(cast)
    target, other = factory.candidate(3), factory.candidate(3)
    way.draft()
    way.name(target)
    way.name(other)
    way.submit()
    way.agree()
    failures = []

    def review():
        try:
            way.review()
        except Exception as failure:
            failures.append(failure)
        finally:
            connections.close_all()

    thread = threading.Thread(target=review)
    with transaction.atomic():
        says_no(cast, target)
        thread.start()
        thread.join(timeout=0.5)
        assert thread.is_alive()  # it waits for the row
    thread.join()
    assert failures == []
    assert DevelopmentPlan.objects.get().state == PlanState.REVIEWED
    assert list(PlannedPerson.objects.in_force().values_list("candidate", flat=True)) == [other.pk]
    assert not Due.objects.open().filter(candidate=target).exists()
    assert not LedgerEntry.objects.filter(candidate=target, action="plan_reviewed").exists()


# --- The page


def test_nobody_but_the_branch_reads_an_unsent_draft(way, cast, target):
    way.draft(goal="还没报的目标")
    way.name(target)
    assert page_of(way, cast.secretary).is_shown
    assert not page_of(way, cast.office).is_shown
    way.submit()
    way.take_back()
    way.draft(goal="改过的目标")
    assert [part.text for part in page_of(way, cast.office).parts][1] == "还没报的目标"
    assert [part.text for part in page_of(way, cast.secretary).parts][1] == "改过的目标"


def test_a_committee_member_reads_the_plan_and_of_persons_the_own_contacts(way, cast, target):
    way.in_force(target)
    page = page_of(way, cast.member)
    assert page.is_shown and page.people == () and not page.sees_everybody
    assert page.remarks == () and page.versions == []
    assert [part.number for part in page.parts][2] == NUMBERS["admissions"]


def test_the_page_costs_the_same_for_many_persons(way, cast, factory, django_assert_num_queries):
    way.draft(targets=9)
    way.name(factory.candidate(3))
    user = fresh(cast.secretary)
    with django_assert_num_queries(PAGE_QUERIES):
        plan_page(user=user, unit=way.unit.code, year=way.year, today=cast.today)
    for _ in range(4):
        way.name(factory.candidate(3))
    user = fresh(cast.secretary)
    with django_assert_num_queries(PAGE_QUERIES):
        plan_page(user=user, unit=way.unit.code, year=way.year, today=cast.today)


PAGE_QUERIES = 18
