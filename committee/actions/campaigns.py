"""The party office opens a campaign, changes what it asks, and ends it; what units owe moves along (notice T1–T5)."""

from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.utils import timezone

from branches.models import Unit
from branches.offices import Office, UnitKind
from committee.campaigning import last_day
from committee.models import Campaign, CampaignMilestone, Completion
from committee.queries.campaigns import KIND, OWED_BY, due_key, due_title, units_concerned
from committee.rules.campaigns import NOTICE, milestone_objections
from recruitment.actions.dues import open_due
from recruitment.actions.refusals import NotYours, Refused, refuse
from recruitment.models import Due
from recruitment.scope import scope_of


@dataclass(frozen=True, slots=True)
class Term:
    """By when: the end of ``ten_days`` of ``month`` in the campaign's year, or the day ``due_on``; in view from ``opens_on``."""

    month: int | None = None
    ten_days: str = ""
    due_on: date | None = None
    opens_on: date | None = None

    def day(self, year):
        """The last day."""
        return last_day(year, self.month, self.ten_days) if self.ten_days else self.due_on


@transaction.atomic
def open_campaign(*, by, unit, title, year, basis, begins_on, now, drafts=NOTICE, form_token=None):
    """Open a campaign of the committee ``unit`` with the milestones ``drafts`` (committee.rules.campaigns.Draft).

    Every unit under the committee owes each milestone from that moment. The same ``form_token`` twice is one campaign.
    Refused: no name, no document it rests on, a name of that year that is taken, no milestone, one whose last day lies
    before the beginning. Raises NotYours for anybody but the committee's office; returns the Campaign.
    """
    if unit.kind != UnitKind.COMMITTEE or Office.PARTY_OFFICE not in scope_of(by).offices_over(unit.path):
        raise NotYours
    unit = Unit.objects.select_for_update(of=("self",)).get(pk=unit.pk)
    if form_token and (again := Campaign.objects.filter(form_token=form_token, unit=unit).first()):
        return again
    title, basis = title.strip(), basis.strip()
    if not title:
        refuse("title_required", "请写明工作名称。", field="title")
    if not basis:
        refuse("basis_required", "请写明依据哪份文件或哪次会议。", field="basis")
    if Campaign.objects.filter(unit=unit, year=year, title=title, was_withdrawn=False).exists():
        refuse("name_taken", f"{year} 年已有名为“{title}”的专项工作。", field="title")
    if not drafts:
        refuse("no_milestones", "请至少选择一项安排。", field="milestones")
    found = [objection for draft in drafts for objection in _too_early(draft, year, begins_on)]
    if found:
        raise Refused(found[:1])
    campaign = Campaign(
        unit=unit, title=title, year=year, basis=basis, begins_on=begins_on, opened_by=by, opened_at=now,
        **({"form_token": form_token} if form_token else {}),
    )  # fmt: skip
    _save(campaign, by, "部署")
    for draft in drafts:
        milestone = CampaignMilestone(
            campaign=campaign, title=draft.title, task=draft.task, audience=draft.audience,
            asks_attendance=draft.asks_attendance, ten_days=draft.ten_days, due_on=draft.due_on(year), opens_on=begins_on,
        )  # fmt: skip
        _save(milestone, by, "部署")
        owe(milestone, now=now)
    return campaign


def _too_early(draft, year, begins_on):
    due_on = draft.due_on(year)
    for objection in milestone_objections(
        title=draft.title, begins_on=begins_on, opens_on=min(begins_on, due_on), due_on=due_on
    ):
        yield type(objection)(objection.code, f"“{draft.title}”：{objection.message}", field="begins_on")


@transaction.atomic
def add_milestone(*, by, code, title, task, audience, term, now, asks_attendance=False, form_token=None):
    """Ask one thing more of the units in the running campaign ``code``, by ``term`` (Term).

    Returns (the CampaignMilestone, how many units owe it). The same ``form_token`` twice is one milestone, and so is the
    same in all its words. Refused as by :func:`open_campaign`.
    """
    campaign = _locked(by, code)
    if form_token and (again := campaign.milestones.filter(form_token=form_token).first()):
        return again, 0
    milestone = CampaignMilestone(
        campaign=campaign, audience=audience, **({"form_token": form_token} if form_token else {})
    )
    _fill(milestone, title, task, term, asks_attendance)
    words = ("audience", "title", "task", "asks_attendance", "ten_days", "due_on", "opens_on")
    same = {name: getattr(milestone, name) for name in words}
    if again := campaign.milestones.standing().filter(**same).first():
        return again, 0
    _save(milestone, by, "增加安排")
    return milestone, owe(milestone, now=now)


