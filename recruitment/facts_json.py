"""Facts read from JSON in the documented format (docs/road.md): whatever is not documented is refused."""

import json
from dataclasses import dataclass
from datetime import date

from branches.offices import Office, PoliticalStatus, UnitKind
from recruitment.calendar import FIRST_DAY, LAST_DAY, Calendar, seed_calendar
from recruitment.facts import Facts, LocalLimit, PersonFact, ReviewFact, SituationFact, StepFact, UnitFact, Votes
from recruitment.rulesets import LOCAL_LIMITS, RULE_SETS, refuse_looser
from recruitment.stages import Body, Conclusion, ReviewKind, SituationKind

FORMAT = 1
MAX_CHARACTERS = 2_000_000
_MAX_ROWS = 500
_MAX_TEXT = 500
_MAX_NUMBER = 100_000

ERRORS = {
    "file_unreadable": "文件不存在、无法读取或不是 UTF-8 文本",
    "too_large": "内容过大",
    "json_malformed": "不是合格的 JSON",
    "duplicate_field": "同一字段写了两次",
    "unknown_field": "有不认识的字段",
    "missing_field": "缺少必填字段",
    "wrong_type": "值的类型不对",
    "bad_date": "日期不存在或写法不对",
    "unknown_value": "值不在允许的范围内",
    "unknown_format": "格式版本不认识",
    "arguments": "命令的参数不对",
}


class FactsError(ValueError):
    """Input that is refused: ``code`` (a key of ERRORS), a Chinese sentence, and ``where`` it stands."""

    def __init__(self, code: str, message: str, where: str = ""):
        super().__init__(message)
        self.code, self.message, self.where = code, message, where

    def as_json(self) -> dict:
        return {"error": {"code": self.code, "message": self.message, "where": self.where}}


@dataclass(frozen=True, slots=True)
class Question:
    """What a JSON text asks: the facts, the calendar they are judged by, and what is proposed."""

    facts: Facts
    calendar: Calendar
    steps: tuple[StepFact, ...] = ()
    reviews: tuple[ReviewFact, ...] = ()
    situations: tuple[SituationFact, ...] = ()


def read_question(text: str) -> Question:
    """The question in a JSON text; raises FactsError for anything that is not exactly as documented."""
    if len(text) > MAX_CHARACTERS:
        raise FactsError("too_large", f"内容超过 {MAX_CHARACTERS} 个字符。")
    try:
        data = json.loads(text, object_pairs_hook=_once, parse_constant=_no_constant)
    except FactsError:
        raise
    except RecursionError:
        raise FactsError("json_malformed", "JSON 嵌套过深。") from None
    except json.JSONDecodeError as error:
        raise FactsError(
            "json_malformed", f"第 {error.lineno} 行第 {error.colno} 个字符起不是合格的 JSON。", f"line {error.lineno}"
        ) from None
    except ValueError:
        raise FactsError("json_malformed", "JSON 中有过大的数。") from None
    fields = _Fields(data, "")
    if fields.take("format", _integer, FORMAT) != FORMAT:
        raise FactsError("unknown_format", f"只认识格式 {FORMAT}。", "format")
    facts = Facts(
        person=fields.take("person", _person, required=True),
        unit=fields.take("unit", _unit, UnitFact()),
        superior=fields.take("superior", _unit, UnitFact(kind=UnitKind.COMMITTEE, may_approve=True)),
        steps=fields.take("steps", _rows(_step), ()),
        reviews=fields.take("reviews", _rows(_review), ()),
        situations=fields.take("situations", _rows(_situation), ()),
        mentors=fields.take("mentors", _rows(_person), ()),
        recommenders=fields.take("recommenders", _rows(_person), ()),
        local_limits=fields.take("local_limits", _rows(_limit), ()),
        plan=fields.take("plan", _plan, {}),
    )
    calendar = fields.take("calendar", _calendar, None) or seed_calendar()
    proposals = _Fields(fields.take("proposals", _object, {}), "proposals")
    question = Question(
        facts,
        calendar,
        proposals.take("steps", _rows(_step), ()),
        proposals.take("reviews", _rows(_review), ()),
        proposals.take("situations", _rows(_situation), ()),
    )
    proposals.done()
    fields.done()
    return question


def _once(pairs):
    found = {}
    for name, value in pairs:
        if name in found:
            raise FactsError("duplicate_field", f"字段“{name}”写了两次。", name)
        found[name] = value
    return found


