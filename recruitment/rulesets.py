"""Which rules hold on which day: the national rule sets of 2014 and 2026 and what a committee may tighten, as dated data."""

from dataclasses import dataclass
from datetime import date
from functools import cache

from django.db.models import TextChoices

from recruitment.facts import LocalLimit

YEAR_2014 = "2014"
YEAR_2026 = "2026"


@dataclass(frozen=True, slots=True)
class RuleSet:
    """One version of 《中国共产党发展党员工作细则》 with the articles whose numbers were seen quoted with their text."""

    code: str
    title: str
    issued_on: date
    published_on: date
    document_number: str = ""
    confirmed_articles: frozenset[int] = frozenset()


RULE_SETS = {
    YEAR_2014: RuleSet(
        YEAR_2014,
        "《中国共产党发展党员工作细则》（2014年）",
        issued_on=date(2014, 5, 28),
        published_on=date(2014, 6, 10),
        document_number="中办发〔2014〕33号",
        confirmed_articles=frozenset((5, 6, 7, 8, 11, 12, 13, 20, 32, 33, 34, 37)),
    ),
    YEAR_2026: RuleSet(
        YEAR_2026,
        "《中国共产党发展党员工作细则》（2026年修订）",
        issued_on=date(2026, 5, 11),
        published_on=date(2026, 5, 18),
        confirmed_articles=frozenset((*range(5, 12), 13, 14, *range(16, 21), 25, 29, 31, 32, 33, 36)),
    ),
}
CURRENT = YEAR_2026

_UNCLEAR_FROM_ON = RULE_SETS[YEAR_2026].issued_on
_NEW_FROM_ON = RULE_SETS[YEAR_2026].published_on


def rule_set_on(on: date) -> str:
    """The rule set an event of day ``on`` falls under, or "" where that is unclear (issued, not yet published)."""
    if on >= _NEW_FROM_ON:
        return YEAR_2026
    return "" if on >= _UNCLEAR_FROM_ON else YEAR_2014


def reading(on: date, answer: str = "") -> str:
    """The rule set to judge by: the date's, in the unclear days the recorded ``answer``, and without one the older rules.

    A rule that was not yet published is not held against anybody without being asked for.
    """
    return rule_set_on(on) or answer or YEAR_2014


# --- limits ---------------------------------------------------------------------------------------------------------------


class LimitUnit(TextChoices):
    """In what a limit is counted."""

    YEARS = "years", "周岁"
    MONTHS = "months", "个月"
    DAYS = "days", "天"
    WORKDAYS = "workdays", "个工作日"
    COUNT = "count", "天（培训）"
    HOURS = "hours", "学时"
    SWITCH = "switch", "是（1）否（0）"


SHORTER = "shorter"
LONGER = "longer"


@dataclass(frozen=True, slots=True)
class Limit:
    """One limit: its national value in either rule set, and how a committee may tighten it.

    ``base_2014``/``base_2026`` are (value, unit) or None where the rules give no number. ``local_unit`` None means that no
    committee may set it. ``stricter`` says which way is stricter. ``advised`` is a period after which a reminder
    is sensible although nothing is late. ``unconfirmed`` names rule sets in which the value itself is not confirmed: there a
    committee's setting replaces the value in either direction.
    """

    code: str
    title: str
    step: int
    stricter: str
    local_unit: LimitUnit | None
    base_2014: tuple[int, LimitUnit] | None = None
    base_2026: tuple[int, LimitUnit] | None = None
    advised: tuple[int, LimitUnit] | None = None
    articles_2014: tuple[int, ...] = ()
    articles_2026: tuple[int, ...] = ()
    unconfirmed: frozenset[str] = frozenset()

    def base(self, rule_set: str) -> tuple[int, LimitUnit] | None:
        return self.base_2026 if rule_set == YEAR_2026 else self.base_2014

    def articles(self, rule_set: str) -> tuple[int, ...]:
        return self.articles_2026 if rule_set == YEAR_2026 else self.articles_2014


_Y, _M, _D, _W = LimitUnit.YEARS, LimitUnit.MONTHS, LimitUnit.DAYS, LimitUnit.WORKDAYS
_C, _H, _S = LimitUnit.COUNT, LimitUnit.HOURS, LimitUnit.SWITCH
_BOTH = frozenset((YEAR_2014, YEAR_2026))


