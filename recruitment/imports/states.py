"""What can become of an import, and of each of its rows."""

from django.db.models import TextChoices


class BatchState(TextChoices):
    """The four moves of an import, and how it can end."""

    UPLOADED = "uploaded", "待确认列"
    CHECKED = "checked", "待确认写入"
    CONFIRMED = "confirmed", "等待写入"
    WRITING = "writing", "正在写入"
    DONE = "done", "已写入"
    UNDO_CONFIRMED = "undo_confirmed", "等待撤销"
    UNDONE = "undone", "已撤销"
    CANCELLED = "cancelled", "已取消"
    FAILED = "failed", "未写入"


# While a worker has it, or will have it within seconds.
UNDER_WAY = (BatchState.CONFIRMED, BatchState.WRITING, BatchState.UNDO_CONFIRMED)
OPEN = (BatchState.UPLOADED, BatchState.CHECKED)


class Outcome(TextChoices):
    """What one row would do."""

    NEW = "new", "新增"
    CHANGE = "change", "补充"
    SAME = "same", "相同"
    ASK = "ask", "请确认"
    ERROR = "error", "须更正"


WRITES = (Outcome.NEW, Outcome.CHANGE)


class Choice(TextChoices):
    """How a user answers a doubtful row."""

    SAME_PERSON = "same_person", "是同一人"
    SOMEBODY_ELSE = "somebody_else", "是另一人"
    SKIP = "skip", "不导入这一行"
