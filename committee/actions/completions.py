"""A unit reports what it did for a campaign; units come and go and owe accordingly (notice T1–T4)."""

from django.db import transaction
from django.utils import timezone

from branches.models import Unit
from committee.actions.campaigns import owe, supersede
from committee.models import Campaign, CampaignMilestone, Completion
from committee.queries.campaigns import KIND, KIND_OF, due_key, is_concerned, may_report, milestone_and_unit
from committee.rules.campaigns import account_objections
from recruitment.actions.dues import settle_due
from recruitment.actions.refusals import NotYours, Refused, refuse
from recruitment.models import Due


@transaction.atomic
def record_completion(*, by, code, unit_code, account, now, reason="", form_token=None):
    """Record that the unit ``unit_code`` has done what the milestone ``code`` asks, as ``account`` says; its due is settled.

    A second record supersedes the first, for ``reason``; the same ``form_token`` twice is one record. Refused: what
    :func:`account_objections` finds, an ended campaign, a second record without a reason. Raises DoesNotExist for
    strangers and for units of whom it is not asked, NotYours for whoever only reads. Returns the Completion.
    """
    milestone, unit = milestone_and_unit(user=by, code=code, unit_code=unit_code)
    if not may_report(by, milestone, unit):
        raise NotYours
    milestone = (
        CampaignMilestone.objects.select_for_update(of=("self",)).select_related("campaign").get(pk=milestone.pk)
    )
    if form_token and (again := Completion.objects.filter(form_token=form_token, milestone=milestone).first()):
        return again
    if milestone.withdrawn_at is not None or milestone.campaign.ended_on is not None:
        refuse("has_ended", "这项工作已经结束或取消，不再收报。")
    today = timezone.localdate(now)
    found = account_objections(
        account,
        begins_on=milestone.campaign.begins_on,
        due_on=milestone.due_on,
        asks_attendance=milestone.asks_attendance,
        today=today,
    )
    standing = (
        Completion.objects.standing().select_for_update(of=("self",)).filter(milestone=milestone, unit=unit).first()
    )
    if found:
        raise Refused(found)
    if standing is not None:
        if not reason.strip():
            refuse("reason_required", "已有填报。要更正的，请写明更正原因，原填报会保留。", field="reason")
        supersede(standing, by=by, reason=reason.strip(), now=now)
    completion = Completion(
        milestone=milestone,
        unit=unit,
        done_on=account.done_on,
        place=account.place.strip(),
        eligible=account.eligible,
        present=account.present,
        summary=account.summary.strip(),
        late_reason=account.late_reason.strip(),
        recorded_by=by,
        recorded_at=now,
        **({"form_token": form_token} if form_token else {}),
    )
    completion._history_user, completion._change_reason = by, reason.strip()[:100]
    completion.save()
    settle_due(key=due_key(milestone), unit=unit, settled_on=account.done_on, now=now)
    return completion


def follow_units(*, now):
    """Open what units owe that came after a campaign was opened, and end what closed or moved ones owed; returns how much.

    Units are founded, moved and closed below this app, so it is found here, minute by minute, in five queries when there
    is nothing to do.
    """
    milestones = list(
        CampaignMilestone.objects.standing()
        .filter(campaign__in=Campaign.objects.running())
        .select_related("campaign__unit")
    )
    if not milestones:
        return 0
    keys = {due_key(milestone): milestone for milestone in milestones}
    owing = {
        (row.key, row.unit_id): row
        for row in Due.objects.open().filter(candidate=None, kind=KIND, key__in=keys).select_related("unit")
    }
    done = set(Completion.objects.standing().filter(milestone__in=milestones).values_list("milestone_id", "unit_id"))
    concerned = _concerned(milestones)
    changed = 0
    for key, milestone in keys.items():
        units = concerned[milestone.pk]
        late = [row for (of, unit_id), row in owing.items() if of == key and unit_id not in units]
        missing = any((milestone.pk, pk) not in done and (key, pk) not in owing for pk in units)
        if late or missing:
            changed += _follow(milestone.pk, [row.unit for row in late], now)
    return changed


def _concerned(milestones):
    """{milestone id: ids of the units it is asked of}, in one query."""
    units = list(Unit.objects.active().filter(kind__in=KIND_OF.values()))
    return {
        milestone.pk: {unit.pk for unit in units if is_concerned(unit, milestone.campaign, milestone.audience)}
        for milestone in milestones
    }


@transaction.atomic
def _follow(milestone_id, gone, now):
    """The same under the milestone's lock, so that a report of the same moment has had its say."""
    milestone = (
        CampaignMilestone.objects.standing()
        .select_for_update(of=("self",))
        .select_related("campaign__unit")
        .filter(pk=milestone_id, campaign__ended_on__isnull=True)
        .first()
    )
    if milestone is None:
        return 0
    today = timezone.localdate(now)
    ended = sum(settle_due(key=due_key(milestone), unit=unit, settled_on=today, now=now, done=False) for unit in gone)
    return ended + owe(milestone, now=now)