def _limit(
    code,
    title,
    step,
    stricter,
    local_unit,
    base=None,
    *,
    new=None,
    advised=None,
    old_articles=(),
    new_articles=(),
    unconfirmed=(),
):
    """A row of the table below; ``base`` holds in both rule sets unless ``new`` (2026 only) is given."""
    return Limit(
        code, title, step, stricter, local_unit,
        base_2014=base, base_2026=base if new is None else new, advised=advised,
        articles_2014=old_articles, articles_2026=new_articles or old_articles, unconfirmed=frozenset(unconfirmed),
    )  # fmt: skip


# "within" limits make an act late, waits and counts block, publicity blocks until it has run.
LIMITS: dict[str, Limit] = {
    limit.code: limit
    for limit in (
        _limit("minimum_age", "申请人年龄", 1, LONGER, None, (18, _Y), old_articles=(5,)),
        _limit("first_talk_within", "递交申请书后派人谈话", 2, SHORTER, _D, (1, _M), old_articles=(7,)),
        _limit("activist_wait", "递交申请书到确定入党积极分子的最短时间", 3, LONGER, _M, (0, _M), old_articles=(8,)),
        _limit("activist_within", "递交申请书后研究是否确定为入党积极分子", 3, SHORTER, _M, old_articles=(8,)),
        _limit("consult_first", "民主党派成员、无党派人士申请的先征求上级党委意见", 3, LONGER, _S, (1, _S), unconfirmed=_BOTH),
        _limit("activist_publicity", "入党积极分子公示", 4, LONGER, _W, old_articles=(8,)),
        _limit("filing_within", "确定入党积极分子后报上级党委备案", 4, SHORTER, _D, advised=(1, _M), old_articles=(8,)),
        _limit("mentors_within", "确定入党积极分子后指定培养联系人", 5, SHORTER, _D, advised=(1, _M), old_articles=(9,)),
        _limit("cultivation", "入党积极分子培养教育考察的最短时间", 7, LONGER, _M, (12, _M), old_articles=(13,)),
        _limit("review_every", "党支部考察入党积极分子的间隔", 6, SHORTER, _M, (6, _M), old_articles=(11,)),
        _limit("report_every", "入党积极分子递交思想汇报的间隔", 6, SHORTER, _M, old_articles=(10,)),
        _limit("target_within", "培养考察结束后研究确定发展对象", 7, SHORTER, _D, advised=(1, _M), old_articles=(13,)),
        _limit("agreement_within", "支部确定发展对象后报上级党委", 8, SHORTER, _D, advised=(1, _M), old_articles=(13,)),
        _limit("agreement_publicity", "发展对象公示", 8, LONGER, _W, None, new=(5, _W), old_articles=(13,)),
        _limit("recommenders_within", "列为发展对象后确定入党介绍人", 9, SHORTER, _D, advised=(1, _M), old_articles=(14,)),
        _limit("political_review_within", "列为发展对象后完成政治审查", 10, SHORTER, _D, advised=(1, _M), old_articles=(16,)),
        _limit("political_review_valid", "政治审查结论的有效期", 10, SHORTER, _M, old_articles=(16,)),
        _limit("training_days", "集中培训天数", 11, LONGER, _C, (3, _C), old_articles=(17,)),
        _limit("training_hours", "集中培训学时", 11, LONGER, _H, (24, _H), old_articles=(17,)),
        _limit("training_within", "列为发展对象后完成集中培训", 11, SHORTER, _D, advised=(3, _M), old_articles=(17,)),
        _limit("branch_review_within", "介绍人、政审、培训齐备后支部委员会审查", 12, SHORTER, _D, advised=(1, _M),
               old_articles=(19,), new_articles=(18,)),
        _limit("pre_examination_within", "支部委员会审查后上级党委预审", 13, SHORTER, _D, advised=(1, _M),
               old_articles=(19,), new_articles=(18,)),
        _limit("leaving_within", "将离开本单位、一般不办理接收手续的期间", 13, LONGER, _M, (3, _M),
               old_articles=(19,), new_articles=(18,), unconfirmed=(YEAR_2026,)),
        _limit("form_within", "预审合格后填写入党志愿书", 14, SHORTER, _D, advised=(10, _D), old_articles=(19,), new_articles=(18,)),
        _limit("meeting_within", "预审合格后召开支部党员大会", 15, SHORTER, _D, None, new=(1, _M), advised=(1, _M),
               old_articles=(20,), new_articles=(19,)),
        _limit("acceptance_publicity", "接收预备党员公示", 15, LONGER, _W, old_articles=(20,), new_articles=(19,)),
        _limit("written_votes", "因故不能到会的正式党员会前书面意见计入票数", 15, SHORTER, _S, (1, _S), new=(0, _S),
               old_articles=(20,), new_articles=(19,), unconfirmed=(YEAR_2026,)),
        _limit("approval_talk_within", "支部大会通过后上级党委派人谈话", 16, SHORTER, _D, advised=(1, _M),
               old_articles=(24,), new_articles=(23,)),
        _limit("approval_within", "上级党委审批接收预备党员的决议", 17, SHORTER, _M, (3, _M), old_articles=(26,), new_articles=(25,)),
        _limit("approval_at_most", "特殊情况延长审批的最长时间", 17, SHORTER, _M, (6, _M), old_articles=(26,), new_articles=(25,)),
        _limit("reconsider_after", "决议超过此时间未批的先由支部大会复议", 17, SHORTER, _M, old_articles=(26,), new_articles=(25,)),
        _limit("filing_upward_within", "审批后报再上一级党委组织部门备案", 18, SHORTER, _D, advised=(1, _M),
               old_articles=(26,), new_articles=(25,)),
        _limit("group_within", "批准后编入党支部和党小组", 19, SHORTER, _D, advised=(1, _M), old_articles=(29,), new_articles=(28,)),
        _limit("oath_within", "批准后入党宣誓", 20, SHORTER, _D, None, new=(1, _M), advised=(1, _M),
               old_articles=(30,), new_articles=(29,), unconfirmed=(YEAR_2026,)),
        _limit("probation", "预备期", 21, LONGER, None, (12, _M), old_articles=(32,), new_articles=(31,)),
        _limit("probation_check_every", "预备期考察的间隔", 21, SHORTER, _M, old_articles=(31,), new_articles=(30,)),
        _limit("conversion_application_before", "预备期满前提交转正申请的提前天数", 22, LONGER, _D, (0, _D),
               old_articles=(33,), new_articles=(32,)),
        _limit("conversion_publicity", "转正公示", 23, LONGER, _W, old_articles=(33,), new_articles=(32,)),
        _limit("conversion_meeting_within", "预备期满后支部党员大会讨论转正", 23, SHORTER, _D, advised=(1, _M),
               old_articles=(33,), new_articles=(32,)),
        _limit("transfer_delay", "转入的预备党员推迟讨论转正的最长时间", 23, SHORTER, _M, (6, _M), old_articles=(36,), new_articles=(35,)),
        _limit("extension_at_least", "延长预备期的最短时间", 23, LONGER, None, (6, _M), old_articles=(32,), new_articles=(31,)),
        _limit("extension_at_most", "延长预备期的最长时间", 23, SHORTER, None, (12, _M), old_articles=(32,), new_articles=(31,)),
        _limit("conversion_approval_within", "上级党委审批转正的决议", 24, SHORTER, _M, (3, _M), old_articles=(34,), new_articles=(33,)),
        _limit("archive_within", "转正批准后材料归档", 25, SHORTER, _D, advised=(1, _M), old_articles=(37,), new_articles=(36,)),
    )
}  # fmt: skip
LOCAL_LIMITS: dict[str, Limit] = {code: limit for code, limit in LIMITS.items() if limit.local_unit is not None}
LocalLimitCode = TextChoices(
    "LocalLimitCode", {code.upper(): (code, limit.title) for code, limit in LOCAL_LIMITS.items()}, module=__name__
)

