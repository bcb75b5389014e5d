"""Every usual way of writing a date in a ledger, read as a date or refused with the reason."""

import re
from calendar import monthrange
from datetime import date, timedelta
from functools import lru_cache
from typing import NamedTuple

from recruitment.imports.text import clean, is_blank

EPOCH_1900 = date(1899, 12, 30)
EPOCH_1904 = date(1904, 1, 1)
EARLIEST, LATEST = 1900, 2099
# Excel's day numbers from 1927 to 2099: wide enough for anyone alive, far from years (1900-2099) and from yyyymmdd.
FIRST_SERIAL, LAST_SERIAL = 10_000, 73_050

ASK_FOR = "请写成 2025-01-05 的样子"


class ReadDate(NamedTuple):
    """A date as read: ``value`` or None; ``problem`` says why not; ``note`` how an ambiguous spelling was taken.

    ``month_only`` is True when only year and month were written; ``value`` is then the first of the month.
    """

    value: date | None = None
    problem: str = ""
    note: str = ""
    month_only: bool = False


class ReadPeriod(NamedTuple):
    """A period as read; a single date is a period of one day."""

    first: date | None = None
    last: date | None = None
    problem: str = ""
    note: str = ""


NOTHING = ReadDate()

_SEPARATORS = re.compile(r"\s*[-/.,。·、‐‑‒–—―−－]\s*")
_PARTS = re.compile(r"(\d{1,4})-(\d{1,2})(?:-(\d{1,4}))?")
_CHINESE = re.compile(r"(\d{4}|\d{2})\s*年\s*(\d{1,2})\s*月(?:份)?(?:\s*(\d{1,2})\s*[日号]?)?")
_TIME = re.compile(r"[\sT]+\d{1,2}[:时]\d{1,2}(?:[:分]\d{1,2}(?:\.\d+)?)?[分秒]?\s*(?:[AaPp][Mm])?Z?$")
_WEEKDAY = re.compile(r"[(（]?(?:星期|周|礼拜)[一二三四五六日天][)）]?")
_ENGLISH_DAY_FIRST = re.compile(r"(\d{1,2})[-\s]([A-Za-z]{3,9})\.?[-\s,]+(\d{2}|\d{4})")
_ENGLISH_MONTH_FIRST = re.compile(r"([A-Za-z]{3,9})\.?\s+(\d{1,2})[,\s]+(\d{4})")
_MONTHS = {
    "jan": 1, "feb": 2, "mar": 3, "apr": 4, "may": 5, "jun": 6, "jul": 7, "aug": 8, "sep": 9, "oct": 10, "nov": 11, "dec": 12,
}  # fmt: skip
_DIGITS = {"〇": 0, "○": 0, "零": 0, "一": 1, "二": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9}
_NUMERALS = re.compile(
    r"([〇○零一二三四五六七八九]{4})年([一二三四五六七八九十]{1,2})月(?:([一二三四五六七八九十]{1,3})[日号]?)?"
)
_UNCERTAIN = re.compile(r"[?？]|约|左右|前后|大概|待定|待查|上旬|中旬|下旬|月初|月底|年初|年底")
_ANY_DATE = re.compile(
    r"\d{4}\s*[-/.年]\s*\d{1,2}\s*(?:[-/.月]\s*\d{1,2}\s*日?|月)?|(?<!\d)(?:19|20)\d{6}(?!\d)|(?<!\d)\d{1,2}/\d{1,2}/\d{2,4}"
)
# A period within a remark, and what would be left of one that was read by its beginning only.
_ANY_PERIOD = re.compile(
    rf"(?:{_ANY_DATE.pattern})\s*(?:至|到|~|〜|[-—–]+)\s*(?:\d{{8}}|\d{{1,4}}(?:\s*[-/.年月]\s*\d{{1,2}}){{0,2}}(?!\d)\s*[日号]?)"
)
_MORE_DAYS = re.compile(r"\d\s*[日号月]|\d[./-]\d")
_CLOCK = re.compile(r"\s*(?:上午|下午|中午|晚上)?\s*\d{1,2}[:时]\d{0,2}分?")
_BRACKETS = re.compile(r"[(（][^)）]*[)）]")
_ISO = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")
_SPAN = re.compile(r"\s*(?:至|到|~|～|〜|—+|--+|–)\s*")


