"""Ledgers for tests: the published layouts, and files of several producers with the same rows."""

import csv
import io
from datetime import date, datetime

import openpyxl
import xlsxwriter
import xlwt


def pairs(text):
    """{heading: value} from one line of text."""
    return dict(pair.split(" = ") for pair in text.split("; "))


def columns(text):
    """Names of columns from one line of text."""
    return text.split(", ")


# rules.md §3.1: title, unit and date in rows 1-3, header in row 4, 1 | 2 under 培养联系人 in row 5, people from row 6.
ACTIVIST_ROLL = [
    "序号", "所在党支部", "姓名", "学号/职工号", "性别", "民族", "籍贯", "出生日期", "递交入党申请书时间", "团组织推优时间",
    "确定为入党积极分子时间", "培养联系人", "", "已取得学历", "学生类别/人员类别", "年级", "学制", "担任职务", "党支部书记姓名", "二级党委备案情况",
]  # fmt: skip
ROLL_ACTIVISTS = columns(
    "序号, 姓名, 学号（职工号）, 性别, 民族, 文化程度（指已取得学历）, 出生日期, 年龄, 工作或学习单位, 身份证号, 参加工作时间（入学时间）, 职务职称, "
    "申请入党时间, 所在党支部, 备注, 派人谈话时间, 党支部研究确定入党积极分子时间, 党委备案时间, 入党积极分子培训时间, 培养联系人"
)
ROLL_PROBATIONERS = columns(
    "序号, 姓名, 学号（职工号）, 性别, 民族, 文化程度（指已取得学历）, 出生日期, 年龄, 工作或学习单位, 身份证号, 参加工作时间（入学时间）, 职务职称, "
    "申请入党时间, 所在党支部, 备注, 派入谈话时间, 确定积极分子时间, 积极分子培训时间, 列为发展对象时间, 发展对象培训时间, "
    "党支部党员大会接收预备党员时间, 上级党组织谈话时间, 上级党组织谈话人, 党总支审议时间, 上级党委审批时间, 志愿书编号"
)
ROLL_MEMBERS = columns(
    "序号, 姓名, 学号（职工号）, 性别, 出生日期, 申请入党时间, 所在党支部, 人员类别, 确定积极分子时间, 列为发展对象时间, 预备期支部讨论时间, "
    "上级党委审批时间, 转正支部大会时间, 转正上级党委审批时间"
)
RECORD_CLASS = columns(
    "学号, 姓名, 单位, 身份证号, 性别, 民族, 出生日期, 文化程度, 职业, 申请入党时间, 列入考察时间, 是否党校毕业, 是否团员, 学位或职称, 单位职务或职业, "
    "列为积极分子时间, 公示起止时间, 推荐或推优方式, 第一联系人, 第二联系人, 籍贯, 受表彰情况, 发展对象培训情况, 支部通过时间, 分党委审批时间, "
    "志愿书编号, 预备党员培训情况, 转正时间, 讨论意见, 分党委审批时间"
)
COLLEGE_SHEET = columns(
    "序号, 姓名, 学号, 民族, 身份证号, 籍贯, 所在班级(或部门), 现任职务, 申请入党时间, 列为积极分子时间, 何时何地参加党校培训, 联系人, 志愿书编号"
)
ENTERPRISE_SHEET = columns(
    "姓名, 性别, 出生年月, 身份证, 民族, 年龄, 第一次申请入党时间, 入党介绍人, 电话, 籍贯, 出生地, 家庭住址, 隶属支部, 在岗情况(在职/退休), "
    "列为积极分子时间, 职务, 任命时间, 学历专业, 取得时间, 职称"
)
PARTY_OPS = columns(
    "所属党委, 所属党支部, 姓名, 性别, 民族, 出生年月日, 文化程度, 提交入党申请时间, 谈话时间, 列为积极分子时间, 培养联系人, 入党介绍人, 列为发展对象时间, "
    "公示开始时间, 集中培训完成时间, 政治审查完成时间, 预审通过时间, 支部大会接收时间, 党委审批时间, 入党宣誓时间, 列为预备党员时间, 转正申请时间, "
    "转正支部大会时间, 转正审批时间, 预备党员转正时间, 当前阶段"
)
UNION_BANDS = {
    "基本情况": "序号, 所在党支部, 姓名, 工号, 性别, 民族, 籍贯, 出生年月, 学历, 学位, 参加工作时间, 职务, 职称(专业技术职务), 职称级别, 人才计划, 海外经历, "
    "政治面貌, 联系电话, 身份证号",
    "申请人": "申请入党时间, 谈话时间, 谈话人",
    "积极分子": "推荐方式, 确定时间, 备案时间, 培养联系人1, 培养联系人2, 考察时间, 培训时间",
    "发展对象": "同意/备案时间, 公示起, 公示止, 列为发展对象时间, 介绍人1, 介绍人2, 政审完成时间, 政审结论, 培训时间, 培训学时",
    "预备党员": "预审时间, 志愿书编号, 支部大会时间, 应到, 实到, 赞成, 反对, 弃权, 谈话时间, 谈话人, 审批时间, 备案时间, 宣誓时间, 预备期起, 预备期止",
    "转正": "转正申请时间, 支部大会时间, 结果(按期/延长/取消), 延长至, 审批时间, 党龄起算, 归档时间",
    "备注": "备注, 党支部书记",
}
UNION = [column for band in UNION_BANDS.values() for column in columns(band)]


