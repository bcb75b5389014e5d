"""The office's pages of reminders and everybody's own: who may, what they refuse, what they show."""

from datetime import date, timedelta

import pytest
from django.utils import timezone
from icalendar import Calendar

from branches.models import User
from branches.offices import Office
from committee.actions.reminders import set_rule
from committee.delivery.rounds import deliver_due
from committee.delivery.schedule import create_due
from committee.models import (
    CalendarFeed,
    Digest,
    DigestKind,
    DigestState,
    Notice,
    ReminderRule,
    Snooze,
)
from committee.rules.reminders import Policy
from recruitment.models import DesignatedContact, Due
from recruitment.stages import RoadState
from tests.committee.reminders.conftest import at, next_workday

pytestmark = pytest.mark.django_db

RULE = {
    "lead_days": "10、3、0",
    "repeat_days": "5",
    "deputy_from": "1",
    "mentor_from": "-7",
    "office_from": "1",
    "member_from": "",
    "by_mail": "on",
    "by_notice": "on",
    "reason": "试行一年",
}


@pytest.fixture
def as_(client):
    def log_in(user):
        client.force_login(user)
        return client

    return log_in


def to(smtp, user):
    return [delivery for delivery in smtp.deliveries if delivery.recipients == [user.person.email]]


# --- Rules


def test_the_office_at_the_top_sets_rules_with_a_reason_and_their_history_is_kept(cast, as_):
    page = as_(cast.office).post("/reminders/rules/periodic_review/", RULE)
    assert page.status_code == 302
    rule = ReminderRule.objects.get(kind="periodic_review")
    assert (rule.lead_days, rule.repeat_days, rule.mentor_from, rule.member_from) == ([10, 3, 0], 5, -7, None)
    change = rule.history.get()
    assert (change.history_user, change.history_change_reason) == (cast.office, "试行一年")
    text = as_(cast.office).get("/reminders/rules/").content.decode()
    assert "试行一年" in text
    assert "T−10、T−3、T" in text
    assert (
        "期限前 T−10、T−3、T；逾期后每 5 天；副书记、组织委员 T+1 起；培养联系人 T-7 起；党办 T+1 起；分管委员不提醒；方式 邮件、通知"
        in text
    ), "the history tells every value"
    quiet = RULE | {"lead_days": "", "by_mail": "", "reason": "只在逾期后"}
    as_(cast.office).post("/reminders/rules/periodic_review/", quiet)
    text = as_(cast.office).get("/reminders/rules/").content.decode()
    assert "期限前不提醒；" in text
    assert "方式 通知" in text
    as_(cast.office).post("/reminders/rules/periodic_review/reset/")
    assert not ReminderRule.objects.exists()
    assert ReminderRule.history.count() == 3


@pytest.mark.parametrize(
    "part", ["sub_office", "secretary", "member", "committee_secretary", "system_administrator", "stranger"]
)
def test_nobody_else_sets_them(cast, as_, part):
    client = as_(getattr(cast, part))
    for path in ("/reminders/rules/", "/reminders/rules/periodic_review/", "/reminders/try/"):
        assert client.get(path).status_code in (403, 404)
    assert client.post("/reminders/rules/periodic_review/", RULE).status_code in (403, 404)
    assert not ReminderRule.objects.exists()


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"lead_days": "", "repeat_days": "0"}, "没有人会收到"),
        ({"repeat_days": "1"}, "天天催所有人"),
        ({"lead_days": "5、4、3、2"}, "每天提醒"),
        ({"by_mail": "", "by_notice": ""}, "没有人会收到"),
        ({"lead_days": "十天"}, "写天数"),
        ({"reason": ""}, "修改原因"),
    ],
)
def test_a_rule_that_tells_nobody_or_everybody_daily_is_refused_with_the_reason(cast, as_, wrong, words):
    page = as_(cast.office).post("/reminders/rules/periodic_review/", RULE | wrong)
    assert page.status_code == 422
    assert words in page.content.decode()
    assert not ReminderRule.objects.exists()


