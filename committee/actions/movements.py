"""What HR reported becomes work, is dealt with, and is passed on to those who look after the person (notice R4).

HR's own request only writes the movement. A worker delivers it from here, so that HR's answer, and the time it takes,
is the same whether or not the person is on the road.
"""

from datetime import timedelta

from django.db import transaction
from django.db.models import Min
from django.urls import reverse
from django.utils import timezone

from branches.models import TalentMovement, Unit
from branches.offices import BRANCH_OFFICES, Office, UnitKind
from committee.actions.notices import tell_many
from committee.queries.movements import KIND, due_key, movements_within, without_declined
from recruitment.actions.dues import open_due, settle_due
from recruitment.actions.refusals import NotYours, refuse
from recruitment.actions.roads import locked
from recruitment.models import Candidate, DesignatedContact, Due, Mentorship
from recruitment.queries.scopes import scopes_of
from recruitment.scope import scope_of
from recruitment.stages import RoadState

OFFICE_KEY = "movements"
# No rule sets a day; this one is advised, and nothing is late after it.
DAYS = 14
BATCH = 500
ARTICLE = "通知"


@transaction.atomic
def deliver_movements(*, now):
    """Make work of what HR reported since the last time; called every minute, it finds nothing twice. Returns how many.

    Of a person on the road the branch's secretary owes a look; the office of each committee owes one for all that
    nobody has dealt with. People who said no make no work.
    """
    delivered = _deliver(now)
    _owe_offices(now)
    return delivered


@transaction.atomic
def acknowledge_movements(*, by, movements, now):
    """Note that the user's office has seen ``movements`` (keys), with who and when; returns how many waited for it.

    The party office settles them for itself, a branch what it owes about its own people; neither for the other. Those
    out of reach are left alone. Raises NotYours for readers who owe nothing.
    """
    scope = scope_of(by)
    if not (scope.holds(Office.PARTY_OFFICE, *BRANCH_OFFICES) or scope.granted_paths):
        raise NotYours
    ids = list(movements_within(by).filter(pk__in=movements).values_list("pk", flat=True))
    rows = TalentMovement.objects.select_for_update(of=("self",)).filter(pk__in=ids).order_by("pk")
    today, done = timezone.localdate(now), 0
    for movement in rows.select_related("person__unit"):
        mine = Candidate.objects.visible_to(by).filter(person=movement.person_id, state=RoadState.ACTIVE).first()
        done += _acknowledge(movement, mine, by=by, today=today, now=now)
    _owe_offices(now)
    return done


@transaction.atomic
def tell_contacts(*, by, movement, now):
    """Tell designated contacts and mentors with a login that somebody they look after has moved; returns how many.

    ``movement`` is its key. The notice names nobody: who it is stands behind its link. Refused: nobody to tell. Raises
    TalentMovement.DoesNotExist out of reach, Candidate.DoesNotExist for people who are not on the road within reach.
    """
    row = movements_within(by).get(pk=movement)
    code = (
        Candidate.objects.visible_to(by)
        .values_list("code", flat=True)
        .get(person=row.person_id, state=RoadState.ACTIVE)
    )
    candidate = locked(user=by, code=code)
    if not scope_of(by).offices_over(candidate.unit_path) & {Office.PARTY_OFFICE, *BRANCH_OFFICES}:
        raise NotYours
    users = _companions(candidate, timezone.localdate(now))
    if not users:
        refuse("nobody_to_tell", "此人还没有能登录的联系人或培养联系人，请先指定。")
    words = f"你联系的一位同志有新的人才动向：{row.get_kind_display()}。"
    path = reverse("candidate", args=[candidate.code])
    tell_many([(user.pk, f"movement:{row.pk}", words, path) for user in users], now=now)
    return len(users)


# --- Delivering


