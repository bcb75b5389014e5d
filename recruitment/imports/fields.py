"""What a ledger's columns can mean: the customary columns of rules.md §3.10 with the names that ledgers give them."""

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """How the text of a column is read."""

    TEXT = "text"
    NAME = "name"
    NUMBER = "staff_number"
    COUNT = "count"
    DATE = "date"
    BIRTH = "birth"
    MAYBE_DATE = "maybe_date"  # a remark that may hold a date
    PERIOD = "period"
    NAMES = "names"
    CHOICE = "choice"
    IDENTITY = "identity"  # read for the birth date, never kept
    IGNORED = "ignored"


# Sections of a ledger, in the order in which people write them; a name such as 审批时间 is told by its section.
BASIC, APPLICANT, ACTIVIST, TARGET, ADMISSION, PROBATION, OTHER = range(7)
SECTION_NAMES = {
    BASIC: "基本情况",
    APPLICANT: "申请人",
    ACTIVIST: "积极分子",
    TARGET: "发展对象",
    ADMISSION: "接收预备党员",
    PROBATION: "转正",
    OTHER: "其他",
}


@dataclass(frozen=True, slots=True)
class Field:
    """One meaning: its ``key``, official ``label``, section and kind; ``step`` it speaks of, ``part`` which field of the step.

    ``aliases`` are other names it goes by; ``local`` names mean it only inside its section (审批时间).
    """

    key: str
    label: str
    section: int
    kind: Kind
    step: int = 0
    part: str = ""
    aliases: tuple[str, ...] = ()
    local: tuple[str, ...] = ()
    note: str = ""


def _basic(key, label, kind=Kind.TEXT, aliases="", note=""):
    return Field(key, label, BASIC, kind, aliases=tuple(aliases.split()), note=note)


def _ignored(key, label, aliases, note, section=BASIC, local=""):
    return Field(
        key, label, section, Kind.IGNORED, aliases=tuple(aliases.split()), local=tuple(local.split()), note=note
    )


def _step(key, label, section, step, part="decided_on", kind=Kind.DATE, aliases="", local="", note=""):
    return Field(key, label, section, kind, step, part, tuple(aliases.split()), tuple(local.split()), note)


