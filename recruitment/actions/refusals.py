"""How a verb says no: a refusal carries its reasons, a stale form is told what changed meanwhile."""

from recruitment.rules import Objection


class Refused(Exception):
    """The rules object; ``objections`` is never empty and every one names code, sentence and article."""

    def __init__(self, objections):
        self.objections = tuple(objections)
        super().__init__("；".join(objection.message for objection in self.objections))


class Stale(Exception):
    """The form was opened before somebody else's act; nothing was written."""

    def __init__(self, version):
        self.version = version
        super().__init__("这份表单打开以后，此人的记录有了变化。")


class NotYours(Exception):
    """The person is within reach, but this act belongs to another tier."""


def refuse(code, message, *, article="", field=None):
    """Raise a refusal with one reason that is not the rules' but this house's."""
    raise Refused([Objection(code=code, message=message, article=article, holds_until=None, field=field, level="blocked")])
