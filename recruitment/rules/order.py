"""Whether it is a step's turn: the road goes on, what must come first is on record, dates follow each other, waits are over."""

from datetime import date, timedelta

from branches.offices import OTHER_PARTIES, PoliticalStatus
from recruitment.calendar import add_months
from recruitment.rules.limits import basis, first_lawful, is_switched_on, strictest
from recruitment.rules.objection import Objection, gap
from recruitment.rules.standing import Standing
from recruitment.rulesets import cite
from recruitment.stages import Conclusion, RoadState
from recruitment.steps import STEPS, step

# Steps that need the political review to stand on their day, and those for which nobody about to leave is taken up.
NEEDS_POLITICAL_REVIEW = frozenset((12, 13, 15, 17))
NEEDS_TO_STAY = frozenset((12, 13, 14, 15))
CONSULT_FIRST = frozenset((*OTHER_PARTIES, PoliticalStatus.NON_PARTY))

DEPENDENTS = {row.number: tuple(later.number for later in STEPS if row.number in later.after) for row in STEPS}
_UNQUALIFIED = {
    10: ("political_review_unqualified", "政治审查不合格，不能发展入党。重新审查合格并记录后方可继续。"),
    13: ("pre_examination_unqualified", "上级党委预审不合格，不能继续办理。重新预审合格并记录后方可继续。"),
}


def needs(number: int, outcome: str) -> tuple[int, ...]:
    """The steps that must be on record first; cancelling a probation waits for nothing but the admission."""
    if number == 23 and outcome == Conclusion.CANCELLED:
        return (17,)
    return step(number).after


def state_objections(standing: Standing, number: int, article: str) -> list[Objection]:
    """The road has stopped: by withdrawal, removal, moving away, death …"""
    if standing.state in (RoadState.ACTIVE, RoadState.CLOSED):
        return []
    label = RoadState(standing.state).label
    mend = "本人重新提出申请并记录后，从第一步开始。"
    if standing.state == RoadState.DECEASED:
        mend = "如记录有误，请先更正。"
    elif standing.state == RoadState.MOVED_AWAY:
        mend = "由接收单位继续办理；如转回本单位，请先记录“转入”。"
    message = f"发展过程自 {standing.stopped_on} 起停止（{label}），不能办理“{step(number).name}”。{mend}"
    return [Objection("road_stopped", message, article)]


def turn_objections(
    standing: Standing, number: int, on: date, outcome: str, rule_set: str, answer: str = ""
) -> list[Objection]:
    """Why step ``number`` may not be taken on day ``on`` ending in ``outcome``: order, waits, situations; empty when it may."""
    row = step(number)
    article = cite(row.articles(rule_set), rule_set)
    found = state_objections(standing, number, article)
    if found:
        return found
    found = _prerequisites(standing, number, on, outcome, article)
    local = standing.facts.local_limits
    if number == 3:
        found += _activist(standing, on, rule_set, answer)
    elif number in (6, 7) and standing.cultivation_from_on:
        needed_on, rests_on = first_lawful(
            "cultivation", standing.cultivation_from_on, local, not_before=on, answer=answer
        )
        if on < needed_on:
            message = (
                f"培养教育考察自 {standing.cultivation_from_on} 算起，{needed_on} 满规定时间，{on} 还不能办理“{row.name}”。"
                f"请在 {needed_on} 以后办理。"
            )
            found.append(Objection("cultivation_too_short", message, rests_on, needed_on, "decided_on"))
    elif number == 23 and outcome in (Conclusion.CONVERTED, Conclusion.EXTENDED) and standing.probation_ends_on:
        if on < standing.probation_ends_on:
            message = f"预备期到 {standing.probation_ends_on} 才满，不能提前讨论转正。请在 {standing.probation_ends_on} 以后召开支部党员大会。"
            found.append(Objection("before_probation_end", message, article, standing.probation_ends_on, "decided_on"))
    elif number == 17 and outcome == Conclusion.AGREED and 15 in standing.done:
        found += _approval_time(standing, on, rule_set, answer)
    if number in NEEDS_POLITICAL_REVIEW:
        found += _political_review(standing, number, on, answer)
    if number in NEEDS_TO_STAY and standing.leaving is not None:
        found += _leaving(standing, on, rule_set, answer)
    return found


def _prerequisites(standing: Standing, number: int, on: date, outcome: str, article: str) -> list[Objection]:
    found = []
    name = step(number).name
    for before in needs(number, outcome):
        if standing.has(before):
            ready_on = standing.settled_on(before)
            if ready_on is not None and ready_on > on:
                message = f"{ready_on} 才列为发展对象，“{name}”不能早于这一天。请核对日期。"
                found.append(Objection("before_listing", message, article, ready_on, "decided_on"))
            continue
        if before in _UNQUALIFIED and before in standing.reopened:
            code, message = _UNQUALIFIED[before]
            found.append(Objection(code, message, article))
            continue
        found.append(_missing(standing, number, before, on, article))
    reopened_on = standing.reopened.get(number)
    if reopened_on is not None and on <= reopened_on:
        next_on = reopened_on + timedelta(days=1)
        message = f"“{name}”上次于 {reopened_on} 未获通过，重新办理须在该日之后。"
        found.append(Objection("same_day_repeat", message, article, next_on, "decided_on"))
    for later in DEPENDENTS[number]:
        record = standing.done.get(later)
        if record is not None and record.decided_on < on and number not in standing.done:
            message = f"第 {later} 步“{step(later).name}”已于 {record.decided_on} 办结，“{name}”不能晚于它。请核对日期，或先更正那一步。"
            found.append(Objection("dates_out_of_order", message, article, None, "decided_on"))
    return found


