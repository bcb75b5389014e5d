"""Vote arithmetic of meetings (rules.md §1.4): quorum, majority, written opinions; exactly half fails."""

from recruitment.facts import Votes
from recruitment.rules.objection import Objection


def needed(eligible: int) -> int:
    """The smallest number that is more than half of ``eligible``: for quorum and for passing alike."""
    return eligible // 2 + 1


def is_passed(votes: Votes) -> bool:
    """True when those in favour are more than half of all who may vote, not of those present (Art. 19, 20 / 20, 21)."""
    return votes.in_favour >= needed(votes.eligible)


def has_quorum(votes: Votes) -> bool:
    """True when more than half of those who may vote were there; written opinions are no attendance."""
    return votes.present >= needed(votes.eligible)


def vote_objections(votes: Votes, *, passes: bool | None, written_allowed: bool, article: str) -> list[Objection]:
    """What is wrong with a ballot.

    ``passes`` says whether the stated conclusion needs a majority (True), says that there was none (False), or says
    nothing (None). ``written_allowed``: opinions handed in before the meeting count as votes in the rule set that holds.
    """
    numbers = (votes.eligible, votes.present, votes.in_favour, votes.against, votes.abstained, votes.written)
    if min(numbers) < 0 or votes.eligible == 0:
        return [
            Objection(
                "votes_impossible", "人数和票数不能为负，应到至少 1 人。请核对会议记录。", article, field="eligible"
            )
        ]
    if votes.present > votes.eligible:
        message = f"实到 {votes.present} 人，多于应到 {votes.eligible} 人。应到为有表决权的正式党员，请核对。"
        return [Objection("votes_impossible", message, article, field="present")]
    if votes.written > votes.eligible - votes.present:
        message = f"书面意见 {votes.written} 份，多于未到会的 {votes.eligible - votes.present} 人。书面意见只由未到会的人提出，请核对。"
        return [Objection("votes_impossible", message, article, field="written")]
    found = []
    if votes.written and not written_allowed:
        message = (
            f"书面意见 {votes.written} 份不能计票：现行细则是否保留会前书面意见计票，条号待核。"
            "如上级已明确可以计票，请党办在“本单位从严规定”中设为允许；否则请只填到会人员的票数。"
        )
        found.append(Objection("written_votes_not_allowed", message, article, field="written"))
    cast, ballots = votes.in_favour + votes.against + votes.abstained, votes.present + votes.written
    for name, label in (("in_favour", "赞成"), ("against", "反对"), ("abstained", "弃权")):
        if getattr(votes, name) > ballots:
            message = f"{label} {getattr(votes, name)} 票，多于实到 {votes.present} 人加书面意见 {votes.written} 份，共 {ballots} 票。请核对。"
            return [*found, Objection("votes_impossible", message, article, field=name)]
    if cast != ballots:
        message = f"赞成、反对、弃权合计 {cast} 票，应等于实到 {votes.present} 人加书面意见 {votes.written} 份，共 {ballots} 票。"
        return [*found, Objection("votes_do_not_add_up", message, article, field="in_favour")]
    least = needed(votes.eligible)
    if not has_quorum(votes):
        message = (
            f"实到 {votes.present} 人，未超过应到 {votes.eligible} 人的半数，至少须 {least} 人，会议无效。请另行召开。"
        )
        return [*found, Objection("no_quorum", message, article, field="present")]
    if passes and not is_passed(votes):
        message = (
            f"赞成 {votes.in_favour} 票，未超过应到 {votes.eligible} 人的半数，至少须 {least} 票才能通过。"
            "恰好半数也不算通过；如确未通过，请将结论改为“未通过”。"
        )
        found.append(Objection("not_passed", message, article, field="in_favour"))
    if passes is False and is_passed(votes):
        message = f"赞成 {votes.in_favour} 票，已超过应到 {votes.eligible} 人的半数，结论却是未通过。请核对票数和结论。"
        found.append(Objection("conclusion_contradicts_votes", message, article, field="conclusion"))
    return found
