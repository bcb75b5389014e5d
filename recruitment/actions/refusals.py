"""How a verb on a candidate says no; the exceptions are those of the whole house, the reasons those of the rules."""

from branches.actions.refusals import NotYours, Refused, Stale
from recruitment.rules import Objection

__all__ = ["NotYours", "Refused", "Stale", "refuse"]


def refuse(code, message, *, article="", field=None):
    """Raise a refusal with one reason that is not the rules' but this house's."""
    objection = Objection(code=code, message=message, article=article, holds_until=None, field=field, level="blocked")
    raise Refused([objection])