def _missing(standing: Standing, number: int, before: int, on: date, article: str) -> Objection:
    """A step that must come first is not on record by that day: unless its record bears a later date."""
    name, missing = step(number).name, step(before)
    later = [record.decided_on for record in standing.facts.steps if record.step == before and record.decided_on > on]
    if later:
        day = min(later)
        message = f"第 {before} 步“{missing.name}”于 {day} 办结，“{name}”不能早于这一天。请核对日期。"
        return Objection("dates_out_of_order", message, article, day, "decided_on", voids=True)
    message = f"第 {before} 步“{missing.name}”没有记录，不能办理“{name}”。请先记录第 {before} 步。"
    return gap("prerequisite_missing", message, article)


def _activist(standing: Standing, on: date, rule_set: str, answer: str) -> list[Objection]:
    found = []
    application = standing.done.get(1)
    local = standing.facts.local_limits
    if application is not None:
        needed_on, rests_on = first_lawful("activist_wait", application.decided_on, local, not_before=on, answer=answer)
        if on < needed_on:
            message = f"{application.decided_on} 递交申请书，{needed_on} 起方可确定为入党积极分子。请在该日以后研究。"
            found.append(Objection("activist_too_early", message, rests_on, needed_on, "decided_on"))
    asks = standing.other_party or standing.facts.person.political_status in CONSULT_FIRST
    if asks and not standing.consulted and is_switched_on("consult_first", on, answer, local):
        message = (
            "本人是民主党派成员或无党派人士，确定为入党积极分子前应先征求上级党委意见。请先记录“已征求上级党委意见”。"
        )
        rests_on = basis("consult_first", rule_set, strictest("consult_first", on, answer, local))
        found.append(gap("superior_not_consulted", message, rests_on))
    return found


def _approval_time(standing: Standing, on: date, rule_set: str, answer: str) -> list[Objection]:
    resolved_on = standing.done[15].decided_on
    local = standing.facts.local_limits
    at_most = strictest("approval_at_most", on, answer, local)
    last_on = add_months(resolved_on, at_most.value)
    if on > last_on:
        message = (
            f"支部大会 {resolved_on} 的决议最迟应在 {last_on} 前审批，{on} 已超过，不能再审批。"
            "请重新召开支部党员大会讨论，再派人谈话和审批。"
        )
        return [Objection("approval_lapsed", message, basis("approval_at_most", rule_set, at_most), None, "decided_on")]
    again = strictest("reconsider_after", on, answer, local)
    if again is not None and on > add_months(resolved_on, again.value):
        if standing.reconsidered_on is None or standing.reconsidered_on <= resolved_on:
            message = f"支部大会 {resolved_on} 的决议超过 {again.value} 个月未批，应先由支部大会复议。请先记录“支部大会复议”。"
            return [Objection("reconsideration_needed", message, basis("reconsider_after", rule_set, again))]
    return []


def review_valid_until(standing: Standing, on: date, answer: str = "") -> tuple[date, str] | None:
    """The last day the political review holds by the limit in force on ``on``, and what that rests on; None for ever."""
    review = standing.done.get(10)
    valid = strictest("political_review_valid", on, answer, standing.facts.local_limits)
    if review is None or valid is None:
        return None
    return add_months(review.decided_on, valid.value), basis("political_review_valid", "", valid)


def _political_review(standing: Standing, number: int, on: date, answer: str) -> list[Objection]:
    if number == 17:  # the branch meeting has spoken; the review was valid then
        return []
    valid = review_valid_until(standing, on, answer)
    if valid is None or on <= valid[0]:
        return []
    message = f"政治审查结论有效至 {valid[0]}，{on} 已过期。请重新进行政治审查并记录。"
    return [Objection("political_review_expired", message, valid[1])]


def _leaving(standing: Standing, on: date, rule_set: str, answer: str) -> list[Objection]:
    leaving = standing.leaving
    if leaving.recognised or leaving.until_on is None or leaving.until_on < on:
        return []
    within = strictest("leaving_within", on, answer, standing.facts.local_limits)
    if leaving.until_on > add_months(on, within.value):
        return []
    message = (
        f"本人将于 {leaving.until_on} 离开本单位，不足 {within.value} 个月，一般不办理接收预备党员的手续。"
        "请由接收单位继续培养；确经上级党委同意继续办理的，请在“将离开本单位”中写明同意依据。"
    )
    return [Objection("leaving_soon", message, basis("leaving_within", rule_set, within))]
