"""Talks: recording one on a phone, the list of facts, and one text for its circle."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from branches.views.requests import address_of
from committee.actions.declines import decline
from committee.actions.readings import read_talk
from committee.actions.talk_corrections import correct_talk
from committee.actions.talks import record_talk
from committee.forms.talks import TalkCorrectionForm, TalkForm
from committee.queries.talk_corrections import difference_to, talk_correction_page, values_of
from committee.queries.talks import may_record_talk, quiet_people, talk_form_page, talk_list, talk_page
from committee.views.acting import carried_out, found, shown
from recruitment.actions.refusals import Stale
from recruitment.navigation import home_of


@require_http_methods(["GET", "HEAD", "POST"])
def talk_record_view(request, code):
    """Record a talk, or the person's no, which needs nothing else of the form."""
    today = timezone.localdate()
    candidate, since_text = found(talk_form_page, user=request.user, code=code, today=today)
    if not may_record_talk(request.user, candidate, today):
        raise PermissionDenied("谈话由定向联系人、培养联系人、党支部或党办记录。")
    back_url = reverse(home_of(request.user))
    form = TalkForm(request.POST or None, candidate=candidate, initial={"held_on": today})
    if form.is_bound and form.says_no:
        return decline_view(request, code)
    if form.is_bound and form.is_valid() and carried_out(form, record_talk, by=request.user, code=code, **form.proposal()):
        messages.success(request, f"已记录与{candidate.person.name}的谈话。")
        return redirect(back_url)
    context = {
        "form": form,
        "candidate": {"code": code, "name": candidate.person.name, "title": candidate.person.title},
        "since_text": since_text,
        "back_url": back_url,
    }
    return shown(request, "committee/talk_form.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def talk_correct_view(request, code):
    """Correct a talk: for whoever wrote it; the earlier text stays with its circle."""
    talk = found(talk_correction_page, user=request.user, code=code)
    if talk.recorded_by_id != request.user.pk:
        raise PermissionDenied("谈话记录由填写人更正。")
    initial = values_of(talk) | {"version": talk.pk}
    form = TalkCorrectionForm(request.POST or None, candidate=talk.candidate, initial=initial)
    if form.is_bound and form.says_no:
        return decline_view(request, talk.candidate.code)
    stale = None
    if form.is_bound and form.is_valid():
        try:
            new = carried_out(form, correct_talk, by=request.user, code=code, **form.proposal())
        except Stale as meanwhile:
            form.reopen(meanwhile.version)
            new, stale = None, difference_to(talk, form.cleaned_data)
        if new:
            messages.success(request, "已更正谈话记录。更正前的内容保留在同一页。")
            return redirect("talk", new.code)
    person = talk.candidate.person
    context = {
        "form": form,
        "stale": stale,
        "is_correction": True,
        "candidate": {"code": talk.candidate.code, "name": person.name, "title": person.title},
        "back_url": reverse("talk", args=[talk.code]),
    }
    return shown(request, "committee/talk_form.html", context)


@require_safe
def talks_view(request):
    """The talks within reach, and who has not been spoken to for long."""
    today = timezone.localdate()
    page = talk_list(user=request.user, number=request.GET.get("page"), today=today)
    context = {"today": today, "page": page, "quiet": quiet_people(user=request.user, today=today)}
    return render(request, "committee/talks.html", context)


@require_safe
def talk_view(request, code):
    """One talk; its text is shown to the circle only, and the reading is logged."""
    page = found(talk_page, user=request.user, code=code, today=timezone.localdate())
    if page.may_read:
        read_talk(by=request.user, talk=page.talk, now=timezone.now(), address=address_of(request))
    return render(request, "committee/talk.html", {"page": page})


@require_http_methods(["POST"])
def decline_view(request, code):
    """The person's no, in one step."""
    found(decline, by=request.user, code=code, now=timezone.now())
    messages.success(request, "已停止联系和提醒。尊重本人意愿，不再录入。")
    return redirect(home_of(request.user))
