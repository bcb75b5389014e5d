"""The session engine: every session of a user knows when it began and was last used, and ends by itself.

Whoever is logged in, by whatever way, has these marks: they are made when the session is first stored. The database's
own ``expire_date`` is the end, so a session that has ended is not found any more, whatever the browser sends.
"""

import uuid
from datetime import datetime

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore as DatabaseSessions
from django.utils import timezone

from branches import visits
from branches.models import Session
from branches.queries.doors import holds_strict_post


class SessionStore(DatabaseSessions):
    @classmethod
    def get_model_class(cls):
        return Session

    def save(self, must_create=False):
        if not must_create and SESSION_KEY in self and "begun_at" not in self:
            self._begin(timezone.now())
        super().save(must_create)

    def create_model_instance(self, data):
        row = super().create_model_instance(data)
        if "begun_at" in data:
            row.user_id = int(data[SESSION_KEY])
            row.code = uuid.UUID(data["code"])
            row.begun_at, row.seen_at = _instant(data["begun_at"]), _instant(data["seen_at"])
            row.browser, row.address = data.get("browser", ""), data.get("address")
        return row

    def _begin(self, now):
        """Mark the beginning: logging in is proof of who sits there, so the session starts fresh."""
        self["code"] = str(uuid.uuid4())
        self["begun_at"] = self["confirmed_at"] = now.isoformat()
        self["is_strict"] = holds_strict_post(int(self[SESSION_KEY]), timezone.localdate(now))
        self["posts_checked_on"] = timezone.localdate(now).isoformat()
        self.note(now)

    def note(self, now):
        """The user did something at ``now``; the end moves with it."""
        self["seen_at"] = now.isoformat()
        self.set_expiry(visits.ends_at(_instant(self["begun_at"]), now, self["is_strict"]))

    def confirm(self, now):
        """The user proved anew who sits there."""
        self["confirmed_at"] = now.isoformat()

    @property
    def seen_at(self):
        return _instant(self["seen_at"])

    @property
    def confirmed_at(self):
        return _instant(self["confirmed_at"]) if "confirmed_at" in self else None


def _instant(text):
    return datetime.fromisoformat(text)
