"""Whether a special situation may be recorded as proposed (rules.md §1.3)."""

from datetime import date

from recruitment.calendar import Calendar
from recruitment.facts import Facts, SituationFact
from recruitment.rules.objection import Objection, gap
from recruitment.rules.standing import Standing
from recruitment.rules.votes import vote_objections
from recruitment.rules.walking import STOPS, walk
from recruitment.rulesets import NO_ARTICLE, YEAR_2026, cite, reading
from recruitment.stages import RoadState, SituationKind, Stage

_KINDS = frozenset(SituationKind.values)
# In which stages a situation can arise at all.
_STAGES: dict[str, tuple[Stage, ...]] = {
    SituationKind.TRANSFERRED: (Stage.PROSPECT, Stage.APPLICANT, Stage.ACTIVIST, Stage.DEVELOPMENT_TARGET),
    SituationKind.LEAVING_SOON: (Stage.APPLICANT, Stage.ACTIVIST, Stage.DEVELOPMENT_TARGET),
    SituationKind.PROBATIONER_TRANSFERRED_IN: (Stage.PROSPECT, Stage.PROBATIONARY_MEMBER),
    SituationKind.REMOVED: (Stage.ACTIVIST, Stage.DEVELOPMENT_TARGET),
    SituationKind.CANCELLED: (Stage.PROBATIONARY_MEMBER,),
    SituationKind.WITHDRAWN: (Stage.APPLICANT, Stage.ACTIVIST, Stage.DEVELOPMENT_TARGET),
    SituationKind.DECLINED: (Stage.PROSPECT, Stage.APPLICANT, Stage.ACTIVIST, Stage.DEVELOPMENT_TARGET),
    SituationKind.OTHER_PARTY: (Stage.PROSPECT, Stage.APPLICANT, Stage.ACTIVIST, Stage.DEVELOPMENT_TARGET),
    SituationKind.SUPERIOR_CONSULTED: (Stage.PROSPECT, Stage.APPLICANT),
    SituationKind.RECONSIDERED: (Stage.DEVELOPMENT_TARGET,),
}
_REOPENABLE = frozenset(
    (RoadState.WITHDRAWN, RoadState.DECLINED, RoadState.REMOVED, RoadState.OTHER_PARTY, RoadState.CANCELLED)
)
# Recorded although the road has stopped: they begin it anew, or they are simply true.
_AFTER_STOP = frozenset(
    (
        SituationKind.REOPENED,
        SituationKind.DECEASED,
        SituationKind.SUPERIOR_CONSULTED,
        SituationKind.PROBATIONER_TRANSFERRED_IN,
    )
)
_ARTICLES = {  # 2014, 2026
    SituationKind.TRANSFERRED: ((12,), (12,)),
    SituationKind.LEAVING_SOON: ((19,), (18,)),
    SituationKind.PROBATIONER_TRANSFERRED_IN: ((35, 36), (34, 35)),
    SituationKind.REMOVED: ((11,), (11,)),
    SituationKind.CANCELLED: ((32,), (31,)),
    SituationKind.WITHDRAWN: ((3,), (3,)),
    SituationKind.DECLINED: ((3,), (3,)),
    SituationKind.MOVED_AWAY: ((12,), (12,)),
    SituationKind.REOPENED: ((3,), (3,)),
    SituationKind.RECONSIDERED: ((26,), (25,)),
}


def situation_objections(
    facts: Facts, proposal: SituationFact, *, today: date, calendar: Calendar
) -> tuple[Objection, ...]:
    """Why a situation may not be recorded as proposed; empty when it may.

    Judged by what is on file up to its own day; what ends or restarts a road must not lie before acts already on file.
    """
    kind, on = proposal.kind, proposal.on
    if kind not in _KINDS:
        return (Objection("unknown_situation", f"没有“{kind}”这种情形。请从列表中选择。", field="kind"),)
    article = situation_article(kind, on)
    if on > today:
        message = f"日期 {on} 在今天（{today}）之后。请在事情发生之后再记录。"
        return (Objection("future_date", message, article, on, "on"),)
    birth_on = facts.person.birth_on
    if birth_on and on < birth_on:
        return (Objection("before_birth", f"日期 {on} 早于出生日期 {birth_on}。请核对。", article, birth_on, "on"),)
    standing = walk(facts, calendar, until=on)
    found = _possible(standing, proposal, article)
    if not found:
        found = _dates(facts, proposal, article) + _details(standing, proposal, article)
    return tuple(found)


def situation_article(kind: str, on: date) -> str:
    """What a situation rests on, by the rule set of its day; where the rules are silent, that they are."""
    rule_set = reading(on)
    old, new = _ARTICLES.get(kind, ((), ()))
    return cite(new if rule_set == YEAR_2026 else old, rule_set) or NO_ARTICLE


