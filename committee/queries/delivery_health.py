"""Whether the day's digests went out: what was due, what was sent, what hangs."""

from collections import Counter
from dataclasses import dataclass

from django.db.models import Count, Max

from committee.models import DeliveryAlarm, Digest, DigestRun, DigestState, Pulse


@dataclass(frozen=True, slots=True)
class DayBalance:
    """The digests of one local day by state, and whether they were created at all."""

    was_created: bool
    was_skipped: bool
    due: int
    by_state: Counter

    @property
    def ended(self):
        """Sent, failed or no longer needed: somebody has seen to it or can see it."""
        return sum(self.by_state[state] for state in (DigestState.SENT, DigestState.FAILED, DigestState.SUPERSEDED))

    def complaint(self, *, expected):
        """What is wrong, in words; "" when nothing is. ``expected`` says that the day's digests should exist by now."""
        if not self.was_created and expected:
            return "今天的提醒邮件没有生成"
        if self.was_skipped:
            return "今天的提醒邮件因系统停机未发，事项由下一份提醒接着说"
        if self.ended != self.due:
            hanging = self.due - self.ended
            uncertain = self.by_state[DigestState.UNCERTAIN]
            words = f"今天应发 {self.due} 份，还有 {hanging} 份没有结果"
            return f"{words}，其中 {uncertain} 份是否送达不明" if uncertain else words
        return ""


def last_created_at(local_date):
    """When digests of ``local_date`` were created last; None when none were."""
    return DigestRun.objects.filter(local_date=local_date).aggregate(at=Max("created_at"))["at"]


def day_balance(local_date):
    """The balance of ``local_date``, in two queries."""
    runs = list(DigestRun.objects.filter(local_date=local_date).values_list("was_skipped", flat=True))
    states = Counter(
        dict(Digest.objects.filter(local_date=local_date).order_by().values_list("state").annotate(Count("pk")))
    )
    return DayBalance(bool(runs), bool(runs) and all(runs), sum(states.values()), states)


def last_beat(name):
    """When the background task ``name`` last came to its end, or None."""
    return Pulse.objects.filter(name=name).values_list("beat_at", flat=True).first()


def is_alarm_raised(local_date):
    """Whether the alarm of the day has gone off."""
    return DeliveryAlarm.objects.filter(local_date=local_date).exists()
