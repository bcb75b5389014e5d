"""How long dues took to be settled, by branch and by act, for the office's pictures."""

from collections import Counter, defaultdict
from datetime import timedelta

from django.db.models import Count, DurationField, ExpressionWrapper, F

from committee.rules.reminder_kinds import words_of
from committee.rules.settling_chart import settled, settling_bars
from recruitment.models import Due

LOOKING_BACK = timedelta(days=365)
MOST_ROWS = 14


def settling_pictures(*, user, today):
    """(by branch, by act) as Drawings of what was settled in the last year within reach; None each when nothing was. One query."""
    rows = (
        Due.objects.visible_to(user)
        .filter(was_done=True, settled_on__gt=today - LOOKING_BACK, settled_on__lte=today)
        .annotate(took=ExpressionWrapper(F("settled_on") - F("due_on"), output_field=DurationField()))
        .order_by()
        .values_list("unit__short_name", "kind", "took")
        .annotate(Count("pk"))
    )
    by_unit, by_kind = defaultdict(Counter), defaultdict(Counter)
    for unit, kind, took, count in rows:
        by_unit[unit][took.days] += count
        by_kind[words_of(kind)][took.days] += count
    return _picture(by_unit, "settled-by-branch"), _picture(by_kind, "settled-by-act")


def _picture(groups, name):
    rows = sorted((settled(label, days) for label, days in groups.items()), key=lambda row: (-row.count, row.label))
    # by number of dues, which says how much a figure weighs; no ranking by lateness
    return settling_bars(rows[:MOST_ROWS], name=name) if rows else None
