"""Who may talk, mentor and recommend (Art. 7, 9, 14, 23/24)."""

from datetime import date

from branches.offices import BRANCH_OFFICES, Office
from recruitment.facts import PersonFact
from recruitment.rules.objection import Objection, gap

TALKERS = {
    2: (frozenset(BRANCH_OFFICES), "党支部书记、副书记或组织委员"),
    16: (frozenset((Office.COMMITTEE_SECRETARY, Office.COMMITTEE_MEMBER, Office.PARTY_OFFICE)), "党委委员或组织员"),
}
FULL = "full"


def is_same(one: PersonFact, other: PersonFact) -> bool:
    """The same person: by key where both have one, else by name (and birth date where both are known)."""
    if one.key and other.key:
        return one.key == other.key
    if not one.name or one.name != other.name:
        return False
    return one.birth_on is None or other.birth_on is None or one.birth_on == other.birth_on


def is_full_on(person: PersonFact, on: date) -> bool:
    """A full member on that day: nobody is one before the day of joining."""
    return person.standing == FULL and (person.member_since_on is None or person.member_since_on <= on)


def has_twin(persons: tuple[PersonFact, ...]) -> bool:
    return any(is_same(one, other) for n, one in enumerate(persons) for other in persons[n + 1 :])


def talker_objections(number: int, persons: tuple[PersonFact, ...], article: str) -> list[Objection]:
    """The talk is held by somebody whose post allows it."""
    posts, words = TALKERS[number]
    if not persons:
        return [gap("persons_missing", f"请写明谈话人：应为{words}。", article, field="persons")]
    if any(posts.intersection(person.posts) for person in persons):
        return []
    names = "、".join(person.name or "谈话人" for person in persons)
    message = f"谈话人应为{words}，{names}当日不担任这些职务。请改由符合的人谈话，或核对任职。"
    return [gap("wrong_talker", message, article, field="persons")]


def mentor_objections(persons: tuple[PersonFact, ...], candidate: PersonFact, on: date, article: str) -> list[Objection]:
    """One or two full members on day ``on``, not the person, with their rights."""
    if not persons:
        return [gap("persons_missing", "请指定一至两名正式党员作培养联系人。", article, field="persons")]
    found = []
    if len(persons) > 2:
        message = f"培养联系人为一至两名，填写了 {len(persons)} 名。请留一至两名。"
        found.append(Objection("too_many_mentors", message, article, field="persons"))
    if has_twin(persons):
        found.append(Objection("person_twice", "同一人填写了两次。请改正。", article, field="persons"))
    for person in persons:
        name = person.name or "培养联系人"
        if is_same(person, candidate):
            found.append(
                Objection(
                    "mentor_is_candidate",
                    f"{name}是本人，不能作自己的培养联系人。请另行指定。",
                    article,
                    field="persons",
                )
            )
        elif not is_full_on(person, on):
            found.append(
                Objection(
                    "mentor_not_full_member",
                    f"{name}不是正式党员，不能作培养联系人。请另行指定。",
                    article,
                    field="persons",
                )
            )
        elif person.suspended:
            message = f"{name}受处分，党员权利尚未恢复，不能作培养联系人。请另行指定。"
            found.append(Objection("mentor_suspended", message, article, field="persons"))
    return found


def recommender_objections(
    persons: tuple[PersonFact, ...], candidate: PersonFact, on: date, article: str
) -> list[Objection]:
    """Exactly two full members on day ``on``, not the person, none on probation within the Party with rights not restored (Art. 14)."""
    if not persons:
        return [gap("persons_missing", "请确定两名正式党员作入党介绍人。", article, field="persons")]
    found = []
    if len(persons) != 2:
        message = f"入党介绍人应为两名，填写了 {len(persons)} 名。请确定两名正式党员。"
        found.append(Objection("recommenders_not_two", message, article, field="persons"))
    if has_twin(persons):
        found.append(Objection("person_twice", "同一人填写了两次。请改正。", article, field="persons"))
    for person in persons:
        name = person.name or "入党介绍人"
        if is_same(person, candidate):
            found.append(
                Objection(
                    "recommender_is_candidate",
                    f"{name}是本人，不能作自己的入党介绍人。请另行确定。",
                    article,
                    field="persons",
                )
            )
        elif not is_full_on(person, on):
            message = f"{name}不是正式党员，不能作入党介绍人。请另行确定。"
            found.append(Objection("recommender_not_full_member", message, article, field="persons"))
        elif person.suspended:
            message = f"{name}受留党察看处分，尚未恢复党员权利，不能作入党介绍人。请另行确定。"
            found.append(Objection("recommender_suspended", message, article, field="persons"))
    return found