@transaction.atomic
def change_milestone(*, by, code, title, task, term, now, asks_attendance=False, again=False):
    """Change what a milestone asks and by when; the open dues move along.

    ``again`` has every unit do it once more: what they reported is superseded. Returns (the CampaignMilestone, how many
    dues were moved or opened). Refused as by :func:`open_campaign`.
    """
    milestone, campaign = _locked_milestone(by, code)
    _fill(milestone, title, task, term, asks_attendance)
    _save(milestone, by, "调整安排")
    touched = (
        Due.objects.open()
        .filter(candidate=None, kind=KIND, key=due_key(milestone))
        .update(title=due_title(campaign, milestone), opens_on=milestone.opens_on, due_on=milestone.due_on)
    )
    if again:
        for completion in Completion.objects.standing().select_for_update(of=("self",)).filter(milestone=milestone):
            supersede(completion, by=by, reason="安排调整，重新办理", now=now)
        touched += owe(milestone, now=now)
    return milestone, touched


@transaction.atomic
def withdraw_milestone(*, by, code, now):
    """Ask a milestone of nobody any more; what was reported stays on record. Returns how many dues ended."""
    milestone, campaign = _locked_milestone(by, code)
    if not campaign.milestones.standing().exclude(pk=milestone.pk).exists():
        refuse("last_milestone", "这是最后一项安排。不再开展的，请撤销整项工作。")
    milestone.withdrawn_at = now
    _save(milestone, by, "取消安排")
    return _release([milestone], now=now)


@transaction.atomic
def end_campaign(*, by, code, reason, withdrawn, now):
    """End the campaign ``code``, or withdraw it as opened by mistake, for ``reason``; nobody owes anything any more.

    Returns (the Campaign, how many dues ended). Refused: no reason, ended already.
    """
    campaign = _locked(by, code)
    if not reason.strip():
        refuse("reason_required", "请写明原因，它会留在变更历史里。", field="reason")
    campaign.ended_on, campaign.was_withdrawn = timezone.localdate(now), withdrawn
    campaign.end_reason = reason.strip()
    _save(campaign, by, "撤销" if withdrawn else "结束")
    milestones = list(campaign.milestones.select_for_update(of=("self",)))
    return campaign, _release(milestones, now=now)


def owe(milestone, *, now):
    """Open what every unit concerned owes for a milestone and has neither reported nor owes; returns how many were opened."""
    campaign = milestone.campaign
    done = Completion.objects.standing().filter(milestone=milestone).values("unit")
    owing = Due.objects.open().filter(candidate=None, kind=KIND, key=due_key(milestone)).values("unit")
    units = list(units_concerned(campaign, milestone.audience).exclude(pk__in=done).exclude(pk__in=owing))
    for unit in units:
        open_due(
            candidate=None,
            unit=unit,
            kind=KIND,
            key=due_key(milestone),
            title=due_title(campaign, milestone),
            article=campaign.basis,
            opens_on=milestone.opens_on,
            due_on=milestone.due_on,
            owed_by=OWED_BY[milestone.audience],
            now=now,
        )
    return len(units)


def supersede(completion, *, by, reason, now):
    """Mark a locked record as superseded, for ``reason``."""
    completion.superseded_at, completion.superseded_by, completion.supersede_reason = now, by, reason[:200]
    _save(completion, by, "更正")


def _release(milestones, *, now):
    keys = [due_key(milestone) for milestone in milestones]
    open_ones = Due.objects.open().filter(candidate=None, kind=KIND, key__in=keys)
    return open_ones.update(settled_at=now, settled_on=timezone.localdate(now), was_done=False)


def _fill(milestone, title, task, term, asks_attendance):
    campaign = milestone.campaign
    due_on = term.day(campaign.year)
    opens_on = term.opens_on or min(campaign.begins_on, due_on)
    found = milestone_objections(title=title, begins_on=campaign.begins_on, opens_on=opens_on, due_on=due_on)
    if found:
        raise Refused(found)
    milestone.title, milestone.task, milestone.asks_attendance = title.strip(), task.strip(), asks_attendance
    milestone.ten_days, milestone.due_on, milestone.opens_on = term.ten_days, due_on, opens_on


def _save(row, by, reason):
    row._history_user, row._change_reason = by, reason
    row.save()


def _locked(by, code):
    """The running campaign, locked; DoesNotExist for strangers, NotYours for whoever only reads it."""
    campaign = Campaign.objects.visible_to(by).select_for_update(of=("self",)).select_related("unit").get(code=code)
    if Office.PARTY_OFFICE not in scope_of(by).offices_over(campaign.unit.path):
        raise NotYours
    if campaign.ended_on is not None:
        refuse("has_ended", "这项工作已经结束，不能再改。")
    return campaign


def _locked_milestone(by, code):
    """The standing milestone and its campaign, both locked, in the order in which every verb locks."""
    campaign_code = CampaignMilestone.objects.visible_to(by).values_list("campaign__code", flat=True).get(code=code)
    campaign = _locked(by, campaign_code)
    milestone = CampaignMilestone.objects.select_for_update(of=("self",)).get(code=code)
    milestone.campaign = campaign
    if milestone.withdrawn_at is not None:
        refuse("withdrawn_already", "这项安排已经取消。")
    return milestone, campaign
