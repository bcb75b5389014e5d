"""How a verb says no: a refusal carries its reasons, a stale form is told that something changed meanwhile."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Objection:
    """One reason: code, Chinese sentence, the article it rests on, the form field it concerns, until when it holds."""

    code: str
    message: str
    article: str = ""
    field: str | None = None
    holds_until: date | None = None
    level: str = "blocked"


class Refused(Exception):
    """The act is not allowed; ``objections`` is never empty and each names code, sentence and article."""

    def __init__(self, objections):
        self.objections = tuple(objections)
        super().__init__("；".join(objection.message for objection in self.objections))


class Stale(Exception):
    """The form was opened before somebody else's act; nothing was written."""

    def __init__(self, version):
        self.version = version
        super().__init__("这份表单打开以后，记录有了变化。")


class NotYours(Exception):
    """The object is within reach, but this act belongs to another post."""


def refuse(code, message, *, article="", field=None):
    """Raise a refusal with one reason."""
    raise Refused([Objection(code=code, message=message, article=article, field=field)])