@lru_cache(maxsize=20_000)
def read_date(text: str, pivot: int = 2026, epoch: date = EPOCH_1900) -> ReadDate:
    """Read ``text``: 2025-1-5, 2025/1/5, 2025.1.5, 2025年1月5日, 20250105, 1/5/25, 5-Jan-25, Excel's 45662, 二〇二五年一月五日.

    ``pivot`` is this year: two digits up to it are of this century. ``epoch`` is the workbook's day 0. Never raises.
    Blank text is read as nothing, without a problem.
    """
    if match := _ISO.fullmatch(text):  # what a cell that is a date was read as
        return _date(int(match[1]), int(match[2]), int(match[3]))
    text = clean(text)
    if is_blank(text):
        return NOTHING
    if text.startswith("#"):
        return ReadDate(problem=f"单元格是公式错误 {text[:12]}，请改成日期")
    if _UNCERTAIN.search(text):
        return ReadDate(problem=f"“{text[:20]}”不是确定的日期，请核对原始材料，写到年月日")
    bare = _WEEKDAY.sub("", _TIME.sub("", text)).strip()
    if found := _digits_only(bare, pivot, epoch):
        return found
    if match := _CHINESE.fullmatch(bare):
        year, month, day = match.groups()
        return _date(_century(year, pivot), int(month), int(day) if day else None)
    if match := _NUMERALS.fullmatch(bare.replace("ㅇ", "〇")):
        year, month, day = match.groups()
        return _date(int("".join(str(_DIGITS[c]) for c in year)), _numeral(month), _numeral(day) if day else None)
    if match := _PARTS.fullmatch(_SEPARATORS.sub("-", bare).strip("-")):
        return _parts(*match.groups(), bare=bare, pivot=pivot)
    if match := _ENGLISH_DAY_FIRST.fullmatch(bare):
        day, month, year = match.groups()
        return _named_month(year, month, day, pivot, bare)
    if match := _ENGLISH_MONTH_FIRST.fullmatch(bare):
        month, day, year = match.groups()
        return _named_month(year, month, day, pivot, bare)
    return ReadDate(problem=f"“{text[:20]}”读不成日期，{ASK_FOR}")


def find_date(text: str, pivot: int = 2026, epoch: date = EPOCH_1900) -> ReadDate:
    """The one date in a remark such as 2024年3月5日院党委备案; nothing, without a problem, when there is none."""
    read = read_date(text, pivot, epoch)
    if not read.problem:
        return read
    found = _ANY_DATE.findall(clean(text))
    return read_date(found[0], pivot, epoch) if len(found) == 1 else NOTHING


def read_period(text: str, pivot: int = 2026, epoch: date = EPOCH_1900) -> ReadPeriod:
    """Read a period: 2024.9.1-2024.9.5, 2024年9月1日至5日, 2024-09-01～09-05; or one date."""
    read = read_date(text, pivot, epoch)
    if not read.problem:
        if read.month_only:
            return ReadPeriod(problem=_month_only(read.value))
        return ReadPeriod(read.value, read.value, note=read.note)
    text = clean(text)
    halves = _halves(text)
    if halves is None:
        return ReadPeriod(problem=read.problem)
    first = read_date(halves[0], pivot, epoch)
    if first.problem or first.value is None or first.month_only:
        return ReadPeriod(problem=first.problem or f"“{text[:24]}”读不成起止日期，{ASK_FOR}至 2025-01-09")
    last = _second_half(halves[1], first.value, pivot, epoch)
    if last.problem or last.value is None or last.month_only:
        return ReadPeriod(problem=last.problem or f"“{text[:24]}”读不成起止日期，{ASK_FOR}至 2025-01-09")
    if last.value < first.value:
        return ReadPeriod(problem=f"止 {last.value} 早于起 {first.value}")
    return ReadPeriod(first.value, last.value)


