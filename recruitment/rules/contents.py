"""What a record itself must say, step by step: who decided and how, votes, publicity, training, papers."""

from datetime import date, timedelta

from branches.offices import UnitKind
from recruitment.calendar import Calendar, add_months, publicity
from recruitment.facts import StepFact
from recruitment.rules.limits import basis, is_switched_on, strictest, workdays_needed
from recruitment.rules.objection import UNCLEAR, Objection, gap
from recruitment.rules.persons import mentor_objections, recommender_objections, talker_objections
from recruitment.rules.standing import Standing
from recruitment.rules.votes import vote_objections
from recruitment.rulesets import RULE_SETS, YEAR_2026, cite, rule_set_on
from recruitment.stages import Body, Conclusion
from recruitment.steps import ARCHIVED_PAPERS, step

# A review or an examination without a stated result is none.
_MUST_CONCLUDE = frozenset((10, 13))
_NO = frozenset((Conclusion.FAILED, Conclusion.REFUSED, Conclusion.UNQUALIFIED))
# Meetings in which every member has a vote; for others votes are judged where they are given.
_MUST_VOTE = frozenset((15, 17, 23, 24))
_WRITTEN_POSSIBLE = frozenset((15, 23))
_APPROVING = frozenset((13, 17, 24))
_UNIT_WORDS = {
    UnitKind.GENERAL_BRANCH: "党总支不能审批，只能审议",
    UnitKind.LEADING_GROUP: "党组不能审批预备党员",
    UnitKind.TEMPORARY: "临时党组织不能审批预备党员",
    UnitKind.BRANCH: "党支部不能审批",
    UnitKind.GROUP: "党小组不能审批",
}
# Steps for which the two rule sets ask for different things, with both readings.
READINGS = {
    8: ("报上级党委备案后列为发展对象", "报上级党委同意，并公示不少于五个工作日后列为发展对象"),
    13: ("未规定预审合格后召开支部大会的期限", "预审合格后一个月内召开支部党员大会"),
    15: ("会前书面意见计入票数", "会前书面意见是否计票待核，暂不计入"),
    17: ("未规定宣誓期限", "一般在批准后一个月内宣誓（待核）"),
    23: ("会前书面意见计入票数", "会前书面意见是否计票待核，暂不计入"),
}


def outcome_of(fact: StepFact) -> str:
    """How the record ends: its conclusion, or the ordinary one where none is stated and the step does not insist on it."""
    allowed = step(fact.step).conclusions
    if fact.conclusion in allowed:
        return fact.conclusion
    if fact.conclusion not in ("", Conclusion.DONE) or fact.step in _MUST_CONCLUDE:
        return ""
    return allowed[0]


def is_no(outcome: str) -> bool:
    """True for a record that ends the step with a no: it is on file, but nothing follows from it."""
    return outcome in _NO


def content_objections(
    standing: Standing, fact: StepFact, outcome: str, rule_set: str, calendar: Calendar
) -> list[Objection]:
    """What is missing or wrong in the record itself; empty when nothing is."""
    row = step(fact.step)
    article = cite(row.articles(rule_set), rule_set)
    found = _rule_set(fact, article)
    if fact.body and fact.body not in row.bodies:
        allowed = "、".join(body.label for body in row.bodies)
        given = Body(fact.body).label if fact.body in Body.values else fact.body
        message = f"“{row.name}”由{allowed}办理，填写的是{given}。请核对。"
        found.append(Objection("wrong_body", message, article, field="body"))
    found += _conclusion(fact, outcome, rule_set, article)
    found += _votes(standing, fact, outcome, rule_set, article)
    if fact.step in _APPROVING:
        found += _unit(standing, fact, article)
    check = _OWN.get(fact.step)
    if check is not None:
        found += check(standing, fact, outcome, rule_set, article, calendar)
    return found


def _rule_set(fact: StepFact, article: str) -> list[Objection]:
    by_date = rule_set_on(fact.decided_on)
    if fact.rule_set and (fact.rule_set not in RULE_SETS or (by_date and fact.rule_set != by_date)):
        message = f"{fact.decided_on} 的事项适用 {by_date or '2014 或 2026'} 年细则，填写的是“{fact.rule_set}”。请更正或留空。"
        return [Objection("rule_set_contradicts_date", message, article, field="rule_set", voids=False)]
    if by_date or fact.rule_set or fact.step not in READINGS:
        return []
    if fact.step in _WRITTEN_POSSIBLE and not (fact.votes and fact.votes.written):
        return []
    old, new = READINGS[fact.step]
    message = (
        f"{fact.decided_on} 在新细则印发（2026-05-11）之后、公布（2026-05-18）之前，适用哪一部未明确。"
        f"按2014年细则：{old}；按2026年细则：{new}。请选择所适用的细则。"
    )
    return [Objection("rule_set_unclear", message, article, field="rule_set", level=UNCLEAR, voids=False)]


