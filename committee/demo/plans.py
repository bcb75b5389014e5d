"""Annual plans of the demonstration: last year's closed, this year's in force, next year's at every point of the way."""

from datetime import date, datetime, time, timedelta

from django.utils import timezone

from committee.demo.institute import BRANCHES, HANDED_OVER, TOLD, VACANT
from recruitment import rules
from recruitment.actions import plan_reviews, plans
from recruitment.actions.plan_dues import close_past_plans
from recruitment.calendar import add_months
from recruitment.planning import PERSON_AIMS, Aim, Part, Period
from recruitment.queries.demonstration import people_on_the_road
from recruitment.queries.facts import calendar_in_force, facts_for
from recruitment.queries.planned import carried_out

STANDARD = "政治标准放在首位；副高级以上，承担院级以上任务；培养教育满一年，半年考察均合格，群众意见无实质性异议。"
GOALS = (
    "副高级以上党员占比提高 2 个百分点；重点关注人员均有党员联系；海外归国人员递交申请 1 人。",
    "每个研究团队至少有 1 名入党积极分子；青年人才计划入选者均谈心一次以上。",
    "野外台站骨干中递交申请 1 人；预备党员按期转正。",
)
LIMITS = "6 月底前接收一批，11 月底前接收一批；9 月底前确定入党积极分子。"
MOST_PEOPLE = 7
AMENDED = 3
# How far the plan of the year ahead has come, in the order of the branches; the last ones have sent nothing.
WAYS = (
    "remarks",
    "reported",
    "sent",
    "reviewed",
    "agreed",
    "answered",
    "reported",
    "returned",
    "draft",
    "sent",
    "none",
    "none",
)


