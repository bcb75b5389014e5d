"""What a monitor asks, by GET or by HEAD."""

import pytest
from django.test import RequestFactory
from django.utils import timezone

from committee.actions.alarms import beat
from committee.views.health import reminder_health_view
from config.health import healthz

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(("address", "view"), [("/healthz/", healthz), ("/healthz/reminders/", reminder_health_view)])
def test_a_monitor_may_ask_with_head_and_gets_no_body(client, address, view):
    beat("tick", now=timezone.now())
    asked = client.get(address)
    assert asked.content.endswith(b"\n")
    assert client.head(address).status_code == asked.status_code
    assert view(RequestFactory().head(address)).content == b""  # the test client would take a body away itself
    assert client.post(address).status_code == 405


def test_the_site_answers_when_its_database_does(client):
    assert client.get("/healthz/").content == b"ok\n"