def find_period(text: str, pivot: int = 2026, epoch: date = EPOCH_1900) -> ReadPeriod:
    """The one period, or one date, in a remark such as 2024.9.1-9.5（5个工作日）; else what is wrong with ``text``."""
    read = read_period(text, pivot, epoch)
    if not read.problem:
        return read
    bare = _CLOCK.sub("", _BRACKETS.sub("", clean(text)))
    if len(found := _ANY_PERIOD.findall(bare)) == 1:
        inside, rest = read_period(found[0], pivot, epoch), _ANY_PERIOD.sub("", bare)
    else:
        day, rest = find_date(bare, pivot, epoch), _ANY_DATE.sub("", bare)
        if day.value is None or day.problem or day.month_only:
            return read
        inside = ReadPeriod(day.value, day.value, note=day.note)
    return read if inside.problem or _MORE_DAYS.search(rest) else inside


def full_date(read: ReadDate) -> ReadDate:
    """``read`` for a column that needs the day: a month alone becomes a problem."""
    if read.month_only:
        return ReadDate(problem=_month_only(read.value))
    return read


def _month_only(value: date) -> str:
    return f"只写了 {value.year} 年 {value.month} 月，请补上日"


def _digits_only(bare: str, pivot: int, epoch: date) -> ReadDate | None:
    """Excel's day number, yyyymmdd, yyyymm, yymmdd."""
    whole, _, fraction = bare.partition(".")
    if not whole.isascii() or not whole.isdigit() or (fraction and not (fraction.isascii() and fraction.isdigit())):
        return None
    if len(whole) == 5 and FIRST_SERIAL <= int(whole) <= LAST_SERIAL:
        return ReadDate(epoch + timedelta(days=int(whole)))
    if fraction:
        return None
    if len(whole) == 8:
        return _date(int(whole[:4]), int(whole[4:6]), int(whole[6:]))
    if len(whole) == 6:
        if EARLIEST <= int(whole[:4]) <= LATEST and 1 <= int(whole[4:]) <= 12:
            return _date(int(whole[:4]), int(whole[4:]), None)
        read = _date(_century(whole[:2], pivot), int(whole[2:4]), int(whole[4:]))
        return read if read.problem else read._replace(note=f"按“年月日”读作 {read.value}")
    if len(whole) == 4 and EARLIEST <= int(whole) <= LATEST:
        return ReadDate(problem=f"只写了 {whole} 年，请补上月和日")
    return ReadDate(problem=f"“{bare[:20]}”读不成日期，{ASK_FOR}")


def _parts(a: str, b: str, c: str | None, *, bare: str, pivot: int) -> ReadDate:
    """Two or three numbers with a separator between them."""
    if c is None:
        if len(a) != 4:
            return ReadDate(problem=f"“{bare[:20]}”看不出年份，{ASK_FOR}")
        if b == "1" and "." in bare:
            # A cell that was typed 2025.10 and turned into the number 2025.1 looks the same.
            return ReadDate(problem=f"“{bare}”分不清是 1 月还是 10 月，请写成 {a}-01 或 {a}-10")
        return _date(int(a), int(b), None)
    if len(a) == 4:
        if len(c) > 2:
            return ReadDate(problem=f"“{bare[:20]}”读不成日期，{ASK_FOR}")
        return _date(int(a), int(b), int(c))
    if len(a) == 3 or len(c) == 3:
        return ReadDate(problem=f"“{bare[:20]}”读不成日期，{ASK_FOR}")
    if len(c) == 4:
        return _month_first(int(a), int(b), int(c), bare, sure=int(b) > 12 or a == b)
    return _two_digit_year(a, b, c, bare, pivot)


