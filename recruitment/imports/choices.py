"""Words that stand for one of a few values: sex, rank, political status, how a review or a probation ended."""

import re

from branches.offices import PoliticalStatus, Sex, StaffCategory, TitleRank
from recruitment.imports.headers import one_spelling
from recruitment.stages import Conclusion

_SEX = {
    "男": Sex.MALE,
    "男性": Sex.MALE,
    "1": Sex.MALE,
    "m": Sex.MALE,
    "女": Sex.FEMALE,
    "女性": Sex.FEMALE,
    "2": Sex.FEMALE,
    "f": Sex.FEMALE,
}
_RANKS = (
    (re.compile("副高|副研究员|副教授|高级工程师|高级实验师|副主任|副编审|副研究馆员"), TitleRank.ASSOCIATE_SENIOR),
    (re.compile("正高|研究员$|教授$|正高级|编审$|研究馆员$"), TitleRank.SENIOR),
    (re.compile("中级|工程师|实验师|讲师|编辑$|馆员$|助理研究员"), TitleRank.INTERMEDIATE),
    (re.compile("初级|助理|研究实习员|员级|助教|技术员"), TitleRank.JUNIOR),
)
# Titles of which a part is the name of a higher one.
_EXACT_RANKS = {
    "助理研究员": TitleRank.INTERMEDIATE, "助理工程师": TitleRank.JUNIOR, "助理实验师": TitleRank.JUNIOR, "助理馆员": TitleRank.JUNIOR,
    "助理编辑": TitleRank.JUNIOR, "正高级工程师": TitleRank.SENIOR, "正高级实验师": TitleRank.SENIOR,
    "教授级高级工程师": TitleRank.SENIOR, "教授级高工": TitleRank.SENIOR, "高工": TitleRank.ASSOCIATE_SENIOR,
    "特别研究助理": TitleRank.NONE, "无": TitleRank.NONE, "未定级": TitleRank.NONE,
}  # fmt: skip
_STATUS = {one_spelling(status.label): status for status in PoliticalStatus} | {
    "党员": PoliticalStatus.FULL_MEMBER, "正式党员": PoliticalStatus.FULL_MEMBER, "中共正式党员": PoliticalStatus.FULL_MEMBER,
    "预备党员": PoliticalStatus.PROBATIONARY_MEMBER, "团员": PoliticalStatus.LEAGUE_MEMBER, "民革": PoliticalStatus.REVOLUTIONARY_COMMITTEE,
    "民盟": PoliticalStatus.DEMOCRATIC_LEAGUE, "民建": PoliticalStatus.NATIONAL_CONSTRUCTION, "民进": PoliticalStatus.PROMOTING_DEMOCRACY,
    "农工党": PoliticalStatus.PEASANTS_AND_WORKERS, "致公党": PoliticalStatus.ZHI_GONG, "九三": PoliticalStatus.JIU_SAN,
    "九三学社": PoliticalStatus.JIU_SAN, "台盟": PoliticalStatus.TAIWAN_LEAGUE, "无党派": PoliticalStatus.NON_PARTY,
    "群众": PoliticalStatus.MASSES, "入党积极分子": PoliticalStatus.MASSES, "积极分子": PoliticalStatus.MASSES,
}  # fmt: skip
_CATEGORIES = (
    (re.compile("退休|离休|离退"), StaffCategory.RETIRED),
    (re.compile("学生|研究生|博士生|硕士生|本科生"), StaffCategory.STUDENT),
    (re.compile("职工|在职|在岗|教工|教职|员工|教师|职员|编制|聘用|博士后"), StaffCategory.STAFF),
)
_CONVERSIONS = (
    (re.compile("取消"), Conclusion.CANCELLED),
    (re.compile("延长|延期"), Conclusion.EXTENDED),
    (re.compile("未通过|不同意|没有通过"), Conclusion.FAILED),
    (re.compile("按期|同意|转正|转为|通过"), Conclusion.CONVERTED),
)


def read_choice(key: str, text: str) -> object | None:
    """The value that ``text`` stands for in the column ``key`` of recruitment.imports.fields; None when it is none."""
    word = one_spelling(text)
    if key == "sex":
        return _SEX.get(word)
    if key == "title_rank":
        return rank_of(word)
    if key == "political_status":
        return _STATUS.get(word)
    if key == "category":
        return _first(_CATEGORIES, word)
    if key == "review_result":
        if re.search("不合格|不通过|未通过|不符合", word):
            return Conclusion.UNQUALIFIED
        return Conclusion.QUALIFIED if re.search("合格|通过|符合|清楚|同意|无问题", word) else None
    return _first(_CONVERSIONS, word)


def rank_of(title: str) -> TitleRank | None:
    """The rank of a professional title by its customary name (GB/T 8561); None for one that is not known."""
    word = one_spelling(title)
    return _EXACT_RANKS[word] if word in _EXACT_RANKS else _first(_RANKS, word)


def _first(table, word):
    return next((value for pattern, value in table if pattern.search(word)), None)
