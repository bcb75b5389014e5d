"""总览: what the office sees, how many queries it costs, and who sees numbers only."""

import re
from collections import Counter
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from branches.models import Person, TalentMovement
from branches.offices import MovementKind, PoliticalStatus, TitleRank
from committee.actions.talks import record_talk
from committee.queries.dashboard import dashboard
from committee.queries.flow import flow_of, months_words, quantile
from committee.queries.stage_counts import COLUMNS, coarse_counts, suppressed
from recruitment.actions.contacts import assign_contact
from recruitment.actions.declines import decline
from recruitment.stages import Stage


def column(label):
    return [name for name, _ in COLUMNS].index(label)


def cell(page, branch, label):
    row = next(row for row in page.matrix.rows if row.label == branch.short_name)
    return row.cells[column(label)]


def assign(cast, candidate, leader, days_ago=0):
    return assign_contact(
        by=cast.office,
        code=candidate.code,
        leader=leader.person,
        decided_on=cast.today - timedelta(days=days_ago),
        reason="党委会研究",
        now=timezone.now(),
    )


def test_every_cell_counts_the_people_of_its_list(client, cast, factory):
    factory.prospect()
    factory.applicant()
    factory.applicant(unit=cast.desert)
    factory.candidate(5)
    page = dashboard(user=cast.office, today=cast.today)
    assert cell(page, cast.glacier, "重点关注").count == 1
    assert cell(page, cast.glacier, "申请人").count == 1
    assert cell(page, cast.desert, "申请人").count == 1
    assert cell(page, cast.glacier, "积极分子").count == 1
    assert cell(page, cast.ecology, "申请人").count == 0
    assert page.matrix.total == 4
    client.force_login(cast.office)
    for row in page.matrix.rows:
        for found in row.cells:
            if found.count:
                assert client.get(found.url).context["page"].paginator.count == found.count


def test_late_acts_are_marked_where_they_are_late(cast, factory):
    factory.applicant(applied_on=cast.today - timedelta(days=45))
    page = dashboard(user=cast.office, today=cast.today)
    assert cell(page, cast.glacier, "申请人").overdue == 1
    assert page.overdue_total == 1
    assert [row.title for row in page.overdue] == ["派人谈话"]
    assert page.attention[0].count == 1


def test_an_advised_day_that_has_passed_is_late_nowhere(cast, factory):
    candidate = factory.candidate(3)  # nothing says by when the committee files an activist (step 4)
    filing = candidate.dues.open().get(step=4)
    assert not filing.is_binding
    candidate.dues.exclude(pk=filing.pk).delete()
    page = dashboard(user=cast.office, today=filing.due_on + timedelta(days=40))
    assert (page.overdue_total, page.overdue) == (0, ())
    assert [row.due_on for row in page.pending] == [None]
    assert [cell.note for cell in page.attention if cell.label == "待党委办理"] == ["其中逾期 0 件"]
    assert cell(page, cast.glacier, "积极分子").overdue == 0


def test_the_day_itself_is_in_time(cast, factory):
    candidate = factory.applicant()
    due = candidate.dues.open().get(kind="first_talk")
    assert dashboard(user=cast.office, today=due.due_on).overdue_total == 0
    assert dashboard(user=cast.office, today=due.due_on + timedelta(days=1)).overdue_total == 1


def test_what_waits_for_the_committee_is_listed(cast, factory):
    candidate = factory.candidate(3)
    page = dashboard(user=cast.office, today=cast.today)
    assert [row.code for row in page.pending] == [candidate.code]


