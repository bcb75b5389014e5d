"""Addresses of the committee app."""

from django.urls import path

from committee.views import candidates, member_home, problems, talks

urlpatterns = [
    path("candidates/<uuid:code>/", candidates.candidate_view, name="candidate"),
    path("candidates/<uuid:code>/tab/<slug:tab>/", candidates.candidate_view, name="candidate-tab"),
    path("candidates/<uuid:code>/talk/", talks.talk_record_view, name="talk-record"),
    path("candidates/<uuid:code>/decline/", talks.decline_view, name="decline"),
    path("contacts/mine/", member_home.member_home_view, name="member-home"),
    path("talks/", talks.talks_view, name="talks"),
    path("talks/<uuid:code>/", talks.talk_view, name="talk"),
    path("problems/", problems.problems_view, name="problems"),
    path("problems/<uuid:code>/answer/", problems.problem_answer_view, name="problem-answer"),
    path("problems/<uuid:code>/forward/", problems.problem_forward_view, name="problem-forward"),
    path("problems/due/<int:due_id>/", problems.problem_due_view, name="due-problem"),
    path("problems/handed-on/<int:due_id>/", problems.problem_due_view, name="due-problem_forwarded"),
]
