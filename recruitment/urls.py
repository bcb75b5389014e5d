"""Addresses of the recruitment app."""

from django.urls import path

from recruitment.views import acts, lists, rules

urlpatterns = [
    path("todo/", lists.todo_view, name="todo"),
    path("candidates/", lists.candidates_view, name="candidates"),
    path("candidates/new/", acts.register_view, name="candidate-register"),
    path("candidates/<uuid:code>/steps/<int:number>/", acts.step_view, name="step-record"),
    path("candidates/<uuid:code>/review/", acts.review_view, name="review-record"),
    path("candidates/<uuid:code>/situation/", acts.situation_view, name="situation-record"),
    path("candidates/<uuid:code>/correct/<str:kind>/<uuid:record>/", acts.correction_view, name="record-correct"),
    path("limits/", rules.limits_view, name="limits"),
    path("limits/<uuid:code>/<slug:limit>/end/", rules.limit_end_view, name="limit-end"),
]