def test_a_rule_changes_who_is_told_from_the_next_morning_on(cast, today, make_due):
    make_due(today + timedelta(days=25))
    create_due(at(today))
    assert not Digest.objects.filter(kind="daily").exists()
    set_rule(by=cast.office, kind="", policy=Policy(lead_days=(25,)), reason="早些说", now=timezone.now())
    day = today + timedelta(days=1)
    while day.weekday() >= 5:
        day += timedelta(days=1)
    create_due(at(day))
    assert Digest.objects.filter(kind="daily", recipient=cast.secretary).exists()


def test_the_tryout_follows_a_due_from_a_month_before_to_fifteen_days_after(cast, as_):
    query = f"?kind=target_decision&unit={cast.glacier.code}&due_on=2026-11-18"
    text = as_(cast.office).get(f"/reminders/try/{query}").content.decode()
    for when in ("T−30", "T−15", "T−7", "T−1", "T+1", "T+15"):
        assert f">{when}<" in text
    assert "承办人：周维岳" in text
    assert "党办：温予安" in text
    assert "分管党委委员：顾长河" in text
    assert "2026-10-19" in text, "T−30"


def test_the_tryout_shows_any_day_and_writes_nothing(cast, as_, today, make_due):
    make_due(today + timedelta(days=8))
    day = today + timedelta(days=1)
    text = as_(cast.office).get(f"/reminders/try/?day={day}").content.decode()
    if day.weekday() < 5:
        assert "周维岳" in text
    told = next_workday(today + timedelta(days=1))
    make_due(told, kind="report")
    make_due(told, kind="problem")
    make_due(told, kind="problem")
    text = as_(cast.office).get(f"/reminders/try/?day={told}").content.decode()
    assert "答复谈话中反映的问题 2" in text and "递交思想汇报 1" in text, "and of what"
    assert as_(cast.office).get("/reminders/try/?day=morgen").status_code == 200
    assert not Digest.objects.exists()


@pytest.mark.parametrize("day", ["0001-01-01", "1899-12-31", "2201-01-01", "9999-12-31"])
def test_the_tryout_refuses_a_day_out_of_time(cast, as_, day):
    client = as_(cast.office)
    for query in (f"?day={day}", f"?kind=target_decision&unit={cast.glacier.code}&due_on={day}"):
        page = client.get(f"/reminders/try/{query}")
        assert page.status_code == 200
        assert "日期应在 1900 至 2200 年之间，请核对年份。" in page.content.decode()


@pytest.mark.parametrize("day", ["1900-01-01", "2200-12-31"])
def test_the_tryout_looks_at_the_first_and_the_last_day_there_is(cast, as_, day):
    for query in (f"?day={day}", f"?kind=target_decision&unit={cast.glacier.code}&due_on={day}"):
        page = as_(cast.office).get(f"/reminders/try/{query}")
        assert page.status_code == 200
        assert "请核对年份" not in page.content.decode()


# --- The board


def test_the_board_shows_what_is_late_with_whom_and_how_often_they_were_told(cast, as_, today, make_due, smtp):
    # Late by the clock that the board reads too, when `today` is the workday after a weekend.
    due = make_due(cast.today - timedelta(days=1))
    create_due(at(today))
    deliver_due(clock=lambda: at(today))
    text = as_(cast.office).get("/reminders/").content.decode()
    assert due.candidate.person.name in text
    assert "周维岳" in text
    assert "1 次" in text
    others = as_(cast.sub_office).get("/reminders/").content.decode()
    assert due.candidate.person.name not in others


@pytest.mark.parametrize("part", ["secretary", "member", "mentor", "hr", "auditor", "stranger"])
def test_the_board_is_for_those_above_the_branches(cast, as_, part):
    client = as_(getattr(cast, part))
    assert client.get("/reminders/").status_code == 404
    assert client.get("/reminders/digests/").status_code == 404
    assert client.post("/reminders/press/", {"due": "1"}).status_code == 404


