"""A secretary replaced at noon: sessions, pages, dues, notices and mails follow the post at once (notice R1, R9)."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from branches.models import Posting
from committee.delivery.rounds import deliver_due
from committee.delivery.schedule import create_due
from committee.models import Digest, DigestKind, DigestState
from recruitment.models import Due
from tests.committee.reminders.conftest import at, next_workday

pytestmark = pytest.mark.django_db


def mails_to(smtp, user):
    return [delivery for delivery in smtp.deliveries if delivery.recipients == [user.person.email]]


def browser_of(user):
    client = Client()
    client.force_login(user)
    return client


def test_everything_follows_the_post_at_once(cast, factory, today, smtp, make_due):
    candidate = factory.candidate(2)
    due = make_due(today + timedelta(days=1), title="派人谈话")
    predecessor, successor, office = (browser_of(user) for user in (cast.secretary, cast.stranger, cast.office))
    page = reverse("candidate", args=[candidate.code])
    assert predecessor.get(page).status_code == 200
    assert successor.get(page).status_code == 404
    create_due(at(today, 8))
    assert Digest.objects.filter(recipient=cast.secretary, kind=DigestKind.DAILY).exists()

    # noon: the office enters the change on its page
    posting = Posting.objects.get(person=cast.secretary.person)
    said = office.post(
        reverse("posting-replace", args=[posting.pk]),
        {"successor": cast.stranger.person.staff_number, "on": cast.today, "reason": "支部换届"},
    )
    new = Posting.objects.get(person=cast.stranger.person)
    assert said.url == reverse("handover", args=[new.pk])

    # the predecessor's browser is logged out with its next request, and after a new login the person does not exist
    assert predecessor.get(page).headers["Location"].startswith("/login/")
    again = browser_of(cast.secretary)
    for path in (page, reverse("candidate-tab", args=[candidate.code, "log"]), reverse("handover", args=[new.pk])):
        assert again.get(path).status_code == 404, path
    for name in ("todo", "candidates", "talks", "notices"):
        said = again.get(reverse(name)).text
        assert candidate.person.name not in said and due.candidate.person.name not in said, name

    # the successor finds everything with the next request
    assert successor.get(page).status_code == 200
    todo = successor.get(reverse("todo")).text
    assert due.candidate.person.name in todo
    assert "接手" in todo
    assert candidate.person.name in successor.get(reverse("handover", args=[new.pk])).text

    # the mail of the morning that had not left goes to nobody, the next one to the successor
    noon = at(today, 12, 1)
    deliver_due(clock=lambda: noon)
    assert Digest.objects.get(recipient=cast.secretary, kind=DigestKind.DAILY).state == DigestState.SUPERSEDED
    tomorrow = next_workday(today + timedelta(days=1))
    create_due(at(tomorrow, 8))
    deliver_due(clock=lambda: at(tomorrow, 8))
    assert not mails_to(smtp, cast.secretary)
    texts = [mail.message.get_body(preferencelist=("plain",)).get_content() for mail in mails_to(smtp, cast.stranger)]
    assert any(f"/dues/{due.pk}/" in text for text in texts)
    assert Due.objects.open().filter(kind="handover", owed_by_person=cast.stranger.person).exists()
