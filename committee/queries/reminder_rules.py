"""The reminder rules as the office edits and tries them out."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Max

from branches.models import Unit
from branches.offices import Office
from committee.models import ReminderRule
from committee.queries.roll_call import AboutCandidate, OpenDue, policies_in_force, seats_for
from committee.rules.reminder_kinds import EVERYTHING_ELSE, OTHER_KINDS, words_of
from committee.rules.reminders import TIER_WORDS, Policy, Term, Tier, course, policy_for
from recruitment.models import Due
from recruitment.queries.facts import calendar_in_force
from recruitment.stages import DueKind

LATEST_CHANGES = 30


@dataclass(frozen=True, slots=True)
class RuleRow:
    """The rule that holds for one kind; ``is_own`` when the office has set it."""

    kind: str
    words: str
    policy: Policy
    is_own: bool


def kinds():
    """{kind: words}: the road's, those of other verbs, and what else is owed at the moment; "" for everything else."""
    found = {kind.value: kind.label for kind in DueKind} | dict(OTHER_KINDS)
    unknown = Due.objects.open().exclude(kind__in=found).order_by().values_list("kind").annotate(Max("title"))
    found |= {kind: words_of(kind, title) for kind, title in unknown}
    return {EVERYTHING_ELSE: words_of(EVERYTHING_ELSE)} | found


def rule_rows():
    """All kinds with their rules, and the latest changes of any of them, newest first."""
    policies = policies_in_force()
    rows = [RuleRow(kind, words, policy_for(kind, policies), kind in policies) for kind, words in kinds().items()]
    changes = list(ReminderRule.history.select_related("history_user__person")[:LATEST_CHANGES])
    return rows, [(change, words_of(change.kind)) for change in changes]


def rule_of(*, kind):
    """The row of one kind; KeyError for a kind that nothing is called."""
    policies = policies_in_force()
    return RuleRow(kind, kinds()[kind], policy_for(kind, policies), kind in policies)


@dataclass(frozen=True, slots=True)
class CourseLine:
    """One day of a due's course: when, T plus or minus how many days, and who is told."""

    on: date
    offset: int
    told: tuple[str, ...]

    @property
    def when(self):
        return "T" if not self.offset else f"T{self.offset:+d}".replace("-", "−")


def course_of(*, kind, due_on, opens_on, unit_id, policy=None):
    """How a due of ``kind`` that stays open is told of, with those who sit in the unit's posts on each day.

    ``policy`` tries a rule out that is not in force.
    """
    policies = policies_in_force()
    policy = policy or policy_for(kind, policies)
    unit = Unit.objects.get(pk=unit_id)
    due = OpenDue(
        0, kind, "", "", opens_on, due_on, _owed_by(kind), None, unit.pk, unit.path, unit.short_name, True,
        AboutCandidate(0, 0, "active", unit.path, ""),
    )  # fmt: skip
    lines = []
    for call in course(policy, Term(opens_on, due_on), calendar_in_force()):
        seats = seats_for([due], call.on, {kind: policy})
        told = []
        for tier in call.tiers:
            people = [seats.users[person].display_name for person in dict.fromkeys(seats.told(tier, due))]
            if tier is Tier.MENTOR:
                people = ["本人的培养联系人"]
            told.append(f"{TIER_WORDS[tier]}：{'、'.join(people) or '空缺'}")
        lines.append(CourseLine(call.on, call.offset, tuple(told)))
    return lines


def _owed_by(kind):
    """The post that usually owes this kind, as the dues on file say; the secretary where there are none yet."""
    return Due.objects.filter(kind=kind).order_by("-pk").values_list("owed_by", flat=True).first() or Office.SECRETARY


def branches_to_try():
    """Units a due can be tried out for."""
    return Unit.objects.active().branches()
