"""Addresses of reminders: what was told, how, and to whom."""

from django.urls import path

from committee.views import dues, feeds, mailbox, my_reminders, notices

urlpatterns = [
    path("dues/<int:due_id>/", dues.due_view, name="due"),
    path("dues/<int:due_id>/snooze/", my_reminders.snooze_view, name="due-snooze"),
    path("snoozes/<int:snooze_id>/end/", my_reminders.snooze_end_view, name="snooze-end"),
    path("my/reminders/", my_reminders.my_reminders_view, name="my-reminders"),
    path("my/calendar/", my_reminders.feed_make_view, name="feed-make"),
    path("my/calendar/stop/", my_reminders.feed_revoke_view, name="feed-revoke"),
    path("calendar/<str:secret>.ics", feeds.calendar_feed_view, name="calendar-feed"),
    path("notices/", notices.notices_view, name="notices"),
    path("notices/mark/", notices.notice_mark_view, name="notice-mark"),
    path("notices/read/", notices.notices_read_view, name="notices-read"),
    path("notices/<int:notice_id>/", notices.notice_open_view, name="notice-open"),
    path("mailbox/", mailbox.mailbox_view, name="mailbox"),
    path("mailbox/<int:mail_id>/", mailbox.mailbox_message_view, name="mailbox-message"),
]
