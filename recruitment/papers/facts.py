"""What a template may ask for: the names of all facts, empty, and filled with those of an invented person.

Every fact is text, a list or a set of such facts by name; one that is not on record is the empty text. Templates write
``{{ person.name }}``, ``{{ s15.date or blank_date }}``, and ``{%tr for review in reviews %}`` … ``{%tr endfor %}`` for rows.
"""

from datetime import date

from recruitment.steps import GROUPS, STEPS

# Lines to write on: a row of spaces could not be told from nothing, and punctuation would begin lines.
BLANK = "＿＿＿＿"
BLANK_DATE = "＿＿＿＿年＿＿月＿＿日"
LEAST_REVIEWS = 2

PERSON = {
    "name": "姓名",
    "sex": "性别",
    "birth_month": "出生年月",
    "birth_date": "出生日期",
    "age": "年龄",
    "ethnicity": "民族",
    "native_place": "籍贯",
    "schooling": "学历学位",
    "education": "学历",
    "degree": "学位",
    "department": "部门",
    "post": "职务职称",
    "position": "职务",
    "title": "职称",
    "programme": "人才计划",
    "overseas": "海外经历",
    "staff_number": "工号",
    "joined_on": "到所日期",
    "status": "政治面貌",
}
UNIT = {"name": "党支部", "superior": "上级党委"}
STEP = {
    "date": "日期",
    "body": "决定机构",
    "unit": "决定的党组织",
    "conclusion": "结论",
    "code": "结论代码（passed、agreed 等）",
    "number": "文号或备案号",
    "eligible": "应到会",
    "present": "实到会",
    "in_favour": "赞成",
    "against": "反对",
    "abstained": "弃权",
    "written": "书面意见",
    "people": "人员",
    "publicity_from": "公示起",
    "publicity_until": "公示止",
    "listed_on": "列为发展对象日期",
    "days": "培训天数",
    "hours": "培训学时",
    "extended_until": "延长至",
    "form_number": "入党志愿书编号",
    "remark": "备注",
}
COMPANION = {"name": "姓名", "title": "职称", "post": "职务职称", "member_since": "入党日期", "since": "起"}
REVIEW = {"n": "第几次", "date": "日期", "text": "考察意见", "evidence": "日常工作表现", "by": "填报人"}
OPINION = {"n": "第几次", "date": "日期", "text": "意见", "by": "培养联系人"}
PROBATION = {"start": "预备期起", "end": "预备期止"}
PUBLICITY = {"act": "公示的事项（拟……）", "since": "公示起", "until": "公示止", "basis": "依据"}
PRINTED = {"date": "打印日期", "by": "打印人", "entry": "台账条数", "digest": "校验码"}
PLAN = {
    "year": "年度",
    "number": "稿次",
    "standard": "定标准",
    "goal": "定目标",
    "limits": "定时限",
    "applications": "新递交申请人数",
    "activists": "确定积极分子人数",
    "targets": "列为发展对象人数",
    "admissions": "接收预备党员人数",
    "conversions": "转为正式党员人数",
    "studied_on": "支委会研究日期",
    "present": "到会委员",
    "in_favour": "同意",
    "submitted_on": "报党办日期",
    "reviewed_on": "党委审议日期",
    "key_people": "副高级以上人数",
    "key_members": "其中党员人数",
    "key_share": "党员占比（%）",
}
PLANNED = {
    "n": "序号",
    "name": "姓名",
    "sex": "性别",
    "birth_month": "出生年月",
    "title": "职称",
    "stage": "现阶段",
    "aim": "拟到",
    "by": "时限",
    "earliest": "最早可办",
    "note": "说明",
}
CARRIED = {"label": "环节", "planned": "计划", "actual": "实际"}
ROW = {"n": "步骤", "name": "程序", "date": "日期", "by": "机构和人员", "result": "结果", "note": "备注"}

_SAMPLE_ON = date(2026, 3, 1)