def _conclusion(fact: StepFact, outcome: str, rule_set: str, article: str) -> list[Objection]:
    row = step(fact.step)
    if fact.step == 8 and fact.conclusion == Conclusion.DONE and rule_set == YEAR_2026:
        message = "2026年细则：须经上级党委同意，只备案不够。结论应为同意或不同意，请核对上级党委的批复。"
        return [gap("conclusion_unknown", message, article, field="conclusion")]
    if len(row.conclusions) == 1:
        if fact.conclusion not in ("", row.conclusions[0]):
            message = f"“{row.name}”没有“{_label(fact.conclusion)}”这种结论。请核对。"
            return [Objection("conclusion_unknown", message, article, field="conclusion")]
        return []
    choices = "、".join(choice.label for choice in row.conclusions)
    if not outcome and fact.conclusion not in ("", Conclusion.DONE):
        message = f"“{row.name}”的结论应为{choices}，填写的是“{_label(fact.conclusion)}”。"
        return [Objection("conclusion_unknown", message, article, field="conclusion")]
    if fact.conclusion not in row.conclusions:
        message = f"请写明“{row.name}”的结论：{choices}。"
        return [
            Objection("conclusion_missing", message, article, field="conclusion", voids=fact.step in _MUST_CONCLUDE)
        ]
    return []


def _label(conclusion: str) -> str:
    return Conclusion(conclusion).label if conclusion in Conclusion.values else conclusion


def _votes(standing: Standing, fact: StepFact, outcome: str, rule_set: str, article: str) -> list[Objection]:
    number = fact.step
    if fact.votes is None:
        if number not in _MUST_VOTE:
            return []
        return [gap("votes_missing", "请写明应到、实到和赞成、反对、弃权的票数。", article, field="eligible")]
    allowed = number in _WRITTEN_POSSIBLE and is_switched_on(
        "written_votes", fact.decided_on, fact.rule_set, standing.facts.local_limits
    )
    passes = None if not outcome or outcome == Conclusion.UNQUALIFIED else not is_no(outcome)
    return vote_objections(fact.votes, passes=passes, written_allowed=allowed, article=article)


def _unit(standing: Standing, fact: StepFact, article: str) -> list[Objection]:
    unit = fact.unit or standing.facts.superior
    if unit.kind == UnitKind.COMMITTEE and unit.may_approve:
        return []
    why = _UNIT_WORDS.get(unit.kind, "没有审批预备党员的权限")
    message = f"{unit.name or '该党组织'}：{why}。请报具有审批权限的党委办理。"
    return [Objection("unit_may_not_approve", message, article, field="unit")]


# --- publicity -----------------------------------------------------------------------------------------------------------


def _publicity(
    fact: StepFact, workdays: int, rests_on: str, not_before: date | None, after_what: str, calendar: Calendar
):
    """Objections to the publicity of a record that needs ``workdays``, and the first day after it (None if unknown)."""
    begin_on, end_on = fact.publicity_from_on, fact.publicity_until_on
    if begin_on is None or end_on is None:
        message = f"应公示不少于 {workdays} 个工作日。请写明公示的起止日期。"
        return [gap("publicity_missing", message, rests_on, field="publicity_from_on")], None
    if not_before is not None and begin_on < not_before:
        message = f"公示应在{after_what}（{not_before}）之后，{begin_on} 过早。请核对日期。"
        return [Objection("publicity_too_early", message, rests_on, not_before, "publicity_from_on")], None
    window = publicity(calendar, begin_on, workdays)
    if calendar.workdays_between(begin_on, end_on) < workdays:
        marked = "（暂算，该年放假安排未录入）" if window.provisional else ""
        message = (
            f"公示 {begin_on} 至 {end_on} 不足 {workdays} 个工作日，至少公示到 {window.until_on}{marked}。"
            "法定节假日不计，调休补班日计入。"
        )
        return [Objection("publicity_too_short", message, rests_on, window.done_on, "publicity_until_on")], None
    return [], max(window.done_on, end_on + timedelta(days=1))


