"""What a branch owes in papers follows from the files: settled by attaching or noting, opened again by withdrawing."""

from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from recruitment.actions.corrections import supersede
from recruitment.actions.documents import erase_files, note_on_paper, withdraw
from recruitment.actions.refusals import NotYours, Refused
from recruitment.actions.registering import open_prospect, register_applicant
from recruitment.actions.roads import recompute
from recruitment.links import link_to
from recruitment.models import Candidate, Document, Due, LedgerEntry
from recruitment.queries.facts import facts_for
from recruitment.queries.todo import todo_page
from recruitment.steps import ARCHIVED_PAPERS
from tests.recruitment.documents import samples

pytestmark = pytest.mark.django_db
TWO_STEPS = [(1, "application_letter"), (2, "first_talk_record")]


def now():
    return timezone.now()


@pytest.fixture
def candidate(factory):
    """Somebody who has applied and was talked to."""
    return factory.candidate(2)


def owed(candidate):
    """Titles of the open paper dues."""
    return list(
        Due.objects.open()
        .filter(candidate=candidate, kind__in=("papers", "archive_papers"))
        .values_list("title", flat=True)
    )


def note(cast, candidate, papers, *, by=None, place="档案柜"):
    return note_on_paper(by=by or cast.secretary, code=candidate.code, papers=papers, place=place, now=now())


def agrees(candidate):
    """True when recomputing finds no difference."""
    fresh = Candidate.objects.select_related("person", "unit").get(pk=candidate.pk)
    return recompute([fresh], now=now(), dry_run=True) == {}


def codes(call, *args, **kwargs):
    with pytest.raises(Refused) as refusal:
        call(*args, **kwargs)
    return [(objection.code, objection.field) for objection in refusal.value.objections]


def test_one_line_a_person_and_it_moves_on_as_papers_come_in(cast, registry, candidate):
    assert owed(candidate) == ["补齐材料：递交入党申请书"]
    assert agrees(candidate)
    registry.attach(candidate, ("申请书.pdf", samples.pdf(1)))
    assert owed(candidate) == ["补齐材料：党组织派人谈话"]
    assert agrees(candidate)
    note(cast, candidate, [(2, "first_talk_record")])
    assert owed(candidate) == []
    assert agrees(candidate)
    settled = Due.objects.filter(candidate=candidate, kind="papers")
    assert set(settled.values_list("was_done", "settled_on")) == {(True, cast.today)}


def test_a_withdrawn_file_is_owed_again(cast, registry, candidate):
    [document] = registry.attach(candidate, ("申请书.pdf", samples.pdf(1)))
    note(cast, candidate, TWO_STEPS)
    assert owed(candidate) == []
    withdraw(by=cast.secretary, code=candidate.code, document=document.code, reason="扫描不清", now=now())
    assert owed(candidate) == ["补齐材料：递交入党申请书"]
    assert agrees(candidate)


def test_attaching_leaves_a_form_that_somebody_has_open_good(registry, candidate):
    registry.attach(candidate, ("申请书.pdf", samples.pdf(1)))
    assert Candidate.objects.get(pk=candidate.pk).version == candidate.version


def test_a_superseded_step_owes_no_papers(cast, candidate):
    note(cast, candidate, TWO_STEPS[:1])
    record = candidate.steprecords.standing().get(step=2)
    supersede(
        by=cast.secretary,
        code=candidate.code,
        version=None,
        kind="step",
        record_code=record.code,
        reason="误填",
        now=now(),
    )
    assert owed(candidate) == []
    assert agrees(candidate)


def test_what_was_on_file_before_the_application_counts(cast, factory, registry):
    person = factory.person()
    prospect = open_prospect(by=cast.office, person=person, unit=cast.glacier, now=now())
    registry.attach(prospect, ("申请书.pdf", samples.pdf(1)))
    candidate = register_applicant(
        by=cast.secretary, person=person, unit=cast.glacier, applied_on=cast.today - timedelta(days=2), now=now()
    )
    assert candidate.pk == prospect.pk
    assert owed(candidate) == []
    assert agrees(candidate)


def test_the_five_are_binding_once_the_conversion_is_approved_until_each_is_on_file_or_the_file_is_closed(
    cast, factory, registry
):
    candidate = factory.candidate(24)
    due = Due.objects.open().get(candidate=candidate, kind="archive_papers")
    assert due.is_binding
    assert all(paper.title in due.title for paper in ARCHIVED_PAPERS)
    note(cast, candidate, [(1, "application_letter"), (6, "cultivation_record"), (10, "political_review")])
    registry.attach(candidate, ("志愿书.pdf", samples.pdf(1)), step=14, paper="membership_form")
    assert owed(candidate) == ["补齐归档材料：转正申请书"]
    assert agrees(candidate)
    factory.record(candidate, 25, cast.today - timedelta(days=1))
    assert owed(candidate) == []
    assert Due.objects.get(candidate=candidate, kind="archive_papers").was_done


def test_facts_cost_the_same_queries_with_papers_and_without(cast, factory, candidate, django_assert_num_queries):
    def read():
        return facts_for(list(Candidate.objects.select_related("person", "unit").order_by("pk")))

    with django_assert_num_queries(7):  # the candidates, and six of facts
        assert read()[candidate.pk].papers == frozenset()
    note(cast, candidate, TWO_STEPS)
    for _ in range(3):
        note(cast, factory.candidate(2), TWO_STEPS)
    with django_assert_num_queries(7):
        assert read()[candidate.pk].papers == frozenset(TWO_STEPS)


