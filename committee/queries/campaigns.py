"""专项工作: campaigns within reach, who has done what, what one's own units owe (notice T1–T4)."""

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import date

from django.urls import reverse

from branches.models import Unit
from branches.offices import BRANCH_OFFICES, Office, UnitKind
from committee.campaigning import Audience
from committee.models import Campaign, CampaignMilestone, Completion
from committee.models.campaigns import paths_read_by
from committee.rules.campaigns import Place, place_of
from recruitment.models import Due
from recruitment.scope import scope_of

KIND = "campaign"
KIND_OF = {Audience.BRANCHES: UnitKind.BRANCH, Audience.COMMITTEES: UnitKind.COMMITTEE}
OWED_BY = {Audience.BRANCHES: Office.SECRETARY, Audience.COMMITTEES: Office.PARTY_OFFICE}
MOST_CAMPAIGNS = 40


def due_key(milestone):
    """The key of what a unit owes for a milestone."""
    return f"{KIND}:{milestone.pk}"


def due_title(campaign, milestone):
    """What a to-do list says."""
    return f"{milestone.title}（{campaign.title}）"[:120]


def is_concerned(unit, campaign, audience):
    """True when a milestone of ``audience`` is asked of the active ``unit``."""
    return unit.is_active and unit.kind == KIND_OF[audience] and unit.path.startswith(campaign.unit.path)


def units_concerned(campaign, audience):
    """The same as a query."""
    return Unit.objects.active().filter(kind=KIND_OF[audience], path__startswith=campaign.unit.path)


def reads_campaigns(user):
    """True for those who look after units, and committee members."""
    return bool(paths_read_by(user))


def may_lead(user, campaign):
    """True for the office of the campaign's committee, or of one above it."""
    return Office.PARTY_OFFICE in scope_of(user).offices_over(campaign.unit.path)


def may_report(user, milestone, unit):
    """True for whoever owes the milestone in the unit, and for the office above, which may report for a branch."""
    offices = scope_of(user).offices_over(unit.path)
    acting = {Office.PARTY_OFFICE} | (set(BRANCH_OFFICES) if milestone.audience == Audience.BRANCHES else set())
    return bool(acting & offices)


# --- The list


@dataclass(frozen=True, slots=True)
class CampaignRow:
    """One campaign: how many reports of the units within reach are in, and how many are late."""

    code: object
    title: str
    year: int
    basis: str
    unit_name: str
    begins_on: date
    ended_text: str
    done: int
    asked: int
    late: int


@dataclass(frozen=True, slots=True)
class Owed:
    """What one of the user's own units has to report, or has reported."""

    campaign: str
    title: str
    task: str
    term: str
    unit_name: str
    place: Place
    url: str
    action: str


def campaign_list(*, user, today):
    """(campaigns within reach, what the user's own units owe in the running ones); a fixed number of queries."""
    campaigns = list(Campaign.objects.visible_to(user).select_related("unit")[:MOST_CAMPAIGNS])
    sheet = _Sheet(user, campaigns, today)
    return [sheet.row(campaign) for campaign in campaigns], sheet.owed()