def chinese_date(day: date | None) -> str:
    """A day as official papers write it; "" without one."""
    return f"{day.year}年{day.month}月{day.day}日" if day else ""


def chinese_month(day: date | None) -> str:
    """A month as registers write it; "" without one."""
    return f"{day.year}年{day.month}月" if day else ""


def empty_facts() -> dict:
    """All names with nothing on record."""
    return _facts(lambda names: dict.fromkeys(names, ""), companions=0, reviews=LEAST_REVIEWS)


def sample_facts() -> dict:
    """All names filled, for trying a template: texts tell what stands there, and one has what breaks badly made files."""
    found = _facts(lambda names: {name: _sample(name, label) for name, label in names.items()}, companions=2, reviews=3)
    found["person"]["name"] = found["planned"][0]["name"] = "林<知>夏&"
    found["mentor_names"] = found["recommender_names"] = "联系人甲、联系人乙"
    return found


def marks() -> list[dict]:
    """All names as a template writes them, in groups: {"title", "marks": [(mark, what it is)]}."""
    groups = (
        ("个人情况", "person.", PERSON),
        ("党组织", "unit.", UNIT),
        ("某一步骤（s1 至 s25，如 s15）", "s15.", STEP),
        ("培养联系人：循环 mentor in mentors", "mentor.", COMPANION),
        ("入党介绍人：循环 person in recommenders", "person.", COMPANION),
        ("半年考察：循环 review in reviews", "review.", REVIEW),
        ("预备期考察：循环 check in checks", "check.", REVIEW),
        ("培养联系人意见：循环 opinion in opinions", "opinion.", OPINION),
        ("预备期", "probation.", PROBATION),
        ("公示", "publicity.", PUBLICITY),
        ("全程纪实：循环 group in groups，其中 row in group.rows", "row.", ROW),
        ("年度计划（只用于年度发展党员计划）", "plan.", PLAN),
        ("拟发展人选：循环 row in planned", "row.", PLANNED),
        ("上年执行：循环 row in carried", "row.", CARRIED),
        ("打印", "printed.", PRINTED),
        (
            "其他",
            "",
            {
                "mentor_names": "培养联系人姓名",
                "recommender_names": "入党介绍人姓名",
                "blank": "横线",
                "blank_date": "日期横线",
                "carried_year": "上年执行的年度",
            },
        ),
    )
    return [
        {"title": title, "marks": [("{{ " + prefix + name + " }}", label) for name, label in names.items()]}
        for title, prefix, names in groups
    ]


def _sample(name: str, label: str) -> str:
    is_day = name in ("date", "since", "until", "start", "end") or name.endswith(("_on", "_from", "_until", "_date"))
    return chinese_date(_SAMPLE_ON) if is_day else label


def _facts(filled, *, companions: int, reviews: int) -> dict:
    return {
        "blank": BLANK,
        "blank_date": BLANK_DATE,
        "person": filled(PERSON),
        "unit": filled(UNIT),
        "mentors": [filled(COMPANION) for _ in range(companions)],
        "mentor_names": "",
        "recommenders": [filled(COMPANION) for _ in range(companions)],
        "recommender_names": "",
        "reviews": [filled(REVIEW) for _ in range(reviews)],
        "checks": [filled(REVIEW) for _ in range(reviews)],
        "opinions": [filled(OPINION) for _ in range(reviews)],
        "probation": filled(PROBATION),
        "publicity": filled(PUBLICITY),
        "printed": filled(PRINTED),
        "plan": filled(PLAN),
        "planned": [filled(PLANNED) for _ in range(companions or 1)],
        "carried": [filled(CARRIED) for _ in range(companions or 1)],
        "carried_year": "",
        "groups": [
            {"name": group.name, "rows": [filled(ROW) for step in STEPS if step.group == group.number]}
            for group in GROUPS
        ],
        **{f"s{step.number}": filled(STEP) for step in STEPS},
    }