FIELDS = (
    _ignored("serial", "序号", "序 编号 行号 No", "不导入"),
    _basic("unit", "所在党支部", aliases="党支部 支部 隶属支部 所属党支部 所属支部 党支部名称 支部名称 所在支部 党组织 所属党组织 党组织名称"),
    _basic("name", "姓名", Kind.NAME, "名字 申请人姓名 积极分子姓名 发展对象姓名 党员姓名 联系对象"),
    _basic(
        "staff_number",
        "工号",
        Kind.NUMBER,
        "职工号 学号 学工号 学号职工号 职工号学号 学号工号 工号学号 工作证号 人员编号 职工编号 员工号 教工号 学号（职工号） 学号/职工号",
    ),
    _basic("sex", "性别", Kind.CHOICE),
    _basic("ethnicity", "民族"),
    _basic("native_place", "籍贯"),
    _basic("birth_on", "出生年月", Kind.BIRTH, "出生日期 出生时间 出生年月日 生日 出生 出生年月(岁)"),
    _basic("education", "学历", aliases="文化程度 文化程度指已取得学历 已取得学历 最高学历 学历专业 学历学位 学历/学位"),
    _basic("degree", "学位", aliases="最高学位"),
    _basic("joined_institute_on", "到所日期", Kind.DATE, "到所时间 入所时间 入职时间 入职日期 来所时间 入校时间 入学时间"),
    _basic("position", "职务", aliases="担任职务 现任职务 行政职务 党政职务 单位职务或职业 单位职务 职务职称"),
    _basic("title", "职称", aliases="专业技术职务 职称专业技术职务 职称（专业技术职务） 专业技术职称 技术职称 学位或职称"),
    _basic("title_rank", "职称级别", Kind.CHOICE, "职称等级 专业技术职务级别"),
    _basic("talent_programme", "人才计划", aliases="人才称号 人才计划入选情况 人才项目"),
    _basic("overseas_experience", "海外经历", aliases="海外学习工作经历 留学经历"),
    _basic("political_status", "政治面貌", Kind.CHOICE, "目前政治面貌"),
    _basic("category", "人员类别", Kind.CHOICE, "学生类别 学生类别/人员类别 人员类型 在岗情况 在岗情况(在职/退休) 类别"),
    _basic("department", "部门", aliases="所在部门 所在单位 工作或学习单位 工作单位 单位 单位部门 所在班级(或部门) 所在班级或部门 所在课题组 研究室 处室"),
    _basic("phone", "联系电话", aliases="电话 手机 手机号 手机号码 联系方式 联系电话(手机)"),
    Field(
        "identity",
        "身份证号",
        BASIC,
        Kind.IDENTITY,
        aliases=("身份证", "身份证号码", "公民身份号码", "身份证件号码", "身份证件号"),
        note="只用来核对出生日期，不保存",
    ),
    _ignored("age", "年龄", "周岁", "不导入，由出生日期推算"),
    _ignored("joined_work_on", "参加工作时间", "参加工作日期 参加工作时间(入学时间) 工作时间", "不导入"),
    _ignored("home", "家庭住址", "出生地 住址 家庭地址 现住址", "不导入，不是发展党员必需的信息"),
    _ignored("study", "年级、学制", "年级 学制 班级 列入考察时间 职业 专业 是否团员 是否党校毕业 任命时间 取得时间 入团时间 受表彰情况", "不导入"),
    _ignored("committee", "所属党委", "二级党委 党委 所属二级党委 基层党委 党总支", "不导入，由党支部推知"),
    _ignored("secretary", "党支部书记", "党支部书记姓名 支部书记 书记姓名 支部书记姓名", "不导入，由任职推知", OTHER),
    # 申请人
    _step(
        "applied_on", "申请入党时间", APPLICANT, 1,
        aliases="递交入党申请书时间 入党申请时间 提交入党申请时间 递交申请书时间 第一次申请入党时间 申请时间 递交入党申请时间 申请入党日期 入党申请日期 "
        "递交入党申请书日期 提交入党申请书时间 申请日期 递交申请时间 入党申请书时间",
    ),
    _step(
        "talked_on", "谈话时间", APPLICANT, 2,
        aliases="派人谈话时间 派入谈话时间 派人谈话日期 党组织派人谈话时间 支部谈话时间 首次谈话时间 入党谈话时间 党支部谈话时间", local="谈话日期",
    ),
    _step("talker", "谈话人", APPLICANT, 2, "persons", Kind.NAMES, "党支部谈话人 派人谈话人 支部谈话人"),
    # 积极分子
    Field(
        "recommended_how", "推荐方式", ACTIVIST, Kind.TEXT, 3, "remark",
        aliases=("推荐或推优方式", "推优方式", "推荐情况"), note="记入备注",
    ),
    _ignored(
        "recommended_on", "团组织推优时间", "推优时间 党员推荐时间 群团推优时间 推荐时间", "不导入，二十五步中没有单列", ACTIVIST
    ),
    _step(
        "activist_on", "确定积极分子时间", ACTIVIST, 3,
        aliases="列为积极分子时间 积极分子时间 确定为入党积极分子时间 确定入党积极分子时间 列为入党积极分子时间 党支部研究确定入党积极分子时间 "
        "确定为积极分子时间 成为积极分子时间 入党积极分子时间 列入积极分子时间 确定积极分子日期 确定入党积极分子日期 列为积极分子日期 "
        "支部研究确定积极分子时间 党支部研究确定积极分子时间",
        local="确定时间 确定日期 列入时间 支部确定时间",
    ),
    _step(
        "activist_filed_on", "积极分子备案时间", ACTIVIST, 4, kind=Kind.MAYBE_DATE,
        aliases="党委备案时间 上级党委备案时间 积极分子党委备案时间 二级党委备案情况 二级党委备案时间 党委备案情况 备案情况 基层党委备案时间 上级备案时间 "
        "积极分子备案日期 党委备案日期 入党积极分子备案时间",
        local="备案时间 备案日期",
    ),
    _step("activist_publicity", "积极分子公示起止", ACTIVIST, 4, "publicity", Kind.PERIOD, "公示起止时间", "公示时间 公示起止 公示"),
    _step(
        "mentors", "培养联系人", ACTIVIST, 5, "persons", Kind.NAMES,
        "联系人 入党积极分子培养联系人 积极分子培养联系人 培养人 培养联系人姓名",
    ),
    _step(
        "mentor_1", "培养联系人1", ACTIVIST, 5, "persons", Kind.NAMES,
        "第一联系人 第一培养联系人 培养联系人一 联系人1 培养联系人甲 培养联系人(1) 培养人1",
    ),
    _step(
        "mentor_2", "培养联系人2", ACTIVIST, 5, "persons", Kind.NAMES,
        "第二联系人 第二培养联系人 培养联系人二 联系人2 培养联系人乙 培养联系人(2) 培养人2",
    ),
    _step("mentors_on", "指定培养联系人时间", ACTIVIST, 5, aliases="确定培养联系人时间 指定培养联系人日期 培养联系人确定时间"),
    _ignored(
        "activist_trained", "积极分子培训时间",
        "入党积极分子培训时间 入党积极分子培训情况 积极分子培训情况 何时何地参加党校培训 党校培训时间 党课培训时间",
        "不导入，发展对象的集中培训另列", ACTIVIST, "培训时间 培训日期",
    ),
    _step("cultivated_on", "培养教育考察时间", ACTIVIST, 6, aliases="培养考察时间 考察结束时间 培养教育考察完成时间", local="考察时间"),
    # 发展对象
    _step(
        "target_decided_on", "支部确定发展对象时间", TARGET, 7,
        aliases="党支部研究确定发展对象时间 支部研究确定发展对象时间 讨论确定发展对象时间 支委会确定发展对象时间", local="支部确定时间 研究确定时间 讨论时间",
    ),
    _step(
        "agreed_on", "发展对象备案时间", TARGET, 8,
        aliases="同意/备案时间 同意备案时间 上级党委同意时间 发展对象党委备案时间 发展对象同意时间 党委同意时间 发展对象备案日期",
        local="备案时间 备案日期 党委备案时间 上级党委备案时间 同意时间",
    ),
    _step(
        "target_publicity", "发展对象公示起止", TARGET, 8, "publicity", Kind.PERIOD, "发展对象公示时间", "公示起止时间 公示时间 公示起止 公示"
    ),
    _step("publicity_from_on", "公示起", TARGET, 8, "publicity_from_on", aliases="公示开始时间 公示起始时间 公示开始日期 公示起日"),
    _step("publicity_until_on", "公示止", TARGET, 8, "publicity_until_on", aliases="公示结束时间 公示截止时间 公示结束日期 公示止日"),
    _step(
        "target_on", "列为发展对象时间", TARGET, 8, "listed_on",
        aliases="确定发展对象时间 确定为发展对象时间 发展对象时间 成为发展对象时间 列入发展对象时间 列为发展对象日期 确定发展对象日期",
        local="确定时间 列入时间 列为时间",
    ),
    _step(
        "recommenders", "入党介绍人", TARGET, 9, "persons", Kind.NAMES, "介绍人 入党介绍人姓名", "",
    ),
    _step("recommender_1", "介绍人1", TARGET, 9, "persons", Kind.NAMES, "入党介绍人1 第一介绍人 第一入党介绍人 介绍人一 入党介绍人(1)"),
    _step("recommender_2", "介绍人2", TARGET, 9, "persons", Kind.NAMES, "入党介绍人2 第二介绍人 第二入党介绍人 介绍人二 入党介绍人(2)"),
    _step("recommenders_on", "确定入党介绍人时间", TARGET, 9, aliases="确定介绍人时间 确定入党介绍人日期"),
    _step(
        "reviewed_on", "政审完成时间", TARGET, 10,
        aliases="政治审查完成时间 政治审查时间 政审时间 政审日期 政治审查日期 政治审查完成日期 政审完成日期",
    ),
    _step("review_result", "政审结论", TARGET, 10, "conclusion", Kind.CHOICE, "政治审查结论 政审结果 政治审查结果 政治审查情况 政审情况"),
    _step(
        "trained", "集中培训时间", TARGET, 11, "period", Kind.PERIOD,
        "发展对象培训时间 发展对象培训情况 集中培训完成时间 发展对象集中培训时间 集中培训起止 短期集中培训时间 发展对象培训日期", "培训时间 培训日期 培训起止",
    ),
    _step("training_hours", "培训学时", TARGET, 11, "hours", Kind.COUNT, "集中培训学时 学时 培训学时数"),
    # 接收预备党员
    _step("branch_reviewed_on", "支委会审查时间", ADMISSION, 12, aliases="支部委员会审查时间 支委审查时间 支委会审查日期"),
    _step(
        "pre_examined_on", "预审时间", ADMISSION, 13,
        aliases="预审通过时间 上级党委预审时间 党委预审时间 预审日期 预审合格时间 预审完成时间",
    ),
    Field(
        "form_number", "入党志愿书编号", ADMISSION, Kind.TEXT, 14, "form_number", ("志愿书编号", "入党志愿书号", "志愿书号", "《入党志愿书》编号"),
    ),
    _step("form_on", "填写入党志愿书时间", ADMISSION, 14, aliases="填写志愿书时间 志愿书填写时间 填写入党志愿书日期"),
    _step(
        "meeting_on", "支部大会接收时间", ADMISSION, 15,
        aliases="支部党员大会接收预备党员时间 党支部党员大会接收预备党员时间 接收预备党员时间 成为预备党员时间 列为预备党员时间 支部通过时间 支部大会通过时间 "
        "接收为预备党员时间 支部大会接收日期 入党时间 入党日期 预备期支部讨论时间 支部讨论接收时间 加入党组织时间 支部大会讨论时间 确定预备党员时间",
        local="支部大会时间 支部大会日期 支部党员大会时间 讨论时间",
    ),
    _step("eligible", "应到会人数", ADMISSION, 15, "eligible", Kind.COUNT, "应到 应到人数 应到会 应到会有表决权党员"),
    _step("present", "实到会人数", ADMISSION, 15, "present", Kind.COUNT, "实到 实到人数 实到会 实到会有表决权党员"),
    _step("in_favour", "赞成票", ADMISSION, 15, "in_favour", Kind.COUNT, "赞成 赞成票数 同意票 赞成人数"),
    _step("against", "反对票", ADMISSION, 15, "against", Kind.COUNT, "反对 反对票数 不赞成票 反对人数"),
    _step("abstained", "弃权票", ADMISSION, 15, "abstained", Kind.COUNT, "弃权 弃权票数 弃权人数"),
    _ignored("general_branch_on", "党总支审议时间", "总支审议时间 党总支审议日期 总支审议日期", "不导入，总支审议不是审批", ADMISSION),
    _step(
        "approval_talked_on", "审批前谈话时间", ADMISSION, 16,
        aliases="上级党组织谈话时间 上级党委谈话时间 组织员谈话时间 党委派人谈话时间 上级党委派人谈话时间", local="谈话时间 谈话日期 派人谈话时间",
    ),
    _step(
        "approval_talker", "审批前谈话人", ADMISSION, 16, "persons", Kind.NAMES,
        "上级党组织谈话人 上级党委谈话人 党委谈话人", "谈话人",
    ),
    _step(
        "approved_on", "党委审批时间", ADMISSION, 17,
        aliases="上级党委审批时间 预备党员审批时间 批准为预备党员时间 接收审批时间 党委批准时间 党委审批日期 上级党委批准时间 分党委审批时间 "
        "接收预备党员审批时间",
        local="审批时间 审批日期 批准时间",
    ),
    _step(
        "filed_upward_on", "组织部门备案时间", ADMISSION, 18, aliases="上级组织部门备案时间 预备党员备案时间 再上一级备案时间",
        local="备案时间 备案日期",
    ),
    _ignored("probation_from", "预备期起", "预备期起日 预备期开始时间 预备期起始时间 预备期起止时间 预备期", "不导入，由支部大会之日推算", ADMISSION),
    _ignored("probation_until", "预备期止", "预备期止日 预备期结束时间 预备期满时间 预备期满日期 预备期截止时间", "不导入，由支部大会之日推算", ADMISSION),
    _step("grouped_on", "编入党小组时间", ADMISSION, 19, aliases="编入党支部和党小组时间 编入支部时间 编入党小组日期"),
    _step("oath_on", "入党宣誓时间", ADMISSION, 20, aliases="宣誓时间 入党宣誓日期 宣誓日期"),
    # 转正
    _ignored("probationer_trained", "预备党员培训情况", "预备党员培训时间", "不导入，二十五步中没有单列", PROBATION),
    _step("continued_on", "预备期考察结束时间", PROBATION, 21, aliases="继续教育考察时间 继续教育和考察时间 预备期考察时间"),
    _step(
        "conversion_applied_on", "转正申请时间", PROBATION, 22,
        aliases="提出转正申请时间 递交转正申请书时间 转正申请日期 提交转正申请时间 申请转正时间 转正申请书时间",
    ),
    _step(
        "conversion_on", "转正支部大会时间", PROBATION, 23,
        aliases="转正时间 预备党员转正时间 转正支部大会日期 转正日期 转为正式党员时间 支部大会讨论转正时间 转正支部讨论时间 成为正式党员时间 转正支部通过时间",
        local="支部大会时间 支部大会日期 讨论时间 支部讨论时间 支部通过时间",
    ),
    _step(
        "conversion_result", "转正结果", PROBATION, 23, "conclusion", Kind.CHOICE, "转正情况 转正结论 结果(按期/延长/取消) 结果按期/延长/取消",
        "结果 讨论意见 讨论结果",
    ),
    _step("extended_until_on", "预备期延长至", PROBATION, 23, "extended_until_on", aliases="延长至 延长预备期至 延长期止"),
    _step(
        "conversion_approved_on", "转正审批时间", PROBATION, 24,
        aliases="转正上级党委审批时间 转正党委审批时间 转正审批日期 转正批准时间 批准转正时间",
        local="审批时间 审批日期 党委审批时间 上级党委审批时间 分党委审批时间 批准时间",
    ),
    _ignored("standing_from", "党龄起算", "党龄 党龄起算时间 党龄起算日", "不导入，由转正之日推算", PROBATION),
    _step("archived_on", "材料归档时间", PROBATION, 25, aliases="归档时间 归档日期 材料归档日期"),
    _ignored("stage", "当前阶段", "阶段 发展阶段 目前阶段 当前步骤 状态", "不导入，由各步日期推知", OTHER),
    _ignored("remark", "备注", "说明 备 注", "不导入", OTHER),
)  # fmt: skip

BY_KEY = {field.key: field for field in FIELDS}
# Personal words of the roster that an import may fill in, by the name of the person's attribute.
PROFILE_KEYS = (
    "sex", "ethnicity", "native_place", "education", "degree", "position", "title", "title_rank", "talent_programme",
    "overseas_experience", "joined_institute_on", "phone",
)  # fmt: skip
IMPORTED = tuple(field for field in FIELDS if field.kind is not Kind.IGNORED)