def listing_on(standing: Standing, fact: StepFact, calendar: Calendar) -> date:
    """The day the person is listed as development target by a record of step 8: stated, or the first possible one."""
    if fact.listed_on is not None:
        return fact.listed_on
    workdays, rests_on = workdays_needed(
        "agreement_publicity", fact.decided_on, fact.rule_set, standing.facts.local_limits
    )
    if not workdays:
        return fact.decided_on
    _, done_on = _publicity(fact, workdays, rests_on, None, "", calendar)
    return done_on or fact.decided_on


def _agreement(standing, fact, outcome, rule_set, article, calendar):
    if is_no(outcome):
        return []
    local = standing.facts.local_limits
    workdays, rests_on = workdays_needed("agreement_publicity", fact.decided_on, fact.rule_set, local)
    if not workdays:
        if fact.listed_on is not None and fact.listed_on < fact.decided_on:
            message = f"备案在 {fact.decided_on}，列为发展对象不能早于这一天。请核对日期。"
            return [Objection("listed_too_early", message, article, fact.decided_on, "listed_on")]
        return []
    found, done_on = _publicity(fact, workdays, rests_on, fact.decided_on, "上级党委同意", calendar)
    if done_on is not None and fact.listed_on is not None and fact.listed_on < done_on:
        message = f"公示到 {done_on - timedelta(days=1)} 才满，{done_on} 起方可列为发展对象。请核对日期。"
        found.append(Objection("listed_too_early", message, rests_on, done_on, "listed_on"))
    return found


def _local_publicity(code: str, standing, fact, calendar, *, after: int = 0):
    workdays, rests_on = workdays_needed(code, fact.decided_on, fact.rule_set, standing.facts.local_limits)
    if not workdays:
        return []
    not_before = standing.settled_on(after) if after else None
    found, done_on = _publicity(fact, workdays, rests_on, not_before, f"第 {after} 步办结", calendar)
    if done_on is not None and fact.decided_on < done_on:
        message = f"公示到 {done_on - timedelta(days=1)} 才满，{done_on} 起方可办理。请核对日期。"
        found.append(Objection("publicity_too_short", message, rests_on, done_on, "decided_on"))
    return found


def _filing(standing, fact, outcome, rule_set, article, calendar):
    return _local_publicity("activist_publicity", standing, fact, calendar, after=3)


# --- single steps --------------------------------------------------------------------------------------------------------


def _application(standing, fact, outcome, rule_set, article, calendar):
    birth_on = standing.facts.person.birth_on
    if birth_on is None:
        return []
    if fact.decided_on < birth_on:
        message = f"递交日期 {fact.decided_on} 早于出生日期 {birth_on}。请核对。"
        return [Objection("before_birth", message, article, birth_on, "decided_on")]
    age = strictest("minimum_age", fact.decided_on, fact.rule_set, ())
    adult_on = add_months(birth_on, 12 * age.value)
    if fact.decided_on < adult_on:
        message = f"本人 {adult_on} 满十八周岁，{fact.decided_on} 还不能申请入党。"
        return [Objection("under_age", message, cite((5,), rule_set), adult_on, "decided_on")]
    return []


def _talk(standing, fact, outcome, rule_set, article, calendar):
    return talker_objections(fact.step, fact.persons, article)


def _mentors(standing, fact, outcome, rule_set, article, calendar):
    return mentor_objections(fact.persons, standing.facts.person, fact.decided_on, article)


def _recommenders(standing, fact, outcome, rule_set, article, calendar):
    return recommender_objections(fact.persons, standing.facts.person, fact.decided_on, article)


