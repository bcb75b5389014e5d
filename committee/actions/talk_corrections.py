"""Correcting a talk: a new version supersedes the one before it, and what follows from the talk is derived anew (notice R2)."""

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from committee.actions.problems import ANSWERED, create_problem, due_key
from committee.actions.talks import FOLLOW_UP, SETTLED_BY_A_TALK, follow_up_key, owe_follow_up
from committee.models import Talk, Topic
from committee.queries.talks import may_record_talk
from committee.rules.talks import ProblemFact, TalkFact, correction_objections, talk_objections
from recruitment.actions import ledger
from recruitment.actions.contacts import KIND as CONTACT_TALK
from recruitment.actions.contacts import due_key as contact_key
from recruitment.actions.contacts import owe_talk
from recruitment.actions.dues import settle_due
from recruitment.actions.refusals import NotYours, Refused, Stale
from recruitment.actions.roads import locked
from recruitment.models import DesignatedContact, Due
from recruitment.stages import RoadState


@transaction.atomic
def correct_talk(
    *,
    by,
    code,
    reason,
    held_on,
    way,
    topics,
    now,
    version=None,
    place="",
    outlook="",
    needs="",
    willingness="",
    follow_up_on=None,
    is_shared_with_office=False,
    problems=(),
    form_token=None,
):
    """Supersede the standing version of the talk ``code`` (of any version of it) by what the other arguments say.

    For whoever wrote it, within reach. The earlier text stays readable to its own circle, problems stay tied to the
    talk, and last talk, contact dues and agreed days follow from the new version. ``version`` is the key of the version
    that the form was opened with. The same correction twice is one. The ledger gets the day and a commitment to the
    reason. Raises Talk.DoesNotExist for strangers, NotYours for who did not write it, Stale or Refused; returns the new
    Talk.
    """
    named = Talk.objects.visible_to(by).select_related("candidate").get(code=code)
    candidate = locked(user=by, code=named.candidate.code)
    if form_token and (again := Talk.objects.filter(form_token=form_token, candidate=candidate).first()):
        return again
    versions = list(Talk.objects.versions_of(named).select_related("talker"))
    old = versions[-1]
    if old.recorded_by_id != by.pk:
        raise NotYours
    said = {
        "held_on": held_on,
        "place": place,
        "way": way,
        "topics": ",".join(topic for topic in Topic if topic in topics),
        "outlook": outlook,
        "needs": needs,
        "willingness": willingness,
        "follow_up_on": follow_up_on,
        "is_shared_with_office": is_shared_with_office,
    }
    if _is_made(versions, said, reason, problems):
        return old
    if version is not None and version != old.pk:
        raise Stale(old.pk)
    today = timezone.localdate(now)
    _check(old, reason, held_on, topics, follow_up_on, problems, today=today, born_on=candidate.person.birth_on)
    old.superseded_at, old.supersede_reason = now, reason.strip()
    old.save(update_fields=["superseded_at", "supersede_reason"])
    new = Talk.objects.create(
        candidate=candidate,
        talker=old.talker,
        original_id=old.original_id or old.pk,
        **said,
        recorded_by=by,
        recorded_at=now,
        **({"form_token": form_token} if form_token else {}),
    )
    ledger.append(
        candidate=candidate,
        action="talk_corrected",
        summary="更正谈心谈话",
        decided_on=held_on,
        actor=by,
        now=now,
        details={"talk": str(new.code), "former": str(old.code), "way": way},
        private={"reason": reason.strip()},
    )
    _move_problems(old, new, candidate)
    for row in problems:
        create_problem(candidate=candidate, talk=new, raised_on=held_on, by=by, now=now, **row)
    if candidate.state == RoadState.ACTIVE:
        _derive_dues(old, new, versions, candidate, by=by, today=today, now=now)
    last_talk_on = candidate.talks.standing().aggregate(last=Max("held_on"))["last"]
    if candidate.last_talk_on != last_talk_on:
        candidate.last_talk_on = last_talk_on
        candidate._change_reason = "更正谈心谈话"
        candidate.save()
    return new


def _is_made(versions, said, reason, problems):
    """True when the last of ``versions`` came of this very correction, with the ``problems`` it raised."""
    if len(versions) < 2 or versions[-2].supersede_reason != reason.strip():
        return False
    raised = set(versions[-1].problems.values_list("summary", flat=True))
    is_same = all(getattr(versions[-1], name) == value for name, value in said.items())
    return is_same and {row["summary"].strip() for row in problems} <= raised


