"""How people set, pause and press reminders: the office's rules, one's own frequency and calendar, pauses, 催办 (notice R9)."""

import secrets
from datetime import timedelta

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from branches.models.users import DigestFrequency
from branches.offices import Office
from committee.actions.digests import message_id_for
from committee.actions.notices import tell_many
from committee.models import (
    CalendarFeed,
    Digest,
    DigestItem,
    DigestKind,
    DigestState,
    NoticeKind,
    ReminderRule,
    Snooze,
)
from committee.queries.roll_call import open_dues, seats_for
from committee.rules.feeds import hash_of
from committee.rules.reminders import LONGEST_SNOOZE, Tier, flaws_of
from recruitment.actions.refusals import NotYours, Refused, refuse
from recruitment.models import Due
from recruitment.queries.todo import owes
from recruitment.rules.objection import Objection
from recruitment.scope import scope_of


def may_set_rules(user):
    """Reminder rules hold for the whole institute, so only the party office at its top sets them."""
    return any(post.office == Office.PARTY_OFFICE and post.unit_path.count("/") == 1 for post in scope_of(user).posts)


@transaction.atomic
def set_rule(*, by, kind, policy, reason, now):
    """Set the rule of ``kind`` ("" for all kinds without their own) to ``policy`` (committee.rules.reminders.Policy).

    Refused: a rule that would tell nobody, or everybody every day; without a reason. The old values stay in the history.
    """
    if not may_set_rules(by):
        raise NotYours
    if flaws := flaws_of(policy):
        raise Refused([Objection(code="reminder_rule", message=flaw.message, field=flaw.field) for flaw in flaws])
    if not reason.strip():
        refuse("reason_required", "请写明修改原因，它会留在变更历史里。", field="reason")
    rule = ReminderRule.objects.select_for_update().filter(kind=kind).first() or ReminderRule(kind=kind)
    for name in ("repeat_days", "deputy_from", "mentor_from", "office_from", "member_from", "by_mail", "by_notice"):
        setattr(rule, name, getattr(policy, name))
    rule.lead_days = list(policy.lead_days)
    rule._history_user, rule._history_date, rule._change_reason = by, now, reason.strip()[:100]
    rule.save()
    return rule


@transaction.atomic
def reset_rule(*, by, kind, now):
    """Return ``kind`` to the default rule, if it has one of its own; its history stays."""
    if not may_set_rules(by):
        raise NotYours
    for rule in ReminderRule.objects.select_for_update().filter(kind=kind):
        rule._history_user, rule._history_date, rule._change_reason = by, now, "恢复默认"
        rule.delete()


def choose_frequency(*, user, frequency):
    """Choose how often one is told. What falls due or becomes late is told at once all the same; nothing switches duties off."""
    if frequency not in DigestFrequency.values:
        refuse("unknown_frequency", "请从列出的频次中选择。", field="frequency")
    user.digest_frequency = frequency
    user.save(update_fields=["digest_frequency"])


@transaction.atomic
def make_feed(*, user, now):
    """Make the user's private calendar address and return its secret, which is kept nowhere; an older one stops working."""
    secret = secrets.token_urlsafe(32)
    CalendarFeed.objects.update_or_create(
        user=user, defaults={"secret_hash": hash_of(secret), "made_at": now, "read_at": None}
    )
    return secret


def revoke_feed(*, user):
    """Stop the user's calendar address from working, at once."""
    CalendarFeed.objects.filter(user=user).delete()


def feed_read(*, feed, now):
    """Note that a calendar program fetched the feed; to the hour, so that polling does not write each time."""
    if feed.read_at is None or now - feed.read_at > timedelta(hours=1):
        CalendarFeed.objects.filter(pk=feed.pk).update(read_at=now)


