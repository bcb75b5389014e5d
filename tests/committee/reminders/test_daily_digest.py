"""The daily digest from the dues to the mail server: who gets it, what it says, once, and never what it must not."""

from datetime import timedelta

import pytest
from django.core.management import call_command
from django.utils import timezone

from branches.models import Posting
from branches.models.users import DigestFrequency
from branches.offices import Office
from committee.actions import digests as verbs
from committee.actions.reminders import set_rule, snooze_due
from committee.delivery.clock import SteadyClock
from committee.delivery.rounds import deliver_due
from committee.delivery.schedule import create_due
from committee.models import Digest, DigestItem, DigestKind, DigestRun, DigestState, MailboxMessage, Notice
from committee.queries.digest_checks import FrozenContent, _posts_suffice, still_tellable
from committee.rules.reminders import Policy
from recruitment.models import Due
from recruitment.stages import RoadState
from tests.committee.reminders.conftest import at, day_off, next_workday, plain_monday

pytestmark = pytest.mark.django_db


@pytest.fixture
def morning(today):
    """Create and send everything of today at eight, and return the counts."""

    def run(day=today, hour=8, minute=0):
        now = at(day, hour, minute)
        create_due(now)
        return deliver_due(clock=lambda: now)

    return run


def daily(cast_user):
    return Digest.objects.get(recipient=cast_user, kind=DigestKind.DAILY)


def text_of(delivery, kind="plain"):
    return delivery.message.get_body(preferencelist=(kind,)).get_content()


def to(smtp, user):
    return [
        delivery
        for delivery in smtp.deliveries
        if delivery.recipients == [user.person.email] and "提醒" in delivery.message["Subject"]
    ]


def test_who_owes_gets_one_mail_with_every_line_leading_to_its_form(cast, today, make_due, smtp, morning, settings):
    late = make_due(today - timedelta(days=1), title="半年考察（第 1 次）")
    near = make_due(today + timedelta(days=1), title="派人谈话")
    make_due(today + timedelta(days=25), title="不到提醒日，也在月内")
    counts = morning()
    assert counts["sent"] == len(smtp.deliveries)
    (mail,) = to(smtp, cast.secretary)
    assert mail.message["Subject"].startswith("【发展党员工作提醒】冰冻圈科学党支部：1 项逾期")
    for kind in ("plain", "html"):
        text = text_of(mail, kind)
        for due in (late, near):
            assert f"{settings.YINLING_SITE_URL}/dues/{due.pk}/" in text
            assert due.title in text
        assert "不到提醒日，也在月内" in text
        assert f"{settings.YINLING_SITE_URL}/todo/" in text
        assert "<style" not in text
        assert "<img" not in text
    digest = daily(cast.secretary)
    assert digest.state == DigestState.SENT
    assert digest.body is None
    assert len(digest.body_hash) == 64
    assert digest.reply.startswith("250")
    told = dict(DigestItem.objects.filter(digest=digest).values_list("due_id", "is_reminder"))
    assert told[late.pk] and told[near.pk]
    assert sum(told.values()) == 2
    assert digest.item_count == 3


def test_an_advised_day_that_has_passed_is_named_so_and_not_counted_as_late(cast, today, make_due, smtp, morning):
    make_due(today - timedelta(days=1), title="指定培养联系人", is_binding=False)
    morning()
    (mail,) = to(smtp, cast.secretary)
    assert "逾期" not in mail.message["Subject"]
    for kind in ("plain", "html"):
        text = text_of(mail, kind)
        assert "指定培养联系人" in text
        assert "无法定期限" in text
        assert "宜在" in text
        assert "逾期" not in text


def test_a_day_of_another_year_bears_its_year(cast, today, make_due, smtp, morning, client):
    old = make_due(today - timedelta(days=400))
    make_due(today)
    morning()
    (mail,) = to(smtp, cast.secretary)
    html = text_of(mail, "html")
    assert f"应于 {old.due_on:%Y-%m-%d}<" in html
    assert f">{today:%m-%d} 前<" in html
    client.force_login(cast.secretary)
    assert f"{old.due_on:%Y-%m-%d} 前" in client.get("/my/reminders/").content.decode()


