"""Talks: their facts for everybody within reach, their text for the circle, one at a time and logged."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.conf import settings
from django.core.paginator import Paginator
from django.db.models import Exists, F, OuterRef, Q
from django.urls import reverse

from branches.offices import BRANCH_OFFICES, Office
from committee.models import Talk
from recruitment.models import AccessEntry, Candidate, DesignatedContact, Mentorship
from recruitment.scope import scope_of
from recruitment.stages import RoadState, Stage

PER_PAGE = 50
QUIET_ROWS = 10
READ_TALK = "read_talk"


@dataclass(frozen=True, slots=True)
class TalkRow:
    """One talk in a list: facts only. ``url`` leads to the text and is "" for those outside its circle."""

    code: object
    candidate_code: object
    name: str
    on: date
    who: str
    kind: str
    follow_up_on: date | None
    audience: str
    url: str
    summary: str = ""
    was_corrected: bool = False


@dataclass(frozen=True, slots=True)
class QuietRow:
    """Somebody who has not been spoken to for long; ``days`` None: never."""

    code: object
    name: str
    note: str
    days: int | None


@dataclass(frozen=True, slots=True)
class Reader:
    """Who read the text, and when; ``version`` says which one ("" while there is one only)."""

    who: str
    at: object
    version: str = ""


@dataclass(frozen=True, slots=True)
class Version:
    """One version of a talk: ``label`` 第 1 版, what it was corrected for, and its page ("" outside its circle)."""

    label: str
    recorded_at: object
    superseded_at: object
    reason: str
    url: str
    is_shown: bool


@dataclass(frozen=True, slots=True)
class TalkPage:
    """One talk; its texts are shown where ``may_read``. ``readers`` is filled for the writer only.

    ``versions`` are those that the user may read, the newest first; empty where nothing was corrected. ``standing_url``
    leads from an earlier version to the one that stands, "" on that one itself.
    """

    talk: Talk
    row: TalkRow
    may_read: bool
    is_writer: bool
    problems: tuple
    readers: tuple[Reader, ...]
    versions: tuple[Version, ...] = ()
    standing_url: str = ""


def mark_of(talk):
    """How a talk is named in the access log: by its code, without contents."""
    return f"谈心谈话 {talk.code}"


def may_record_talk(user, candidate, today):
    """True for the branch's offices, the party office, designated contacts and mentors of a candidate within reach."""
    if user.person_id is None:
        return False
    if {*BRANCH_OFFICES, Office.PARTY_OFFICE} & scope_of(user).offices_over(candidate.unit_path):
        return True
    contacts = DesignatedContact.objects.on(today).filter(candidate=candidate, leader_id=user.person_id)
    mentorships = Mentorship.objects.on(today).filter(candidate=candidate, party_member_id=user.person_id)
    return contacts.exists() or mentorships.exists()


def talk_list(*, user, number, today):
    """A page of the talks within reach, newest first."""
    page = Paginator(_with_circle(Talk.objects.visible_to(user).standing(), user, today), PER_PAGE).get_page(number)
    page.object_list = [row_of(talk, user) for talk in page.object_list]
    return page


def quiet_people(*, user, today):
    """People within reach without a talk for longer than the configured days, the longest first."""
    since = today - timedelta(days=settings.YINLING_CONTACT_DAYS)
    candidates = (
        Candidate.objects.visible_to(user)
        .on_the_road()
        .filter(stage__lt=Stage.PROBATIONARY_MEMBER)
        .filter(Q(last_talk_on__lt=since) | Q(last_talk_on__isnull=True, opened_at__date__lt=since))
        .select_related("person", "unit")
        .order_by(F("last_talk_on").asc(nulls_first=True), "pk")[:QUIET_ROWS]
    )
    return [
        QuietRow(
            code=candidate.code,
            name=candidate.person.name,
            note=f"{candidate.get_stage_display()}，{candidate.unit.short_name}",
            days=(today - candidate.last_talk_on).days if candidate.last_talk_on else None,
        )
        for candidate in candidates
    ]