def _possible(standing: Standing, proposal: SituationFact, article: str) -> list[Objection]:
    kind = proposal.kind
    label = SituationKind(kind).label
    if standing.state == RoadState.DECEASED:
        return [
            Objection(
                "already_stopped", f"本人已于 {standing.stopped_on} 去世，不再记录。如有误，请更正原记录。", article
            )
        ]
    if kind == SituationKind.REOPENED:
        if standing.state in _REOPENABLE:
            return []
        message = f"发展过程现为“{RoadState(standing.state).label}”，不需要重新提出申请。"
        return [Objection("nothing_to_reopen", message, article)]
    back = kind == SituationKind.TRANSFERRED and standing.state == RoadState.MOVED_AWAY
    if standing.state != RoadState.ACTIVE and kind not in _AFTER_STOP and not back:
        state = RoadState(standing.state).label
        message = f"发展过程自 {standing.stopped_on} 起已停止（{state}），不能再记录“{label}”。"
        return [Objection("already_stopped", message, article)]
    stages = _STAGES.get(kind)
    if stages is not None and standing.stage not in stages:
        allowed = "、".join(stage.label for stage in stages)
        message = f"“{label}”适用于{allowed}，{proposal.on} 时为{standing.stage.label}。请核对情形和日期。"
        return [Objection("situation_not_possible", message, article)]
    if kind == SituationKind.RECONSIDERED and 15 not in standing.done:
        message = f"{proposal.on} 时没有支部大会通过的决议，无从复议。请先记录支部大会讨论。"
        return [Objection("situation_not_possible", message, article)]
    return []


def _dates(facts: Facts, proposal: SituationFact, article: str) -> list[Objection]:
    kind, on = proposal.kind, proposal.on
    strictly = kind in (SituationKind.REOPENED, SituationKind.RECONSIDERED)
    if kind not in STOPS and not strictly and kind != SituationKind.TRANSFERRED:
        return []
    if kind == SituationKind.RECONSIDERED:
        days = [fact.decided_on for fact in facts.steps if fact.step == 15]
    else:
        days = [fact.decided_on for fact in facts.steps]
    clash = [day for day in days if day > on or (strictly and day == on)]
    if not clash:
        return []
    day = max(clash)
    message = f"{day} 已有步骤记录，“{SituationKind(kind).label}”的日期 {on} 应在其后。请核对日期，或先更正那一步。"
    return [Objection("events_after", message, article, None, "on")]


def _details(standing: Standing, proposal: SituationFact, article: str) -> list[Objection]:
    kind = proposal.kind
    found = []
    if kind == SituationKind.TRANSFERRED:
        if proposal.unit is None:
            found.append(gap("unit_missing", "请写明由哪个党支部继续培养。", article, field="unit"))
        found += _recognition(standing, proposal, article)
    elif kind == SituationKind.PROBATIONER_TRANSFERRED_IN:
        if proposal.recognised is False and not proposal.recognised_by.strip():
            found.append(_needs_basis("不予承认的，请写明审批依据（县级以上党委组织部门）。", article))
        if proposal.until_on is None and proposal.recognised is not False and not standing.has(17):
            found.append(
                gap("until_missing", "请写明原预备期期满日期：转正日期仍从期满之日算起。", article, field="until_on")
            )
    elif kind == SituationKind.LEAVING_SOON:
        if proposal.until_on is None:
            found.append(gap("until_missing", "请写明离开本单位的日期。", article, field="until_on"))
        elif proposal.until_on < proposal.on:
            message = f"离开日期 {proposal.until_on} 早于记录日期 {proposal.on}。请核对。"
            found.append(Objection("dates_out_of_order", message, article, None, "until_on"))
        if proposal.recognised and not proposal.recognised_by.strip():
            found.append(_needs_basis("经同意继续办理的，请写明同意的党委和依据。", article))
    elif kind in (SituationKind.REMOVED, SituationKind.CANCELLED, SituationKind.SUPERIOR_CONSULTED):
        if not proposal.decided_by.strip():
            words = {
                SituationKind.REMOVED: "请写明由谁研究决定取消（支部委员会或支部党员大会）。",
                SituationKind.CANCELLED: "请写明审批的党委：取消预备党员资格须经支部大会讨论通过和上级党委批准。",
                SituationKind.SUPERIOR_CONSULTED: "请写明征求了哪一级党委的意见。",
            }[kind]
            found.append(gap("decided_by_missing", words, article, field="decided_by"))
    if kind in (SituationKind.CANCELLED, SituationKind.RECONSIDERED):
        found += _votes(proposal, article)
    return found


def _recognition(standing: Standing, proposal: SituationFact, article: str) -> list[Objection]:
    if standing.stage < Stage.ACTIVIST and proposal.counts_from_on is None:
        return []  # nobody has cultivated an applicant: nothing to recognise
    if proposal.recognised is None:
        message = "请写明原单位的培养时间是否连续计算。材料齐全的连续计算；无法认定的，经上级党委同意后重新培养。"
        return [gap("recognition_missing", message, article, field="recognised")]
    found = []
    if not proposal.recognised_by.strip():
        found.append(_needs_basis("请写明认定（或不予认定）的党组织和依据。", article))
    counts_from_on = proposal.counts_from_on
    if counts_from_on is not None and counts_from_on > proposal.on:
        message = f"培养起算日期 {counts_from_on} 晚于转入日期 {proposal.on}。请核对。"
        found.append(Objection("counts_from_wrong", message, article, None, "counts_from_on"))
    return found


def _needs_basis(message: str, article: str) -> Objection:
    return gap("recognised_by_missing", message, article, field="recognised_by")


def _votes(proposal: SituationFact, article: str) -> list[Objection]:
    if proposal.votes is None:
        return [gap("votes_missing", "请写明支部大会应到、实到和赞成、反对、弃权的票数。", article, field="eligible")]
    return vote_objections(proposal.votes, passes=True, written_allowed=False, article=article)