def test_names_are_masked_unless_the_office_wants_them(cast, today, make_due, smtp, morning, settings):
    due = make_due(today)
    name = due.candidate.person.name
    morning()
    (mail,) = to(smtp, cast.secretary)
    for kind in ("plain", "html"):
        assert name not in text_of(mail, kind)
        assert f"{name[0]}**" in text_of(mail, kind)
    assert name not in mail.message["Subject"]
    settings.YINLING_MASK_NAMES_IN_MAIL = False
    tomorrow = next_workday(today + timedelta(days=1))
    morning(tomorrow)
    assert name in text_of(to(smtp, cast.secretary)[-1])


def test_the_headers_say_that_a_machine_wrote_it_and_which_digest_it_is(cast, today, make_due, smtp, morning):
    make_due(today)
    morning()
    (mail,) = to(smtp, cast.secretary)
    message = mail.message
    assert message["Auto-Submitted"] == "auto-generated"
    assert "<reminders." in message["List-Id"]
    assert message["Message-ID"] == daily(cast.secretary).message_id
    assert message["Message-ID"] == verbs.message_id_for(user_id=cast.secretary.pk, local_date=today, kind="daily")

    assert "周维岳" in str(message["To"])


def test_a_digest_run_twice_sends_once(cast, today, make_due, smtp, morning):
    make_due(today)
    first = morning()
    assert first["sent"]
    for minute in (1, 2, 50):
        assert not morning(minute=minute)
    assert morning(hour=15)["sent"] == 0
    assert len(to(smtp, cast.secretary)) == 1


def test_nothing_is_sent_when_no_reminders_day_has_come(cast, today, make_due, smtp, morning):
    make_due(today + timedelta(days=25))
    morning()
    assert not to(smtp, cast.secretary)
    assert not Digest.objects.filter(kind=DigestKind.DAILY).exists()


def test_what_was_told_is_not_told_again_before_its_next_day(cast, today, make_due, smtp, morning):
    make_due(today - timedelta(days=1))
    morning()
    day = today
    for _ in range(4):
        day = next_workday(day + timedelta(days=1))
        if (day - today).days < 7:
            morning(day)
    assert len(to(smtp, cast.secretary)) == 1
    morning(next_workday(today + timedelta(days=7)))
    assert len(to(smtp, cast.secretary)) == 2


def test_nothing_is_created_before_the_hour_on_a_day_off_or_at_night(cast, today, make_due, smtp, settings):
    make_due(today)
    assert create_due(at(today, 7, 59)) == 0
    assert create_due(at(day_off(today), 9)) == 0
    settings.YINLING_DIGEST_LAST_HOUR = 20
    assert create_due(at(today, 20, 0)) == 0
    assert DigestRun.objects.get(local_date=today).was_skipped
    assert not Digest.objects.exists()


def test_a_machine_that_comes_back_at_noon_catches_up_the_same_day(cast, today, make_due, smtp, morning):
    make_due(today)
    assert morning(hour=12, minute=7)["sent"]
    assert len(to(smtp, cast.secretary)) == 1


def test_the_hour_is_the_units_own(cast, today, make_due, smtp, morning):
    cast.glacier.digest_hour = 14
    cast.glacier.save()
    make_due(today)
    make_due(today, unit=cast.desert, about_unit=True)
    morning(hour=9)
    assert not to(smtp, cast.secretary)
    assert to(smtp, cast.neighbour_secretary)
    morning(hour=14)
    assert len(to(smtp, cast.secretary)) == 1


def test_three_days_without_beat_lose_nothing_and_repeat_nothing(cast, today, make_due, smtp, morning):
    make_due(today + timedelta(days=1), title="T−1 落在停机期间")
    day = next_workday(today + timedelta(days=4))
    morning(day)
    (mail,) = to(smtp, cast.secretary)
    assert "T−1 落在停机期间" in text_of(mail)
    assert Digest.objects.filter(recipient=cast.secretary, kind="daily").count() == 1


