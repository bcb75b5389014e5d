"""A person's no: one step for any contact, at once and without a reason; and the only way back (notice R6, C3)."""

from django.db import transaction
from django.utils import timezone

from branches.models import Person
from branches.offices import Office
from recruitment.actions import ledger
from recruitment.actions.planned import leave_plans
from recruitment.actions.refusals import refuse
from recruitment.actions.roads import locked, stop
from recruitment.models import Candidate, Decline, DesignatedContact, Mentorship, Recommender, Reopening
from recruitment.queries.declines import fingerprint_of
from recruitment.scope import scope_of
from recruitment.stages import RoadState, Stage


@transaction.atomic
def decline(*, by, code, now):
    """Record that the person behind the candidate ``code`` does not want to go on.

    Whoever may see the person may record the no. From this transaction on nobody sees the file, nothing is owed for it,
    nobody accompanies it, no plan names it, and the person cannot be entered again. The row lock makes it win against
    every other verb: what came first is undone here, what comes after no longer finds the person. Returns the Candidate.
    """
    candidate = locked(user=by, code=code)
    today = timezone.localdate(now)
    stop(candidate, now=now, settled_on=today)
    for model in (Mentorship, Recommender, DesignatedContact):
        for tie in model.objects.open().filter(candidate=candidate):
            # no reason is written: an ended tie must not tell that there was a no
            tie.ends_on, tie.decided_by = max(today, tie.starts_on), by
            tie.save()
    candidate.grants.all().delete()
    leave_plans(candidate, now=now)
    candidate.state = RoadState.DECLINED
    candidate.key_year = None
    candidate.version += 1
    candidate.save()
    Decline.objects.update_or_create(
        fingerprint=fingerprint_of(candidate.person),
        defaults={"candidate": candidate, "declined_at": now, "recorded_by": by, "lifted_at": None, "erased_at": None},
    )
    ledger.append(candidate=candidate, action="declined", summary="停止联系", decided_on=today, actor=by, now=now)
    return candidate


@transaction.atomic
def propose_reopening(*, by, staff_number, applied_on, now):
    """Put forward, with the application letter in hand, that the person of ``staff_number`` may be entered again.

    The answer is the same for everybody on the roster, so that it tells nobody who said no. Returns the Reopening.
    """
    person = Person.objects.present().filter(staff_number=staff_number.strip()).select_related("unit").first()
    if person is None or Office.PARTY_OFFICE not in _offices_over(by, person):
        refuse("not_on_the_roster", "名册中没有这个工号，请核对。", field="staff_number")
    if applied_on > timezone.localdate(now):
        refuse("future_date", "递交日期不能晚于今天。", field="applied_on")
    if person.pk == by.person_id:
        refuse("own_file", "不能为自己办理，请由其他同志提出。", field="staff_number")
    reopening, _ = Reopening.objects.get_or_create(
        person=person,
        approved_at=None,
        defaults={"applied_on": applied_on, "proposed_by": by, "proposed_at": now},
    )
    return reopening


@transaction.atomic
def approve_reopening(*, by, code, now):
    """Approve a proposal made by somebody else: the no is lifted and the branch may register the application.

    The former file stays closed; the road begins anew with the application. Returns the Reopening.
    """
    reopening = Reopening.objects.select_for_update(of=("self",)).select_related("person").get(code=code)
    if Office.PARTY_OFFICE not in _offices_over(by, reopening.person):
        raise Reopening.DoesNotExist
    if reopening.approved_at:
        return reopening
    if reopening.proposed_by_id == by.pk:
        refuse("own_proposal", "提出人不能核准自己提出的事项，请另一位组织员办理。")
    reopening.approved_by, reopening.approved_at = by, now
    reopening.save()
    _lift(reopening.person, by=by, now=now)
    return reopening


def _lift(person, *, by, now):
    person = Person.objects.select_for_update().get(pk=person.pk)
    Decline.objects.filter(fingerprint=fingerprint_of(person)).update(lifted_at=now)
    former = (
        Candidate.objects.select_for_update().filter(person=person, state=RoadState.DECLINED, forgotten_at=None).first()
    )
    if former is None:
        return
    former.state = RoadState.WITHDRAWN if former.stage >= Stage.APPLICANT else RoadState.LAPSED
    former.version += 1
    former._change_reason = "本人重新提出申请"
    former.save()
    ledger.append(
        candidate=former,
        action="reopened",
        summary="本人重新提出申请",
        decided_on=timezone.localdate(now),
        actor=by,
        now=now,
    )


def _offices_over(user, person):
    """The user's offices over the person's unit; over somebody without a unit, all offices the user holds."""
    scope = scope_of(user)
    return scope.offices_over(person.unit.path) if person.unit_id else {post.office for post in scope.posts}
