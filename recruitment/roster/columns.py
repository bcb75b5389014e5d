"""What a roster's columns can mean, with the names that rosters give them."""

import re

from recruitment.imports.fields import BASIC, BY_KEY, Field, Kind
from recruitment.imports.headers import Header, one_spelling

_BRACKETS = re.compile(r"[(（\[【][^)）\]】]*[)）\]】]")


def _field(key, label, kind=Kind.TEXT, aliases=""):
    """A meaning that ledgers have too keeps their names for it."""
    ledgers = BY_KEY[key].aliases if key in BY_KEY else ()
    return Field(key, label, BASIC, kind, aliases=(*ledgers, *aliases.split()))


FIELDS = (
    _field("staff_number", "工号", Kind.NUMBER, "人员代码 人事编号 员工编号 员工工号 工作证编号"),
    _field("name", "姓名", Kind.NAME, "员工姓名 人员姓名 职工姓名"),
    _field("sex", "性别", Kind.CHOICE),
    _field("birth_on", "出生日期", Kind.BIRTH, "出生年月"),
    _field("ethnicity", "民族"),
    _field("native_place", "籍贯"),
    _field("education", "学历"),
    _field("degree", "学位"),
    _field("category", "人员类别", Kind.CHOICE, "人员状态 在职状态 在岗状态 用工形式 岗位类别 身份类别"),
    _field("department", "部门", aliases="部门名称 所属部门 现部门 工作部门 所在处室 二级单位 内设机构 课题组 团组"),
    _field("unit", "所在党支部"),
    _field("position", "职务", aliases="岗位 行政职务名称"),
    _field("title", "专业技术职务", aliases="职称 聘任职务 专技职务 专业技术职务名称 现聘专业技术职务"),
    _field("title_rank", "职称级别", Kind.CHOICE),
    _field("talent_programme", "人才计划", aliases="人才计划名称 入选人才计划 人才类别 人才项目名称"),
    _field("overseas_experience", "海外经历"),
    _field("returned_on", "回国日期", Kind.DATE, "回国时间 归国日期 归国时间"),
    _field(
        "joined_institute_on", "到所日期", Kind.DATE,
        "进所日期 进所时间 入所日期 报到日期 报到时间 到岗日期 到岗时间 来院时间 来院日期 来单位时间 进单位时间 参加本单位工作时间",
    ),
    _field(
        "left_on", "离所日期", Kind.DATE,
        "离所时间 离职日期 离职时间 离岗日期 离岗时间 调出日期 调出时间 调离时间 调离日期 离院时间 离校时间 退休日期 退休时间",
    ),
    _field("political_status", "政治面貌", Kind.CHOICE),
    _field("member_since_on", "入党日期", Kind.DATE, "入党时间 加入中国共产党时间 加入党组织时间"),
    _field("email", "电子邮箱", aliases="邮箱 电子邮件 邮箱地址 Email E-mail"),
    _field("phone", "联系电话", aliases="移动电话 办公电话"),
)  # fmt: skip
BY_ROSTER_KEY = {field.key: field for field in FIELDS}


def _names() -> dict[str, str]:
    """{a column's name in one spelling: field key}; an official name goes before another field's alias."""
    names: dict[str, str] = {}
    for field in FIELDS:
        for name in field.aliases:
            names.setdefault(one_spelling(name), field.key)
    return names | {one_spelling(field.label): field.key for field in FIELDS}


_MEANINGS = _names()


def guess(header: Header, remembered: dict[str, str]) -> dict[int, str]:
    """{column from 0: field key} for the columns of ``header``: as said last time, else as the name says, each once.

    ``remembered`` = {label in one spelling: field key, "" for not imported}.
    """
    mapping: dict[int, str] = {}
    for column in header.columns:
        key = remembered.get(column.memory_key)
        if key is None:
            key = _meaning(column.label)
        if key in BY_ROSTER_KEY and key not in mapping.values():
            mapping[column.index] = key
    return mapping


def _meaning(label: str) -> str:
    """The field key that a column's name stands for; of a header of several rows the lowest decides."""
    parts = label.split("·")
    for name in (label, parts[-1]):
        for spelling in (name, _BRACKETS.sub("", name)):
            if key := _MEANINGS.get(one_spelling(spelling)):
                return key
    return ""