def test_a_duty_goes_with_the_post(cast, today, make_due, smtp, morning):
    make_due(today - timedelta(days=1))
    Posting.objects.filter(person=cast.secretary.person).update(ends_on=cast.today)
    Posting.objects.create(
        person=cast.mentor.person, office=Office.SECRETARY, unit=cast.glacier, starts_on=cast.today - timedelta(days=1)
    )
    morning()
    assert not to(smtp, cast.secretary)
    assert len(to(smtp, cast.mentor)) == 1


def test_a_vacant_post_is_told_through_its_stand_ins(cast, today, make_due, smtp, morning):
    make_due(today + timedelta(days=1))
    Posting.objects.filter(person=cast.secretary.person).update(ends_on=cast.today)
    for user in (cast.stand_in,):
        user.is_active = False
        user.save()
    morning()
    assert len(to(smtp, cast.deputy)) == 1


def test_the_office_hears_of_it_the_day_after_with_the_branchs_name(cast, today, make_due, smtp, morning):
    make_due(next_workday(today + timedelta(days=1)), title="还没有到期")
    make_due(today - timedelta(days=1), title="昨天到期")
    morning()
    (mail,) = to(smtp, cast.office)
    text = text_of(mail)
    assert "昨天到期" in text
    assert "冰冻圈" in text
    assert "还没有到期" not in text
    assert not to(smtp, cast.sub_office), "another committee's office has no business with the glacier"


def test_the_member_in_charge_learns_the_number_and_no_name(cast, today, make_due, smtp, morning):
    Posting.objects.create(
        person=cast.member.person,
        office=Office.COMMITTEE_MEMBER,
        unit=cast.glacier,
        starts_on=cast.today - timedelta(days=9),
    )
    due = make_due(today - timedelta(days=15))
    morning()
    (mail,) = to(smtp, cast.member)
    text = text_of(mail)
    assert "冰冻圈：逾期 1 项，最长 15 天" in text
    assert due.candidate.person.name[0] + "**" not in text
    assert f"/dues/{due.pk}/" not in text
    assert not to(smtp, cast.other_member)


def test_people_who_said_no_and_ended_roads_are_in_no_mail(cast, today, make_due, smtp, morning):
    due = make_due(today)
    due.candidate.state = RoadState.DECLINED
    due.candidate.save()
    morning()
    assert not to(smtp, cast.secretary)


def test_nobody_is_told_about_themselves(cast, today, make_due, make_candidate, smtp, morning):
    candidate = make_candidate(cast.secretary.person)
    make_due(today, candidate=candidate, title="关于书记本人")
    make_due(today, title="别的事")
    morning()
    (mail,) = to(smtp, cast.secretary)
    assert "别的事" in text_of(mail)
    assert "关于书记本人" not in text_of(mail)


def test_what_is_settled_between_creation_and_sending_is_not_told(cast, today, make_due, smtp):
    due = make_due(today)
    create_due(at(today))
    Due.objects.filter(pk=due.pk).update(settled_at=timezone.now(), settled_on=today, was_done=True)
    counts = deliver_due(clock=lambda: at(today))
    assert not to(smtp, cast.secretary)
    assert counts["superseded"] >= 1
    assert daily(cast.secretary).state == DigestState.SUPERSEDED


def test_a_login_closed_between_creation_and_sending_gets_nothing(cast, today, make_due, smtp):
    make_due(today)
    create_due(at(today))
    cast.secretary.is_active = False
    cast.secretary.save()
    deliver_due(clock=lambda: at(today))
    assert not to(smtp, cast.secretary)
    assert daily(cast.secretary).state == DigestState.SUPERSEDED


