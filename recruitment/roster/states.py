"""What can become of a roster that HR sends in, and of each of its rows."""

from django.db.models import TextChoices


class RosterState(TextChoices):
    """The moves of a roster's import."""

    UPLOADED = "uploaded", "待确认列"
    CHECKED = "checked", "待确认更新"
    DONE = "done", "已更新"
    CANCELLED = "cancelled", "已取消"


OPEN = (RosterState.UPLOADED, RosterState.CHECKED)


class Outcome(TextChoices):
    """What one row would do."""

    NEW = "new", "新增"
    CHANGE = "change", "变更"
    SAME = "same", "相同"
    ASK = "ask", "请确认"
    ERROR = "error", "须更正"


WRITES = (Outcome.NEW, Outcome.CHANGE)


class Answer(TextChoices):
    """How HR answers when a staff number stands on the roster with another name."""

    SAME_PERSON = "same_person", "是本人，改名"
    SKIP = "skip", "不更新这一行"


NEW_DEPARTMENT = "new"
