"""Who they are: people on the road beside all key scientists outside the Party, by age, title, overseas and programme (notice G2)."""

from collections import Counter
from dataclasses import dataclass

from django.db.models import Case, Count, Exists, IntegerField, OuterRef, Q, Value, When

from branches.models import Person
from branches.offices import TitleRank
from committee.charts import Drawing, Share, composition
from recruitment.calendar import add_months
from recruitment.models import Candidate
from recruitment.scope import scope_of
from recruitment.stages import RoadState

# Oldest age of each band.
AGE_BANDS = ((35, "35 岁及以下"), (40, "36–40"), (45, "41–45"), (50, "46–50"), (None, "51 岁以上"))
UNKNOWN_AGE = "未登记"
MOST_TITLES = 5
MOST_PROGRAMMES = 3


@dataclass(frozen=True, slots=True)
class Composition:
    """One small picture."""

    title: str
    chart: Drawing


def people_outside_within(user):
    """People outside the Party whose branch the user's posts reach; the institute's office also sees those without one."""
    within = Q(pk__in=())
    for path in scope_of(user).paths:
        within |= Q(unit__path__startswith=path)
        if path.count("/") == 1:
            within |= Q(unit__isnull=True)
    return Person.objects.present().outside_the_party().filter(within)


def composition_counts(user, today):
    """{(age band, title, came back, programme): (on the road, all)} in one query; as many rows as there are kinds."""
    on_road = Candidate.objects.filter(person=OuterRef("pk"), state=RoadState.ACTIVE)
    rows = (
        people_outside_within(user)
        .filter(title_rank__gte=TitleRank.ASSOCIATE_SENIOR)
        .order_by()
        .annotate(
            band=_band(today),
            came_back=Case(When(overseas_experience="", then=Value(0)), default=Value(1), output_field=IntegerField()),
            on_road=Exists(on_road),
        )
        .values_list("band", "title", "came_back", "talent_programme", "on_road")
        .annotate(people=Count("pk"))
    )
    return list(rows)


def _band(today):
    """The age band as its place in AGE_BANDS; one more for people without a birth date."""
    whens = [When(birth_on__isnull=True, then=Value(len(AGE_BANDS)))]
    for i, (oldest, _) in enumerate(AGE_BANDS[:-1]):
        whens.append(When(birth_on__gt=add_months(today, -12 * (oldest + 1)), then=Value(i)))
    return Case(*whens, default=Value(len(AGE_BANDS) - 1), output_field=IntegerField())


def compositions_of(rows) -> tuple[Composition, ...]:
    """The four pictures; rare titles and programmes are put together."""
    labels = [label for _, label in AGE_BANDS] + [UNKNOWN_AGE]
    ages = _shares(rows, lambda row: labels[row[0]], order=labels)
    titles = _shares(rows, lambda row: row[1] or "未登记", most=MOST_TITLES)
    overseas = _shares(rows, lambda row: "海外归国" if row[2] else "国内培养", order=["海外归国", "国内培养"])
    programmes = _shares(rows, lambda row: row[3] or "未入选", most=MOST_PROGRAMMES, last="未入选")
    return (
        Composition("年龄", composition("年龄", ages, name="ages")),
        Composition("职称", composition("职称", titles, name="titles")),
        Composition("海外经历", composition("海外经历", overseas, name="overseas")),
        Composition("人才计划", composition("人才计划", programmes, name="programmes")),
    )


def total_of(rows):
    """All key scientists outside the Party, and how many of them are on the road."""
    return sum(row[-1] for row in rows), sum(row[-1] for row in rows if row[4])


def _shares(rows, label_of, *, order=None, most=None, last=None):
    totals, on_road = Counter(), Counter()
    for row in rows:
        totals[label_of(row)] += row[-1]
        on_road[label_of(row)] += row[-1] if row[4] else 0
    labels = [label for label in order or () if label in totals]
    if order is None:
        ranked = [label for label, _ in totals.most_common() if label != last]
        labels = ranked[:most]
        for label in ranked[most:]:
            totals["其他"] += totals[label]
            on_road["其他"] += on_road[label]
        labels += [label for label in ("其他", last) if label and totals[label] and label not in labels]
    return [Share(label, on_road[label], totals[label]) for label in labels]
