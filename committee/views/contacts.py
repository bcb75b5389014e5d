"""Designated contacts: who looks after whom, and the decisions about it."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from branches.offices import Office
from committee.forms.contacts import ContactEndForm, ContactForm
from committee.queries.contacts import candidate_to_assign, contact_of, coverage, leaders_with_load
from committee.views.acting import decided, found, shown
from recruitment.actions.contacts import ASSIGN, assign_contact, change_contact, end_contact
from recruitment.scope import scope_of

WHOSE = "定向联系由党办按党委决定办理。"
form_methods = require_http_methods(["GET", "HEAD", "POST"])


@require_safe
def contacts_view(request):
    """The coverage: gaps, people looked after, a year of talks."""
    if not scope_of(request.user).holds(Office.PARTY_OFFICE, Office.COMMITTEE_SECRETARY):
        raise Http404
    page = coverage(user=request.user, today=timezone.localdate())
    return render(request, "committee/contacts.html", {"page": page})


@form_methods
def contact_assign_view(request, code):
    """Decide who looks after somebody."""
    today = timezone.localdate()
    candidate = found(candidate_to_assign, user=request.user, code=code)
    if not request.user.has_perm(ASSIGN, candidate):
        raise PermissionDenied(WHOSE)
    leaders = leaders_with_load(candidate, today)
    form = ContactForm(request.POST or None, candidate=candidate, leaders=leaders, initial={"decided_on": today})
    if form.is_bound and form.is_valid():
        contact = decided(form, assign_contact, by=request.user, code=code, **form.proposal())
        if contact:
            messages.success(request, f"已确定由{contact.leader.name}联系{candidate.person.name}。")
            return redirect("contacts")
    return shown(request, "committee/contact_form.html", _context(form, candidate, "确定定向联系人", "确定"))


@form_methods
def contact_change_view(request, code, pk):
    """Hand somebody over to another leader."""
    today = timezone.localdate()
    candidate, contact, has_ended = found(contact_of, user=request.user, code=code, contact_id=pk)
    if not request.user.has_perm(ASSIGN, candidate):
        raise PermissionDenied(WHOSE)
    if has_ended:
        return _over(request, candidate, contact)
    leaders = leaders_with_load(candidate, today).exclude(pk=contact.leader_id)
    form = ContactForm(request.POST or None, candidate=candidate, leaders=leaders, initial={"decided_on": today})
    if form.is_bound and form.is_valid():
        changed = decided(form, change_contact, by=request.user, code=code, contact_id=pk, **form.proposal())
        if changed:
            messages.success(request, f"已改由{changed.leader.name}联系{candidate.person.name}。")
            return redirect("contacts")
    heading = f"更换定向联系人（现为{contact.leader.name}）"
    return shown(request, "committee/contact_form.html", _context(form, candidate, heading, "更换"))


@form_methods
def contact_end_view(request, code, pk):
    """End a contact."""
    candidate, contact, has_ended = found(contact_of, user=request.user, code=code, contact_id=pk)
    if not request.user.has_perm(ASSIGN, candidate):
        raise PermissionDenied(WHOSE)
    if has_ended:
        return _over(request, candidate, contact)
    form = ContactEndForm(request.POST or None, candidate=candidate, initial={"decided_on": timezone.localdate()})
    if form.is_bound and form.is_valid():
        if decided(form, end_contact, by=request.user, code=code, contact_id=pk, **form.proposal()):
            messages.success(request, f"{contact.leader.name}不再联系{candidate.person.name}。")
            return redirect("contacts")
    heading = f"结束定向联系（{contact.leader.name}）"
    return shown(request, "committee/contact_form.html", _context(form, candidate, heading, "结束"))


def _over(request, candidate, contact):
    """The answer to a second click, or to a page that stayed open while somebody else decided."""
    messages.info(request, f"{contact.leader.name}对{candidate.person.name}的联系已于 {contact.ends_on} 结束，没有再办理。")
    return redirect("contacts")


def _context(form, candidate, heading, submit):
    return {"form": form, "candidate": candidate, "heading": heading, "submit": submit}
