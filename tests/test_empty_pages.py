"""What pages say in an institute where nothing has happened yet, and on the day on which something just has."""

from django.urls import reverse
from django.utils import timezone

from committee.actions.talks import record_talk
from committee.models import Topic, Way


def test_where_nobody_is_on_file_the_coverage_does_not_say_that_everybody_is_looked_after(client, cast):
    client.force_login(cast.office)
    page = client.get(reverse("contacts")).text
    assert "位尚未联系" in page
    assert "没有待安排联系人的人员" in page
    assert "tick is-done" not in page, "nothing was achieved"


def test_a_contact_ledger_that_was_never_verified_is_not_shown_as_one_that_passed(client, cast):
    client.force_login(cast.office)
    for name in ("ledger", "contact-ledger"):
        page = client.get(reverse(name)).text
        assert "尚未校验" in page, name
        assert 'class="chain is-new"' in page, name


def test_only_those_who_register_people_are_told_to_register_some(client, cast):
    for who, words in (
        ("secretary", "可登记已收到的入党申请书"),
        ("mentor", "与你的任职、联系或授权有关的人员会列在这里"),
    ):
        client.force_login(getattr(cast, who))
        assert words in client.get(reverse("candidates")).text, who


def test_after_a_talk_of_today_no_days_are_counted(client, cast, factory):
    candidate = factory.candidate(2)
    record_talk(
        by=cast.secretary, code=candidate.code, held_on=cast.today, way=Way.MEETING, topics=[Topic.RESEARCH], now=timezone.now()
    )  # fmt: skip
    client.force_login(cast.secretary)
    assert "今天谈过" in client.get(reverse("talk-record", args=[candidate.code])).text