class _Sheet:
    """Milestones, units and reports of some campaigns, read once: four queries."""

    def __init__(self, user, campaigns, today):
        self.user, self.today = user, today
        self.campaigns = {campaign.pk: campaign for campaign in campaigns}
        self.milestones = defaultdict(list)
        for milestone in CampaignMilestone.objects.standing().filter(campaign__in=campaigns):
            milestone.campaign = self.campaigns[milestone.campaign_id]
            self.milestones[milestone.campaign_id].append(milestone)
        asked = [milestone.pk for rows in self.milestones.values() for milestone in rows]
        standing = Completion.objects.visible_to(user).standing().filter(milestone__in=asked)
        self.done = {
            (row.milestone_id, row.unit_id): row for row in standing.only("code", "milestone", "unit", "done_on")
        }
        reporting = {unit_id for _, unit_id in self.done}
        within = Unit.objects.under(paths_read_by(user)).filter(kind__in=KIND_OF.values())
        self.units = [unit for unit in within if unit.is_active or unit.pk in reporting]

    def concerned(self, milestone):
        """The units within reach of whom it is asked, and closed ones that reported."""
        return [
            unit
            for unit in self.units
            if is_concerned(unit, milestone.campaign, milestone.audience) or (milestone.pk, unit.pk) in self.done
        ]

    def place(self, milestone, unit):
        """How a unit stands with a milestone."""
        row = self.done.get((milestone.pk, unit.pk))
        return place_of(
            due_on=milestone.due_on,
            opens_on=milestone.opens_on,
            done_on=row.done_on if row else None,
            ended_on=milestone.campaign.ended_on,
            today=self.today,
        )

    def places(self, milestone):
        """Those of all units within reach."""
        return [self.place(milestone, unit) for unit in self.concerned(milestone)]

    def row(self, campaign):
        """One line of the list."""
        places = [place for milestone in self.milestones[campaign.pk] for place in self.places(milestone)]
        return CampaignRow(
            code=campaign.code,
            title=campaign.title,
            year=campaign.year,
            basis=campaign.basis,
            unit_name=campaign.unit.short_name,
            begins_on=campaign.begins_on,
            ended_text=ended_text(campaign),
            done=sum(place.is_done for place in places),
            asked=len(places),
            late=sum(place.is_late and not place.is_done for place in places),
        )

    def owed(self):
        """What the units that the user acts for owe: what is open first, the nearest day on top."""
        running = [
            row for rows in self.milestones.values() for row in rows if row.campaign.ended_on is None
        ]
        found = [
            (milestone, unit, self.place(milestone, unit))
            for milestone in running
            for unit in self.concerned(milestone)
            if unit.is_active and owes(self.user, milestone, unit)
        ]
        found.sort(key=lambda row: (row[2].is_done, row[0].due_on, row[0].pk, row[1].path))
        return [
            Owed(
                campaign=milestone.campaign.title,
                title=milestone.title,
                task=milestone.task,
                term=milestone.term,
                unit_name=unit.short_name,
                place=place,
                url=self.url(milestone, unit),
                action="查看" if place.is_done else "填报",
            )
            for milestone, unit, place in found
        ]

    def url(self, milestone, unit):
        """To the report, or to its form for those who may write it."""
        if row := self.done.get((milestone.pk, unit.pk)):
            return reverse("completion", args=[row.code])
        if milestone.campaign.ended_on is None and unit.is_active and may_report(self.user, milestone, unit):
            return reverse("completion-record", args=[milestone.code, unit.code])
        return ""


def owes(user, milestone, unit):
    """True when the milestone is the user's own to report: by a post in the unit or a grant over it."""
    scope = scope_of(user)
    if milestone.audience == Audience.COMMITTEES:
        return any(post.office == Office.PARTY_OFFICE and post.unit_id == unit.pk for post in scope.posts)
    return bool(set(BRANCH_OFFICES) & scope.offices_over(unit.path))


def ended_text(campaign):
    """How a campaign came to its end, "" while it runs."""
    if campaign.ended_on is None:
        return ""
    return f"{campaign.ended_on:%Y-%m-%d} {'撤销' if campaign.was_withdrawn else '结束'}"


# --- One campaign


@dataclass(frozen=True, slots=True)
class Column:
    """One milestone above the matrix."""

    code: object
    title: str
    task: str
    term: str
    audience: str
    done: int
    asked: int
    late: int
    late_due_ids: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Cell:
    """How one unit stands with one milestone; ``place`` None where it is not asked of it."""

    place: Place | None
    url: str = ""
    label: str = ""


@dataclass(frozen=True, slots=True)
class MatrixRow:
    """One unit."""

    name: str
    full_name: str
    is_closed: bool
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class CampaignPage:
    """Everything the page of one campaign shows."""

    campaign: Campaign
    ended_text: str
    columns: tuple[Column, ...]
    rows: tuple[MatrixRow, ...]
    hidden: int
    late: int
    may_lead: bool