@transaction.atomic
def snooze_due(*, by, due_id, until_on, reason, now):
    """Let the reminders of a due rest until ``until_on`` (the day on which they speak again), for a reason the office sees.

    For those who owe it. The last day, the list and what is told upward stay as they are. Refused: no reason, a day that
    is not within the next thirty, a settled due, a second pause beside a running one.
    """
    today = timezone.localdate(now)
    due = Due.objects.visible_to(by).select_for_update(of=("self",)).get(pk=due_id)
    if not owes(scope_of(by), due):
        raise NotYours
    if due.settled_at is not None:
        refuse("settled", "这件事已经办结，不必暂缓。")
    if not reason.strip():
        refuse("reason_required", "请写明原因，党办会看到。", field="reason")
    if not today < until_on <= today + timedelta(days=LONGEST_SNOOZE):
        last = today + timedelta(days=LONGEST_SNOOZE)
        refuse("snooze_day", f"恢复提醒日应在明天至 {last} 之间；期限本身不变。", field="until_on")
    Snooze.objects.filter(due=due, ended_at__isnull=True, until_on__lte=today).update(ended_at=now)
    try:
        with transaction.atomic():
            return Snooze.objects.create(
                due=due, reason=reason.strip()[:100], until_on=until_on, asked_by=by, asked_at=now
            )
    except IntegrityError:
        return refuse("snoozed", "这件事已在暂缓提醒。要改日期，请先结束现在的暂缓。")


@transaction.atomic
def end_snooze(*, by, snooze_id, now):
    """End a pause early: whoever asked for it, or the office."""
    snooze = Snooze.objects.select_for_update(of=("self",)).select_related("due").get(pk=snooze_id)
    if not Due.objects.visible_to(by).filter(pk=snooze.due_id).exists():
        raise Snooze.DoesNotExist
    if snooze.asked_by_id != by.pk and Office.PARTY_OFFICE not in scope_of(by).offices_over(snooze.due.unit_path):
        raise NotYours
    if snooze.ended_at is None:
        snooze.ended_at = now
        snooze.save(update_fields=["ended_at"])
    return snooze


@transaction.atomic
def nudge(*, by, due_ids, now):
    """催办: press those who owe ``due_ids`` once more, at once, by a notice and one mail a person and day.

    A second click within the minute presses nobody twice. For the party office over the units concerned. Dues out of its
    reach or settled meanwhile are left out. Returns the names of those pressed, and of those whose mail of the day had
    gone already, so that they get the notice only.
    """
    if not due_ids:
        refuse("nothing_chosen", "请先选择要催办的事项。")
    today = timezone.localdate(now)
    within_reach = Due.objects.visible_to(by).open().filter(pk__in=due_ids).values_list("pk", flat=True)
    dues = open_dues(Q(pk__in=list(within_reach)), today)
    if not dues:
        refuse("nothing_to_press", "所选事项已经办结，不需要催办。")
    scope = scope_of(by)
    if any(Office.PARTY_OFFICE not in scope.offices_over(due.unit_path) for due in dues):
        raise NotYours
    seats = seats_for(dues, today, {})
    owed = {}
    for due in dues:
        for person_id in seats.told(Tier.OWES, due):
            owed.setdefault(seats.users[person_id], []).append(due)
    if not owed:
        refuse("nobody_to_press", "承办职务空缺，或任职人没有账号，无法催办。请先完善任职。")
    notices, told, only_notice = [], [], []
    for user, rows in owed.items():
        digest, _ = Digest.objects.get_or_create(
            recipient=user,
            local_date=today,
            kind=DigestKind.NUDGE,
            defaults={
                "created_at": now,
                "not_before_at": now,
                "asked_by": by,
                "message_id": message_id_for(user_id=user.pk, local_date=today, kind=DigestKind.NUDGE),
            },
        )
        if Digest.objects.select_for_update().get(pk=digest.pk).state == DigestState.DUE:
            DigestItem.objects.bulk_create(
                [DigestItem(digest=digest, due_id=due.pk) for due in rows], ignore_conflicts=True
            )
            told.append(user.display_name)
        else:
            only_notice.append(user.display_name)
        notices += [
            (user.pk, f"nudge:{due.pk}:{now:%Y%m%d%H%M}", f"党办催办：{due.title}", reverse("due", args=[due.pk]))
            for due in rows
        ]
    tell_many(notices, kind=NoticeKind.NUDGE, now=now)
    return told, only_notice