def _two_digit_year(a: str, b: str, c: str, bare: str, pivot: int) -> ReadDate:
    """1/5/25 is what Excel shows for a date in its American form; 25.1.5 and 25-1-5 are how people shorten the year."""
    year_first = _date(_century(a, pivot), int(b), int(c)) if len(a) == 2 else ReadDate(problem="-")
    month_first = _date(_century(c, pivot), int(a), int(b)) if len(c) == 2 else ReadDate(problem="-")
    preferred, other = (month_first, year_first) if "/" in bare else (year_first, month_first)
    read = other if preferred.problem else preferred
    if read.problem:
        return ReadDate(problem=f"“{bare[:20]}”读不成日期，{ASK_FOR}")
    order = "月/日/年" if read is month_first else "年月日"
    return read._replace(note=f"按“{order}”读作 {read.value}")


def _month_first(month: int, day: int, year: int, bare: str, *, sure: bool) -> ReadDate:
    if month > 12 and 1 <= day <= 12:
        read = _date(year, day, month)
        return read if read.problem else read._replace(note=f"按“日/月/年”读作 {read.value}")
    read = _date(year, month, day)
    if read.problem:
        return ReadDate(problem=f"“{bare[:20]}”读不成日期，{ASK_FOR}") if month > 12 else read
    return read if sure else read._replace(note=f"按“月/日/年”读作 {read.value}")


def _named_month(year: str, month: str, day: str, pivot: int, bare: str) -> ReadDate:
    number = _MONTHS.get(month[:3].lower())
    if number is None:
        return ReadDate(problem=f"“{bare[:20]}”读不成日期，{ASK_FOR}")
    return _date(_century(year, pivot), number, int(day))


def _date(year: int, month: int, day: int | None) -> ReadDate:
    if not EARLIEST <= year <= LATEST:
        return ReadDate(problem=f"年份 {year} 不对，请核对")
    if not 1 <= month <= 12:
        return ReadDate(problem=f"没有 {month} 月，请核对")
    if day is None:
        return ReadDate(date(year, month, 1), month_only=True)
    days = monthrange(year, month)[1]
    if not 1 <= day <= days:
        return ReadDate(problem=f"日期不存在：{year} 年 {month} 月只有 {days} 天，请核对原始记录")
    return ReadDate(date(year, month, day))


def _century(year: str, pivot: int) -> int:
    """Four digits as they are; two digits up to this year's are of this century, the others of the last."""
    number = int(year)
    if len(year) == 4:
        return number
    century = pivot // 100 * 100
    return century + number if number <= pivot % 100 else century - 100 + number


def _numeral(text: str) -> int:
    """一 … 三十一."""
    tens, ten, ones = text.partition("十")
    if not ten:
        return _DIGITS.get(text, 99)
    return (_DIGITS.get(tens, 99) if tens else 1) * 10 + (_DIGITS.get(ones, 99) if ones else 0)


def _halves(text: str) -> tuple[str, str] | None:
    """The two ends of a period, split at a word or dash; at the middle hyphen where hyphens separate everything."""
    halves = _SPAN.split(text)
    if len(halves) == 2 and all(halves):
        return halves[0], halves[1]
    hyphens = [place for place, letter in enumerate(text) if letter == "-"]
    if len(hyphens) in (1, 3, 5):
        middle = hyphens[len(hyphens) // 2] if len(hyphens) != 3 else hyphens[2]
        return text[:middle].strip(), text[middle + 1 :].strip()
    return None


def _second_half(text: str, first: date, pivot: int, epoch: date) -> ReadDate:
    """The end of a period, which may leave out the year, or year and month, of its beginning."""
    if match := re.fullmatch(r"(\d{1,2})\s*[日号]?", text):
        return _date(first.year, first.month, int(match[1]))
    if match := re.fullmatch(r"(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*[日号]?", text):
        return _date(first.year, int(match[1]), int(match[2]))
    return read_date(text, pivot, epoch)
