"""Who may look after whom, how many, and when the next talk is owed (notice R2, B3)."""

from dataclasses import dataclass
from datetime import date, timedelta

from recruitment.rules.objection import Objection

MOST_CONTACTS = 2
ARTICLE = "通知 三（二）"
# Posts whose holders have one or two designated contacts, as words of branches.offices.
LEADERS = ("committee_member", "committee_secretary", "secretary")


@dataclass(frozen=True, slots=True)
class ContactFact:
    """A designated contact as it is to be decided. ``leader_posts`` are the posts the leader holds on ``decided_on``;
    ``leader_has`` counts the people the leader looks after already, the one in question not among them."""

    decided_on: date
    reason: str
    leader_name: str
    leader_posts: tuple[str, ...]
    leader_has: int
    is_oneself: bool = False
    has_this_one: bool = False
    is_member: bool = False
    goes_on: bool = True
    exception_reason: str = ""


def contact_objections(fact: ContactFact, *, today: date) -> list[Objection]:
    """Why the contact cannot be decided. A third one is refused unless the office gives a reason for it."""
    found = decision_objections(decided_on=fact.decided_on, reason=fact.reason, today=today)
    if not fact.goes_on:
        found.append(_no("road_has_ended", "此人的进程已停止，不能再确定联系人。"))
    if fact.is_member:
        found.append(_no("already_a_member", "定向联系面向党外科技骨干；此人已是党员。"))
    if fact.is_oneself:
        found.append(_no("own_contact", "不能联系本人。", "leader"))
    if not set(fact.leader_posts) & set(LEADERS):
        found.append(
            _no("not_a_leader", f"定向联系由党委委员或党支部书记承担；{fact.leader_name}当日不任这些职务。", "leader")
        )
    if fact.has_this_one:
        found.append(_no("contact_exists", f"{fact.leader_name}已在联系此人。", "leader"))
    elif fact.leader_has >= MOST_CONTACTS and not fact.exception_reason.strip():
        message = f"{fact.leader_name}已联系 {fact.leader_has} 人，每人联系一至两人。确需增加的，请填写理由。"
        found.append(_no("third_contact", message, "exception_reason"))
    return found


def decision_objections(
    *, decided_on: date, reason: str, today: date, not_before: date | None = None
) -> list[Objection]:
    """Every assignment, change and end is a decision: with a day that has come and a reason."""
    found = []
    if decided_on > today:
        found.append(_no("decision_in_future", f"决定日期不能晚于今天（{today}）。", "decided_on"))
    if not_before and decided_on < not_before:
        found.append(_no("decision_too_early", f"决定日期不能早于联系开始日（{not_before}）。", "decided_on"))
    if not reason.strip():
        found.append(_no("reason_required", "请写明依据或原因。", "reason"))
    return found


def talk_since(starts_on: date, last_talk_on: date | None) -> date:
    """The day from which the days without a talk count: the last talk, but no day before the contact began."""
    return max(starts_on, last_talk_on) if last_talk_on else starts_on


def talk_due_on(since_on: date, days: int) -> date:
    """The last day for the next talk: ``days`` (60 unless configured otherwise) after ``since_on``."""
    return since_on + timedelta(days=days)


def _no(code, message, field=None):
    return Objection(code=code, message=message, article=ARTICLE, field=field)
