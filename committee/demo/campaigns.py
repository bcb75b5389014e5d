"""This year's campaign of the demonstration: most branches have passed the notice on, some plans are late, the rest is ahead."""

from dataclasses import replace
from datetime import timedelta

from committee.actions.campaigns import open_campaign
from committee.actions.completions import record_completion
from committee.demo.institute import COMMITTEE
from committee.rules.campaigns import NOTICE, NOTICE_BASIS, NOTICE_TITLE, Account
from recruitment.queries.limits import committees_of

BEGAN_DAYS_AGO = 36
# Days from today to the last day of each milestone, how many branches of twelve have reported it, how many of them late.
COURSE = ((-22, 11, 1), (-4, 7, 0), (8, 2, 0), (34, 0, 0))
PLACES = ("院会议室", "支部活动室", "实验楼二层会议室", "线上")
SUMMARIES = (
    (
        "支部党员大会传达通知全文，组织讨论。支委会议定由组织委员梳理人员名单。",
        "结合主题党日学习通知，书记领学，三名党员发言。",
    ),
    ("支委会讨论通过本支部工作计划，明确联系人和时间，已报党办。", "工作计划列入支部年度要点，经支部大会通过后上报。"),
    ("已核对人员名册，逐人了解意愿，提出定标准、定目标、定人数、定时限的意见。",),
)


def run_campaign(*, crews, office, rng, now, today):
    """Open the notice's four milestones around ``today`` and have branches report them; ``crews`` are those of the founding."""
    begins_on = today - timedelta(days=BEGAN_DAYS_AGO)
    drafts = [
        replace(draft, month=0, ten_days="", day=today + timedelta(days=days))
        for draft, (days, _, _) in zip(NOTICE, COURSE, strict=True)
    ]
    unit = committees_of(office.user).get(name=COMMITTEE)
    campaign = open_campaign(
        by=office.user, unit=unit, title=NOTICE_TITLE, year=begins_on.year, basis=NOTICE_BASIS, begins_on=begins_on,
        drafts=drafts, now=now,
    )  # fmt: skip
    branches = list(crews.values())
    for milestone, (_, reported, late), words in zip(campaign.milestones.all(), COURSE, (*SUMMARIES, ()), strict=True):
        for number, crew in enumerate(branches[:reported]):
            is_late = number >= reported - late
            done_on = milestone.due_on + timedelta(days=rng.randint(2, 6) if is_late else -rng.randint(1, 9))
            eligible = rng.randint(12, 40)
            record_completion(
                by=crew.recorder, code=milestone.code, unit_code=crew.unit.code, now=now,
                account=Account(
                    done_on=min(done_on, today), summary=rng.choice(words), place=rng.choice(PLACES),
                    eligible=eligible, present=eligible - rng.randint(0, 4),
                    late_reason="支部书记出差，会议推迟" if is_late else "",
                ),
            )  # fmt: skip