@pytest.mark.parametrize("closed", [0, 1], ids=["nobody is through", "somebody is through"])
@pytest.mark.parametrize("waiting", [0, 1], ids=["nothing waits", "something waits"])
@pytest.mark.parametrize("moved", [0, 1], ids=["nobody moved", "somebody moved"])
def test_no_half_row_is_left_empty(client, cast, factory, closed, waiting, moved):
    if closed:
        factory.candidate(25)
    if waiting:
        factory.candidate(3)
    if moved:
        TalentMovement.objects.create(
            person=cast.scientists[0], kind=MovementKind.PROMOTED, happened_on=cast.today, summary="晋升研究员",
            reported_at=timezone.now(),
        )  # fmt: skip
    client.force_login(cast.office)
    html = client.get("/dashboard/").content.decode()
    assert ("待党委办理</h2>" in html, "人才动向</h2>" in html) == (bool(waiting), bool(moved))
    widths = [int(width) for width in re.findall(r'class="panel w(\d+)', html)]
    assert widths.count(5) == widths.count(7), widths


def test_a_sub_committees_office_sees_its_subtree_only(client, cast, factory):
    factory.applicant()
    mine = factory.applicant(unit=cast.ecology, applied_on=cast.today - timedelta(days=45))
    page = dashboard(user=cast.sub_office, today=cast.today)
    assert [row.label for row in page.matrix.rows] == [cast.ecology.short_name]
    assert page.matrix.total == 1 and page.overdue_total == 1
    client.force_login(cast.sub_office)
    text = client.get(reverse("dashboard")).text
    assert mine.person.name in text
    assert cast.glacier.short_name not in text


def test_a_declined_person_is_in_no_number_and_no_list(client, cast, factory):
    candidate = factory.applicant(applied_on=cast.today - timedelta(days=45))
    assign(cast, candidate, cast.member)
    decline(by=cast.member, code=candidate.code, now=timezone.now())
    client.force_login(cast.office)
    answer = client.get(reverse("dashboard"))
    assert candidate.person.name not in answer.text
    assert answer.context["matrix"].total == 0
    assert answer.context["overdue_total"] == 0


def test_the_funnel_counts_everybody_who_came_so_far(cast, factory):
    factory.prospect()
    factory.applicant()
    factory.candidate(5)
    rows = dashboard(user=cast.office, today=cast.today).funnel.table.rows
    reached = {row[0]: row[1] for row in rows}
    assert reached["列入重点关注"] == "3"
    assert reached["递交入党申请书"] == "2"
    assert reached["确定为积极分子"] == "1"
    assert reached["列为发展对象"] == "0"


def test_days_and_months_of_the_road_are_counted(cast, factory):
    candidate = factory.candidate(3)
    taken, monthly = flow_of(cast.office, cast.today)
    assert taken[Stage.ACTIVIST] == {(candidate.activist_on - candidate.applied_on).days: 1}
    assert monthly["activist_on"] == {candidate.activist_on.replace(day=1): 1}


@pytest.mark.parametrize(
    ("days", "words"), [(0, "0 天"), (30, "30 天"), (31, "1 个月"), (365, "12 个月"), (400, "13 个月")]
)
def test_long_times_are_said_in_months(days, words):
    assert months_words(days) == words


@pytest.mark.parametrize(
    ("histogram", "expected"), [({}, None), ({3: 1}, 3), ({3: 1, 9: 1}, 3), ({1: 1, 2: 1, 30: 1}, 2), ({5: 3, 6: 4}, 6)]
)
def test_the_median_is_the_middle_one(histogram, expected):
    assert quantile(Counter(histogram), 0.5) == expected


def test_contacts_without_a_talk_for_sixty_days_are_late(cast, factory):
    candidate, other = factory.applicant(), factory.applicant()
    assign(cast, candidate, cast.member, days_ago=61)
    assign(cast, other, cast.member, days_ago=60)
    page = dashboard(user=cast.office, today=cast.today)
    assert page.attention[3].count == 1
    assert candidate.person.name in page.contacts_note and other.person.name not in page.contacts_note
    assert cast.other_member.person.name in page.contacts_note  # the gap
    record_talk(
        by=cast.member, code=candidate.code, held_on=cast.today, way="phone", topics=["study"], now=timezone.now()
    )
    assert dashboard(user=cast.office, today=cast.today).attention[3].count == 0


