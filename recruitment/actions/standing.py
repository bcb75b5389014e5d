"""The roster follows the road: who is approved becomes a probationary member there, who is converted a full member."""

from branches.offices import PoliticalStatus
from recruitment.stages import RoadState, Stage

MEMBERS = {
    Stage.PROBATIONARY_MEMBER: PoliticalStatus.PROBATIONARY_MEMBER,
    Stage.FULL_MEMBER: PoliticalStatus.FULL_MEMBER,
}


def follow_on_roster(candidate, road, *, stage_before, reason):
    """Set the person's political status when the road crosses into or out of membership; part of the caller's transaction.

    Membership counts from the branch meeting that admitted the person (Art. 31/32). Who falls back, by a correction or a
    cancelled probation, gets the status back that stood on the roster before.
    """
    status = None if road.state == RoadState.CANCELLED else MEMBERS.get(road.stage)
    if status is None and stage_before not in MEMBERS:
        return
    person = candidate.person
    if status is None:
        earlier = person.history.exclude(political_status__in=MEMBERS.values()).order_by("-history_date").first()
        status, since_on = earlier.political_status if earlier else PoliticalStatus.MASSES, None
    else:
        since_on = person.member_since_on or road.probation_from_on
    if person.political_status == status:
        return
    person.political_status, person.member_since_on = status, since_on
    person._change_reason = reason[:100]
    person.save()