def _check(old, reason, held_on, topics, follow_up_on, problems, *, today, born_on):
    fact = TalkFact(
        held_on=held_on,
        topics=tuple(topics),
        # a day that stands as it was agreed on may have passed since
        follow_up_on=follow_up_on if (held_on, follow_up_on) != (old.held_on, old.follow_up_on) else None,
        born_on=born_on,
    )
    raised = tuple(ProblemFact(summary=row["summary"], due_on=row["due_on"]) for row in problems)
    answered = [on for on in old.problems.values_list("answered_on", flat=True) if on]
    found = talk_objections(fact, raised, today=today)
    found += correction_objections(reason=reason, held_on=held_on, answered_on=min(answered, default=None))
    if found:
        raise Refused(found)


def _move_problems(old, new, candidate):
    """Problems belong to the talk as it stands; they were raised on its day."""
    for problem in old.problems.all():
        problem.talk, problem.raised_on = new, new.held_on
        problem.save(update_fields=["talk", "raised_on"])
        for due in candidate.dues.open().filter(key=due_key(problem)):
            due.opens_on = new.held_on
            due.save(update_fields=["opens_on"])


def _derive_dues(old, new, versions, candidate, *, by, today, now):
    """Bring what the talker owes in line with the new version."""
    settled = list(
        Due.objects.select_for_update()
        .filter(candidate=candidate, owed_by_person_id=new.talker_id, was_done=True)
        .filter(kind__in=(CONTACT_TALK, *SETTLED_BY_A_TALK), settled_at__in=[talk.recorded_at for talk in versions])
    )
    for due in settled:
        _settle_anew(due, new, candidate)
    _agreed_day(old, new, candidate, by=by, today=today, now=now)
    open_dues = Due.objects.open().filter(
        candidate=candidate, owed_by_person_id=new.talker_id, opens_on__lte=new.held_on
    )
    if new.held_on > old.held_on:
        for due in open_dues.filter(kind__in=SETTLED_BY_A_TALK).exclude(opens_on=new.held_on, kind=FOLLOW_UP):
            settle_due(candidate=candidate, key=due.key, settled_on=new.held_on, now=now)
    contact = (
        DesignatedContact.objects.open()
        .filter(candidate=candidate, leader_id=new.talker_id)
        .select_related("candidate__unit", "leader")
        .first()
    )
    if contact:
        newest = _talks_of(new, candidate).aggregate(last=Max("held_on"))["last"]
        counted = any(due.key == contact_key(contact) for due in settled)
        if not counted and old.held_on < contact.starts_on <= new.held_on == newest:
            settle_due(candidate=candidate, key=contact_key(contact), settled_on=new.held_on, now=now)
        owe_talk(contact, last_talk_on=newest, now=now)


def _settle_anew(due, new, candidate):
    """A due that the talk had settled: by its new day, by another talk, or not at all."""
    # what was held on the day it opened on is what opened it, unless it is this talk
    later = _talks_of(new, candidate).filter(held_on__gt=due.opens_on).order_by("held_on")
    first_on = new.held_on if new.held_on == due.opens_on else later.values_list("held_on", flat=True).first()
    if first_on:
        due.settled_on = first_on
    elif due.kind in (FOLLOW_UP, ANSWERED) and not candidate.dues.open().filter(key=due.key).exists():
        due.settled_at = due.settled_on = None
        due.was_done = False
    else:
        # the talk that is owed now is the open due of the contact
        due.was_done = False
    due.save(update_fields=["settled_at", "settled_on", "was_done"])


def _agreed_day(old, new, candidate, *, by, today, now):
    """The day agreed on in the talk, unless a later talk has taken its place or nobody owes it any more."""
    if (old.held_on, old.follow_up_on) == (new.held_on, new.follow_up_on):
        return
    is_open = (
        old.follow_up_on
        and candidate.dues.open().filter(key=follow_up_key(new), opens_on=old.held_on, due_on=old.follow_up_on).exists()
    )
    is_latest = not _talks_of(new, candidate).filter(held_on__gt=new.held_on).exists()
    is_new = new.follow_up_on != old.follow_up_on and may_record_talk(by, candidate, today)
    if new.follow_up_on and is_latest and (is_open or is_new):
        owe_follow_up(new, candidate, by=by, now=now)
    elif is_open:
        settle_due(candidate=candidate, key=follow_up_key(new), settled_on=today, now=now, done=False)


def _talks_of(talk, candidate):
    return candidate.talks.standing().filter(talker_id=talk.talker_id)