def _deliver(now):
    waiting = TalentMovement.objects.not_delivered().order_by("reported_at", "pk").values("pk")[:BATCH]
    rows = list(
        TalentMovement.objects.select_for_update(of=("self",))
        .filter(pk__in=list(waiting.values_list("pk", flat=True)), delivered_at__isnull=True)
        .order_by("pk")
    )
    if not rows:
        return 0
    # a no that comes meanwhile waits here, and then ends what is opened below; one that came first is not found
    on_the_road = {
        candidate.person_id: candidate
        for candidate in Candidate.objects.select_for_update(of=("self",))
        .filter(person__in={row.person_id for row in rows}, state=RoadState.ACTIVE)
        .select_related("unit")
        .order_by("pk")
    }
    today = timezone.localdate(now)
    for row in rows:
        if candidate := on_the_road.get(row.person_id):
            open_due(
                candidate=candidate,
                unit=candidate.unit,
                kind=KIND,
                key=due_key(row.pk),
                title=f"了解人才动向：{row.get_kind_display()}",
                article=ARTICLE,
                opens_on=today,
                due_on=today + timedelta(days=DAYS),
                owed_by=Office.SECRETARY,
                is_binding=False,
                now=now,
            )
    TalentMovement.objects.filter(pk__in=[row.pk for row in rows]).update(delivered_at=now)
    return len(rows)


def _owe_offices(now):
    """One due per committee for all that nobody has dealt with among its people; none where nothing is left."""
    owed = {}
    committees = list(Unit.objects.active().filter(kind=UnitKind.COMMITTEE).order_by("path"))
    rows = without_declined(TalentMovement.objects.not_dealt_with()).order_by()
    for path, oldest_at in rows.values_list("person__unit__path").annotate(Min("reported_at")):
        if unit := _committee_of(path or "", committees):
            owed[unit] = min(owed.get(unit, oldest_at), oldest_at)
    for due in Due.objects.open().filter(candidate=None, kind=KIND, key=OFFICE_KEY).select_related("unit"):
        oldest_at = owed.get(due.unit)
        if oldest_at is None:
            settle_due(key=OFFICE_KEY, unit=due.unit, settled_on=timezone.localdate(now), now=now)
        elif due.due_on == _last_day(oldest_at):
            del owed[due.unit]
    for unit, oldest_at in owed.items():
        open_due(
            candidate=None,
            unit=unit,
            kind=KIND,
            key=OFFICE_KEY,
            title="处理人事部门报送的人才动向",
            article=ARTICLE,
            opens_on=timezone.localdate(oldest_at),
            due_on=_last_day(oldest_at),
            owed_by=Office.PARTY_OFFICE,
            is_binding=False,
            now=now,
        )


def _last_day(reported_at):
    return timezone.localdate(reported_at) + timedelta(days=DAYS)


def _committee_of(path, committees):
    """The nearest committee at or above ``path``; the topmost for people without a branch."""
    above = [unit for unit in committees if path.startswith(unit.path)]
    return above[-1] if above else next(iter(committees), None)


# --- Dealing with them


def _acknowledge(movement, candidate, *, by, today, now):
    """True when the movement waited for one of the user's offices."""
    scope = scope_of(by)
    done = 0
    if _is_office_over(scope, movement, candidate) and movement.seen_at is None:
        movement.seen_by, movement.seen_at = by, now
        movement.save(update_fields=["seen_by", "seen_at"])
        done = 1
    if candidate is not None and scope.offices_over(candidate.unit_path) & set(BRANCH_OFFICES):
        done |= settle_due(candidate=candidate, key=due_key(movement.pk), settled_on=today, now=now)
    return done


def _is_office_over(scope, movement, candidate):
    paths = [candidate.unit_path] if candidate is not None else []
    paths += [movement.person.unit.path] if movement.person.unit_id else []
    if any(Office.PARTY_OFFICE in scope.offices_over(path) for path in paths):
        return True
    return movement.person.unit_id is None and scope.holds_at_the_top(Office.PARTY_OFFICE)


def _companions(candidate, today):
    """Logins of those who look after the candidate and may know so."""
    ties = [
        *DesignatedContact.objects.on(today).filter(candidate=candidate).select_related("leader__user"),
        *Mentorship.objects.on(today).filter(candidate=candidate).select_related("party_member__user"),
    ]
    people = [tie.leader if isinstance(tie, DesignatedContact) else tie.party_member for tie in ties]
    users = {person.user.pk: person.user for person in people if hasattr(person, "user") and person.user.is_active}
    scopes = scopes_of(users.values(), today)
    return [user for user in users.values() if scopes[user.pk].includes(candidate)]