def test_the_commands_find_no_difference_and_mend_one(cast, candidate, capsys):
    call_command("check_dues")
    Due.objects.open().filter(candidate=candidate, kind="papers").delete()
    with pytest.raises(CommandError, match="1 人"):
        call_command("check_dues")
    call_command("refresh_dues")
    assert owed(candidate) == ["补齐材料：递交入党申请书"]


# --- Noting what lies on paper


def test_a_noted_paper_is_an_entry_without_its_place_and_no_file(cast, client, candidate):
    [document] = note(cast, candidate, TWO_STEPS[:1], place="支部档案柜第 2 格")
    assert (document.content, document.is_on_paper, document.name) == (None, True, "支部档案柜第 2 格")
    entry = LedgerEntry.objects.get(candidate=candidate, action="paper_noted")
    assert entry.summary == "登记纸质件：入党申请书"
    assert "档案柜".encode() not in bytes(entry.payload)
    client.force_login(cast.secretary)
    assert client.get(reverse("file", args=[candidate.code, document.code])).status_code == 404
    html = client.get(reverse("candidate-tab", args=[candidate.code, "documents"])).content.decode()
    assert "支部档案柜第 2 格" in html
    assert "纸质件" in html
    page = client.get(reverse("candidate", args=[candidate.code])).content.decode()
    assert reverse("file", args=[candidate.code, document.code]) not in page
    assert client.get(reverse("file-remove", args=[candidate.code, document.code])).status_code == 200


def test_where_a_paper_lies_is_erased_with_the_files(cast, candidate):
    [document] = note(cast, candidate, TWO_STEPS[:1])
    for count in (1, 0):
        with transaction.atomic():
            assert erase_files(candidate=candidate, actor=None, now=now()) == count
    document.refresh_from_db()
    assert document.name == "（已删除）"


def test_a_noted_paper_is_ticked_in_the_form_of_the_archive(cast, client, factory):
    candidate = factory.candidate(24)
    note(cast, candidate, TWO_STEPS[:1])
    client.force_login(cast.secretary)
    page = client.get(reverse("step-record", args=[candidate.code, 25]))
    assert "入党申请书（已登记纸质件）" in page.content.decode()
    assert page.context["form"].fields["documents"].initial == ["application_letter"]


def test_what_is_on_file_is_not_noted_twice(cast, registry, candidate):
    registry.attach(candidate, ("申请书.pdf", samples.pdf(1)))
    assert len(note(cast, candidate, [*TWO_STEPS, *TWO_STEPS])) == 1
    assert note(cast, candidate, TWO_STEPS) == []
    assert Document.objects.filter(candidate=candidate).count() == 2


@pytest.mark.parametrize(
    ("papers", "code"),
    [([], "nothing_chosen"), ([(1, "approval")], "no_such_paper"), ([(1, "other")], "no_such_paper")],
)
def test_what_cannot_be_noted_is_refused(cast, candidate, papers, code):
    assert codes(note, cast, candidate, papers) == [(code, "papers")]


def test_who_may_note(cast, factory, candidate):
    with pytest.raises(NotYours):
        note(cast, candidate, TWO_STEPS, by=cast.committee_secretary)
    for who in (cast.neighbour_secretary, cast.stranger, cast.hr):
        with pytest.raises(Candidate.DoesNotExist):
            note(cast, candidate, TWO_STEPS, by=who)
    with pytest.raises(Candidate.DoesNotExist):
        note(cast, factory.declined(), TWO_STEPS)


# --- Pages


def test_the_to_do_list_leads_to_the_form_with_the_step_chosen(cast, client, candidate):
    due = Due.objects.open().get(candidate=candidate, kind="papers")
    lines = [line for group in todo_page(user=cast.secretary, today=cast.today).groups for line in group.dues]
    [line] = [line for line in lines if line.title == due.title]
    assert line.action_url == link_to(due) == f"{reverse('file-upload', args=[candidate.code])}?step=1"
    assert line.due_on is None
    client.force_login(cast.secretary)
    page = client.get(line.action_url)
    assert page.context["form"].fields["paper"].initial == "1:application_letter"
    assert page.context["on_paper"].fields["papers"].initial == ["1:application_letter"]
    assert client.get(reverse("due", args=[due.pk])).url == line.action_url
    assert not [
        it for it in todo_page(user=cast.office, today=cast.today).groups if any(due.title == d.title for d in it.dues)
    ]


def test_ticking_in_the_form_settles_and_a_wrong_tick_says_so(cast, client, candidate):
    client.force_login(cast.secretary)
    path = reverse("file-on-paper", args=[candidate.code])
    answer = client.post(path, {"papers": []})
    assert answer.status_code == 422
    assert "请勾选已有纸质件的材料" in answer.content.decode()
    answer = client.post(path, {"papers": ["25:archive_checklist"], "place": "二楼柜子"})
    assert answer.status_code == 422
    assert 'value="二楼柜子"' in answer.content.decode()
    client.post(path, {"papers": ["1:application_letter", "2:first_talk_record"], "place": "二楼柜子"})
    assert owed(candidate) == []
    assert "材料已齐" in client.get(path).content.decode()


@pytest.mark.parametrize("asked", ["?step=99", "?step=x", "?step=25", "?paper=9:x", ""])
def test_an_address_that_asks_for_nothing_there_is_opens_all_the_same(cast, client, candidate, asked):
    client.force_login(cast.secretary)
    assert client.get(reverse("file-upload", args=[candidate.code]) + asked).status_code == 200


def test_the_track_goes_on_to_show_the_road_and_not_the_papers(cast, client, candidate):
    due = Due.objects.open().get(candidate=candidate, kind="papers")
    assert due.step is None
    client.force_login(cast.secretary)
    page = client.get(reverse("candidate", args=[candidate.code]))
    assert page.status_code == 200
    assert due.title in page.content.decode()
