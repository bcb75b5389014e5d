"""Printing a form, which is logged, and keeping a unit's own templates."""

import hashlib

from django.db import transaction

from recruitment.actions.access import PRINTED, log_view
from recruitment.actions.refusals import NotYours, refuse
from recruitment.files.names import proper_name
from recruitment.files.recognising import refuse_by_size
from recruitment.imports.refusals import FileRefused
from recruitment.models import PaperTemplate
from recruitment.papers.forms import TEMPLATES
from recruitment.papers.rendering import drawn, proven
from recruitment.queries.papers import may_print, paper_facts, template_for, template_of, units_with_templates


def print_form(*, user, candidate, form, now, address=None):
    """Draw ``form`` (a Form) for ``candidate`` and log that ``user`` was given it; returns (the .docx, its outline).

    Raises NotYours for who may only read. Refused: a template that does not draw.
    """
    if not may_print(user, candidate):
        raise NotYours
    facts = paper_facts(candidate=candidate, form=form, user=user, now=now)
    try:
        document, outline = drawn(template_for(form, candidate.unit_path), facts)
    except FileRefused as refusal:
        refuse("template_broken", f"“{form.title}”排不出来：{refusal}")
    log_view(user=user, candidate=candidate, what=f"打印：{form.title}", action=PRINTED, now=now, address=address)
    return document, outline


def replace_template(*, by, unit, name, file_name, content, now):
    """Put ``content`` (a .docx) in force as ``unit``'s template ``name``; the one before is ended and kept.

    It is read, freed of traces and drawn with invented facts first. Refused (field "file"): whatever is no Word document or
    does not draw. Raises NotYours for units whose templates ``by`` does not keep. Returns the PaperTemplate.
    """
    if name not in TEMPLATES or not units_with_templates(by).filter(pk=unit.pk).exists():
        raise NotYours
    try:
        refuse_by_size(len(content))
        shown = proper_name(file_name, "docx")
        kept = proven(content)
    except FileRefused as refusal:
        refuse("template_refused", str(refusal), field="file")
    with transaction.atomic():
        _end_standing(by, unit, name, now)
        return PaperTemplate.objects.create(
            unit=unit, form=name, name=shown, content=kept, hash=hashlib.sha256(kept).hexdigest(), uploaded_by=by,
            uploaded_at=now,
        )  # fmt: skip


@transaction.atomic
def end_template(*, by, code, now):
    """Go back from the template ``code`` to the one of the unit above, else to the default one. Returns the PaperTemplate.

    Raises PaperTemplate.DoesNotExist for those of other units.
    """
    template = template_of(user=by, code=code)
    _end_standing(by, template.unit, template.form, now)
    return template


def _end_standing(by, unit, name, now):
    standing = PaperTemplate.objects.standing().select_for_update(of=("self",)).filter(unit=unit, form=name).first()
    if standing:
        standing.ended_at, standing.ended_by = now, by
        standing.save(update_fields=["ended_at", "ended_by"])
