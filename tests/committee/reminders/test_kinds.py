"""Every kind of due that the code can open has words, a rule to set, a form that settles it, and reaches those who owe it (notice R9)."""

import ast
import importlib
from datetime import timedelta

import pytest
from django.urls import NoReverseMatch, reverse
from django.utils import timezone

from branches.offices import Office
from committee.models import Digest
from committee.queries.digest_contents import daily_contents
from committee.queries.reminder_rules import kinds
from committee.rules.reminder_kinds import OTHER_KINDS, words_of
from recruitment.links import PAGES, link_to
from recruitment.models import Due
from recruitment.planning import PlanDue
from recruitment.queries.todo import todo_page
from recruitment.stages import DueKind
from recruitment.steps import STEPS
from tests.test_architecture import modules

# Where a kind is handed on as an argument: what is handed.
HANDED_ON = {
    "recruitment.actions.exchange": ("guidance", "confirmation"),
    "recruitment.actions.plan_dues": tuple(PlanDue.values),
}
# What issue D asks for beside the road; a kind that is dropped is missed here.
ASKED_FOR = {
    "periodic_review", "mentor_opinion", "contact_talk", "talk_follow_up", "problem", "problem_forwarded",
    "problem_answered", "campaign", "papers", "archive_papers", "calendar_year", "grant_end",
    "handover", *PlanDue.values,
}  # fmt: skip


def opened_in(name, tree):
    """The kinds of the calls of open_due in a module, as their values."""
    for node in ast.walk(tree):
        if not (isinstance(node, ast.Call) and getattr(node.func, "id", "") == "open_due"):
            continue
        value = next(keyword.value for keyword in node.keywords if keyword.arg == "kind")
        if isinstance(value, ast.Constant):
            yield value.value
        elif isinstance(value, ast.Name) and value.id.isupper():
            yield str(getattr(importlib.import_module(name), value.id))
        else:
            yield from HANDED_ON[name]


def kinds_opened():
    """{kind: modules that open it} of everything that can be owed."""
    found = {kind.value: ["recruitment.rules.dues"] for kind in DueKind}
    for name, (_, tree) in modules().items():
        for kind in opened_in(name, tree):
            found.setdefault(kind, []).append(name)
    return found


KINDS = sorted(kinds_opened())


def test_the_walk_finds_what_is_known_to_be_opened():
    assert set(KINDS) >= ASKED_FOR
    assert set(OTHER_KINDS) <= set(KINDS), "words for a kind that nobody opens"


@pytest.mark.parametrize("kind", KINDS)
def test_a_kind_has_words(kind):
    assert kind in OTHER_KINDS or kind in DueKind.values, f"add {kind} to committee.rules.reminder_kinds"
    assert words_of(kind) != kind


@pytest.mark.parametrize("kind", KINDS)
def test_a_kind_leads_to_the_form_that_settles_it(kind):
    steps = {step.due_kind for step in STEPS}
    if kind in PAGES:
        reverse(PAGES[kind], args=["00000000-0000-0000-0000-000000000000"])
    elif kind not in steps:
        try:
            reverse(f"due-{kind}", args=[1])
        except NoReverseMatch:
            pytest.fail(f"name an address due-{kind}, or the form of {kind} in recruitment.links")


@pytest.mark.django_db
def test_every_kind_reaches_the_to_do_list_the_digest_and_the_rules(cast, factory, client, today):
    candidate = factory.candidate(5)
    Due.objects.filter(candidate=candidate).delete()
    late, now = today - timedelta(days=1), timezone.now()
    steps = {step.due_kind: step.number for step in STEPS if step.due_kind}
    without_candidate = {"campaign", "calendar_year", "grant_end", "vacant_post", "problem_forwarded", "handover", *PlanDue.values}
    dues = {}
    for kind in KINDS:
        about = None if kind in without_candidate else candidate
        dues[kind] = Due.objects.create(
            candidate=about, unit=cast.glacier, unit_path=cast.glacier.path, kind=kind, key=f"{kind}:1",
            step=steps.get(kind), title=words_of(kind), opens_on=late, due_on=late, owed_by=Office.SECRETARY, opened_at=now,
        )  # fmt: skip
    lines = [line for group in todo_page(user=cast.secretary, today=today).groups for line in group.dues]
    assert {line.title for line in lines} == {words_of(kind) for kind in KINDS}
    assert all(line.action_url for line in lines)
    assert not [kind for kind, due in dues.items() if link_to(due) == reverse("candidate", args=[candidate.code])]
    digest = Digest.objects.create(
        recipient=cast.secretary, local_date=today, kind="daily", created_at=now, not_before_at=now
    )
    content = daily_contents([digest], today, mask=True)[digest.pk]
    assert set(content.due_ids) == {due.pk for due in dues.values()}
    assert set(kinds()) >= set(KINDS)
    client.force_login(cast.office)
    page = client.get(reverse("reminder-tryout")).content.decode()
    assert [kind for kind in KINDS if words_of(kind) not in page] == []
