"""What a verification can find, and how it is said."""

from dataclasses import dataclass
from datetime import datetime

CHANGED = "changed"
REMOVED = "removed"
INSERTED = "inserted"
REORDERED = "reordered"
TRUNCATED = "truncated"
EXCHANGED = "exchanged"
TEXT_CHANGED = "text_changed"
CHECKPOINT = "checkpoint"
SET_BACK = "set_back"
WALL = "wall"

NAMES = {
    CHANGED: "改动",
    REMOVED: "删除",
    INSERTED: "插入",
    REORDERED: "调换次序",
    TRUNCATED: "截去末尾",
    EXCHANGED: "换到他人名下",
    TEXT_CHANGED: "文字改动",
    CHECKPOINT: "检查点不符",
    SET_BACK: "数据库退回",
    WALL: "触发器缺失",
}


@dataclass(frozen=True, slots=True)
class Finding:
    """One kind of tampering in one place.

    ``subject`` is the code of the candidate whose chain it is and ``n`` the number in it, where known. ``intact_at``
    is the last instant at which this place is known to have been as it should: the tampering came after it.
    """

    kind: str
    detail: str
    subject: str = ""
    n: int | None = None
    intact_at: datetime | None = None

    @property
    def place(self):
        """Which entry, in words."""
        return f"{self.subject} 第 {self.n} 条" if self.n else self.subject