def test_without_an_address_the_digest_fails_visibly_and_the_notice_is_there(cast, today, make_due, smtp, morning):
    cast.secretary.person.email = cast.secretary.email = ""
    cast.secretary.person.save()
    cast.secretary.save()
    make_due(today)
    morning()
    digest = daily(cast.secretary)
    assert (digest.state, digest.reply) == (DigestState.FAILED, "没有电子邮箱")
    assert Notice.objects.filter(recipient=cast.secretary, kind="reminder").count() == 1


def test_who_chose_weekly_hears_on_mondays_and_of_what_is_due_at_once(cast, today, make_due, smtp, morning):
    cast.secretary.digest_frequency = DigestFrequency.WEEKLY
    cast.secretary.save()
    monday = plain_monday(today)
    tuesday = monday + timedelta(days=1)
    make_due(tuesday + timedelta(days=7), title="提前一周")
    morning(tuesday)
    assert not to(smtp, cast.secretary)
    late = make_due(tuesday, title="当天到期")
    morning(tuesday, hour=9)  # the run of the day is entered; a new day tells
    wednesday = tuesday + timedelta(days=1)
    morning(wednesday)
    (mail,) = to(smtp, cast.secretary)
    assert late.title in text_of(mail)


def test_who_chose_weekly_hears_before_the_weekend_of_what_is_due_on_it(cast, today, make_due, smtp, morning):
    cast.secretary.digest_frequency = DigestFrequency.WEEKLY
    cast.secretary.save()
    monday = plain_monday(today + timedelta(days=1))
    friday = monday + timedelta(days=4)
    make_due(friday + timedelta(days=1), title="周六到期", opens_on=friday - timedelta(days=1))
    morning(friday - timedelta(days=1))
    assert not to(smtp, cast.secretary)
    morning(friday)
    (mail,) = to(smtp, cast.secretary)
    assert "周六到期" in text_of(mail)


def test_on_the_day_a_pause_ends_the_reminders_speak_again(cast, today, make_due, smtp, morning):
    monthly = Policy(lead_days=(0,), repeat_days=30)
    set_rule(by=cast.office, kind="periodic_review", policy=monthly, reason="少打扰", now=at(today))
    due = make_due(today - timedelta(days=1))
    morning(today)
    first = next_workday(today + timedelta(days=1))
    end = next_workday(first + timedelta(days=3))
    snooze_due(by=cast.secretary, due_id=due.pk, until_on=end, reason="出差", now=at(today, 9))
    morning(first)
    assert len(to(smtp, cast.secretary)) == 1, "told before the pause, and not while it holds"
    morning(end)
    assert len(to(smtp, cast.secretary)) == 2
    morning(next_workday(end + timedelta(days=1)))
    assert len(to(smtp, cast.secretary)) == 2, "once"


def test_the_mailbox_keeps_what_an_embedded_site_cannot_send(cast, today, make_due, settings, morning, client):
    settings.EMAIL_BACKEND = "committee.mailbox.MailboxBackend"
    make_due(today)
    morning()
    row = MailboxMessage.objects.get(to=cast.secretary.person.email)
    assert row.message_id == daily(cast.secretary).message_id
    client.force_login(cast.secretary)
    page = client.get("/mailbox/").content.decode()
    assert row.subject in page
    for words in (row.to, "工作提醒"):
        assert row.subject in client.get("/mailbox/", {"q": words}).content.decode()
    assert row.subject not in client.get("/mailbox/", {"q": "别的"}).content.decode()
    mail = client.get(f"/mailbox/{row.pk}/").content.decode()
    assert "半年考察" in mail


def test_nobody_reads_the_mailbox_of_another(cast, today, make_due, settings, morning, client):
    settings.EMAIL_BACKEND = "committee.mailbox.MailboxBackend"
    make_due(today)
    morning()
    row = MailboxMessage.objects.get(to=cast.secretary.person.email)
    for user in cast.users.values():
        if user == cast.secretary:
            continue
        client.force_login(user)
        assert client.get(f"/mailbox/{row.pk}/").status_code == 404
    # the same address typed into another file does not open the digest either
    cast.stranger.person.email = cast.secretary.person.email
    cast.stranger.person.save()
    client.force_login(cast.stranger)
    assert client.get(f"/mailbox/{row.pk}/").status_code == 404
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    client.force_login(cast.secretary)
    assert client.get("/mailbox/").status_code == 404


