"""Which papers can be attached where: those of the table of steps, and others."""

from recruitment.steps import ARCHIVED_PAPERS, STEPS

OTHER = "other"
OTHER_TITLE = "其他材料"
# The step of a paper that belongs to the person and to no step.
NO_STEP = 0
ARCHIVED = {paper.code: paper.title for paper in ARCHIVED_PAPERS}
_TITLES = {(step.number, paper.code): paper.title for step in STEPS for paper in step.papers}


def is_paper(step: int, code: str) -> bool:
    """True when a paper of that code can be attached to step ``step`` (0: to the person)."""
    return (step, code) in _TITLES or (code == OTHER and NO_STEP <= step <= len(STEPS))


def title_of(step: int, code: str) -> str:
    """What a paper is called."""
    return _TITLES.get((step, code), OTHER_TITLE)


def step_text(step: int) -> str:
    """A step as pages name it; "—" for what belongs to none."""
    return f"{step}　{STEPS[step - 1].name}" if step else "—"


def grouped() -> list[tuple[str, list[tuple[int, str, str]]]]:
    """All papers by step, each as (step, code, title); every step ends with "other", and the list with the person's own."""
    groups = [
        (
            f"第 {step.number} 步　{step.name}",
            [(step.number, paper.code, paper.title) for paper in step.papers] + [(step.number, OTHER, OTHER_TITLE)],
        )
        for step in STEPS
    ]
    return [*groups, ("不属于某一步骤", [(NO_STEP, OTHER, OTHER_TITLE)])]
