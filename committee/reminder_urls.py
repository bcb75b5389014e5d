"""Addresses of reminders: what was told, how, and to whom."""

from django.urls import path

from committee.views import dues, feeds, health, mailbox, my_reminders, notices, reminder_board, reminder_rules, robots

urlpatterns = [
    path("healthz/reminders/", health.reminder_health_view, name="reminder-health"),
    path("dues/<int:due_id>/", dues.due_view, name="due"),
    path("dues/<int:due_id>/snooze/", my_reminders.snooze_view, name="due-snooze"),
    path("dues/<int:due_id>/calendar/", dues.calendar_due_view, name="due-calendar_year"),
    path("dues/<int:due_id>/grant/", dues.grant_due_view, name="due-grant_end"),
    path("snoozes/<int:snooze_id>/end/", my_reminders.snooze_end_view, name="snooze-end"),
    path("my/reminders/", my_reminders.my_reminders_view, name="my-reminders"),
    path("my/calendar/", my_reminders.feed_make_view, name="feed-make"),
    path("my/calendar/stop/", my_reminders.feed_revoke_view, name="feed-revoke"),
    path("calendar/<str:secret>.ics", feeds.calendar_feed_view, name="calendar-feed"),
    path("notices/", notices.notices_view, name="notices"),
    path("notices/mark/", notices.notice_mark_view, name="notice-mark"),
    path("notices/read/", notices.notices_read_view, name="notices-read"),
    path("notices/<int:notice_id>/", notices.notice_open_view, name="notice-open"),
    path("reminders/", reminder_board.board_view, name="reminder-board"),
    path("reminders/press/", reminder_board.nudge_view, name="nudge"),
    path("reminders/digests/", reminder_board.digests_view, name="digests"),
    path("reminders/digests/<int:digest_id>/again/", reminder_board.send_again_view, name="digest-again"),
    path("reminders/digests/<int:digest_id>/arrived/", reminder_board.take_as_sent_view, name="digest-arrived"),
    path("reminders/rules/", reminder_rules.rules_view, name="reminder-rules"),
    path("reminders/rules/<slug:slug>/", reminder_rules.rule_view, name="reminder-rule"),
    path("reminders/rules/<slug:slug>/reset/", reminder_rules.rule_reset_view, name="reminder-rule-reset"),
    path("reminders/try/", reminder_rules.tryout_view, name="reminder-tryout"),
    path("reminders/robots/", robots.robots_view, name="robots"),
    path("reminders/robots/new/", robots.robot_view, name="robot-new"),
    path("reminders/robots/<int:robot_id>/", robots.robot_view, name="robot"),
    path("reminders/robots/<int:robot_id>/try/", robots.robot_try_view, name="robot-try"),
    path("reminders/robots/<int:robot_id>/remove/", robots.robot_remove_view, name="robot-remove"),
    path("mailbox/", mailbox.mailbox_view, name="mailbox"),
    path("mailbox/<int:mail_id>/", mailbox.mailbox_message_view, name="mailbox-message"),
]