def _training(standing, fact, outcome, rule_set, article, calendar):
    found = []
    if fact.starts_on and fact.ends_on and fact.ends_on < fact.starts_on:
        message = f"培训结束 {fact.ends_on} 早于开始 {fact.starts_on}。请核对日期。"
        return [Objection("dates_out_of_order", message, article, None, "ends_on")]
    if fact.ends_on and fact.decided_on < fact.ends_on:
        message = f"培训 {fact.ends_on} 才结束，办结日期不能早于这一天。"
        found.append(Objection("dates_out_of_order", message, article, fact.ends_on, "decided_on"))
    if fact.starts_on and standing.listed_on and fact.starts_on < standing.listed_on:
        message = f"{standing.listed_on} 才列为发展对象，集中培训不能早于这一天。请核对日期。"
        found.append(Objection("before_listing", message, article, standing.listed_on, "starts_on"))
    days, hours = fact.days, fact.hours
    if (days or 0) < 0 or (hours or 0) < 0:
        return [*found, Objection("training_impossible", "培训天数和学时不能为负。请核对。", article, field="hours")]
    if fact.starts_on and fact.ends_on:
        span = (fact.ends_on - fact.starts_on).days + 1
        if (days or 0) > span or (hours or 0) > 24 * span:
            message = f"{fact.starts_on} 至 {fact.ends_on} 共 {span} 天，容不下所填的天数或学时。请核对。"
            return [*found, Objection("training_impossible", message, article, field="days")]
    if fact.exception_reason.strip():
        return found
    local = standing.facts.local_limits
    least_days = strictest("training_days", fact.decided_on, fact.rule_set, local)
    least_hours = strictest("training_hours", fact.decided_on, fact.rule_set, local)
    mend = "请补足培训；确属个别特殊情况的，写明理由。"
    if days is None and hours is None:
        message = f"请写明培训天数或学时，一般不少于 {least_days.value} 天或 {least_hours.value} 学时。{mend}"
        found.append(gap("training_missing", message, article, field="hours"))
    elif (days or 0) < least_days.value and (hours or 0) < least_hours.value:
        message = f"培训 {days or 0} 天、{hours or 0} 学时，一般不少于 {least_days.value} 天或 {least_hours.value} 学时。{mend}"
        local_row = least_hours if least_hours.local else least_days
        rests_on = basis("training_days", rule_set, local_row)
        found.append(Objection("training_too_short", message, rests_on, None, "exception_reason"))
    return found


def _form(standing, fact, outcome, rule_set, article, calendar):
    if fact.form_number.strip():
        return []
    return [gap("form_number_missing", "请填写入党志愿书的编号。", article, field="form_number")]


def _meeting(standing, fact, outcome, rule_set, article, calendar):
    if is_no(outcome):
        return []
    return _local_publicity("acceptance_publicity", standing, fact, calendar)


def _conversion(standing, fact, outcome, rule_set, article, calendar):
    if outcome == Conclusion.CONVERTED:
        return _local_publicity("conversion_publicity", standing, fact, calendar)
    if outcome != Conclusion.EXTENDED:
        return []
    return _extension(standing, fact, rule_set)


def _extension(standing, fact, rule_set):
    rests_on = basis("extension_at_most", rule_set, None)
    if standing.extended:
        message = "预备期已经延长过一次，只能讨论按期转正或取消预备党员资格。请更改结论。"
        return [Objection("extension_once", message, rests_on, None, "conclusion")]
    if standing.probation_ends_on is None:
        return []
    least = strictest("extension_at_least", fact.decided_on, fact.rule_set, ())
    most = strictest("extension_at_most", fact.decided_on, fact.rule_set, ())
    first_on, last_on = (
        add_months(standing.probation_ends_on, least.value),
        add_months(standing.probation_ends_on, most.value),
    )
    between = f"应在 {first_on} 至 {last_on} 之间（自期满日 {standing.probation_ends_on} 起六个月至一年）"
    if fact.extended_until_on is None:
        return [
            gap("extension_end_missing", f"请写明预备期延长至何日，{between}。", rests_on, field="extended_until_on")
        ]
    if not first_on <= fact.extended_until_on <= last_on:
        message = f"预备期延长至 {fact.extended_until_on}，{between}。请更正。"
        return [Objection("extension_length", message, rests_on, None, "extended_until_on")]
    return []


def _conversion_approval(standing, fact, outcome, rule_set, article, calendar):
    resolution = standing.done.get(23)
    if resolution is None or not outcome or is_no(outcome):
        return []
    resolved = outcome_of(resolution)
    if outcome != resolved:
        message = f"支部大会的决议是“{_label(resolved)}”，审批结论应与之相同，或为“不同意”。请核对。"
        return [Objection("conclusion_differs", message, article, field="conclusion")]
    if (
        fact.extended_until_on
        and resolution.extended_until_on
        and fact.extended_until_on != resolution.extended_until_on
    ):
        message = f"支部大会决议延长至 {resolution.extended_until_on}，审批填写的是 {fact.extended_until_on}。请核对。"
        return [Objection("extension_differs", message, article, field="extended_until_on")]
    return []


def _archive(standing, fact, outcome, rule_set, article, calendar):
    missing = [paper.title for paper in ARCHIVED_PAPERS if paper.code not in fact.documents]
    if not missing:
        return []
    message = f"归档材料缺：{'、'.join(missing)}。五项材料齐全后方可归档。"
    return [Objection("paper_missing", message, article, field="documents")]


_OWN = {
    1: _application,
    2: _talk,
    4: _filing,
    5: _mentors,
    8: _agreement,
    9: _recommenders,
    11: _training,
    14: _form,
    15: _meeting,
    16: _talk,
    23: _conversion,
    24: _conversion_approval,
    25: _archive,
}
