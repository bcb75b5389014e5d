"""The registers among the default templates; what a form asks for beyond the facts is left blank for the hand."""

from recruitment.papers.marks import SIGN, cell
from recruitment.papers.sheets import LEFT, RIGHT, Cell, Sheet, label

_PERSON_WIDTHS = (25, 26, 17, 26, 24, 38)
_PERSON_ROWS = (
    (11, [label("姓　　名"), cell("person.name"), label("性　别"), cell("person.sex"), label("出生年月"), cell("person.birth_month")]),
    (11, [label("民　　族"), cell("person.ethnicity"), label("籍　贯"), cell("person.native_place"), label("学　　历"), cell("person.education")]),
    (11, [label("所在部门"), Cell("{{ person.department }}", 3), label("职务职称"), cell("person.post")]),
)  # fmt: skip

_MENTOR = (
    "{{ mentor.name }}{% if mentor.member_since %}，{{ mentor.member_since }}入党{% endif %}"
    "{% if mentor.post %}，{{ mentor.post }}{% endif %}"
)
_PRINTED = (
    "{% if printed.date %}打印：{{ printed.by }}　{{ printed.date }}　"
    "台账第 {{ printed.entry }} 条，校验码 {{ printed.digest }}{% endif %}"
)
_REVIEW = "{{ review.date }}　{{ review.text }}\n{{ review.evidence }}"
_RESULT = "{{ row.result }}{% if row.note %}\n{{ row.note }}{% endif %}"


def talk_record():
    """Step 2: what is spoken about is what article 7 names."""
    sheet = Sheet()
    sheet.title("入党申请人谈话记录")
    topics = ("个人经历", "对党的\n认　　识", "入党动机", "遵纪守法\n情　　况", "家庭情况")
    sheet.table(
        _PERSON_WIDTHS,
        [
            *_PERSON_ROWS,
            (
                11,
                [
                    label("申请入党\n时　　间"),
                    Cell("{{ s1.date }}", 2),
                    label("工　　号"),
                    Cell("{{ person.staff_number }}", 2),
                ],
            ),
            (11, [label("谈话时间"), Cell("{{ s2.date }}", 2), label("谈话地点"), Cell("", 2)]),
            (11, [label("谈 话 人"), Cell("{{ s2.people }}", 2), label("职　　务"), Cell("", 2)]),
            *((16, [label(topic), Cell("", 5)]) for topic in topics),
            (24, [label("谈 话 人\n意　　见"), Cell("", 5, sign=f"谈话人（签名）：　　　　　　　{SIGN}")]),
            (12, [label("谈话对象\n签　　名"), Cell(SIGN, 5, align=RIGHT)]),
        ],
    )
    sheet.note(_PRINTED)
    return sheet


def activist_form():
    """Step 4: the register that is filed with the superior committee (article 8)."""
    sheet = Sheet()
    sheet.title("入党积极分子备案登记表")
    sheet.table(
        _PERSON_WIDTHS,
        [
            *_PERSON_ROWS,
            (
                11,
                [
                    label("申请入党\n时　　间"),
                    Cell("{{ s1.date }}", 2),
                    label("派人谈话\n时　　间"),
                    Cell("{{ s2.date }}", 2),
                ],
            ),
            (
                11,
                [
                    label("确定积极\n分子时间"),
                    Cell("{{ s3.date }}", 2),
                    label("培　　养\n联 系 人"),
                    Cell("{{ mentor_names }}", 2),
                ],
            ),
            (
                11,
                [
                    label("人才计划"),
                    Cell("{{ person.programme }}", 2),
                    label("海外经历"),
                    Cell("{{ person.overseas }}", 2),
                ],
            ),
            (30, [label("主要经历"), Cell("", 5)]),
            (26, [label("推荐情况"), Cell("（党员推荐、群团组织推优）", 5, align=LEFT)]),
            (
                34,
                [
                    label("支 委 会\n意　　见"),
                    Cell(
                        "{% if s3.eligible %}应到会{{ s3.eligible }}人，实到会{{ s3.present }}人，赞成{{ s3.in_favour }}票，"
                        "反对{{ s3.against }}票，弃权{{ s3.abstained }}票。{% endif %}",
                        5,
                        sign=f"党支部书记（签名或盖章）：　　　　　　　{SIGN}",
                    ),
                ],
            ),
            (
                32,
                [label("上级党委\n备案意见"), Cell("备案号：{{ s4.number }}", 5, sign=f"（盖章）　　　　　　　{SIGN}")],
            ),
        ],
    )
    sheet.note(_PRINTED)
    return sheet


def cultivation_form():
    """Step 6: the register of cultivation with a line for every half-year (articles 9 to 11, 13)."""
    sheet = Sheet()
    sheet.title("入党积极分子培养教育考察登记表")
    sheet.table(
        _PERSON_WIDTHS,
        [
            *_PERSON_ROWS,
            (11, [label("申请入党\n时　　间"), Cell("{{ s1.date }}", 3), label("人才计划"), cell("person.programme")]),
            (11, [label("确定积极\n分子时间"), Cell("{{ s3.date }}", 3), label("备 案 号"), cell("s4.number")]),
            "{%tr for mentor in mentors %}",
            (11, [label("培　　养\n联 系 人"), Cell(_MENTOR, 3), label("联系起始"), cell("mentor.since")]),
            "{%tr endfor %}",
            (34, [label("主要经历"), Cell("", 5)]),
            "{%tr for review in reviews %}",
            (60, [label("第 {{ review.n or '　' }} 次\n半年考察\n意　　见"), Cell(_REVIEW, 5, sign=f"培养联系人（签名）：　　　　　　　{SIGN}")]),
            "{%tr endfor %}",
            (37, [label("党 小 组\n意　　见"), Cell("", 5, sign=f"党小组长（签名）：　　　　　　　{SIGN}")]),
            (37, [label("党员和群\n众 意 见"), Cell("", 5, sign=f"记录人（签名）：　　　　　　　{SIGN}")]),
            (37, [label("支部委员\n会 意 见\n（是否列为\n发展对象）"), Cell("", 5, sign=f"党支部书记（签名或盖章）：　　　　　　　{SIGN}")]),
            (37, [label("上级党委\n意　　见"), Cell("", 5, sign=f"（盖章）　　　　　　　{SIGN}")]),
        ],
    )  # fmt: skip
    sheet.note(_PRINTED)
    return sheet


def process_record():
    """All twenty-five steps of one person (全程纪实)."""
    sheet = Sheet()
    sheet.title("发展党员全程纪实表")
    sheet.table(
        _PERSON_WIDTHS,
        [
            *_PERSON_ROWS,
            (11, [label("党 支 部"), Cell("{{ unit.name }}", 3), label("工　　号"), cell("person.staff_number")]),
        ],
    )
    sheet.note("")
    widths = (10, 40, 40, 33, 33)
    sheet.table(
        widths,
        [
            (10, [label("号"), label("程　序"), label("时　间"), label("机构和人员"), label("结果和材料")]),
            "{%tr for group in groups %}",
            (9, [Cell("{{ group.name }}", 5, is_label=True, align=LEFT)]),
            "{%tr for row in group.rows %}",
            (
                10,
                [
                    cell("row.n"),
                    Cell("{{ row.name }}", align=LEFT),
                    cell("row.date"),
                    Cell("{{ row.by }}", align=LEFT),
                    Cell(_RESULT, align=LEFT),
                ],
            ),
            "{%tr endfor %}",
            "{%tr endfor %}",
        ],
    )  # fmt: skip
    sheet.note(_PRINTED)
    return sheet
