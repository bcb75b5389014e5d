"""The road as one table: the twenty-five steps of 《发展党员工作流程图》, which screens, rules, reminders and ledgers iterate."""

from dataclasses import dataclass

from branches.offices import Office
from recruitment.rulesets import YEAR_2026, cite
from recruitment.stages import Body, Conclusion, DueKind, Stage

_PAPER_LIES_WITH_BRANCH = (4, 11)


@dataclass(frozen=True, slots=True)
class Paper:
    """A document that a step produces; ``archived`` marks the five that must lie in the file at the end (Art. 36/37)."""

    code: str
    title: str
    archived: bool = False


@dataclass(frozen=True, slots=True)
class Step:
    """One step: who decides, what must be on record first, which limits hold, what its form asks for.

    ``after`` are the steps that must be on record; ``wait`` names the shortest wait, ``deadline`` the time limit
    (codes of rulesets.LIMITS) which runs from step ``anchor``. ``conclusions`` are the ways it can end, the first is the
    ordinary one; ``fields`` are the fields of StepFact that its form shows beside date and reasons, ``required`` those
    that it insists on. ``persons_role`` is talker, mentor or recommender where persons are named.
    """

    number: int
    name: str
    short_name: str
    group: int
    stage_before: Stage
    stage_after: Stage
    bodies: tuple[Body, ...]
    owed_by: Office
    after: tuple[int, ...]
    articles_2014: tuple[int, ...]
    articles_2026: tuple[int, ...]
    conditions: tuple[str, ...]
    papers: tuple[Paper, ...]
    due_kind: DueKind | None = None
    anchor: int = 0
    wait: str = ""
    deadline: str = ""
    limits: tuple[str, ...] = ()
    conclusions: tuple[Conclusion, ...] = (Conclusion.DONE,)
    fields: tuple[str, ...] = ()
    required: tuple[str, ...] = ()
    persons_role: str = ""
    is_milestone: bool = False

    @property
    def recorded_by(self) -> str:
        """The tier that enters the record: "office" for acts of the committee and above, "branch" for all others.

        Of the committee's acts the branch enters those whose paper lies with it: filing receipt and training certificate.
        """
        return (
            "office" if self.owed_by == Office.PARTY_OFFICE and self.number not in _PAPER_LIES_WITH_BRANCH else "branch"
        )

    def articles(self, rule_set: str) -> tuple[int, ...]:
        return self.articles_2026 if rule_set == YEAR_2026 else self.articles_2014

    def citation(self, rule_set: str) -> str:
        """The step's articles as the screen cites them in that rule set, 条号待核 where a number is not confirmed."""
        return cite(self.articles(rule_set), rule_set)


@dataclass(frozen=True, slots=True)
class Group:
    """One of the five stages of the chart (五个阶段)."""

    number: int
    numeral: str
    name: str
    short_name: str


GROUPS = (
    Group(1, "一", "申请入党", "申请"),
    Group(2, "二", "入党积极分子的确定和培养教育", "积极分子"),
    Group(3, "三", "发展对象的确定和考察", "发展对象"),
    Group(4, "四", "预备党员的接收", "接收"),
    Group(5, "五", "预备党员的教育考察和转正", "预备党员"),
)

_PROSPECT, _APPLICANT, _ACTIVIST = Stage.PROSPECT, Stage.APPLICANT, Stage.ACTIVIST
_TARGET, _PROBATIONARY, _FULL = Stage.DEVELOPMENT_TARGET, Stage.PROBATIONARY_MEMBER, Stage.FULL_MEMBER
_BRANCH_BODIES = (Body.BRANCH, Body.BRANCH_COMMITTEE, Body.BRANCH_MEETING)
_DECIDING_BODIES = (Body.BRANCH_COMMITTEE, Body.BRANCH_MEETING)
_SECRETARY, _OFFICE = Office.SECRETARY, Office.PARTY_OFFICE
_QUALIFIED = (Conclusion.QUALIFIED, Conclusion.UNQUALIFIED)
_PUBLICITY = ("publicity_from_on", "publicity_until_on")

