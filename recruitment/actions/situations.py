"""Recording a special situation of rules.md §1.3: moving, leaving, removal, withdrawal, the democratic-party path, death."""

from dataclasses import asdict, replace
from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from branches.offices import Office, UnitKind
from recruitment import rules
from recruitment.actions import ledger
from recruitment.actions.dues import open_due
from recruitment.actions.opinions import owe_opinions
from recruitment.actions.refusals import NotYours, Refused, Stale, refuse
from recruitment.actions.roads import locked, settle, stop
from recruitment.models import DesignatedContact, Mentorship, Situation
from recruitment.queries.facts import calendar_in_force, facts_for, unit_fact
from recruitment.stages import RoadState, SituationKind

# After these nobody accompanies the person any more.
ENDS_COMPANY = (SituationKind.WITHDRAWN, SituationKind.OTHER_PARTY, SituationKind.DECEASED, SituationKind.MOVED_AWAY)
CONSULTATION_DAYS = 30


@transaction.atomic
def record_situation(*, by, code, version, fact, now, unit=None, form_token=None, remark=""):
    """Record ``fact`` (a SituationFact without unit) on the candidate ``code``; ``unit`` is the Unit concerned.

    A transfer moves the file to ``unit`` in the same act: the old branch loses sight of it, the new one gains it.
    A decline has its own verb. Raises DoesNotExist, NotYours, Stale or Refused; returns the Situation.
    """
    if fact.kind == SituationKind.DECLINED:
        refuse("use_decline", "请用“暂无意愿”办理。")
    candidate = locked(user=by, code=code)
    if form_token and (again := Situation.objects.filter(form_token=form_token, candidate=candidate).first()):
        return again
    if not by.has_perm("recruitment.record_branch_step", candidate):
        raise NotYours
    if version is not None and version != candidate.version:
        raise Stale(candidate.version)
    calendar = calendar_in_force()
    facts = facts_for([candidate])[candidate.pk]
    proposal = replace(fact, unit=unit_fact(unit) if unit else None)
    found = rules.situation_objections(facts, proposal, today=timezone.localdate(now), calendar=calendar)
    if found:
        raise Refused(found)
    row = create_situation(candidate=candidate, fact=proposal, unit=unit, by=by, now=now, form_token=form_token, remark=remark)
    ledger.append(
        candidate=candidate,
        action="situation",
        summary=row.get_kind_display(),
        decided_on=proposal.on,
        actor=by,
        now=now,
        details={"record": str(row.code), "kind": proposal.kind, "unit": str(unit.code) if unit else None},
        private={"remark": remark} if remark else None,
    )
    if proposal.kind == SituationKind.TRANSFERRED:
        move(candidate, unit, on=proposal.on, by=by)
    settle(candidate, now=now, settled_on=proposal.on, reason=row.get_kind_display())
    if candidate.state != RoadState.ACTIVE:
        stop(candidate, now=now, settled_on=proposal.on)
    if proposal.kind in ENDS_COMPANY:
        end_company(candidate, on=max(proposal.on, timezone.localdate(now)), by=by, reason=row.get_kind_display())
    owe_opinions(candidate, now=now)
    if proposal.kind == SituationKind.OTHER_PARTY:
        owe_consultation(candidate, now=now)
    return row


def owe_consultation(candidate, *, now):
    """The office consults about somebody on the path of a democratic party; no other reminder follows (notice C3)."""
    today = timezone.localdate(now)
    open_due(
        candidate=candidate,
        unit=candidate.unit,
        kind="other_party_consultation",
        key="other-party-consultation",
        title="与统战部门沟通，尊重本人选择",
        article="通知 三（三）",
        opens_on=today,
        due_on=today + timedelta(days=CONSULTATION_DAYS),
        owed_by=Office.PARTY_OFFICE,
        now=now,
    )


def create_situation(*, candidate, fact, unit, by, now, form_token=None, remark=""):
    """Write one Situation; judging and settling are the caller's."""
    return Situation.objects.create(
        candidate=candidate,
        kind=fact.kind,
        on=fact.on,
        unit=unit,
        recognised=fact.recognised,
        recognised_by=fact.recognised_by,
        until_on=fact.until_on,
        counts_from_on=fact.counts_from_on,
        votes=asdict(fact.votes) if fact.votes else None,
        decided_by=fact.decided_by,
        remark=remark,
        recorded_by=by,
        recorded_at=now,
        **({"form_token": form_token} if form_token else {}),
    )


def move(candidate, unit, *, on, by):
    """Hand the file to ``unit``: mentors of the old branch end with it, open dues follow the file."""
    if unit is None or unit.kind != UnitKind.BRANCH:
        refuse("not_a_branch", "请选择接收的党支部。", field="unit")
    candidate.unit, candidate.unit_path = unit, unit.path
    candidate.planned_days = {}  # the plan was the old branch's
    candidate.dues.open().update(unit=unit, unit_path=unit.path)
    for tie in Mentorship.objects.open().filter(candidate=candidate):
        tie.ends_on, tie.end_reason, tie.decided_by = max(on, tie.starts_on), "转接", by
        tie.save()


def end_company(candidate, *, on, by, reason):
    """End mentorships and designated contacts."""
    for model in (Mentorship, DesignatedContact):
        for tie in model.objects.open().filter(candidate=candidate):
            tie.ends_on, tie.end_reason, tie.decided_by = max(on, tie.starts_on), reason, by
            tie.save()