def test_one_click_presses_those_who_owe_by_mail_and_notice(cast, as_, today, make_due, smtp):
    due = make_due(today - timedelta(days=3))
    as_(cast.office).post("/reminders/press/", {"due": [due.pk]})
    digest = Digest.objects.get(recipient=cast.secretary, kind=DigestKind.NUDGE)
    assert digest.asked_by == cast.office
    notice = Notice.objects.get(recipient=cast.secretary, kind="nudge")
    assert due.candidate.person.name not in notice.text
    deliver_due()
    (mail,) = to(smtp, cast.secretary)
    assert "催办" in mail.message["Subject"]
    text = mail.message.get_body(preferencelist=("plain",)).get_content()
    assert "温予安" in text
    assert due.title in text
    # once more the same day: the notice only
    page = as_(cast.office).post("/reminders/press/", {"due": [due.pk]}, follow=True)
    assert "今天已收过催办邮件" in page.content.decode()
    deliver_due()
    assert len(to(smtp, cast.secretary)) == 1


def test_the_button_of_a_line_presses_for_that_line_alone(cast, as_, today, make_due):
    due, other = make_due(cast.today - timedelta(days=3)), make_due(cast.today - timedelta(days=4))
    assert f'name="only" value="{due.pk}"' in as_(cast.office).get("/reminders/").content.decode()
    as_(cast.office).post("/reminders/press/", {"only": due.pk, "due": [other.pk]})
    assert Notice.objects.get(recipient=cast.secretary, kind="nudge").path == f"/dues/{due.pk}/"
    assert 'name="only"' not in as_(cast.committee_secretary).get("/reminders/").content.decode()


def test_pressing_for_nothing_says_that_nothing_was_chosen(cast, as_, make_due):
    make_due(cast.today - timedelta(days=3))
    page = as_(cast.office).post("/reminders/press/", {}, follow=True)
    assert "请先选择要催办的事项" in page.content.decode()
    assert not Notice.objects.exists()


def test_the_office_presses_nobody_out_of_its_reach(cast, as_, today, make_due):
    due = make_due(today - timedelta(days=3))
    page = as_(cast.sub_office).post("/reminders/press/", {"due": [due.pk]}, follow=True)
    assert "不需要催办" in page.content.decode()
    assert not Digest.objects.exists() and not Notice.objects.exists()
    as_(cast.committee_secretary).post("/reminders/press/", {"due": [due.pk]})
    assert not Digest.objects.exists(), "pressing is the party office's work"


def test_a_failed_digest_of_today_can_be_sent_again_and_an_uncertain_one_closed(cast, as_, make_due, smtp):
    make_due(cast.today)
    digest = Digest.objects.create(
        recipient=cast.secretary, local_date=cast.today, kind="daily", state=DigestState.FAILED, reply="550 full",
        created_at=timezone.now(), not_before_at=timezone.now(), message_id="<d.1@x>",
    )  # fmt: skip
    text = as_(cast.office).get("/reminders/digests/?state=failed").content.decode()
    assert "550 full" in text
    as_(cast.office).post(f"/reminders/digests/{digest.pk}/again/")
    deliver_due()
    digest.refresh_from_db()
    assert digest.state == DigestState.SENT
    Digest.objects.filter(pk=digest.pk).update(state=DigestState.UNCERTAIN)
    as_(cast.office).post(f"/reminders/digests/{digest.pk}/arrived/")
    digest.refresh_from_db()
    assert digest.state == DigestState.SENT
    Digest.objects.filter(pk=digest.pk).update(state=DigestState.FAILED)
    assert as_(cast.sub_office).post(f"/reminders/digests/{digest.pk}/again/").status_code == 404


def test_the_pictures_tell_how_long_settling_took(cast, as_, today, make_due):
    for days in (-5, 0, 12, 12):
        due = make_due(today - timedelta(days=30))
        Due.objects.filter(pk=due.pk).update(
            settled_at=timezone.now(), settled_on=due.due_on + timedelta(days=days), was_done=True
        )
    text = as_(cast.office).get("/reminders/").content.decode()
    assert "<svg" in text
    assert "冰冻圈，中位当日，4 项" in text
    assert "半年考察，中位当日，4 项" in text


# --- Pauses