APPLICATION_LETTER = Paper("application_letter", "入党申请书", archived=True)
CULTIVATION_RECORD = Paper("cultivation_record", "培养教育考察材料", archived=True)
POLITICAL_REVIEW_PAPERS = Paper("political_review", "政治审查材料", archived=True)
MEMBERSHIP_FORM = Paper("membership_form", "入党志愿书", archived=True)
CONVERSION_APPLICATION = Paper("conversion_application", "转正申请书", archived=True)
ARCHIVED_PAPERS = (
    MEMBERSHIP_FORM,
    APPLICATION_LETTER,
    POLITICAL_REVIEW_PAPERS,
    CONVERSION_APPLICATION,
    CULTIVATION_RECORD,
)

STEPS = (
    Step(
        1, "递交入党申请书", "递交申请书", 1, _PROSPECT, _APPLICANT, (Body.APPLICANT,), _SECRETARY, (), (5, 6), (5, 6),
        ("年满十八岁", "本人向工作、学习所在单位党支部提出书面申请"),
        (APPLICATION_LETTER,),
        limits=("minimum_age",),
    ),
    Step(
        2, "党组织派人谈话", "派人谈话", 1, _APPLICANT, _APPLICANT, (Body.BRANCH,), _SECRETARY, (1,), (7,), (7,),
        ("收到入党申请书后一个月内", "由党支部书记、副书记或组织委员谈话"),
        (Paper("first_talk_record", "谈话记录"),),
        due_kind=DueKind.FIRST_TALK, anchor=1, deadline="first_talk_within",
        fields=("persons",), required=("persons",), persons_role="talker",
    ),
    Step(
        3, "推荐和确定入党积极分子", "推荐和确定", 2, _APPLICANT, _ACTIVIST, _DECIDING_BODIES, _SECRETARY, (1, 2), (8,), (8,),
        ("党员推荐或群团组织推优", "支部委员会（不设支委会的由支部党员大会）研究决定", "已派人谈话"),
        (Paper("recommendation", "推荐登记表"), Paper("activist_minutes", "支部委员会会议记录")),
        due_kind=DueKind.ACTIVIST_DECISION, anchor=1, wait="activist_wait", deadline="activist_within",
        limits=("consult_first",), fields=("body", "votes"), is_milestone=True,
    ),
    Step(
        4, "上级党委备案", "党委备案", 2, _ACTIVIST, _ACTIVIST, (Body.COMMITTEE,), _OFFICE, (3,), (8,), (8,),
        ("支部研究决定后报上级党委备案",),
        (Paper("activist_filing", "备案登记表"), Paper("activist_filing_report", "备案报告和名册")),
        due_kind=DueKind.FILING, anchor=3, deadline="filing_within", limits=("activist_publicity",), fields=_PUBLICITY,
    ),
    Step(
        5, "指定培养联系人", "指定联系人", 2, _ACTIVIST, _ACTIVIST, _BRANCH_BODIES, _SECRETARY, (3,), (9,), (9,),
        ("一至两名正式党员", "不得由本人担任"),
        (Paper("mentor_entry", "培养考察登记表（培养联系人栏）"),),
        due_kind=DueKind.NAME_MENTORS, anchor=3, deadline="mentors_within",
        fields=("body", "persons"), required=("persons",), persons_role="mentor",
    ),
    Step(
        6, "培养教育考察", "培养考察", 2, _ACTIVIST, _ACTIVIST, _BRANCH_BODIES, _SECRETARY, (3, 5), (9, 10, 11), (9, 10, 11),
        ("培养教育一年以上", "党支部每半年考察一次", "基层党委每年分析一次"),
        (Paper("reports", "思想汇报"), CULTIVATION_RECORD),
        due_kind=DueKind.CULTIVATION_CONCLUSION, anchor=3, wait="cultivation", limits=("review_every", "report_every"),
        fields=("body",),
    ),
    Step(
        7, "确定发展对象", "确定对象", 3, _ACTIVIST, _ACTIVIST, _DECIDING_BODIES, _SECRETARY, (3, 4, 5, 6), (13,), (13,),
        ("经过一年以上培养教育和考察", "听取党小组、培养联系人、党员和群众意见", "支部委员会讨论同意"),
        (Paper("target_minutes", "支部委员会会议记录"), Paper("target_opinions", "征求意见记录")),
        due_kind=DueKind.TARGET_DECISION, anchor=6, wait="cultivation", deadline="target_within",
        fields=("body", "votes"), is_milestone=True,
    ),
    Step(
        8, "报上级党委备案", "党委备案", 3, _ACTIVIST, _TARGET, (Body.COMMITTEE,), _OFFICE, (7,), (13,), (13,),
        ("2014年：报上级党委备案后列为发展对象", "2026年：报上级党委同意，公示不少于五个工作日，公示结果不影响的列为发展对象"),
        (Paper("target_filing", "备案表"), Paper("target_filing_report", "备案报告"), Paper("target_publicity", "公示及公示情况登记表")),
        due_kind=DueKind.AGREEMENT, anchor=7, deadline="agreement_within", limits=("agreement_publicity",),
        conclusions=(Conclusion.AGREED, Conclusion.REFUSED, Conclusion.DONE),
        fields=("conclusion", *_PUBLICITY, "listed_on"), required=("conclusion",),
    ),
    Step(
        9, "确定入党介绍人", "定介绍人", 3, _TARGET, _TARGET, _BRANCH_BODIES, _SECRETARY, (8,), (14,), (14,),
        ("两名正式党员", "受留党察看处分、尚未恢复党员权利的不能担任"),
        (Paper("recommender_entry", "入党介绍人登记"),),
        due_kind=DueKind.NAME_RECOMMENDERS, anchor=8, deadline="recommenders_within",
        fields=("body", "persons"), required=("persons",), persons_role="recommender",
    ),
    Step(
        10, "进行政治审查", "政治审查", 3, _TARGET, _TARGET, (Body.BRANCH, Body.BRANCH_COMMITTEE, Body.GENERAL_BRANCH, Body.COMMITTEE),
        _SECRETARY, (8,), (16,), (16,),
        ("凡未经政治审查或政治审查不合格的，不能发展入党", "形成结论性材料"),
        (Paper("autobiography", "自传"), Paper("inquiries", "函调和回函"), POLITICAL_REVIEW_PAPERS),
        due_kind=DueKind.POLITICAL_REVIEW, anchor=8, deadline="political_review_within", limits=("political_review_valid",),
        conclusions=_QUALIFIED, fields=("body", "conclusion"), required=("conclusion",),
    ),
    Step(
        11, "开展集中培训", "集中培训", 3, _TARGET, _TARGET, (Body.COMMITTEE, Body.UPPER_ORGANISATION_DEPARTMENT), _OFFICE,
        (8,), (17,), (17,),
        ("一般不少于三天或不少于二十四个学时", "未经培训的，除个别特殊情况外，不能发展入党"),
        (Paper("training_entry", "培训登记表"), Paper("training_certificate", "结业证书")),
        due_kind=DueKind.TRAINING, anchor=8, deadline="training_within", limits=("training_days", "training_hours"),
        fields=("body", "starts_on", "ends_on", "days", "hours", "exception_reason"),
    ),
    Step(
        12, "支部委员会审查", "支委审查", 4, _TARGET, _TARGET, _DECIDING_BODIES, _SECRETARY, (8, 9, 10, 11), (19,), (18,),
        ("支部委员会集体讨论", "政治审查合格、培训合格、介绍人已确定"),
        (Paper("branch_review_minutes", "审查意见"), Paper("mass_opinions", "群众意见")),
        due_kind=DueKind.BRANCH_REVIEW, deadline="branch_review_within", limits=("leaving_within",),
        conclusions=_QUALIFIED, fields=("body", "conclusion", "votes"), required=("conclusion",),
    ),
    Step(
        13, "上级党委预审", "党委预审", 4, _TARGET, _TARGET, (Body.COMMITTEE,), _OFFICE, (10, 12), (19,), (18,),
        ("由具有审批权限的基层党委预审", "预审结果书面通知党支部，合格的发给入党志愿书", "未来三个月内将离开本单位的，一般不办理接收手续"),
        (Paper("pre_examination_request", "预审请示"), Paper("pre_examination_result", "预审意见")),
        due_kind=DueKind.PRE_EXAMINATION, anchor=12, deadline="pre_examination_within", limits=("leaving_within",),
        conclusions=_QUALIFIED, fields=("unit", "conclusion"), required=("conclusion",),
    ),
    Step(
        14, "填写入党志愿书", "填志愿书", 4, _TARGET, _TARGET, (Body.APPLICANT,), _SECRETARY, (13,), (19,), (18,),
        ("预审合格后，在入党介绍人指导下填写",),
        (MEMBERSHIP_FORM,),
        due_kind=DueKind.MEMBERSHIP_FORM, anchor=13, deadline="form_within", limits=("leaving_within",),
        fields=("form_number",), required=("form_number",),
    ),
    Step(
        15, "支部大会讨论", "支部大会", 4, _TARGET, _TARGET, (Body.BRANCH_MEETING,), _SECRETARY, (9, 10, 13, 14), (20, 21), (19, 20),
        ("有表决权的到会人数超过应到会有表决权人数的半数", "赞成人数超过应到会有表决权的正式党员的半数才能通过", "无记名投票，逐个讨论和表决",
         "2026年：预审合格后一个月内"),
        (Paper("admission_minutes", "支部党员大会会议记录"), Paper("admission_resolution", "支部大会决议"), Paper("admission_ballots", "表决票")),
        due_kind=DueKind.ADMISSION_MEETING, anchor=13, deadline="meeting_within",
        limits=("acceptance_publicity", "written_votes", "leaving_within"),
        conclusions=(Conclusion.PASSED, Conclusion.FAILED), fields=("conclusion", "votes", *_PUBLICITY), required=("conclusion", "votes"),
    ),
    Step(
        16, "上级党委派人谈话", "派人谈话", 4, _TARGET, _TARGET, (Body.COMMITTEE_MEMBER,), _OFFICE, (15,), (24,), (23,),
        ("审批前由党委委员或组织员同发展对象谈话",),
        (Paper("approval_talk_record", "谈话情况（写入入党志愿书）"),),
        due_kind=DueKind.APPROVAL_TALK, anchor=15, deadline="approval_talk_within",
        fields=("persons",), required=("persons",), persons_role="talker",
    ),
    Step(
        17, "上级党委审批", "党委审批", 4, _TARGET, _PROBATIONARY, (Body.COMMITTEE,), _OFFICE, (10, 13, 15, 16), (25, 26), (24, 25),
        ("党委会集体讨论和表决，逐个审议", "三个月内审批，特殊情况不超过六个月", "党总支、党组、临时党组织不能审批"),
        (Paper("approval_request", "请示"), Paper("approval", "批复")),
        due_kind=DueKind.APPROVAL, anchor=15, deadline="approval_within", limits=("approval_at_most", "reconsider_after"),
        conclusions=(Conclusion.AGREED, Conclusion.REFUSED), fields=("unit", "conclusion", "votes"), required=("conclusion", "votes"),
        is_milestone=True,
    ),
    Step(
        18, "再上一级党委组织部门备案", "上级备案", 4, _PROBATIONARY, _PROBATIONARY, (Body.UPPER_ORGANISATION_DEPARTMENT, Body.COMMITTEE),
        _OFFICE, (17,), (26,), (25,),
        ("审批后报再上一级党委组织部门备案",),
        (Paper("upward_filing_report", "备案报告"),),
        due_kind=DueKind.FILING_UPWARD, anchor=17, deadline="filing_upward_within", fields=("body",),
    ),
    Step(
        19, "编入党支部和党小组", "编入小组", 5, _PROBATIONARY, _PROBATIONARY, (Body.BRANCH, Body.BRANCH_COMMITTEE, Body.BRANCH_MEETING),
        _SECRETARY, (17,), (29,), (28,),
        ("及时编入党支部和党小组",),
        (),
        due_kind=DueKind.ASSIGN_GROUP, anchor=17, deadline="group_within", fields=("body",),
    ),
    Step(
        20, "入党宣誓", "入党宣誓", 5, _PROBATIONARY, _PROBATIONARY, (Body.BRANCH, Body.GENERAL_BRANCH, Body.COMMITTEE), _SECRETARY,
        (17,), (30,), (29,),
        ("面向党旗宣誓", "2026年：一般在批准后一个月内（待核）"),
        (Paper("oath_record", "宣誓记录"),),
        due_kind=DueKind.OATH, anchor=17, deadline="oath_within", fields=("body",),
    ),
    Step(
        21, "继续教育和考察", "继续考察", 5, _PROBATIONARY, _PROBATIONARY, _BRANCH_BODIES, _SECRETARY, (19, 20), (31, 32), (30, 31),
        ("预备期一年，从支部大会通过之日算起",),
        (Paper("probation_record", "预备党员教育考察表"),),
        due_kind=DueKind.PROBATION_CONCLUSION, anchor=17, limits=("probation", "probation_check_every"), fields=("body",),
    ),
    Step(
        22, "提出转正申请", "转正申请", 5, _PROBATIONARY, _PROBATIONARY, (Body.APPLICANT,), _SECRETARY, (17,), (33,), (32,),
        ("预备期满，本人书面提出",),
        (CONVERSION_APPLICATION,),
        due_kind=DueKind.CONVERSION_APPLICATION, anchor=17, deadline="conversion_application_before",
    ),
    Step(
        23, "支部大会讨论", "支部大会", 5, _PROBATIONARY, _PROBATIONARY, (Body.BRANCH_MEETING,), _SECRETARY, (21, 22), (32, 33), (31, 32),
        ("预备期满后，不得提前", "到会和表决的要求与接收预备党员相同", "延长预备期只能一次，不少于六个月、不超过一年"),
        (Paper("conversion_minutes", "支部党员大会会议记录"), Paper("conversion_resolution", "支部大会决议")),
        due_kind=DueKind.CONVERSION_MEETING, wait="probation", deadline="conversion_meeting_within",
        limits=("conversion_publicity", "written_votes", "transfer_delay", "extension_at_least", "extension_at_most"),
        conclusions=(Conclusion.CONVERTED, Conclusion.EXTENDED, Conclusion.CANCELLED, Conclusion.FAILED),
        fields=("conclusion", "votes", "extended_until_on", *_PUBLICITY), required=("conclusion", "votes"),
    ),
    Step(
        24, "上级党委审批", "党委审批", 5, _PROBATIONARY, _FULL, (Body.COMMITTEE,), _OFFICE, (23,), (34,), (33,),
        ("党委会集体讨论和表决", "三个月内审批"),
        (Paper("conversion_approval", "批复"),),
        due_kind=DueKind.CONVERSION_APPROVAL, anchor=23, deadline="conversion_approval_within",
        conclusions=(Conclusion.CONVERTED, Conclusion.EXTENDED, Conclusion.CANCELLED, Conclusion.REFUSED),
        fields=("unit", "conclusion", "votes", "extended_until_on"), required=("conclusion", "votes"), is_milestone=True,
    ),
    Step(
        25, "材料归档", "材料归档", 5, _FULL, _FULL, (Body.BRANCH, Body.COMMITTEE), _SECRETARY, (18, 19, 20, 24), (37,), (36,),
        ("入党志愿书、入党申请书、政治审查材料、转正申请书、培养教育考察材料齐全", "存入本人人事档案，无人事档案的由所在党委保存"),
        (Paper("archive_checklist", "归档材料清单"),),
        due_kind=DueKind.ARCHIVE, anchor=24, deadline="archive_within", fields=("body", "documents"), required=("documents",),
    ),
)  # fmt: skip

STEP_NUMBERS = tuple(row.number for row in STEPS)
MILESTONES = tuple(row.number for row in STEPS if row.is_milestone)
LAST_STEP = STEP_NUMBERS[-1]


def step(number: int) -> Step:
    """The row of step ``number`` (1–25); KeyError for anything else, so that no caller reads the wrong row by a slip."""
    if not 1 <= number <= LAST_STEP:
        raise KeyError(number)
    return STEPS[number - 1]


def group_of(number: int) -> Group:
    """The stage of the chart that step ``number`` belongs to."""
    return GROUPS[step(number).group - 1]
