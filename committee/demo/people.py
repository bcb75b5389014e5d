"""The roster of the demonstration: about six hundred invented people, in the shape of a research institute."""

from datetime import date, timedelta

from branches.offices import PoliticalStatus, Sex, StaffCategory, TitleRank

TITLES = {
    "scientists": (
        (0.22, "研究员", TitleRank.SENIOR, (42, 59)),
        (0.34, "副研究员", TitleRank.ASSOCIATE_SENIOR, (33, 52)),
        (0.22, "助理研究员", TitleRank.INTERMEDIATE, (28, 40)),
        (0.06, "高级工程师", TitleRank.ASSOCIATE_SENIOR, (35, 56)),
        (0.16, "", TitleRank.NONE, (23, 29)),  # doctoral students
    ),
    "administration": (
        (0.10, "研究馆员", TitleRank.SENIOR, (45, 58)),
        (0.30, "高级工程师", TitleRank.ASSOCIATE_SENIOR, (36, 57)),
        (0.40, "工程师", TitleRank.INTERMEDIATE, (29, 50)),
        (0.20, "助理工程师", TitleRank.JUNIOR, (25, 34)),
    ),
    "retired": (
        (0.55, "研究员", TitleRank.SENIOR, (61, 84)),
        (0.45, "副研究员", TitleRank.ASSOCIATE_SENIOR, (60, 80)),
    ),
}
PROGRAMMES = (
    "国家杰出青年科学基金",
    "国家优秀青年科学基金",
    "“西部之光”人才计划",
    "青年创新促进会",
    "特聘研究骨干",
    "省领军人才",
)
ABROAD = (
    "德国慕尼黑工业大学 博士后",
    "加拿大阿尔伯塔大学 访问学者",
    "日本北海道大学 博士",
    "美国科罗拉多大学 博士后",
    "荷兰瓦赫宁根大学 博士",
    "挪威卑尔根大学 访问学者",
)
ETHNICITIES = ("汉族",) * 17 + ("回族", "藏族", "蒙古族")
PLACES = (
    "甘肃兰州",
    "甘肃天水",
    "甘肃庆阳",
    "陕西西安",
    "青海西宁",
    "宁夏银川",
    "河南洛阳",
    "山东济南",
    "四川成都",
    "湖南长沙",
    "江苏扬州",
)
OTHER_PARTIES = (PoliticalStatus.JIU_SAN, PoliticalStatus.DEMOCRATIC_LEAGUE, PoliticalStatus.ZHI_GONG)
MEMBERS_AMONG = {"scientists": 0.36, "administration": 0.5, "retired": 0.6}


def drafts(unit, names, rng, today, numbers):
    """Yield the fields of everybody near the branch ``unit`` (a DemoUnit); ``numbers`` counts staff numbers."""
    for _ in range(unit.people):
        yield _draft(unit, names, rng, today, next(numbers))


def _draft(unit, names, rng, today, number):
    title, rank, youngest, oldest = _title(unit.kind_of_people, rng)
    birth_on = date(today.year - rng.randint(youngest, oldest), rng.randint(1, 12), rng.randint(1, 28))
    is_student = rank == TitleRank.NONE
    fields = {
        "staff_number": f"{number:05d}",
        "name": names.next(),
        "sex": Sex.MALE if rng.random() < 0.62 else Sex.FEMALE,
        "birth_on": birth_on,
        "ethnicity": rng.choice(ETHNICITIES),
        "native_place": rng.choice(PLACES),
        "education": "研究生",
        "degree": "硕士" if is_student or rank in (TitleRank.JUNIOR, TitleRank.INTERMEDIATE) else "博士",
        "category": _category(unit, is_student),
        "title": title,
        "title_rank": rank,
        "political_status": _status(unit, rank, rng),
        "email": f"p{number:05d}@institute.example",
        "joined_institute_on": date(min(birth_on.year + 27, today.year - 1), rng.randint(1, 12), 1),
    }
    if fields["political_status"] == PoliticalStatus.FULL_MEMBER:
        fields["member_since_on"] = date(birth_on.year + rng.randint(20, 22), 7, 1)
    if rank >= TitleRank.ASSOCIATE_SENIOR and unit.kind_of_people == "scientists":
        if rng.random() < 0.22:
            fields["talent_programme"] = rng.choice(PROGRAMMES)
        if rng.random() < 0.2:
            fields["overseas_experience"] = rng.choice(ABROAD)
            fields["returned_on"] = today - timedelta(days=rng.randint(200, 4200))
    return fields


def _title(kind, rng):
    """(title, rank, youngest, oldest), drawn by the shares of TITLES."""
    rows = TITLES[kind]
    _, title, rank, (youngest, oldest) = rng.choices(rows, [row[0] for row in rows])[0]
    return title, rank, youngest, oldest


def _category(unit, is_student):
    if unit.kind_of_people == "retired":
        return StaffCategory.RETIRED
    return StaffCategory.STUDENT if is_student else StaffCategory.STAFF


def _status(unit, rank, rng):
    if rng.random() < MEMBERS_AMONG[unit.kind_of_people]:
        return PoliticalStatus.FULL_MEMBER
    if rank == TitleRank.NONE:
        return PoliticalStatus.LEAGUE_MEMBER
    if rng.random() < 0.05:
        return rng.choice(OTHER_PARTIES)
    return PoliticalStatus.NON_PARTY if rng.random() < 0.1 else PoliticalStatus.MASSES
