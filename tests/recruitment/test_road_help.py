"""The help page: the road in words for whoever is logged in, with the limits that reach their units, at a fixed price."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from recruitment.models import LocalLimitRow

pytestmark = pytest.mark.django_db


def limit(cast, unit, value):
    return LocalLimitRow.objects.create(
        unit=unit, code="first_talk_within", value=value, since_on=cast.today - timedelta(days=1), basis="院党委〔2026〕3号",
        set_by=cast.office, set_at=timezone.now(),
    )  # fmt: skip


def test_all_twenty_five_steps_stand_there_with_both_rule_sets(client, cast):
    client.force_login(cast.secretary)
    page = client.get(reverse("road-help")).content.decode()
    assert page.count('id="step-') == 25
    for words in ("（2014年）", "（2026年修订）", "条号待核", "5 个工作日", "data-print"):
        assert words in page


def test_a_secretary_sees_the_limits_of_the_committees_above_and_no_others(client, cast):
    limit(cast, cast.institute, 15)
    limit(cast, cast.sub_committee, 7)
    client.force_login(cast.secretary)
    page = client.get(reverse("road-help")).content.decode()
    assert "15 天" in page and "7 天" not in page
    client.force_login(cast.ecology_secretary)
    assert "7 天" in client.get(reverse("road-help")).content.decode()


def test_it_costs_the_same_with_and_without_limits(client, cast):
    client.force_login(cast.secretary)
    client.get(reverse("road-help"))
    with CaptureQueriesContext(connection) as without:
        client.get(reverse("road-help"))
    limit(cast, cast.institute, 15)
    with CaptureQueriesContext(connection) as with_limits:
        client.get(reverse("road-help"))
    assert len(without) == len(with_limits) <= 10


def test_nobody_reads_it_without_a_login(client):
    answer = client.get(reverse("road-help"))
    assert answer.status_code == 302 and "login" in answer["Location"]