_SHORTEST_MONTH = 28  # days; a local number of days is stricter than a month only if it is so in February too


@dataclass(frozen=True, slots=True)
class InForce:
    """A limit as it holds on one day: ``value`` in ``unit``; ``local`` names the setting where a committee tightened it."""

    value: int
    unit: LimitUnit
    local: LocalLimit | None = None


def local_in_force(code: str, on: date, local_limits: tuple[LocalLimit, ...]) -> LocalLimit | None:
    """Each committee's latest setting of ``code`` that holds on day ``on``; of several committees' the strictest."""
    latest: dict[str, LocalLimit] = {}
    for setting in local_limits:
        if setting.code == code and setting.since_on <= on and (setting.until_on is None or on < setting.until_on):
            known = latest.get(setting.set_by)
            if known is None or setting.since_on >= known.since_on:
                latest[setting.set_by] = setting
    if not latest:
        return None
    strictest = min if LIMITS[code].stricter == SHORTER else max
    return strictest(latest.values(), key=lambda setting: setting.value)


def limits_in_force(code: str, on: date, rule_set: str, local_limits: tuple[LocalLimit, ...]) -> tuple[InForce, ...]:
    """All values of ``code`` to be met by what is governed on day ``on``: the national one, the local one, both or none.

    A committee's setting stands beside a confirmed national value (the stricter decides, in whatever unit) and in
    place of an unconfirmed one.
    """
    limit = LIMITS[code]
    base = limit.base(rule_set)
    if not local_limits:
        return () if base is None else (InForce(*base),)
    setting = local_in_force(code, on, local_limits)
    if setting is None:
        return () if base is None else (InForce(*base),)
    local = InForce(setting.value, limit.local_unit, setting)
    if base is None or rule_set in limit.unconfirmed:
        return (local,)
    return (InForce(*base), local)


