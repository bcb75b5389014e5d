"""How near a last day is, in one word for the style sheet and one phrase for the reader."""

from dataclasses import dataclass
from datetime import date

# The design's border between what is pressing and what is merely ahead.
SOON_DAYS = 7


@dataclass(frozen=True, slots=True)
class Urgency:
    """``level`` is overdue, soon, later or wait; ``text`` is what a reader sees, such as 逾期 78 天."""

    level: str
    text: str


def urgency(due_on: date | None, today: date, *, waiting: bool = False) -> Urgency:
    """How pressing an act is whose last day is ``due_on`` (that day included).

    ``waiting`` marks an act that is the superior committee's to do; once late it shows as late all the same.
    Without a last day the act waits.
    """
    if due_on is None:
        return Urgency("wait", "无法定期限")
    days = (due_on - today).days
    if days < 0:
        return Urgency("overdue", f"逾期 {-days} 天")
    if waiting:
        return Urgency("wait", f"党委剩余 {days} 天")
    if days > SOON_DAYS:
        return Urgency("later", f"还有 {days} 天")
    return Urgency("soon", f"还有 {days} 天" if days else "今天到期")
