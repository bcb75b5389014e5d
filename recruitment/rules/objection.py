"""How the rules say no: one reason with its code, sentence, article and the day from which it no longer holds."""

from dataclasses import dataclass
from datetime import date

BLOCKED = "blocked"
LATE = "late"
UNCLEAR = "unclear"


@dataclass(frozen=True, slots=True)
class Objection:
    """One reason why a record may not be made as proposed.

    ``code`` is stable (rules.codes.CODES); ``message`` says in Chinese what, why and what to do; ``article`` what it
    rests on; ``holds_until`` the first day on which it no longer holds, None where no day mends it; ``field`` the form field.
    ``level``: "blocked" refuses, "late" asks for a reason why a limit was missed, "unclear" asks which rule set applies.
    ``voids`` is False where a record that is on file stands all the same (a detail or an earlier step is not on
    record), True where it cannot count.
    """

    code: str
    message: str
    article: str = ""
    holds_until: date | None = None
    field: str | None = None
    level: str = BLOCKED
    voids: bool = True


def gap(code: str, message: str, article: str = "", *, field: str | None = None) -> Objection:
    """Something is not on record: refused when proposed, a gap in what is already on file."""
    return Objection(code, message, article, None, field, BLOCKED, voids=False)


def late(code: str, message: str, article: str = "", *, field: str = "late_reason") -> Objection:
    """A limit was missed: allowed once the reason is given."""
    return Objection(code, message, article, None, field, LATE, voids=False)
