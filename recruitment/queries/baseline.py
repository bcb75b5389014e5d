"""摸清底数: how many key scientists a branch has near it and how many of them are in the Party, from the roster (notice T3)."""

from dataclasses import dataclass

from branches.models import Person
from branches.offices import PoliticalStatus, TitleRank
from recruitment.queries.candidate_list import age_on

MEMBERS = (PoliticalStatus.FULL_MEMBER, PoliticalStatus.PROBATIONARY_MEMBER)
RANKS = ((TitleRank.SENIOR, "正高级"), (TitleRank.ASSOCIATE_SENIOR, "副高级"))
AGES = ((0, 35, "35 岁及以下"), (36, 45, "36–45 岁"), (46, 55, "46–55 岁"), (56, 200, "56 岁及以上"))


@dataclass(frozen=True, slots=True)
class BaselineRow:
    """Key scientists of one kind, and how many of them are members (probationary ones included)."""

    label: str
    total: int
    members: int

    @property
    def percent(self):
        """Share of members, 0-100."""
        return round(self.members / self.total * 100) if self.total else 0


def baseline_of(branch, today):
    """BaselineRows of ``branch``: all key scientists (副高级以上) on the roster, by rank, by age on ``today``; one query."""
    people = list(
        Person.objects.present()
        .filter(unit=branch, title_rank__gte=TitleRank.ASSOCIATE_SENIOR)
        .values_list("title_rank", "political_status", "birth_on")
    )
    rows = [_row("副高级以上", people)]
    rows += [_row(label, [it for it in people if it[0] == rank]) for rank, label in RANKS]
    for low, high, label in AGES:
        rows.append(_row(label, [it for it in people if it[2] and low <= age_on(it[2], today) <= high]))
    rows.append(_row("出生日期缺", [it for it in people if not it[2]]))
    return tuple(row for row in rows if row.total or row.label == "副高级以上")


def _row(label, people):
    return BaselineRow(label, len(people), sum(status in MEMBERS for _, status, _ in people))
