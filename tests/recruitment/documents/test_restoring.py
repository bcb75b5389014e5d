"""Putting back one of a person's particulars from the history: a new change, with a reason, by whoever may."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from recruitment.actions.refusals import NotYours, Refused, Stale
from recruitment.actions.restoring import restore_field
from recruitment.models import Candidate, LedgerEntry
from recruitment.stages import Stage

pytestmark = pytest.mark.django_db


@pytest.fixture
def candidate(factory):
    """Somebody of the Hui people whose entry was changed twice, to Han and to another department."""
    candidate = factory.candidate(2, person=factory.person(ethnicity="回族"))
    person = candidate.person
    person.ethnicity = "汉族"
    person.save()
    person.department = factory.cast.sand_lab
    person.save()
    return candidate


def first_line(candidate):
    """The line of the history in which the person was entered."""
    return candidate.person.history.order_by("history_id").first().history_id


def restore(cast, candidate, *, by=None, field="ethnicity", history_id=None, reason="看错了行", version=None):
    return restore_field(
        by=by or cast.secretary,
        code=candidate.code,
        history_id=history_id or first_line(candidate),
        field=field,
        reason=reason,
        version=version,
        now=timezone.now(),
    )


def test_a_secretary_restores_a_field_from_the_history_of_changes(client, cast, candidate):
    client.force_login(cast.secretary)
    tab = reverse("candidate-tab", args=[candidate.code, "changes"])
    url = reverse("field-restore", args=[candidate.code, first_line(candidate), "ethnicity"])
    assert url in client.get(tab).content.decode()
    page = client.get(url).content.decode()
    assert "汉族" in page and "回族" in page
    version = Candidate.objects.get(pk=candidate.pk).version
    answer = client.post(url, {"reason": "更改时看错了行", "version": version})
    assert (answer.status_code, answer.url) == (302, tab)
    candidate.person.refresh_from_db()
    assert candidate.person.ethnicity == "回族"
    assert candidate.person.department == cast.sand_lab, "nothing but the field is put back"
    html = client.get(tab).content.decode()
    assert "恢复：更改时看错了行" in html
    assert "汉族" in html, "the change before stays in the history"
    newest = candidate.person.history.order_by("-history_id").first()
    assert newest.history_user == cast.secretary


def test_the_ledger_says_which_field_and_hides_the_values(cast, candidate):
    restore(cast, candidate)
    entry = LedgerEntry.objects.get(candidate=candidate, action="restored")
    assert entry.summary == "恢复资料：民族"
    assert "回族".encode() not in bytes(entry.payload)
    assert {secret.name: secret.text for secret in entry.secrets.all()} == {
        "before": "汉族",
        "after": "回族",
        "reason": "看错了行",
    }


def test_a_department_is_restored_by_its_row(cast, candidate):
    restore(cast, candidate, field="department")
    candidate.person.refresh_from_db()
    assert candidate.person.department == cast.ice_lab


def test_a_branch_leaves_matters_of_the_party_to_the_office(client, cast, candidate):
    person = candidate.person
    person.is_influential = True
    person.save()
    with pytest.raises(NotYours):
        restore(cast, candidate, field="is_influential")
    client.force_login(cast.secretary)
    url = reverse("field-restore", args=[candidate.code, first_line(candidate), "is_influential"])
    assert url not in client.get(reverse("candidate-tab", args=[candidate.code, "changes"])).content.decode()
    assert client.get(url).status_code == 403
    restore(cast, candidate, by=cast.office, field="is_influential")
    person.refresh_from_db()
    assert not person.is_influential


def test_the_road_is_judged_anew_when_a_birthday_is_put_back(cast, candidate):
    person = candidate.person
    old = person.birth_on
    person.birth_on = cast.today - timedelta(days=17 * 365)
    person.save()
    restored = restore(cast, candidate, field="birth_on")
    assert restored.birth_on == old
    assert Candidate.objects.get(pk=candidate.pk).stage == Stage.APPLICANT


def test_what_makes_no_sense_any_more_is_refused(cast, candidate, factory):
    with pytest.raises(Refused, match="现在就是"):
        restore(cast, candidate, field="native_place")
    with pytest.raises(Refused, match="为什么"):
        restore(cast, candidate, reason="  ")
    with pytest.raises(Stale):
        restore(cast, candidate, version=0)
    person = candidate.person
    number, person.staff_number = person.staff_number, "N99998"
    person.save()
    factory.person(name="占号者")
    type(person).objects.filter(name="占号者").update(staff_number=number)
    with pytest.raises(Refused, match="已有人使用"):
        restore(cast, candidate, by=cast.office, field="staff_number")


def test_lines_of_other_people_and_other_fields_are_not_found(client, cast, candidate, factory):
    other = factory.candidate(2)
    foreign = first_line(other)
    with pytest.raises(LookupError):
        restore(cast, candidate, history_id=foreign)
    for field in ("pinyin", "code", "id", "user"):
        with pytest.raises(LookupError):
            restore(cast, candidate, by=cast.office, field=field)
    client.force_login(cast.secretary)
    assert client.get(reverse("field-restore", args=[candidate.code, foreign, "ethnicity"])).status_code == 404


@pytest.mark.parametrize(
    ("who", "status"),
    [("office", 200), ("committee_secretary", 403), ("neighbour_secretary", 404), ("stranger", 404), ("hr", 404)],
)
def test_particulars_are_restored_by_those_who_act_for_the_unit(client, cast, candidate, who, status):
    client.force_login(getattr(cast, who))
    url = reverse("field-restore", args=[candidate.code, first_line(candidate), "ethnicity"])
    assert client.get(url).status_code == status
    answer = client.post(url, {"reason": "试试"})
    assert answer.status_code == (302 if status == 200 else status)