def test_who_owes_pauses_with_a_reason_that_the_office_sees(cast, as_, today, make_due, smtp):
    due = make_due(today)
    page = as_(cast.secretary).post(
        f"/dues/{due.pk}/snooze/", {"until_on": today + timedelta(days=10), "reason": "出差"}
    )
    assert page.status_code == 302
    create_due(at(today))
    deliver_due(clock=lambda: at(today))
    assert not Digest.objects.filter(recipient=cast.secretary, kind="daily").exists()
    assert "出差" in as_(cast.office).get("/reminders/").content.decode()
    snooze = Snooze.objects.get()
    as_(cast.office).post(f"/snoozes/{snooze.pk}/end/", {"back": "reminder-board"})
    snooze.refresh_from_db()
    assert snooze.ended_at


@pytest.mark.parametrize(
    ("days", "reason", "words"), [(0, "出差", "明天至"), (31, "出差", "明天至"), (5, "", "请写明原因")]
)
def test_a_pause_without_reason_or_without_a_near_end_is_refused(cast, as_, make_due, days, reason, words):
    due = make_due(cast.today)
    page = as_(cast.secretary).post(
        f"/dues/{due.pk}/snooze/", {"until_on": cast.today + timedelta(days=days), "reason": reason}
    )
    assert page.status_code == 422
    assert words in page.content.decode()
    assert not Snooze.objects.exists()


def test_nobody_pauses_what_others_owe(cast, as_, make_due):
    due = make_due(cast.today)
    body = {"until_on": cast.today + timedelta(days=5), "reason": "x"}
    assert as_(cast.neighbour_secretary).post(f"/dues/{due.pk}/snooze/", body).status_code == 404
    assert as_(cast.committee_secretary).post(f"/dues/{due.pk}/snooze/", body).status_code == 403
    assert not Snooze.objects.exists()


# --- From the mail to the form


def test_a_line_leads_to_the_form_that_settles_it_in_one_step(cast, as_, factory):
    candidate = factory.candidate(1)
    due = Due.objects.open().get(candidate=candidate, kind="first_talk")
    page = as_(cast.secretary).get(f"/dues/{due.pk}/")
    assert page.status_code == 302
    assert page.url == f"/candidates/{candidate.code}/steps/2/"
    assert as_(cast.neighbour_secretary).get(f"/dues/{due.pk}/").status_code == 404


@pytest.mark.parametrize("kind", ["first_talk", "periodic_review", "mentor_opinion", "contact_talk", "problem"])
def test_a_line_leads_whoever_only_pushes_it_forward_to_whose_turn_it_is(cast, as_, make_due, kind):
    due = make_due(cast.today, kind=kind, title="待推动的一件事")
    page = as_(cast.committee_secretary).get(f"/dues/{due.pk}/", follow=True)
    assert page.status_code == 200, "not turned away by the form"
    assert "由周维岳" in page.content.decode()
    assert as_(cast.office).get(f"/dues/{due.pk}/").status_code == 302
    assert as_(cast.secretary).get(f"/dues/{due.pk}/").status_code == 302


def test_a_contact_is_led_to_the_form_of_what_ties_may_record_and_of_nothing_else(cast, as_, factory, make_due):
    candidate = factory.candidate(5)
    DesignatedContact.objects.create(candidate=candidate, leader=cast.member.person, starts_on=cast.today)
    talk = make_due(cast.today, candidate=candidate, kind="contact_talk")
    review = make_due(cast.today, candidate=candidate, kind="periodic_review")
    client = as_(cast.member)
    assert client.get(f"/dues/{talk.pk}/").status_code == 302
    assert client.get(f"/dues/{review.pk}/").status_code == 200


def test_a_vacant_post_has_no_name_to_show(cast, as_, make_due):
    due = make_due(cast.today)
    User.objects.update(is_active=False)
    User.objects.filter(pk=cast.committee_secretary.pk).update(is_active=True)
    assert "由党支部书记办理" in as_(cast.committee_secretary).get(f"/dues/{due.pk}/").content.decode()


def test_a_settled_due_says_so(cast, as_, make_due):
    due = make_due(cast.today)
    Due.objects.filter(pk=due.pk).update(settled_at=timezone.now(), settled_on=cast.today, was_done=True)
    assert "办结" in as_(cast.secretary).get(f"/dues/{due.pk}/").content.decode()


# --- Notices


