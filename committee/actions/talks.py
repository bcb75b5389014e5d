"""Recording a talk: facts, a short text for its circle, problems raised, and what is owed next (notice R2, B1)."""

from django.db import transaction
from django.utils import timezone

from committee.actions.problems import ANSWERED, create_problem, first_office
from committee.models import Talk, Topic
from committee.queries.talks import may_record_talk
from committee.rules.talks import ProblemFact, TalkFact, talk_objections
from recruitment.actions import ledger
from recruitment.actions.contacts import due_key, owe_talk
from recruitment.actions.dues import open_due, settle_due
from recruitment.actions.refusals import NotYours, Refused, refuse
from recruitment.actions.roads import locked
from recruitment.models import DesignatedContact, Due
from recruitment.stages import RoadState

FOLLOW_UP = "talk_follow_up"
# A talk settles these dues of whoever held it, beside the one of the running contact.
SETTLED_BY_A_TALK = (FOLLOW_UP, ANSWERED)


@transaction.atomic
def record_talk(
    *,
    by,
    code,
    held_on,
    way,
    topics,
    now,
    place="",
    outlook="",
    needs="",
    willingness="",
    follow_up_on=None,
    is_shared_with_office=False,
    problems=(),
    form_token=None,
):
    """Record a talk that ``by`` held with the person behind the candidate ``code`` on the day ``held_on``.

    ``topics`` are codes of Topic, ``problems`` dicts with summary, solver and due_on. Designated contacts, mentors,
    the branch's offices and the party office may. Settles what the talker owed of it, opens the next due and one for
    ``follow_up_on``. Facts go to the ledger, texts do not. The same ``form_token`` twice is one talk, and so is the same
    talk word for word: the browser's way back shows the form as it was typed, with a token of its own.
    Raises DoesNotExist, NotYours or Refused; returns the Talk.
    """
    candidate = locked(user=by, code=code)
    if form_token and (again := Talk.objects.filter(form_token=form_token, candidate=candidate).first()):
        return again
    today = timezone.localdate(now)
    if not may_record_talk(by, candidate, today):
        raise NotYours
    if candidate.state != RoadState.ACTIVE:
        refuse("road_has_ended", "此人的进程已停止，不再记录谈话。")
    fact = TalkFact(held_on=held_on, topics=tuple(topics), follow_up_on=follow_up_on, born_on=candidate.person.birth_on)
    raised = tuple(ProblemFact(summary=row["summary"], due_on=row["due_on"]) for row in problems)
    if found := talk_objections(fact, raised, today=today):
        raise Refused(found)
    said = {
        "candidate": candidate,
        "talker": by.person,
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
    if again := _word_for_word(said, problems):
        return again
    talk = Talk.objects.create(
        **said,
        recorded_by=by,
        recorded_at=now,
        **({"form_token": form_token} if form_token else {}),
    )
    ledger.append(
        candidate=candidate,
        action="talk",
        summary=f"谈心谈话（{talk.get_way_display()}）",
        decided_on=held_on,
        actor=by,
        now=now,
        details={"talk": str(talk.code), "way": way, "problems": len(raised)},
    )
    for row in problems:
        create_problem(candidate=candidate, talk=talk, raised_on=held_on, by=by, now=now, **row)
    _owe_next(talk, candidate, by=by, now=now)
    if candidate.last_talk_on is None or held_on > candidate.last_talk_on:
        candidate.last_talk_on = held_on
        candidate._change_reason = "谈心谈话"
        # the version stays: a talk changes nothing on the road, and no open form becomes stale by it
        candidate.save()
    return talk


def _word_for_word(said, problems):
    """The standing talk that says just what ``said`` does and raised the same ``problems``, else None."""
    summaries = sorted(row["summary"] for row in problems)
    for talk in Talk.objects.standing().filter(**said).prefetch_related("problems"):
        if sorted(problem.summary for problem in talk.problems.all()) == summaries:
            return talk
    return None


def _owe_next(talk, candidate, *, by, now):
    """Settle what this talk fulfils for the talker, and open what comes next."""
    for due in Due.objects.open().filter(
        candidate=candidate, owed_by_person_id=talk.talker_id, kind__in=SETTLED_BY_A_TALK, opens_on__lte=talk.held_on
    ):
        settle_due(candidate=candidate, key=due.key, settled_on=talk.held_on, now=now)
    contact = (
        DesignatedContact.objects.open()
        .filter(candidate=candidate, leader_id=talk.talker_id)
        .select_related("candidate__unit", "leader")
        .first()
    )
    if contact:
        newest = (
            candidate.talks.standing()
            .filter(talker_id=talk.talker_id)
            .order_by("-held_on")
            .values_list("held_on", flat=True)[0]
        )
        if talk.held_on == newest and talk.held_on >= contact.starts_on:
            settle_due(candidate=candidate, key=due_key(contact), settled_on=talk.held_on, now=now)
        owe_talk(contact, last_talk_on=newest, now=now)
    if talk.follow_up_on:
        owe_follow_up(talk, candidate, by=by, now=now)


def follow_up_key(talk):
    """The key of the due for the day that the talker agreed on."""
    return f"talk-follow-up:{talk.talker_id}"


def owe_follow_up(talk, candidate, *, by, now):
    """Open or move the due for the day agreed on in ``talk``."""
    open_due(
        candidate=candidate,
        unit=candidate.unit,
        kind=FOLLOW_UP,
        key=follow_up_key(talk),
        title="按约定再次谈心",
        article="",
        opens_on=talk.held_on,
        due_on=talk.follow_up_on,
        owed_by=first_office(by),
        owed_by_person=talk.talker,
        now=now,
    )