def _no_constant(name):
    raise FactsError("json_malformed", f"{name} 不是合格的 JSON 值。")


class _Fields:
    """The fields of one JSON object, taken one by one; what is left over was not expected."""

    def __init__(self, data, where):
        self.data, self.where = dict(_object(data, where)), where

    def take(self, name, read, default=None, *, required=False):
        where = f"{self.where}.{name}" if self.where else name
        if name not in self.data:
            if required:
                raise FactsError("missing_field", f"缺少字段“{name}”。", where)
            return default
        value = self.data.pop(name)
        if value is None:
            if required:
                raise FactsError("missing_field", f"字段“{name}”不能为空。", where)
            return default
        return read(value, where)

    def done(self):
        for name in self.data:
            where = f"{self.where}.{name}" if self.where else name
            raise FactsError("unknown_field", f"不认识字段“{name}”。请对照格式说明检查拼写。", where)


def _object(value, where):
    if not isinstance(value, dict):
        raise FactsError("wrong_type", "此处应为对象 { … }。", where)
    return value


def _rows(read):
    def read_rows(value, where):
        if not isinstance(value, list):
            raise FactsError("wrong_type", "此处应为数组 [ … ]。", where)
        if len(value) > _MAX_ROWS:
            raise FactsError("too_large", f"不能多于 {_MAX_ROWS} 项。", where)
        return tuple(read(row, f"{where}[{place}]") for place, row in enumerate(value))

    return read_rows


def _text(value, where):
    if not isinstance(value, str):
        raise FactsError("wrong_type", "此处应为文字。", where)
    if len(value) > _MAX_TEXT:
        raise FactsError("too_large", f"文字不能多于 {_MAX_TEXT} 字。", where)
    if any("\ud800" <= character <= "\udfff" for character in value):
        raise FactsError("json_malformed", "文字中有不成对的代理字符。", where)
    return value


def _flag(value, where):
    if not isinstance(value, bool):
        raise FactsError("wrong_type", "此处应为 true 或 false。", where)
    return value


def _integer(value, where):
    if isinstance(value, bool) or not isinstance(value, int):
        raise FactsError("wrong_type", "此处应为整数。", where)
    if abs(value) > _MAX_NUMBER:
        raise FactsError("unknown_value", f"整数 {value} 过大。", where)
    return value


def read_date(value, where=""):
    """A date written 2026-10-01, between 1900 and 2200; FactsError otherwise."""
    if not isinstance(value, str):
        raise FactsError("wrong_type", "日期应为文字，写作 2026-10-01。", where)
    try:
        day = date.fromisoformat(value)
    except ValueError:
        raise FactsError("bad_date", f"日期“{value[:20]}”不存在或写法不对，应写作 2026-10-01。", where) from None
    if day.isoformat() != value:
        raise FactsError("bad_date", f"日期“{value[:20]}”应写作 2026-10-01。", where)
    if not FIRST_DAY <= day <= LAST_DAY:
        raise FactsError("bad_date", f"日期“{value}”不在 {FIRST_DAY.year} 至 {LAST_DAY.year} 年之间。", where)
    return day


def _one_of(allowed):
    def read_choice(value, where):
        if _text(value, where) not in allowed:
            listed = "、".join(str(choice) for choice in allowed)
            raise FactsError("unknown_value", f"“{value[:40]}”不在允许的值之内：{listed}。", where)
        return value

    return read_choice


def _person(value, where):
    fields = _Fields(value, where)
    person = PersonFact(
        key=fields.take("key", _text, ""),
        name=fields.take("name", _text, ""),
        birth_on=fields.take("birth_on", read_date),
        standing=fields.take("standing", _one_of(("none", "probationary", "full")), "none"),
        member_since_on=fields.take("member_since_on", read_date),
        suspended=fields.take("suspended", _flag, False),
        posts=fields.take("posts", _rows(_one_of(Office.values)), ()),
        political_status=fields.take("political_status", _one_of(PoliticalStatus.values), ""),
    )
    fields.done()
    return person


def _unit(value, where):
    fields = _Fields(value, where)
    unit = UnitFact(
        key=fields.take("key", _text, ""),
        name=fields.take("name", _text, ""),
        kind=fields.take("kind", _one_of(UnitKind.values), UnitKind.BRANCH),
        may_approve=fields.take("may_approve", _flag, False),
    )
    fields.done()
    return unit