def test_notices_are_for_their_recipient_and_read_by_opening(cast, as_, today, make_due):
    make_due(today)
    create_due(at(today))
    notice = Notice.objects.get(recipient=cast.secretary)
    assert "1" in as_(cast.secretary).get("/notices/mark/").content.decode()
    assert as_(cast.neighbour_secretary).post(f"/notices/{notice.pk}/").status_code == 404
    assert as_(cast.secretary).get(f"/notices/{notice.pk}/").status_code == 405
    page = as_(cast.secretary).post(f"/notices/{notice.pk}/")
    assert page.url == "/todo/"
    assert "条未读" not in as_(cast.secretary).get("/notices/mark/").content.decode()


# --- The private calendar


def test_a_calendar_program_reads_what_its_owner_owes_and_nothing_more(cast, client, as_, make_due):
    due = make_due(cast.today + timedelta(days=40), title="召开支部党员大会")
    other = make_due(cast.today, unit=cast.desert, about_unit=True)
    page = as_(cast.secretary).post("/my/calendar/")
    secret = page.context["address"].rpartition("/")[2].removesuffix(".ics")
    client.logout()
    answer = client.get(f"/calendar/{secret}.ics")
    assert answer["Content-Type"].startswith("text/calendar")
    events = list(Calendar.from_ical(answer.content).walk("VEVENT"))
    assert [event["UID"].partition("@")[0] for event in events] == [f"due-{due.pk}"]
    (event,) = events
    assert event.decoded("DTSTART") == due.due_on
    assert isinstance(event.decoded("DTSTART"), date)
    name = due.candidate.person.name
    assert name not in answer.content.decode()
    assert event["SUMMARY"] == f"召开支部党员大会（{name[0]}**）"
    assert f"/dues/{due.pk}/" in event["URL"]
    assert str(other.pk) not in event["UID"]
    # a day that moves is the same event
    Due.objects.filter(pk=due.pk).update(due_on=due.due_on + timedelta(days=3))
    (moved,) = Calendar.from_ical(client.get(f"/calendar/{secret}.ics").content).walk("VEVENT")
    assert moved["UID"] == event["UID"]
    assert moved.decoded("DTSTART") == due.due_on + timedelta(days=3)


def test_the_address_is_kept_nowhere_and_stops_at_once(cast, client, as_, make_due):
    make_due(cast.today)
    first = as_(cast.secretary).post("/my/calendar/").context["address"].rpartition("/")[2]
    secret = first.removesuffix(".ics")
    assert secret not in str(CalendarFeed.objects.values_list().get())
    assert len(secret) >= 40
    second = as_(cast.secretary).post("/my/calendar/").context["address"].rpartition("/")[2]
    assert client.get(f"/calendar/{first}").status_code == 404
    assert client.get(f"/calendar/{second}").status_code == 200
    cast.secretary.is_active = False
    cast.secretary.save()
    client.logout()
    assert client.get(f"/calendar/{second}").status_code == 404
    cast.secretary.is_active = True
    cast.secretary.save()
    as_(cast.secretary).post("/my/calendar/stop/")
    client.logout()
    assert client.get(f"/calendar/{second}").status_code == 404


def test_a_persons_no_leaves_the_calendar_at_once(cast, client, as_, make_due):
    due = make_due(cast.today)
    address = as_(cast.secretary).post("/my/calendar/").context["address"].rpartition("/")[2]
    due.candidate.state = RoadState.DECLINED
    due.candidate.save()
    client.logout()
    assert b"VEVENT" not in client.get(f"/calendar/{address}").content


# --- One's own settings


def test_everybody_chooses_daily_or_weekly_and_nobody_never(cast, as_):
    assert as_(cast.secretary).post("/my/reminders/", {"frequency": "weekly"}).status_code == 302
    cast.secretary.refresh_from_db()
    assert cast.secretary.digest_frequency == "weekly"
    assert as_(cast.secretary).post("/my/reminders/", {"frequency": "never"}).status_code == 422


def test_queries_do_not_grow_with_what_is_late(cast, as_, today, make_due, django_assert_max_num_queries):
    client = as_(cast.office)
    for count in (2, 6):
        for _ in range(count):
            make_due(today - timedelta(days=count), owed_by=Office.SECRETARY)
        with django_assert_max_num_queries(32):
            client.get("/reminders/")
