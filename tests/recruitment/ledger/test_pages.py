"""The ledgers as pages: whom they list, what stands in a cell, as of which day, and what they cost."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from branches.models import Person
from branches.offices import TitleRank
from recruitment.actions.corrections import supersede
from recruitment.actions.situations import record_situation
from recruitment.facts import SituationFact
from recruitment.models import AccessEntry, Candidate, StepRecord
from recruitment.queries.sheets import Asked, sheet_page, whole_sheet
from recruitment.sheets import COLUMNS, DATE, PEOPLE, LedgerKind, columns_of
from tests.cast import grant_candidate


def ledger(user, kind=LedgerKind.ALL, day=None, **options):
    """The sheet of ``kind`` that ``user`` sees on ``day``."""
    today = timezone.localdate()
    return sheet_page(user=user, asked=Asked(kind=kind, day=day or today, today=today, **options), number=1)


def cells(sheet, place=0):
    """{column key: cell} of a row."""
    return {column.key: cell for column, cell in zip(sheet.columns, sheet.rows[place].cells, strict=True)}


def names(sheet):
    return sorted(row.name for row in sheet.rows)


@pytest.fixture
def road(factory):
    """One person in each ledger, and one who is only contacted."""
    return {
        "prospect": factory.prospect(person=factory.person("重点关注")),
        "applicant": factory.candidate(2, person=factory.person("申请甲")),
        "activist": factory.candidate(5, person=factory.person("积极乙")),
        "target": factory.candidate(11, person=factory.person("发展丙")),
        "probationer": factory.candidate(20, person=factory.person("预备丁")),
    }


# --- whom they list


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        (LedgerKind.APPLICANTS, ["申请甲"]),
        (LedgerKind.ACTIVISTS, ["积极乙"]),
        (LedgerKind.TARGETS, ["发展丙"]),
        (LedgerKind.PROBATIONERS, ["预备丁"]),
        (LedgerKind.ALL, ["发展丙", "申请甲", "积极乙", "预备丁"]),
    ],
)
def test_each_ledger_lists_the_people_of_its_stage(cast, road, kind, expected):
    assert names(ledger(cast.office, kind)) == expected


def test_a_ledger_shows_the_columns_that_its_people_can_have(cast):
    keys = {kind: {column.key for column in columns_of(kind)} for kind in LedgerKind}
    assert "activist_on" not in keys[LedgerKind.APPLICANTS]
    assert "activist_on" in keys[LedgerKind.ACTIVISTS]
    assert "meeting_on" not in keys[LedgerKind.TARGETS]
    assert keys[LedgerKind.PROBATIONERS] == {column.key for column in COLUMNS}


def test_only_dates_or_only_people_can_be_shown(cast, road):
    assert {column.kind for column in ledger(cast.office, only=DATE).columns} == {DATE}
    assert {column.kind for column in ledger(cast.office, only=PEOPLE).columns} == {PEOPLE}


def test_a_secretary_sees_the_own_branch_only(cast, factory):
    factory.applicant(person=factory.person("本支部"))
    factory.applicant(person=factory.person("邻支部", unit=cast.desert), unit=cast.desert)
    assert names(ledger(cast.secretary)) == ["本支部"]
    assert names(ledger(cast.neighbour_secretary)) == ["邻支部"]
    assert names(ledger(cast.office)) == ["本支部", "邻支部"]


def test_nobody_sees_somebody_who_said_no(cast, factory):
    factory.declined(2)
    assert names(ledger(cast.office)) == []


def test_an_export_leaves_out_whom_the_user_may_only_see(cast, factory):
    candidate = factory.applicant()
    grant_candidate(candidate, cast.grantee, timezone.localdate() + timedelta(days=9), by=cast.office)
    today = timezone.localdate()
    asked = Asked(kind=LedgerKind.ALL, day=today, today=today)
    assert len(sheet_page(user=cast.grantee, asked=asked, number=1).rows) == 1
    assert whole_sheet(user=cast.grantee, asked=asked).rows == []
    assert len(whole_sheet(user=cast.secretary, asked=asked).rows) == 1


def test_filters_of_the_list_of_people_hold_here_too(cast, factory):
    factory.applicant(person=factory.person("沈砚舟", title_rank=TitleRank.SENIOR))
    factory.applicant(person=factory.person("唐聿川", title_rank=TitleRank.INTERMEDIATE))
    assert names(ledger(cast.office, filters={"q": "沈"})) == ["沈砚舟"]
    assert names(ledger(cast.office, filters={"rank": str(TitleRank.INTERMEDIATE)})) == ["唐聿川"]
    assert names(ledger(cast.office, filters={"unit": cast.desert.path})) == []


def test_the_order_is_the_one_asked_for(cast, factory):
    today = timezone.localdate()
    factory.applicant(person=factory.person("陈早"), applied_on=today - timedelta(days=30))
    factory.applicant(person=factory.person("艾晚"), applied_on=today - timedelta(days=3))
    assert [row.name for row in ledger(cast.office, sort="applied").rows] == ["陈早", "艾晚"]
    assert [row.name for row in ledger(cast.office, sort="-applied").rows] == ["艾晚", "陈早"]
    assert [row.name for row in ledger(cast.office, sort="name").rows] == ["艾晚", "陈早"]


# --- what stands in a cell


def test_a_date_says_who_entered_it_and_when(cast, road):
    cell = cells(ledger(cast.office, LedgerKind.APPLICANTS))["applied_on"]
    assert cell.text == f"{road['applicant'].applied_on:%Y-%m-%d}"
    assert cell.hint.startswith(f"周维岳于 {timezone.localdate():%Y-%m-%d}")


def test_the_people_of_a_step_and_the_votes_are_named(cast, road):
    row = cells(ledger(cast.office, LedgerKind.PROBATIONERS))
    assert row["talker"].text == "周维岳"
    assert (row["mentor_1"].text, row["mentor_2"].text) == ("叶知秋", "—")
    assert (row["recommender_1"].text, row["recommender_2"].text) == ("叶知秋", "程门雪")
    assert [row[key].value for key in ("eligible", "present", "in_favour", "against")] == [11, 9, 9, 0]
    assert row["form_number"].value == "甘A000001"
    assert row["secretary"].text == "周维岳"
    assert row["probation_from"].value < row["probation_until"].value


def test_a_step_not_reached_is_a_dash_and_one_under_way_is_said_to_be(cast, road):
    row = cells(ledger(cast.office, LedgerKind.ACTIVISTS))
    assert row["activist_on"].value is not None
    assert row["cultivated_on"].text == "办理中"
    talk = cells(ledger(cast.office, LedgerKind.ALL))
    assert {cell.text for cell in talk.values()} >= {"—"}


def test_an_overdue_step_is_marked_with_its_days(cast, factory):
    factory.applicant(applied_on=timezone.localdate() - timedelta(days=60))
    cell = cells(ledger(cast.office, LedgerKind.APPLICANTS))["talked_on"]
    assert cell.css == "is-bad"
    assert cell.text.startswith("▲ 逾期")
    assert cell.value is None


def test_a_step_that_was_late_is_marked(cast, factory):
    applied_on = timezone.localdate() - timedelta(days=60)
    candidate = factory.applicant(applied_on=applied_on)
    factory.record(candidate, 2, applied_on + timedelta(days=45), late_reason="出差")
    cell = cells(ledger(cast.office, LedgerKind.APPLICANTS))["talked_on"]
    assert cell.css == "is-late"
    assert "迟办原因：出差" in cell.hint


def test_half_yearly_reviews_are_counted_against_those_owed(cast, factory):
    factory.candidate(6)
    cell = cells(ledger(cast.office, LedgerKind.ACTIVISTS))["reviews"]
    assert cell.text == "2 / 2"
    assert cell.css == ""


def test_reviews_that_are_missing_are_marked(cast, factory):
    factory.candidate(5, days_ago=400, reviewed=False)
    cell = cells(ledger(cast.office, LedgerKind.ACTIVISTS))["reviews"]
    assert (cell.text, cell.css) == ("▲ 0 / 2", "is-bad")


# --- as of a past day


def test_on_a_past_day_everybody_stands_where_they_stood(cast, factory):
    candidate = factory.candidate(5)
    activist_on = candidate.activist_on
    assert names(ledger(cast.office, LedgerKind.ACTIVISTS, day=activist_on)) == [candidate.person.name]
    assert names(ledger(cast.office, LedgerKind.ACTIVISTS, day=activist_on - timedelta(days=1))) == []
    before = ledger(cast.office, LedgerKind.APPLICANTS, day=activist_on - timedelta(days=1))
    assert names(before) == [candidate.person.name]
    assert cells(before)["applied_on"].value == candidate.applied_on
    assert names(ledger(cast.office, day=candidate.applied_on - timedelta(days=1))) == []


def test_on_a_past_day_todays_dues_are_not_shown(cast, factory):
    candidate = factory.applicant(applied_on=timezone.localdate() - timedelta(days=60))
    sheet = ledger(cast.office, LedgerKind.APPLICANTS, day=candidate.applied_on)
    assert cells(sheet)["talked_on"].text == "—"


def test_as_recorded_shows_only_what_was_in_the_books_that_day(cast, factory):
    candidate = factory.candidate(5)
    yesterday = timezone.localdate() - timedelta(days=1)
    assert names(ledger(cast.office, day=yesterday)) == [candidate.person.name]
    assert names(ledger(cast.office, day=yesterday, as_recorded=True)) == []
    StepRecord.objects.update(recorded_at=timezone.now() - timedelta(days=30))
    assert names(ledger(cast.office, day=yesterday, as_recorded=True)) == [candidate.person.name]


def test_as_recorded_shows_what_was_corrected_later(cast, factory):
    candidate = factory.candidate(2)
    StepRecord.objects.update(recorded_at=timezone.now() - timedelta(days=3))
    talk = StepRecord.objects.get(step=2)
    supersede(
        by=cast.office, code=candidate.code, version=None, kind="step", record_code=talk.code, reason="抄错", now=timezone.now()
    )
    yesterday = timezone.localdate() - timedelta(days=1)
    as_known_now = cells(ledger(cast.office, LedgerKind.APPLICANTS, day=yesterday))
    as_it_stood = cells(ledger(cast.office, LedgerKind.APPLICANTS, day=yesterday, as_recorded=True))
    assert as_known_now["talked_on"].value is None
    assert as_it_stood["talked_on"].value == talk.decided_on


# --- what they cost


@pytest.mark.parametrize("options", [{}, {"day": timezone.localdate() - timedelta(days=3)}])
def test_eight_rows_cost_what_two_cost(cast, factory, client, options):
    client.force_login(cast.office)
    query = {name: str(value) for name, value in options.items()}

    def queries(count):
        for _ in range(count):
            factory.candidate(2)
        with CaptureQueriesContext(connection) as captured:
            assert client.get("/ledger/", query).status_code == 200
        return len(captured)

    few = queries(2)
    assert queries(6) == few
    # a past day asks for the transfers and the histories of those it shows
    assert few <= (25 if options else 24)


# --- pages and doors


def test_the_page_shows_the_sheet_with_its_groups(cast, road, client):
    client.force_login(cast.office)
    page = client.get("/ledger/", {"kind": "probationers"}).content.decode()
    for text in ("预备丁", "预备党员的接收", "入党宣誓"[2:], "尚未校验", "导出 Excel"):
        assert text in page


def test_the_page_understands_the_filters_of_the_list_of_people(cast, road, client):
    client.force_login(cast.office)
    assert client.get("/ledger/", {"stage": "2"}).context["asked"].kind == LedgerKind.ACTIVISTS
    page = client.get("/ledger/", {"day": "2099-01-01", "kind": "nonsense", "sort": "due", "code": "x"})
    assert (page.status_code, page.context["asked"].day) == (200, timezone.localdate())


def test_the_register_lists_acts_newest_first_and_can_be_narrowed(cast, road, client):
    client.force_login(cast.office)
    entries = client.get("/ledger/acts/").context["entries"]
    assert (entries[0]["summary"], entries[0]["name"]) == ("入党宣誓", "预备丁")
    assert {entry["name"] for entry in client.get("/ledger/acts/", {"q": "申请甲"}).context["entries"]} == {"申请甲"}
    assert client.get("/ledger/acts/", {"action": "superseded"}).context["entries"] == []
    tomorrow = timezone.localdate() + timedelta(days=1)
    assert client.get("/ledger/acts/", {"since": tomorrow}).context["entries"] == []
    assert client.get("/ledger/acts/", {"until": tomorrow}).context["entries"] != []


def test_the_record_of_a_person_has_every_step_and_is_logged(cast, road, client):
    client.force_login(cast.secretary)
    page = client.get(f"/candidates/{road['probationer'].code}/record/")
    lines = [line for _, lines in page.context["record"].groups for line in lines]
    assert [line.number for line in lines] == list(range(1, 26))
    assert "应到 11，实到 9，赞成 9" in lines[14].what
    assert (lines[14].entered_by, lines[14].entered_on) == ("周维岳", timezone.localdate())
    assert lines[24].on is None
    entry = AccessEntry.objects.get(what="全程纪实表")
    assert (entry.user, entry.candidate) == (cast.secretary, road["probationer"])


@pytest.mark.parametrize("who", ["stranger", "hr", "auditor", "former_secretary", "system_administrator"])
@pytest.mark.parametrize("path", ["/ledger/", "/ledger/acts/", "/ledger/export.xlsx", "/ledger/export.csv", "record"])
def test_outsiders_find_nothing_there(cast, factory, client, who, path):
    candidate = factory.applicant()
    client.force_login(getattr(cast, who))
    path = f"/candidates/{candidate.code}/record/" if path == "record" else path
    assert client.get(path).status_code == 404


def test_a_neighbour_does_not_find_the_record(cast, factory, client):
    client.force_login(cast.neighbour_secretary)
    assert client.get(f"/candidates/{factory.applicant().code}/record/").status_code == 404


# --- what people were on a past day


@pytest.fixture
def moved(cast, factory):
    """Somebody who went from the desert to the glacier thirty days ago, and has been promoted since."""
    today = timezone.localdate()
    person = factory.person("迁移者", unit=cast.desert)
    candidate = factory.candidate(3, person=person, unit=cast.desert, days_ago=60)
    record_situation(
        by=cast.office, code=candidate.code, version=None, unit=cast.glacier, now=timezone.now(),
        fact=SituationFact(kind="transferred", on=today - timedelta(days=30), recognised=True, recognised_by="党委会"),
    )  # fmt: skip
    person.refresh_from_db()
    Person.history.filter(id=person.pk).update(history_date=timezone.now() - timedelta(days=400))
    person.title, person.department, person.native_place = "研究员", cast.sand_lab, "甘肃兰州"
    person.save()
    return candidate


def test_a_past_day_shows_the_branch_of_that_day(cast, moved):
    today = timezone.localdate()
    for days, branch in ((0, "冰冻圈"), (30, "冰冻圈"), (31, "沙漠")):
        assert [row.unit_name for row in ledger(cast.office, day=today - timedelta(days=days)).rows] == [branch]


def test_a_past_day_is_narrowed_by_the_branch_of_that_day(cast, moved):
    day = timezone.localdate() - timedelta(days=40)
    assert names(ledger(cast.office, day=day, filters={"unit": cast.desert.path})) == ["迁移者"]
    assert names(ledger(cast.office, day=day, filters={"unit": cast.glacier.path})) == []


def test_who_may_see_a_past_day_is_a_matter_of_today(cast, moved):
    day = timezone.localdate() - timedelta(days=40)
    assert names(ledger(cast.secretary, day=day)) == ["迁移者"]
    assert names(ledger(cast.neighbour_secretary, day=day)) == []


def test_a_transfer_that_was_not_yet_on_record_is_left_out_of_the_books_of_that_day(cast, moved):
    day = timezone.localdate() - timedelta(days=10)
    Candidate.history.filter(id=moved.pk).update(history_date=timezone.now() - timedelta(days=90))
    StepRecord.objects.filter(candidate=moved).update(recorded_at=timezone.now() - timedelta(days=60))
    assert [row.unit_name for row in ledger(cast.office, day=day).rows] == ["冰冻圈"]
    assert [row.unit_name for row in ledger(cast.office, day=day, as_recorded=True).rows] == ["沙漠"]


def test_what_changes_in_a_life_is_shown_as_it_was_and_what_was_mistyped_as_it_is(cast, moved):
    now, then = (cells(ledger(cast.office, day=timezone.localdate() - timedelta(days=days))) for days in (0, 20))
    assert (now["title"].text, now["department"].text) == ("研究员", "沙漠实验室")
    assert then["title"].text != "研究员"
    assert then["department"].text != "沙漠实验室"
    assert then["native_place"].text == "甘肃兰州"


def test_nobody_is_a_member_before_the_admission(cast, factory):
    candidate = factory.candidate(20, person=factory.person("预备丁"))
    today = timezone.localdate()
    assert cells(ledger(cast.office))["political_status"].text == "中共预备党员"
    before = ledger(cast.office, day=candidate.probation_from_on - timedelta(days=1))
    assert cells(before)["political_status"].text not in ("中共预备党员", "中共党员")
    assert cells(ledger(cast.office, day=today - timedelta(days=1)))["political_status"].text == "中共预备党员"


def test_a_past_day_costs_the_same_for_three_as_for_nine(cast, factory, moved):
    day = timezone.localdate() - timedelta(days=1)

    def cost():
        with CaptureQueriesContext(connection) as queries:
            ledger(cast.office, day=day)
        return len(queries)

    factory.applicant()
    few = cost()
    for _ in range(6):
        factory.applicant()
    assert cost() == few
