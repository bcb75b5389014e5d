"""Restoring one of a person's particulars from the history of changes."""

from django.contrib import messages
from django.shortcuts import redirect

from recruitment.actions.refusals import NotYours
from recruitment.actions.restoring import restore_field
from recruitment.forms.documents import RestoreForm
from recruitment.queries.restoring import restorable_fields, restoration
from recruitment.views.acts import attempt, forbidden, form_methods, found, shown

WHOSE = "这一项由党办更改。"


@form_methods
def field_restore_view(request, code, history_id, field):
    """What would change, why, and the change."""
    page = found(restoration, user=request.user, code=code, history_id=history_id, field=field)
    if field not in restorable_fields(request.user, page.candidate):
        return forbidden(request, WHOSE)
    form = RestoreForm(request.POST or None, candidate=page.candidate)
    stale = None
    if request.method == "POST" and form.is_valid():
        proposal = {name: form.cleaned_data[name] for name in ("reason", "version")}
        try:
            person, stale = attempt(
                form, restore_field, by=request.user, code=code, history_id=history_id, field=field, **proposal
            )
        except NotYours:
            return forbidden(request, WHOSE)
        if person:
            messages.success(request, f"“{page.label}”已恢复为“{page.then or '空'}”。")
            return redirect("candidate-tab", code, "changes")
    return shown(request, "recruitment/field_restore.html", {"page": page, "form": form, "stale": stale})
