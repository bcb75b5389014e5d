"""专项工作: the list, one campaign as a matrix, its milestones, and the reports of units."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from committee.actions.campaigns import (
    add_milestone,
    change_milestone,
    end_campaign,
    open_campaign,
    withdraw_milestone,
)
from committee.actions.completions import record_completion
from committee.forms.campaigns import (
    CampaignEndForm,
    CampaignForm,
    CompletionForm,
    MilestoneChangeForm,
    MilestoneForm,
)
from committee.queries.campaigns import (
    campaign_list,
    campaign_page,
    campaign_to_lead,
    completion_page,
    may_report,
    milestone_and_unit,
    milestone_to_change,
    reads_campaigns,
    standing_completion,
    where_a_due_is_settled,
)
from committee.views.acting import carried_out, found, shown
from recruitment.actions.refusals import Refused
from recruitment.queries.limits import committees_of

form_methods = require_http_methods(["GET", "HEAD", "POST"])
OFFICE_ONLY = "专项工作由党办部署和调整。"


@require_safe
def campaigns_view(request):
    """What one's own units owe, and the campaigns within reach."""
    if not reads_campaigns(request.user):
        raise Http404
    today = timezone.localdate()
    campaigns, owed = campaign_list(user=request.user, today=today)
    context = {"today": today, "campaigns": campaigns, "owed": owed, "may_open": committees_of(request.user).exists()}
    return render(request, "committee/campaigns.html", context)


@require_safe
def campaign_view(request, code):
    """One campaign: units by milestones."""
    only_open = request.GET.get("open") == "1"
    page = found(campaign_page, user=request.user, code=code, today=timezone.localdate(), only_open=only_open)
    return render(request, "committee/campaign.html", {"page": page, "only_open": only_open})


@form_methods
def campaign_open_view(request):
    """Open a campaign from the notice's timetable."""
    units = committees_of(request.user)
    if not units:
        raise Http404
    today = timezone.localdate()
    form = CampaignForm(request.POST or None, units=units, initial={"year": today.year, "begins_on": today})
    if form.is_bound and form.is_valid():
        if campaign := carried_out(form, open_campaign, by=request.user, **form.proposal()):
            messages.success(request, f"已部署“{campaign.title}”，各项安排已列入有关党组织的待办。")
            return redirect("campaign", campaign.code)
    context = {"form": form, "heading": "部署专项工作", "submit": "部署", "back": "campaigns"}
    return shown(request, "committee/campaign_form.html", context)


@form_methods
def milestone_add_view(request, code):
    """Ask one thing more."""
    campaign = _led(found(campaign_to_lead, user=request.user, code=code))
    form = MilestoneForm(request.POST or None)
    if form.is_bound and form.is_valid():
        proposal = form.proposal() | {"form_token": form.token()}
        if outcome := carried_out(form, add_milestone, by=request.user, code=code, **proposal):
            messages.success(request, f"已增加“{outcome[0].title}”，列入 {outcome[1]} 个党组织的待办。")
            return redirect("campaign", code)
    context = {"form": form, "campaign": campaign, "heading": "增加安排", "submit": "增加"}
    return shown(request, "committee/campaign_form.html", context)


@form_methods
def milestone_change_view(request, code):
    """Change what is asked and by when."""
    milestone = found(milestone_to_change, user=request.user, code=code)
    campaign = _led(milestone.campaign, milestone.may_lead)
    form = MilestoneChangeForm(request.POST or None, initial=MilestoneChangeForm.initial_of(milestone))
    if form.is_bound and form.is_valid():
        if outcome := carried_out(form, change_milestone, by=request.user, code=code, **form.proposal()):
            messages.success(request, f"已调整“{outcome[0].title}”，{outcome[1]} 项待办的期限随之更改。")
            return redirect("campaign", campaign.code)
    context = {"form": form, "campaign": campaign, "milestone": milestone, "heading": "调整安排", "submit": "保存调整"}
    return shown(request, "committee/campaign_form.html", context)


@require_POST
def milestone_withdraw_view(request, code):
    """Ask it of nobody any more."""
    milestone = found(milestone_to_change, user=request.user, code=code)
    try:
        ended = found(withdraw_milestone, by=request.user, code=code, now=timezone.now())
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, f"已取消“{milestone.title}”，{ended} 项待办撤销；已有的填报保留。")
    return redirect("campaign", milestone.campaign.code)


@form_methods
def campaign_end_view(request, code):
    """End a campaign, or withdraw it."""
    campaign = _led(found(campaign_to_lead, user=request.user, code=code))
    form = CampaignEndForm(request.POST or None)
    if form.is_bound and form.is_valid():
        if outcome := carried_out(form, end_campaign, by=request.user, code=code, **form.proposal()):
            messages.success(request, f"“{campaign.title}”已结束，{outcome[1]} 项未办的待办撤销。")
            return redirect("campaign", code)
    context = {"form": form, "campaign": campaign, "heading": "结束专项工作", "submit": "结束"}
    return shown(request, "committee/campaign_form.html", context)


@form_methods
def completion_record_view(request, code, unit):
    """Report what a unit did; with a report there already, correct it."""
    milestone, whose = found(milestone_and_unit, user=request.user, code=code, unit_code=unit)
    if not may_report(request.user, milestone, whose):
        raise PermissionDenied("完成情况由承办的党组织或党办填报。")
    standing = standing_completion(milestone, whose)
    initial = CompletionForm.initial_of(standing) if standing else {"done_on": timezone.localdate()}
    form = CompletionForm(request.POST or None, corrects=standing is not None, initial=initial)
    if form.is_bound and form.is_valid():
        proposal = form.proposal()
        if record := carried_out(form, record_completion, by=request.user, code=code, unit_code=unit, **proposal):
            messages.success(request, f"已填报：{whose.short_name}，{milestone.title}。")
            return redirect("completion", record.code)
    context = {"form": form, "milestone": milestone, "unit": whose, "standing": standing}
    return shown(request, "committee/completion_form.html", context)


@require_safe
def completion_view(request, code):
    """One report, with those it replaced."""
    return render(request, "committee/completion.html", found(completion_page, user=request.user, code=code))


@require_safe
def campaign_due_view(request, due_id):
    """From a due to the form that settles it."""
    milestone, unit = found(where_a_due_is_settled, user=request.user, due_id=due_id)
    return redirect("completion-record", milestone, unit)


def _led(campaign, may_lead=None):
    """The campaign for its office; 403 for those who only read it."""
    if not (campaign.may_lead if may_lead is None else may_lead):
        raise PermissionDenied(OFFICE_ONLY)
    return campaign
