"""The default template of a branch's annual plan: the four determinations, the persons, the year before (notice T2, T3)."""

from recruitment.papers.marks import BRANCH, SUPERIOR, cell, day
from recruitment.papers.sheets import CENTER, LEFT, Cell, Sheet, label


def annual_plan():
    """One paper for the way from the branch to the committee and upward; what is not written is left for the hand."""
    sheet = Sheet()
    sheet.title(f"{BRANCH}\n{{{{ plan.year or blank }}}}年度发展党员计划")
    sheet.line(f"{SUPERIOR}：")
    sheet.paragraph(
        "按照院党委关于做好在科技骨干中发展党员工作的要求，经"
        f"{day('plan.studied_on')}支部委员会会议研究，现将{{{{ plan.year or blank }}}}年度发展党员计划报告如下。"
    )
    sheet.heading("一、基本情况")
    sheet.paragraph(
        "本支部范围内副高级以上科技人员{{ plan.key_people or blank }}人，其中党员{{ plan.key_members or blank }}人，"
        "占{{ plan.key_share or blank }}%。"
    )
    sheet.heading("二、定标准")
    sheet.paragraph("{{ plan.standard or blank }}")
    sheet.heading("三、定目标")
    sheet.paragraph("{{ plan.goal or blank }}")
    sheet.heading("四、定人数")
    _numbers(sheet)
    sheet.heading("五、定时限")
    sheet.paragraph("{{ plan.limits or blank }}")
    sheet.heading("六、拟发展人选")
    _people(sheet)
    sheet.heading("七、{{ carried_year or blank }}年度执行情况")
    sheet.table(
        (60, 48, 48),
        [
            (10, [label("环　节"), label("计划（人）"), label("实际（人）")]),
            "{%tr for row in carried %}",
            (10, [cell("row.label"), cell("row.planned"), cell("row.actual")]),
            "{%tr endfor %}",
        ],
    )
    sheet.signature(BRANCH, day("printed.date"))
    return sheet


def _numbers(sheet):
    names = ("applications", "activists", "targets", "admissions", "conversions")
    words = ("新递交申请", "确定积极分子", "列为发展对象", "接收预备党员", "转为正式党员")
    sheet.table(
        (31, 31, 31, 31, 32),
        [
            (10, [label(word) for word in words]),
            (10, [Cell("{{ plan." + name + " }}", align=CENTER) for name in names]),
        ],
    )


def _people(sheet):
    heads = ("序号", "姓　名", "出生年月", "职　称", "现阶段", "拟　到", "时　限", "说　明")
    sheet.table(
        (10, 19, 27, 22, 22, 22, 19, 15),
        [
            (10, [label(head) for head in heads]),
            "{%tr for row in planned %}",
            (
                11,
                [
                    cell("row.n"),
                    cell("row.name"),
                    cell("row.birth_month"),
                    cell("row.title"),
                    cell("row.stage"),
                    cell("row.aim"),
                    cell("row.by"),
                    Cell("{{ row.note }}", align=LEFT),
                ],
            ),
            "{%tr endfor %}",
        ],
    )
    sheet.note("人选按最早可办日期先后排列，成熟一个，发展一个。")
