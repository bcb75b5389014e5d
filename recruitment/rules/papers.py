"""Which papers are lacking of the steps on record (Art. 36/37; notice R9)."""

from recruitment.rules.standing import Standing
from recruitment.steps import ARCHIVED_PAPERS, Paper, Step, step

CONVERTED, ARCHIVED = 24, 25


def first_lacking(standing: Standing) -> tuple[Step, tuple[Paper, ...]] | None:
    """The first step on record here whose papers are not all on file, with those it lacks; None when there is none.

    Steps done elsewhere left their papers elsewhere. Once the conversion is approved only what is archived matters.
    """
    held = standing.facts.papers
    if held is None or standing.has(CONVERTED):
        return None
    for number in sorted(standing.done):
        row = step(number)
        if lacking := tuple(paper for paper in row.papers if (number, paper.code) not in held):
            return row, lacking
    return None


def lacking_for_the_archive(standing: Standing) -> tuple[Paper, ...]:
    """Those of the five archived papers that are not on file while the file waits to be closed."""
    held = standing.facts.papers
    if held is None or not standing.has(CONVERTED) or standing.has(ARCHIVED):
        return ()
    codes = {code for _, code in held}
    return tuple(paper for paper in ARCHIVED_PAPERS if paper.code not in codes)
