"""Addresses of the committee app."""

from django.urls import include, path

from committee.views import (
    candidates,
    consultations,
    contacts,
    dashboard,
    focus,
    member_home,
    mentors,
    problems,
    reopenings,
    talks,
)

urlpatterns = [
    path("", include("committee.reminder_urls")),
    path("candidates/<uuid:code>/", candidates.candidate_view, name="candidate"),
    path("candidates/<uuid:code>/tab/<slug:tab>/", candidates.candidate_view, name="candidate-tab"),
    path("candidates/<uuid:code>/talk/", talks.talk_record_view, name="talk-record"),
    path("candidates/<uuid:code>/decline/", talks.decline_view, name="decline"),
    path("dashboard/", dashboard.dashboard_view, name="dashboard"),
    path("contacts/", contacts.contacts_view, name="contacts"),
    path("candidates/<uuid:code>/contact/", contacts.contact_assign_view, name="contact-assign"),
    path("candidates/<uuid:code>/contact/<int:pk>/change/", contacts.contact_change_view, name="contact-change"),
    path("candidates/<uuid:code>/contact/<int:pk>/end/", contacts.contact_end_view, name="contact-end"),
    path("candidates/<uuid:code>/exchange/", consultations.consultations_view, name="consultations"),
    path(
        "candidates/<uuid:code>/exchange/<int:step>/", consultations.consultation_write_view, name="consultation-write"
    ),
    path("candidates/<uuid:code>/key-candidate/", consultations.key_candidate_view, name="key-candidate"),
    path("united-front/<int:due_id>/", consultations.united_front_view, name="due-other_party_consultation"),
    path("mentors/", mentors.mentors_view, name="mentors"),
    path("candidates/<uuid:code>/mentors/", mentors.candidate_mentors_view, name="candidate-mentors"),
    path("candidates/<uuid:code>/mentors/change/", mentors.mentors_change_view, name="mentors-change"),
    path("candidates/<uuid:code>/opinion/", mentors.opinion_view, name="opinion-record"),
    path("focus/", focus.focus_view, name="focus"),
    path("focus/proposals/", focus.focus_proposals_view, name="focus-proposals"),
    path("focus/criteria/new/", focus.criterion_view, name="criterion-add"),
    path("focus/criteria/<int:pk>/", focus.criterion_view, name="criterion"),
    path("focus/add/<uuid:code>/", focus.focus_add_view, name="focus-add"),
    path("focus/<uuid:code>/renew/", focus.focus_renew_view, name="focus-renew"),
    path("focus/<uuid:code>/end/", focus.focus_end_view, name="focus-end"),
    path("reopenings/", reopenings.reopenings_view, name="reopenings"),
    path("reopenings/<uuid:code>/approve/", reopenings.reopening_approve_view, name="reopening-approve"),
    path("my-contacts/", member_home.member_home_view, name="member-home"),
    path("talks/", talks.talks_view, name="talks"),
    path("talks/<uuid:code>/", talks.talk_view, name="talk"),
    path("problems/", problems.problems_view, name="problems"),
    path("problems/<uuid:code>/answer/", problems.problem_answer_view, name="problem-answer"),
    path("problems/<uuid:code>/forward/", problems.problem_forward_view, name="problem-forward"),
    path("problems/due/<int:due_id>/", problems.problem_due_view, name="due-problem"),
    path("problems/handed-on/<int:due_id>/", problems.problem_due_view, name="due-problem_forwarded"),
]
