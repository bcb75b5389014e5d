"""One spelling for what people type: full-width digits halved, invisible characters gone, spaces single."""

import re
import unicodedata

# What a form's author writes where there is nothing to write.
BLANKS = frozenset(
    {
        "",
        "/",
        "\\",
        "-",
        "--",
        "—",
        "——",
        "无",
        "暂无",
        "没有",
        "未填",
        "不详",
        "空",
        "n/a",
        "na",
        "null",
        "none",
        "nan",
    }
)

LONGEST_BLANK = max(map(len, BLANKS))

_INVISIBLE = re.compile(
    r"[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u00ad\u200b-\u200f\u2028-\u202f\u2060-\u2064\u2066-\u206f\ufeff\ufff9-\ufffb]"
)
_ERROR = re.compile(r"#[A-Z][A-Z0/_]{1,14}[!?]?")
_SPACES = re.compile(r"\s+")
_BETWEEN_CHINESE = re.compile(r"(?<=[\u3400-\u9fff\U00020000-\U0003ffff·]) (?=[\u3400-\u9fff\U00020000-\U0003ffff·])")
_DOT = re.compile(
    r" ?[・•‧∙⋅] ?|(?<=[\u3400-\u9fff\U00020000-\U0003ffff]) ?\. ?(?=[\u3400-\u9fff\U00020000-\U0003ffff])"
)


def clean(text: str) -> str:
    """``text`` in compatibility form (NFKC: １→1, （→( ), without control and direction marks, spaces single and trimmed."""
    if text.isascii() and text.isalnum():
        return text
    if not text.isascii():
        text = unicodedata.normalize("NFKC", text)
    return _SPACES.sub(" ", _INVISIBLE.sub("", text)).strip()


def is_blank(text: str) -> bool:
    """True for an empty cell and for what stands for one: /, —, 无, 暂无 …"""
    return len(text) <= LONGEST_BLANK and text.casefold() in BLANKS


def is_error(text: str) -> bool:
    """True for what Excel shows where a formula failed: #REF!, #N/A, #DIV/0! …"""
    return text.startswith("#") and _ERROR.fullmatch(text) is not None


def name_of(text: str) -> str:
    """A person's name as one spells it in a roster: 张 三 and 张　三 are 张三; Latin names keep their spaces.

    The dot in 买买提·吐尔逊 is one and the same, whatever dot an input method gave.
    """
    return _BETWEEN_CHINESE.sub("", _DOT.sub("·", text))