def _votes(value, where):
    fields = _Fields(value, where)
    eligible = fields.take("eligible", _integer, required=True)
    present = fields.take("present", _integer, required=True)
    in_favour = fields.take("in_favour", _integer, required=True)
    against = fields.take("against", _integer)
    abstained = fields.take("abstained", _integer)
    written = fields.take("written", _integer, 0)
    fields.done()
    if against is None and abstained is None:
        abstained = max(0, present + written - in_favour)
    return Votes(eligible, present, in_favour, against or 0, abstained or 0, written)


def _step(value, where):
    fields = _Fields(value, where)
    number = fields.take("step", _integer, required=True)
    if not 1 <= number <= 25:
        raise FactsError("unknown_value", f"没有第 {number} 步，发展过程共 25 步。", f"{where}.step")
    fact = StepFact(
        step=number,
        decided_on=fields.take("decided_on", read_date, required=True),
        id=fields.take("id", _text, ""),
        body=fields.take("body", _one_of(Body.values), ""),
        conclusion=fields.take("conclusion", _one_of(Conclusion.values), ""),
        unit=fields.take("unit", _unit),
        votes=fields.take("votes", _votes),
        persons=fields.take("persons", _rows(_person), ()),
        publicity_from_on=fields.take("publicity_from_on", read_date),
        publicity_until_on=fields.take("publicity_until_on", read_date),
        listed_on=fields.take("listed_on", read_date),
        starts_on=fields.take("starts_on", read_date),
        ends_on=fields.take("ends_on", read_date),
        hours=fields.take("hours", _integer),
        days=fields.take("days", _integer),
        extended_until_on=fields.take("extended_until_on", read_date),
        form_number=fields.take("form_number", _text, ""),
        documents=fields.take("documents", _rows(_text), ()),
        exception_reason=fields.take("exception_reason", _text, ""),
        late_reason=fields.take("late_reason", _text, ""),
        rule_set=fields.take("rule_set", _one_of(tuple(RULE_SETS)), ""),
    )
    fields.done()
    return fact


def _review(value, where):
    fields = _Fields(value, where)
    review = ReviewFact(
        reviewed_on=fields.take("reviewed_on", read_date, required=True),
        window=fields.take("window", _integer, 0),
        during_probation=fields.take("during_probation", _flag, False),
        id=fields.take("id", _text, ""),
        kind=fields.take("kind", _one_of(ReviewKind.values), ReviewKind.REVIEW),
        late_reason=fields.take("late_reason", _text, ""),
    )
    fields.done()
    return review


def _situation(value, where):
    fields = _Fields(value, where)
    situation = SituationFact(
        kind=fields.take("kind", _one_of(SituationKind.values), required=True),
        on=fields.take("on", read_date, required=True),
        id=fields.take("id", _text, ""),
        unit=fields.take("unit", _unit),
        recognised=fields.take("recognised", _flag),
        recognised_by=fields.take("recognised_by", _text, ""),
        until_on=fields.take("until_on", read_date),
        counts_from_on=fields.take("counts_from_on", read_date),
        votes=fields.take("votes", _votes),
        decided_by=fields.take("decided_by", _text, ""),
    )
    fields.done()
    return situation


def _limit(value, where):
    fields = _Fields(value, where)
    limit = LocalLimit(
        code=fields.take("code", _one_of(tuple(LOCAL_LIMITS)), required=True),
        value=fields.take("value", _integer, required=True),
        since_on=fields.take("since_on", read_date, required=True),
        set_by=fields.take("set_by", _text, ""),
    )
    fields.done()
    refusal = refuse_looser(limit.code, limit.value)
    if refusal:
        raise FactsError("unknown_value", refusal, f"{where}.value")
    return limit


def _plan(value, where):
    plan = {}
    for name, day in _object(value, where).items():
        if not name.isascii() or not name.isdigit() or not 1 <= int(name) <= 25:
            raise FactsError("unknown_field", f"计划中的“{name}”不是步骤号（1 至 25）。", f"{where}.{name}")
        plan[int(name)] = read_date(day, f"{where}.{name}")
    return plan


def _calendar(value, where):
    fields = _Fields(value, where)
    calendar = Calendar(
        off=frozenset(fields.take("off", _rows(read_date), ())),
        work=frozenset(fields.take("work", _rows(read_date), ())),
        years=frozenset(fields.take("years", _rows(_integer), ())),
    )
    fields.done()
    return calendar