def talks_tab(user, candidate, today):
    """The tab of a person's page: who spoke when and how, with a link to the text for its circle."""
    contacts = set(DesignatedContact.objects.filter(candidate=candidate).values_list("leader_id", flat=True))
    mentors = set(Mentorship.objects.filter(candidate=candidate).values_list("party_member_id", flat=True))
    talks = _with_circle(Talk.objects.visible_to(user).standing().filter(candidate=candidate), user, today)
    return {"talks": [row_of(talk, user, contacts=contacts, mentors=mentors) for talk in talks]}


def talk_page(*, user, code, today):
    """One talk within reach; raises Talk.DoesNotExist for strangers. The caller logs the reading of the text."""
    talk = _with_circle(Talk.objects.visible_to(user), user, today).get(code=code)
    is_writer = talk.recorded_by_id == user.pk
    versions = list(_with_circle(Talk.objects.visible_to(user).versions_of(talk), user, today))
    labels = {mark_of(each): f"第 {n} 版" for n, each in enumerate(versions, 1)}
    readers = ()
    if is_writer:
        entries = AccessEntry.objects.filter(candidate_id=talk.candidate_id, action=READ_TALK, what__in=labels)
        entries = entries.exclude(user=user).select_related("user__person")
        readers = tuple(
            Reader(entry.user.display_name, entry.at, labels[entry.what] if len(versions) > 1 else "")
            for entry in entries
        )
    standing = versions[-1]
    return TalkPage(
        talk=talk,
        row=row_of(talk, user),
        may_read=talk.is_readable,
        is_writer=is_writer,
        problems=tuple(talk.problems.all()),
        readers=readers,
        versions=tuple(
            Version(
                label=labels[mark_of(each)],
                recorded_at=each.recorded_at,
                superseded_at=each.superseded_at,
                reason=each.supersede_reason,
                url=reverse("talk", args=[each.code]),
                is_shown=each.pk == talk.pk,
            )
            for each in reversed(versions)
            if each.is_readable
        )
        if len(versions) > 1
        else (),
        standing_url="" if standing.pk == talk.pk else reverse("talk", args=[standing.code]),
    )


def talk_form_page(*, user, code, today):
    """Who the talk was with; raises Candidate.DoesNotExist for strangers."""
    candidate = (
        Candidate.objects.visible_to(user)
        .filter(state=RoadState.ACTIVE)
        .select_related("person", "unit")
        .get(code=code)
    )
    since = "还没有谈话记录"
    if candidate.last_talk_on:
        days = (today - candidate.last_talk_on).days
        since = f"距上次 {days} 天" if days else "今天谈过"
    return candidate, since


def row_of(talk, user, *, contacts=(), mentors=()):
    """A loaded talk (see _with_circle) as a row; ``contacts`` and ``mentors`` are person ids of those ties."""
    relation = "定向联系" if talk.talker_id in contacts else "培养联系人" if talk.talker_id in mentors else ""
    return TalkRow(
        code=talk.code,
        candidate_code=talk.candidate.code,
        name=talk.candidate.person.name,
        on=talk.held_on,
        who=talk.talker.name,
        kind="　".join(part for part in (relation, talk.get_way_display()) if part),
        follow_up_on=talk.follow_up_on,
        audience=audience(talk),
        url=reverse("talk", args=[talk.code]) if talk.is_readable else "",
        was_corrected=talk.original_id is not None,
    )


def audience(talk):
    """Who may read the text, in words."""
    return "工作圈和党办可见" if talk.is_shared_with_office else "工作圈可见"


def _with_circle(talks, user, today):
    """Talks with everything a row shows; ``is_readable`` says whether the user belongs to the circle."""
    readable = Talk.objects.readable_by(user, today).filter(pk=OuterRef("pk"))
    return talks.select_related("candidate__person", "talker").annotate(is_readable=Exists(readable))
