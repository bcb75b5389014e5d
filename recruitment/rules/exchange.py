"""The exchange about a key candidate of the year: what the office owes before and after each step (notice R7)."""

GUIDANCE, CONFIRMATION = "guidance", "confirmation"
ARTICLE = "通知 三（二）"
WITHIN_DAYS = 7


def key_of(kind: str, number: int) -> str:
    """The key of the due of one step; the step stands only here, so that the track does not show it as the step's own."""
    return f"{kind}:{number}"


def step_of(key: str) -> int:
    """The step that a key of the exchange is about."""
    return int(key.partition(":")[2])
