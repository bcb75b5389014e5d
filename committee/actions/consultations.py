"""The exchange about key candidates of the year, and the office's word with the united front (notice R5, R7, C3)."""

from django.db import transaction
from django.utils import timezone

from branches.offices import BRANCH_OFFICES, Office
from committee.models import Consultation, ConsultationKind
from recruitment import rules
from recruitment.actions import ledger
from recruitment.actions.dues import settle_due
from recruitment.actions.exchange import owe_exchange
from recruitment.actions.refusals import NotYours, Stale, refuse
from recruitment.actions.roads import locked
from recruitment.models import Due
from recruitment.queries.facts import calendar_in_force, facts_for
from recruitment.rules.exchange import key_of
from recruitment.scope import scope_of
from recruitment.stages import RoadState
from recruitment.steps import step as step_row

WHO = {
    ConsultationKind.GUIDANCE: {Office.PARTY_OFFICE},
    ConsultationKind.CONFIRMATION: {Office.PARTY_OFFICE},
    ConsultationKind.REPLY: set(BRANCH_OFFICES),
}
UNITED_FRONT = "other_party_consultation"


@transaction.atomic
def mark_key_candidate(*, by, code, year, now, version=None):
    """Make the candidate ``code`` a key candidate of ``year``, or none any more (None); the office decides.

    Opens or withdraws what the office owes. Who is that already stays so without a word. Returns the Candidate.
    """
    candidate = _office_locked(by=by, code=code)
    if version is not None and version != candidate.version:
        raise Stale(candidate.version)
    if candidate.state != RoadState.ACTIVE:
        refuse("road_has_ended", "此人的进程已停止。")
    if year is not None and not 0 <= year - timezone.localdate(now).year <= 1:
        refuse("year_out_of_range", "年度重点对象按今年或明年确定。", field="year")
    if candidate.key_year == year:
        return candidate
    candidate.key_year = year
    candidate.version += 1
    words = f"列为 {year} 年度重点对象" if year else "不再作为年度重点对象"
    candidate._change_reason = words
    candidate.save()
    _owe(candidate, now=now)
    ledger.append(candidate=candidate, action="key_candidate", summary=words, actor=by, now=now)
    return candidate


@transaction.atomic
def write_consultation(*, by, code, step, kind, text, now, papers=(), form_token=None):
    """Write one contribution about ``step`` (1-25) of a key candidate.

    ``kind`` is guidance or confirmation, by the office, or a reply, by the branch. ``papers`` are codes of the step's
    papers that the office has checked.
    Guidance and confirmation settle the office's due. Confirming needs the step to be on record. The same
    ``form_token`` twice is one contribution, and so is what repeats the last one word for word while nothing new is
    owed. Raises DoesNotExist, NotYours or Refused; returns the Consultation.
    """
    candidate = locked(user=by, code=code)
    if form_token and (again := Consultation.objects.filter(form_token=form_token, candidate=candidate).first()):
        return again
    if not WHO[kind] & scope_of(by).offices_over(candidate.unit_path):
        raise NotYours
    if candidate.key_year is None:
        refuse("no_key_candidate", "只对年度重点对象逐环节沟通，请先由党办列为年度重点对象。")
    if kind == ConsultationKind.CONFIRMATION and not candidate.has_done(step):
        refuse("step_not_on_record", f"“{step_row(step).name}”尚未办理，不能确认。", field="step")
    if kind != ConsultationKind.CONFIRMATION and not text.strip():
        refuse("text_required", "请写明内容。", field="text")
    said = {
        "kind": kind,
        "text": text.strip(),
        "papers": [paper.code for paper in step_row(step).papers if paper.code in papers],
        "written_by": by,
    }
    last = candidate.consultations.filter(step=step).order_by("-written_at", "-pk").first()
    is_owed = candidate.dues.open().filter(key=key_of(kind, step)).exists()
    if last and not is_owed and all(getattr(last, name) == value for name, value in said.items()):
        return last
    row = Consultation.objects.create(
        candidate=candidate,
        step=step,
        **said,
        written_at=now,
        **({"form_token": form_token} if form_token else {}),
    )
    if kind != ConsultationKind.REPLY:
        settle_due(candidate=candidate, key=key_of(kind, step), settled_on=timezone.localdate(now), now=now)
    ledger.append(
        candidate=candidate,
        action="consultation",
        step=step,
        summary=f"{row.get_kind_display()}：{step_row(step).name}",
        decided_on=timezone.localdate(now),
        actor=by,
        now=now,
        details={"record": str(row.code), "papers": row.papers},
        private={"text": row.text} if row.text else None,
    )
    return row


@transaction.atomic
def record_united_front(*, by, due_id, consulted_on, now):
    """Record on which day the office consulted about a person on the path of a democratic party; no contents."""
    code = Due.objects.visible_to(by).open().values_list("candidate__code", flat=True).get(pk=due_id, kind=UNITED_FRONT)
    candidate = _office_locked(by=by, code=code)
    due = Due.objects.open().get(pk=due_id)
    today = timezone.localdate(now)
    if consulted_on > today:
        refuse("future_date", f"日期不能晚于今天（{today}）。", field="consulted_on")
    settle_due(candidate=candidate, key=due.key, settled_on=consulted_on, now=now)
    ledger.append(
        candidate=candidate, action="consulted", summary="已与统战部门沟通", decided_on=consulted_on, actor=by, now=now
    )
    return candidate


def _office_locked(*, by, code):
    candidate = locked(user=by, code=code)
    if Office.PARTY_OFFICE not in scope_of(by).offices_over(candidate.unit_path):
        raise NotYours
    return candidate


def _owe(candidate, *, now):
    facts = facts_for([candidate])[candidate.pk]
    owe_exchange(candidate, rules.road(facts, today=timezone.localdate(now), calendar=calendar_in_force()), now=now)
