"""Filling, ending and handing over posts: access and what is owed follow the post at once (notice R1)."""

from datetime import timedelta

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone

from branches.actions.doors import end_sessions
from branches.actions.refusals import NotYours, refuse
from branches.models import Person, Posting, User
from branches.offices import Office
from branches.queries.posts import offices_at_the_top, offices_over
from branches.rules import PARTY_POSTS, Term, clashes, exists_in, may_give
from branches.visits import STRICT_OFFICES

# A term that begins further ahead is a slip of the keyboard.
AHEAD = timedelta(days=366)


@transaction.atomic
def open_posting(*, by, person, office, now, starts_on, unit=None, department=None, reason="", succeeds=None):
    """Put ``person`` into ``office`` of ``unit`` (or of ``department`` for its liaison) from ``starts_on`` on.

    ``succeeds`` is the Posting that is handed over by it, if one is.
    Refused: an office the unit does not have, a Party post for somebody who is no full member in good standing, a
    second secretary, an administrator's post together with any other (三员), one's own appointment. Raises NotYours
    for those who may not give this post. Returns the Posting.
    """
    _check_giver(by, office, unit, person, now)
    person = Person.objects.select_for_update().get(pk=person.pk)
    _check_place(office, unit, department)
    _check_holder(person, office)
    _check_day(starts_on, now)
    _check_other_posts(person, Term(office, starts_on))
    if office == Office.SECRETARY:
        _check_vacancy(unit, starts_on)
    posting = Posting(
        person=person,
        office=office,
        unit=unit,
        department=department,
        starts_on=starts_on,
        reason=reason.strip(),
        succeeds=succeeds,
    )
    if office in STRICT_OFFICES:
        _end_sessions_of_holder(posting, starts_on, now)
    return _save(posting)


@transaction.atomic
def end_posting(*, by, posting, ends_on, reason, now):
    """End ``posting``: ``ends_on`` is the first day without it; on that day access is gone and open sessions end.

    Returns the Posting.
    """
    posting = Posting.objects.select_for_update(of=("self",)).select_related("person", "unit").get(pk=posting.pk)
    _check_giver(by, posting.office, posting.unit, posting.person, now)
    if posting.ends_on is not None and posting.ends_on <= timezone.localdate(now):
        refuse("already_ended", f"这项任职已于 {posting.ends_on} 结束。", field="ends_on")
    if ends_on < posting.starts_on:
        refuse("ends_before_it_starts", f"任职止不能早于任职起（{posting.starts_on}）。", field="ends_on")
    _check_day(ends_on, now, field="ends_on")
    if not reason.strip():
        refuse("reason_required", "请写明依据，例如换届选举结果或任免文件。", field="reason")
    posting.ends_on = ends_on
    posting._change_reason = reason.strip()[:100]
    _end_sessions_of_holder(posting, ends_on, now)
    return _save(posting)


@transaction.atomic
def replace_posting(*, by, posting, successor, on, reason, now):
    """Hand the post over in one act: the predecessor holds it until before ``on``, ``successor`` from ``on`` on.

    What the post owes needs no moving: dues belong to office and unit. Returns the successor's Posting.
    """
    if successor.pk == posting.person_id:
        refuse("same_person", f"{successor.name}正担任此职，请选择继任者。", field="successor")
    ended = end_posting(by=by, posting=posting, ends_on=on, reason=reason, now=now)
    return open_posting(
        by=by,
        person=successor,
        office=ended.office,
        unit=ended.unit,
        department=ended.department,
        starts_on=on,
        reason=reason,
        succeeds=ended,
        now=now,
    )


def _check_giver(by, office, unit, person, now):
    today = timezone.localdate(now)
    held = offices_over(by, unit.path, today) if unit else offices_at_the_top(by, today)
    if not may_give(office, held):
        raise NotYours
    if by.person_id == person.pk:
        refuse("own_post", "不能办理自己的任职，请由其他有权的同志办理。", field="person")


def _check_place(office, unit, department):
    if office == Office.DEPARTMENT_LIAISON:
        if department is None:
            refuse("department_required", "部门联络员须选择部门。", field="department")
    elif not exists_in(office, unit.kind if unit else None):
        where = unit.get_kind_display() if unit else "未选党组织"
        refuse("wrong_place", f"{where}不设{Office(office).label}，请核对职务和党组织。", field="unit")
    elif unit is not None and not unit.is_active:
        refuse("unit_closed", f"{unit.name}已停用，不能任职。", field="unit")


def _check_holder(person, office):
    if person.left_on:
        refuse("person_has_left", f"{person.name}已于 {person.left_on} 离所，不能任职。", field="person")
    if office in PARTY_POSTS and (person.standing != "full" or person.is_suspended):
        refuse(
            "full_member_required",
            f"{Office(office).label}须由正式党员担任，{person.name}目前不符合条件。",
            field="person",
        )


def _check_day(day, now, field="starts_on"):
    latest = timezone.localdate(now) + AHEAD
    if day > latest:
        refuse("too_far_ahead", f"日期不能晚于 {latest}，请核对年份。", field=field)


def _check_other_posts(person, term):
    held = [Term(posting.office, posting.starts_on, posting.ends_on) for posting in person.postings.all()]
    if others := clashes(term, held):
        names = "、".join(dict.fromkeys(Office(other.office).label for other in others))
        refuse(
            "administrators_hold_nothing_else",
            f"系统管理员、安全管理员、审计员不兼任其他职务：{person.name}任{names}，请先结束或另选他人。",
            field="person",
        )


def _check_vacancy(unit, starts_on):
    holder = (
        Posting.objects.filter(unit=unit, office=Office.SECRETARY)
        .exclude(ends_on__lte=starts_on)
        .exclude(ends_on=F("starts_on"))  # a slip that was taken back: nobody held the post on any day
        .select_related("person")
        .first()
    )
    if holder:
        refuse(
            "post_is_held",
            f"{unit.name}的书记现为{holder.person.name}，请用“接任”办理，或先结束其任职。",
            field="office",
        )


def _end_sessions_of_holder(posting, on, now):
    """A post that ends, or one under stricter rules that begins, has its effect at once: its holder logs in anew.

    A later day than today is noticed by branches.middleware on that day.
    """
    user = User.objects.filter(person=posting.person_id).first()
    if user and on <= timezone.localdate(now):
        end_sessions(user=user)


def _save(posting):
    try:
        with transaction.atomic():
            posting.save()
    except IntegrityError:
        refuse("already_held", "此人已在任此职，或该职务已有人担任，请刷新页面核对。", field="person")
    return posting
