"""The office's board: what was told to whom, what came back, who has not acted, what rests."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.core.paginator import Paginator
from django.db.models import Count, F, Max, Q

from branches.models import Posting
from branches.offices import Office
from branches.urgency import Urgency, urgency
from committee.models import DeliveryAlarm, Digest, DigestItem, DigestState, Snooze
from committee.models.digests import TOLD
from committee.queries.roll_call import open_dues, seats_for
from committee.rules.reminders import Tier
from recruitment.models import Due
from recruitment.scope import scope_of

DIGESTS_PER_PAGE = 40
LOOKING_BACK = timedelta(days=30)
MOST_LATE = 200
TROUBLE = (DigestState.FAILED, DigestState.UNCERTAIN)


@dataclass(frozen=True, slots=True)
class LateDue:
    """A late due: about whom, where, with whom it lies, how often they were reminded and when last."""

    due_id: int
    candidate_code: object
    name: str
    title: str
    article: str
    unit_name: str
    with_whom: str
    urgency: Urgency
    told_times: int
    told_on: date | None
    snooze: Snooze | None


def may_see_board(user):
    """The board is for those who look after branches from above."""
    return scope_of(user).holds(Office.PARTY_OFFICE, Office.COMMITTEE_SECRETARY)


def digests_within_reach(user):
    """Digests of people who hold a post, or are members, below the user's own posts."""
    paths = Q(pk__in=())
    for path in scope_of(user).paths:
        paths |= Q(unit__path__startswith=path)
    holders = Posting.objects.filter(paths).values("person_id")
    own = Q()
    for n, path in enumerate(scope_of(user).paths):
        one = Q(recipient__person__unit__path__startswith=path)
        own = one if n == 0 else own | one
    return Digest.objects.filter(Q(recipient__person__in=holders) | own).defer("body")


def digest_list(*, user, today, state="", number=1):
    """A page of the digests of the last month, newest first; ``state`` a DigestState, "trouble" or "bounced"."""
    digests = digests_within_reach(user).filter(local_date__gt=today - LOOKING_BACK).select_related("recipient__person")
    if state == "trouble":
        digests = digests.filter(Q(state__in=TROUBLE) | Q(bounced_at__isnull=False))
    elif state == "bounced":
        digests = digests.filter(bounced_at__isnull=False)
    elif state in DigestState.values:
        digests = digests.filter(state=state)
    return Paginator(digests.order_by("-local_date", "-pk"), DIGESTS_PER_PAGE).get_page(number)


def digest_counts(*, user, today):
    """{state: how many} of today's digests within reach, and how many of the last month are in trouble."""
    within = digests_within_reach(user)
    by_state = dict(within.filter(local_date=today).order_by().values_list("state").annotate(Count("pk")))
    trouble = within.filter(local_date__gt=today - LOOKING_BACK).filter(
        Q(state__in=TROUBLE) | Q(bounced_at__isnull=False)
    )
    return by_state, trouble.count()


def late_dues(*, user, today):
    """The late dues within reach, those reminded of most often first, and how many there are in all; a fixed number of queries."""
    visible = Due.objects.visible_to(user).overdue(today)
    total = visible.count()
    told = {
        due_id: (times, last)
        for due_id, times, last in DigestItem.objects.filter(
            due__in=visible.values("pk"), is_reminder=True, digest__state__in=TOLD
        )
        .order_by()
        .values_list("due_id")
        .annotate(Count("digest__local_date", distinct=True), Max("digest__local_date"))
    }
    chosen = sorted(
        visible.values_list("pk", "due_on"), key=lambda row: (-told.get(row[0], (0, None))[0], row[1], row[0])
    )[:MOST_LATE]
    ids = [pk for pk, _ in chosen]
    dues = {due.pk: due for due in open_dues(Q(pk__in=ids), today)}
    codes = dict(Due.objects.filter(pk__in=ids).values_list("pk", "candidate__code"))
    snoozes = {snooze.due_id: snooze for snooze in Snooze.objects.on(today).filter(due__in=ids)}
    seats = seats_for(dues.values(), today, {})
    found = []
    for pk in ids:
        if (due := dues.get(pk)) is None:
            continue
        owers = [seats.users[person].display_name for person in seats.told(Tier.OWES, due)]
        times, last = told.get(pk, (0, None))
        found.append(
            LateDue(
                due_id=pk,
                candidate_code=codes[pk] or "",
                name=due.candidate.name if due.candidate else due.unit_name,
                title=due.title,
                article=due.article,
                unit_name=due.unit_name,
                with_whom="、".join(owers) or "职务空缺",
                urgency=urgency(due.due_on, today),
                told_times=times,
                told_on=last,
                snooze=snoozes.get(pk),
            )
        )
    return found, total


def running_snoozes(*, user, today):
    """Pauses that hold today, within reach, the longest first."""
    return list(
        Snooze.objects.on(today)
        .visible_to(user)
        .select_related("due__candidate__person", "due__unit", "asked_by__person")
        .order_by(F("until_on").desc(), "pk")
    )


def latest_alarms(*, today):
    """The alarms of the last month."""
    return list(DeliveryAlarm.objects.filter(local_date__gt=today - LOOKING_BACK))
