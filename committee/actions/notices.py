"""Notices inside the site: told once per key, read by opening them."""

from committee.models import Notice, NoticeKind


def tell_many(rows, *, kind=NoticeKind.NEWS, now):
    """Give each (user id, key, text, path) a notice unless the user has one with that key already.

    Texts carry numbers and acts, never names: who it is about is behind the path, within the reader's reach.
    """
    Notice.objects.bulk_create(
        [
            Notice(recipient_id=user_id, kind=kind, key=key, text=text[:200], path=path[:200], at=now)
            for user_id, key, text, path in rows
        ],
        ignore_conflicts=True,
        batch_size=1000,
    )


def read_notice(*, user, notice_id, now):
    """Mark one of the user's notices as read and return it; Notice.DoesNotExist for anybody else's."""
    notice = Notice.objects.visible_to(user).get(pk=notice_id)
    if notice.read_at is None:
        notice.read_at = now
        notice.save(update_fields=["read_at"])
    return notice


def read_all_notices(*, user, now):
    """Mark all of the user's notices as read; returns how many were unread."""
    return Notice.objects.visible_to(user).unread().update(read_at=now)
