"""Printing an annual plan, which is logged for everybody it names."""

from recruitment.actions.access import PRINTED, log_view
from recruitment.actions.refusals import NotYours, refuse
from recruitment.imports.refusals import FileRefused
from recruitment.papers.forms import ANNUAL_PLAN
from recruitment.papers.rendering import drawn
from recruitment.queries.papers import template_for
from recruitment.queries.plan_papers import may_print_plan, plan_facts


def print_plan(*, user, plan, now, address=None):
    """Draw the paper of ``plan`` for ``user``; returns (the .docx, its outline).

    Raises NotYours for who may only read. Refused: a template that does not draw.
    """
    if not may_print_plan(user, plan):
        raise NotYours
    facts, candidates = plan_facts(plan=plan, user=user, now=now)
    try:
        document, outline = drawn(template_for(ANNUAL_PLAN, plan.unit.path), facts)
    except FileRefused as refusal:
        refuse("template_broken", f"“{ANNUAL_PLAN.title}”排不出来：{refusal}")
    for candidate in candidates:
        log_view(
            user=user, candidate=candidate, what=f"打印：{ANNUAL_PLAN.title}", action=PRINTED, now=now, address=address
        )
    return document, outline