def campaign_page(*, user, code, today, only_open=False):
    """Units within reach by milestones; ``only_open`` leaves out units that have reported everything.

    Raises Campaign.DoesNotExist for strangers. A fixed number of queries.
    """
    campaign = Campaign.objects.visible_to(user).select_related("unit", "opened_by__person").get(code=code)
    sheet = _Sheet(user, [campaign], today)
    milestones = sheet.milestones[campaign.pk]
    leads = may_lead(user, campaign)
    dues = defaultdict(list)
    if leads and campaign.ended_on is None:
        keys = [due_key(milestone) for milestone in milestones]
        late = Due.objects.visible_to(user).overdue(today).filter(candidate=None, kind=KIND, key__in=keys)
        for key, pk in late.values_list("key", "pk"):
            dues[key].append(pk)
    rows = [_matrix_row(sheet, milestones, unit) for unit in sheet.units]
    rows = [row for row in rows if any(cell.place for cell in row.cells)]
    shown = [row for row in rows if not only_open or any(cell.place and not cell.place.is_done for cell in row.cells)]
    columns = tuple(_column(sheet, milestone, dues) for milestone in milestones)
    return CampaignPage(
        campaign=campaign,
        ended_text=ended_text(campaign),
        columns=columns,
        rows=tuple(shown),
        hidden=len(rows) - len(shown),
        late=sum(column.late for column in columns),
        may_lead=leads and campaign.ended_on is None,
    )


def _column(sheet, milestone, dues):
    counts = Counter()
    for place in sheet.places(milestone):
        counts["asked"] += 1
        counts["done"] += place.is_done
        counts["late"] += place.is_late and not place.is_done
    return Column(
        code=milestone.code,
        title=milestone.title,
        task=milestone.task,
        term=milestone.term,
        audience=milestone.get_audience_display(),
        done=counts["done"],
        asked=counts["asked"],
        late=counts["late"],
        late_due_ids=tuple(sorted(dues[due_key(milestone)])),
    )


def _matrix_row(sheet, milestones, unit):
    cells = []
    for milestone in milestones:
        if is_concerned(unit, milestone.campaign, milestone.audience) or (milestone.pk, unit.pk) in sheet.done:
            label = f"{unit.short_name} {milestone.title}"
            cells.append(Cell(sheet.place(milestone, unit), sheet.url(milestone, unit), label))
        else:
            cells.append(Cell(None))
    return MatrixRow(unit.short_name, unit.name, not unit.is_active, tuple(cells))


# --- Forms and single records


def campaign_to_lead(*, user, code):
    """A campaign within reach, for its office; raises Campaign.DoesNotExist for strangers. ``may_lead`` says whose it is."""
    campaign = Campaign.objects.visible_to(user).select_related("unit").get(code=code)
    campaign.may_lead = may_lead(user, campaign)
    return campaign


def milestone_to_change(*, user, code):
    """A standing milestone within reach with its campaign; raises CampaignMilestone.DoesNotExist for strangers."""
    milestone = CampaignMilestone.objects.visible_to(user).standing().select_related("campaign__unit").get(code=code)
    milestone.may_lead = may_lead(user, milestone.campaign)
    return milestone


def milestone_and_unit(*, user, code, unit_code):
    """(the milestone, the unit of whom it is asked), both within reach; DoesNotExist for strangers and other units."""
    milestone = CampaignMilestone.objects.visible_to(user).select_related("campaign__unit").get(code=code)
    unit = units_concerned(milestone.campaign, milestone.audience).under(paths_read_by(user)).get(code=unit_code)
    return milestone, unit


def standing_completion(milestone, unit):
    """The record that stands for a unit, or None."""
    return Completion.objects.standing().filter(milestone=milestone, unit=unit).first()


def completion_page(*, user, code):
    """A record with those it replaced and whether the user may correct it; Completion.DoesNotExist for strangers."""
    completion = (
        Completion.objects.visible_to(user)
        .select_related("milestone__campaign__unit", "unit", "recorded_by__person", "superseded_by__person")
        .get(code=code)
    )
    milestone = completion.milestone
    others = (
        Completion.objects.filter(milestone=milestone, unit=completion.unit)
        .exclude(pk=completion.pk)
        .select_related("recorded_by__person", "superseded_by__person")
    )
    runs = milestone.campaign.ended_on is None and milestone.withdrawn_at is None and completion.unit.is_active
    return {
        "completion": completion,
        "milestone": milestone,
        "campaign": milestone.campaign,
        "others": list(others),
        "is_late": completion.done_on > milestone.due_on,
        "may_correct": runs and completion.superseded_at is None and may_report(user, milestone, completion.unit),
    }


def where_a_due_is_settled(*, user, due_id):
    """(code of the milestone, code of the unit) of a due; raises Due.DoesNotExist or CampaignMilestone.DoesNotExist."""
    due = Due.objects.visible_to(user).select_related("unit").get(pk=due_id, kind=KIND)
    return CampaignMilestone.objects.visible_to(user).get(pk=due.key.partition(":")[2]).code, due.unit.code