def refuse_looser(code: str, value: int, rule_set: str = CURRENT) -> str:
    """Why a committee may not set ``code`` to ``value`` (in the limit's ``local_unit``): a Chinese sentence, or "" if it may.

    Refused: a code no committee may set, a number that cannot be, and a limit looser than a confirmed national one.
    """
    limit = LOCAL_LIMITS.get(code)
    if limit is None:
        return f"没有可由党委自行规定的期限“{code}”。请从列表中选择。"
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        return f"{limit.title}须填不小于 0 的整数。"
    if limit.local_unit is LimitUnit.SWITCH:
        if value not in (0, 1):
            return f"{limit.title}只能填 1（是）或 0（否）。"
    elif value == 0 and limit.stricter == SHORTER:
        return f"{limit.title}须填不小于 1 的整数。"
    base = limit.base(rule_set)
    if base is None or rule_set in limit.unconfirmed:
        return ""
    number, unit = base
    if unit is LimitUnit.MONTHS and limit.local_unit is LimitUnit.DAYS:
        number, unit = number * _SHORTEST_MONTH, LimitUnit.DAYS
    looser = value > number if limit.stricter == SHORTER else value < number
    if not looser:
        return ""
    direction = "不得多于" if limit.stricter == SHORTER else "不得少于"
    return (
        f"{limit.title}：《细则》规定为 {base[0]} {LimitUnit(base[1]).label}，本单位规定只能更严，"
        f"{direction} {number} {LimitUnit(unit).label}，填写的是 {value}。"
    )


# --- articles on the screen ------------------------------------------------------------------------------------------------

_DIGITS = "零一二三四五六七八九"
UNCONFIRMED_MARK = "（条号待核）"
NO_ARTICLE = "《细则》无明文规定"


def numeral(number: int) -> str:
    """A number from 1 to 99 in Chinese, as articles are cited."""
    tens, ones = divmod(number, 10)
    if not tens:
        return _DIGITS[ones]
    return ("" if tens == 1 else _DIGITS[tens]) + "十" + (_DIGITS[ones] if ones else "")


@cache
def cite(articles: tuple[int, ...], rule_set: str) -> str:
    """Articles as the screen cites them, with 条号待核 where a number is not confirmed; "" without articles."""
    if not articles:
        return ""
    confirmed = RULE_SETS[rule_set].confirmed_articles
    listed = "、".join(f"第{numeral(n)}条" + ("" if n in confirmed else UNCONFIRMED_MARK) for n in articles)
    return f"《细则》（{rule_set}）{listed}"