class Plans:
    """Writes the plans of all branches; ``now`` is the instant of the loading, ``tick`` is called as it goes along."""

    def __init__(self, *, founding, rng, now, today, tick):
        self.crews, self.office = founding.crews, founding.office
        self.rng, self.now, self.today, self.tick = rng, now, today, tick

    def write(self):
        """Two years carried out or under way, then next year's on its way; the names of branches decide how far."""
        order = [
            TOLD,
            *(row.name for row in BRANCHES if row.name not in (TOLD, VACANT, HANDED_OVER)),
            HANDED_OVER,
            VACANT,
        ]
        for place, name in enumerate(order):
            crew = self.crews[name]
            for year in (self.today.year - 1, self.today.year):
                self._carried_out(crew, year)
            if place < AMENDED:
                self._amended(crew, self.today.year)
            self._on_its_way(crew, self.today.year + 1, WAYS[place])
            self.tick()
        close_past_plans(today=self.today, now=self.now)

    def _carried_out(self, crew, year):
        """A plan of numbers, reviewed in the November before its year; people were named as they matured."""
        begun_on = date(year - 1, 11, 10)
        self._draft(crew, year, begun_on, self._numbers_near(crew, year), ())
        self._sent(crew, year, begun_on + timedelta(days=3))
        self._agreed(crew, year, begun_on + timedelta(days=8))
        self._reviewed(crew, year, begun_on + timedelta(days=14))
        self._reported(crew, year, begun_on + timedelta(days=19))

    def _amended(self, crew, year):
        """In the course of the year people were named and the committee reviewed again."""
        people = self._people(crew, year)[:3]
        if not people:
            return
        plan_reviews.return_plan(reason="补列年内具备条件的人选。", **self._by_office(crew, year, self.today))
        for candidate, step, day in people:
            self._name(crew, year, candidate, step, day, self.today)
        self._sent(crew, year, self.today)
        self._agreed(crew, year, self.today)
        self._reviewed(crew, year, self.today)

    def _on_its_way(self, crew, year, way):
        if way == "none":
            return
        people = self._people(crew, year)[:MOST_PEOPLE]
        numbers = {aim: sum(step == aim for _, step, _ in people) + (aim == Aim.ACTIVISTS) for aim in Aim}
        numbers[Aim.APPLICATIONS] = self.rng.randint(1, 3)
        self._draft(crew, year, self._ago(10), numbers, people)
        if way == "draft":
            return
        self._sent(crew, year, self._ago(6))
        if way in ("remarks", "answered"):
            self._discuss(crew, year, answered=way == "answered")
        if way == "returned":
            plan_reviews.return_plan(
                reason="定时限请按季度写明，核对后再报。", **self._by_office(crew, year, self.today)
            )
        if way in ("agreed", "reviewed", "reported"):
            self._agreed(crew, year, self.today)
        if way in ("reviewed", "reported"):
            self._reviewed(crew, year, self.today)
        if way == "reported":
            self._reported(crew, year, self.today)

    # --- The single acts

    def _draft(self, crew, year, on, numbers, people):
        plans.draft_plan(
            standard=STANDARD, goal=self.rng.choice(GOALS), limits=LIMITS, studied_on=on, present=5, in_favour=5,
            applications=numbers[Aim.APPLICATIONS], activists=numbers[Aim.ACTIVISTS], targets=numbers[Aim.TARGETS],
            admissions=numbers[Aim.ADMISSIONS], conversions=numbers[Aim.CONVERSIONS], **self._by_branch(crew, year, on),
        )  # fmt: skip
        for candidate, step, day in people:
            self._name(crew, year, candidate, step, day, on)

    def _name(self, crew, year, candidate, step, day, on):
        at = self._by_branch(crew, year, on)
        plans.plan_person(code=candidate.code, step=step, month=day.month, period=Period.MONTH, **at)

    def _sent(self, crew, year, on):
        plans.submit_plan(**self._by_branch(crew, year, on))

    def _discuss(self, crew, year, *, answered):
        on = self._ago(3)
        remarks = [
            plans.write_remark(part=part, text=text, **self._by_office(crew, year, on))
            for part, text in (
                (Part.NUMBERS, "接收人数与本支部近三年均值差距较大，请说明成熟程度。"),
                (Part.LIMITS, "请写明每季度的安排，与院党委会议时间衔接。"),
            )
        ]
        text = "拟接收的同志已与本人所在研究室沟通，野外工作结束后办理。"
        plans.write_remark(part=Part.WHOLE, text=text, **self._by_branch(crew, year, on))
        for remark in remarks if answered else ():
            plans.answer_remark(
                remark=remark.pk,
                is_adopted=True,
                reply="已核对，时限作了调整。",
                **self._by_branch(crew, year, self.today),
            )

    def _agreed(self, crew, year, on):
        plan_reviews.agree_plan(**self._by_office(crew, year, on))

    def _reviewed(self, crew, year, on):
        plan_reviews.review_plan(reviewed_on=on, **self._by_office(crew, year, on))

    def _reported(self, crew, year, on):
        number = f"院党发〔{on.year}〕{20 + year % 10} 号"
        plan_reviews.report_plan(reported_on=on, report_number=number, **self._by_office(crew, year, on))

    def _by_branch(self, crew, year, on):
        return {"by": crew.recorder, "unit": crew.unit.code, "year": year, "now": self._at(on)}

    def _by_office(self, crew, year, on):
        return {"by": self.office.user, "unit": crew.unit.code, "year": year, "now": self._at(on)}

    def _ago(self, days):
        """A day not long ago, in this year: the plan of the next one is drafted in it."""
        return max(self.today - timedelta(days=days), date(self.today.year, 1, 1))

    def _at(self, on):
        """Towards the end of day ``on``: the acts of one day keep their order."""
        return min(timezone.make_aware(datetime.combine(on, time(16, 30))), self.now)

    # --- Whom and how many

    def _people(self, crew, year):
        """(candidate, step, day) of those whose next aim becomes lawful by ``year``, soonest first."""
        candidates = people_on_the_road(crew.unit)
        facts, calendar = facts_for(candidates), calendar_in_force()
        found = []
        for candidate in candidates:
            road = rules.road(facts[candidate.pk], today=self.today, calendar=calendar)
            ahead = next((step for step in sorted(PERSON_AIMS) if not candidate.has_done(step)), None)
            if ahead is None or candidate.last_step < 1:
                continue
            earliest_on = road.step(ahead).earliest_on
            if earliest_on is None or earliest_on.year > year:
                continue
            day = add_months(max(earliest_on, date(year, 1, 1), self.today), self.rng.randint(0, 2))
            if day.year == year:
                found.append((day, candidate.pk, candidate, ahead))
        return [(candidate, step, day) for day, _, candidate, step in sorted(found, key=lambda row: row[:2])]

    def _numbers_near(self, crew, year):
        """Numbers of which most were reached: what is recorded, sometimes with one more, and room for those under way."""
        done = carried_out([crew.unit.pk], [year])
        return {aim: done.get((crew.unit.pk, year, aim), 0) + self.rng.randint(0, 1) + 2 for aim in Aim}