def activist_roll(people):
    """Rows of the published activist roll; ``people`` are dicts by column name, with 联系人1 and 联系人2."""
    rows = [
        ["附件6："],
        ["党委入党积极分子名册（截止时间：2026年6月30日）"],
        ["二级党委（盖章）：", "", "", "", "填报日期："],
    ]
    rows += [ACTIVIST_ROLL, [""] * 11 + ["1", "2"]]
    for number, person in enumerate(people, 1):
        cells = [person.get(column, "") for column in ACTIVIST_ROLL]
        cells[0], cells[11], cells[12] = number, person.get("联系人1", ""), person.get("联系人2", "")
        rows.append(cells)
    return rows


def table(columns, people, *, above=()):
    """Rows of a ledger with one header row; ``people`` are dicts by column name, or lists of cells."""
    rows = [list(line) for line in above] + [list(columns)]
    return rows + [
        [person.get(column, "") for column in columns] if isinstance(person, dict) else list(person)
        for person in people
    ]


def xlsx(rows, *, merged=(), sheet="名册", prepare=None):
    """An .xlsx written by openpyxl; ``merged`` are ranges such as L4:M4, ``prepare`` changes the workbook before saving."""
    book = openpyxl.Workbook()
    book.active.title = sheet
    for row in rows:
        book.active.append([None if cell == "" else cell for cell in row])
    for area in merged:
        book.active.merge_cells(area)
    if prepare:
        prepare(book)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def xlsx_by_xlsxwriter(rows, *, merged=()):
    """The same by XlsxWriter."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    sheet = book.add_worksheet("名册")
    day = book.add_format({"num_format": "yyyy-mm-dd"})
    for y, row in enumerate(rows):
        for x, cell in enumerate(row):
            if isinstance(cell, date | datetime):
                sheet.write_datetime(y, x, datetime(cell.year, cell.month, cell.day), day)  # noqa: DTZ001
            elif cell != "":
                sheet.write(y, x, cell)
    for area, text in merged:
        sheet.merge_range(area, text)
    book.close()
    return out.getvalue()


def xls(rows, *, merged=(), prepare=None):
    """The same as an old .xls by xlwt; ``merged`` are (first row, last row, first column, last column) from 0 with text."""
    book = xlwt.Workbook()
    sheet = book.add_sheet("名册", cell_overwrite_ok=True)
    day = xlwt.easyxf(num_format_str="yyyy-mm-dd")
    for y, row in enumerate(rows):
        for x, cell in enumerate(row):
            if isinstance(cell, date | datetime):
                sheet.write(y, x, cell, day)
            elif cell != "":
                sheet.write(y, x, cell)
    for top, bottom, left, right, text in merged:
        sheet.write_merge(top, bottom, left, right, text)
    if prepare:
        prepare(book, sheet)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def csv_file(rows, encoding="utf-8"):
    """The same as CSV."""
    out = io.StringIO()
    csv.writer(out).writerows([[cell.isoformat() if isinstance(cell, date) else cell for cell in row] for row in rows])
    return out.getvalue().encode(encoding)