def test_a_dry_run_shows_what_would_go_out_and_writes_nothing(cast, today, make_due, smtp, capsys):
    make_due(today)
    make_due(today + timedelta(days=7))
    call_command("send_digests", "--date", str(today), "--dry-run")
    out = capsys.readouterr().out
    assert "周维岳" in out
    assert "提醒 2 项" in out
    assert not Digest.objects.exists() and not smtp.deliveries


def test_the_command_sends_at_once_whatever_the_day(cast, make_due, smtp, capsys):
    make_due(cast.today)
    call_command("send_digests", "--anyway")
    assert len(to(smtp, cast.secretary)) == 1
    assert "发送" in capsys.readouterr().out


def test_names_cannot_turn_or_decode_what_stands_beside_them(cast, today, make_due, smtp, morning, settings):
    settings.YINLING_MASK_NAMES_IN_MAIL = False
    due = make_due(today)
    person = due.candidate.person
    person.name = "沈\u202e一帆\u2066=?utf-8?b?5rKI?="
    person.save()
    cast.secretary.person.name = "周\u200f维岳 =?utf-8?q?=0ABcc=3A_all?="
    cast.secretary.person.save()
    morning()
    (mail,) = to(smtp, cast.secretary)
    assert mail.message["To"].addresses[0].display_name == "周维岳 = ?utf-8?q?=0ABcc=3A_all?="
    assert mail.message["Bcc"] is None
    for kind in ("plain", "html"):
        text = text_of(mail, kind)
        assert "沈一帆" in text
        assert not set(text) & set("\u202e\u2066\u200f")


def test_posts_alone_never_let_through_what_the_fence_would_keep(cast, today, make_due, make_candidate):
    """The quick question before each final dot gives leave only where the full one does."""
    dues = [
        make_due(today),
        make_due(today, unit=cast.desert, about_unit=True),
        make_due(today, candidate=make_candidate(cast.secretary.person), title="关于书记本人"),
        make_due(today, unit=cast.ecology, owed_by=Office.PARTY_OFFICE, about_unit=True),
        make_due(today, owed_by=Office.COMMITTEE_MEMBER, owed_by_person=cast.member.person, about_unit=True),
    ]
    given = 0
    for user in cast.users.values():
        for due in dues:
            sees = Due.objects.filter(pk=due.pk).visible_to(user).exists()
            quick = _posts_suffice(user.pk, (due.pk,), cast.today)
            assert sees or not quick, (user, due)
            given += quick
            content = FrozenContent((due.pk,), (due.pk,), frozenset(), ())
            assert still_tellable(user.pk, content, today=cast.today, must_be_open=True) == sees
    assert given > 5
    settled = dues[0]
    Due.objects.filter(pk=settled.pk).update(settled_at=timezone.now(), settled_on=today)
    assert not _posts_suffice(cast.secretary.pk, (settled.pk,), cast.today)
    cast.secretary.is_active = False
    cast.secretary.save()
    assert not _posts_suffice(cast.secretary.pk, (dues[0].pk,), cast.today)


def test_a_steady_clock_asks_seldom_and_goes_on_meanwhile(monkeypatch):
    asked, seconds = [], [100.0]
    monkeypatch.setattr("committee.delivery.clock.time.clock_gettime", lambda _: seconds[0])
    clock = SteadyClock(lambda: asked.append(1) or at(day_off(timezone.localdate())) + timedelta(seconds=seconds[0]))
    first = clock()
    seconds[0] += 4
    assert clock() - first == timedelta(seconds=4)
    assert len(asked) == 1
    seconds[0] += 3
    assert clock() - first == timedelta(seconds=7)
    assert len(asked) == 2