def test_the_composition_covers_key_scientists_outside_the_party(cast, factory):
    factory.prospect(person=cast.scientists[0])
    factory.person(political_status=PoliticalStatus.FULL_MEMBER)
    factory.person(title_rank=TitleRank.INTERMEDIATE)
    Person.objects.update(birth_on=cast.today - timedelta(days=38 * 365 + 100))
    page = dashboard(user=cast.office, today=cast.today)
    ages = {row[0]: row[1:3] for row in page.compositions[0].chart.table.rows}
    assert ages == {"36–40": ("1", "8")}


def test_movements_lead_to_the_list_or_the_person(cast, factory):
    listed = factory.prospect(person=cast.scientists[0])
    for person in cast.scientists[:2]:
        TalentMovement.objects.create(
            person=person,
            kind=MovementKind.PROMOTED,
            happened_on=cast.today,
            summary="晋升研究员",
            reported_at=timezone.now(),
        )
    page = dashboard(user=cast.office, today=cast.today)
    assert {row.name: row.code for row in page.movements} == {
        cast.scientists[0].name: listed.code,
        cast.scientists[1].name: "",
    }
    assert page.attention[5].count == 2


# --- Who sees it, and at what cost


@pytest.mark.parametrize("part", ["office", "sub_office", "committee_secretary", "secretary"])
def test_offices_see_their_part(client, cast, factory, part):
    client.force_login(getattr(cast, part))
    answer = client.get(reverse("dashboard"))
    assert answer.status_code == 200
    assert answer.templates[0].name == "committee/dashboard.html"


@pytest.mark.parametrize(
    "part", ["hr", "department_liaison", "system_administrator", "security_administrator", "stranger", "mentor"]
)
def test_others_do_not(client, cast, part):
    client.force_login(getattr(cast, part))
    assert client.get(reverse("dashboard")).status_code == 404


@pytest.mark.parametrize("part", ["member", "auditor"])
def test_members_and_auditors_see_numbers_without_small_cells(client, cast, factory, part):
    names = [factory.applicant().person.name for _ in range(2)]
    client.force_login(getattr(cast, part))
    answer = client.get(reverse("dashboard"))
    assert answer.templates[0].name == "committee/stage_numbers.html"
    assert not any(name in answer.text for name in names)
    assert {row.text for row in answer.context["counts"]} == {"不足 5"}


def test_a_single_small_cell_takes_the_next_with_it():
    assert suppressed({"a": 3, "b": 9, "c": 20}) == {"a": "不足 5", "b": "不公布", "c": "20"}
    assert suppressed({"a": 5, "b": 9}) == {"a": "5", "b": "9"}
    assert suppressed({"a": 0, "b": 4}) == {"a": "不足 5", "b": "不足 5"}


def test_numbers_only_counts_the_institute(cast, factory):
    for _ in range(5):
        factory.applicant()
    assert {row.label: row.text for row in coarse_counts(cast.member)}["入党申请人"] == "5"


def test_the_page_costs_at_most_fourteen_queries_whatever_the_number_of_people(
    client, cast, factory, django_assert_max_num_queries, django_assert_num_queries
):
    for unit in (cast.glacier, cast.desert, cast.ecology):
        assign(cast, factory.applicant(unit=unit), cast.member if unit == cast.glacier else cast.other_member)
    client.force_login(cast.office)
    with django_assert_max_num_queries(14) as few:
        client.get(reverse("dashboard"))
    for unit in (cast.glacier, cast.desert, cast.ecology):
        for days in range(1, 9):
            factory.applicant(unit=unit, applied_on=cast.today - timedelta(days=10 * days))
    with django_assert_num_queries(len(few.captured_queries)):
        client.get(reverse("dashboard"))
