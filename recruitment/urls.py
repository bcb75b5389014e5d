"""Addresses of the recruitment app."""

from django.urls import path

from recruitment.views import acts, audit, grants, landing, lists, postings, rules

urlpatterns = [
    path("", landing.landing, name="home"),
    path("todo/", lists.todo_view, name="todo"),
    path("candidates/", lists.candidates_view, name="candidates"),
    path("candidates/new/", acts.register_view, name="candidate-register"),
    path("candidates/<uuid:code>/steps/<int:number>/", acts.step_view, name="step-record"),
    path("candidates/<uuid:code>/review/", acts.review_view, name="review-record"),
    path("candidates/<uuid:code>/situations/", acts.situations_view, name="situations"),
    path("candidates/<uuid:code>/situations/<slug:kind>/", acts.situation_view, name="situation-record"),
    path("candidates/<uuid:code>/correct/<str:kind>/<uuid:record>/", acts.correction_view, name="record-correct"),
    path("calendar/", rules.calendar_view, name="calendar"),
    path("forecast/", rules.forecast_view, name="forecast"),
    path("road/", rules.road_help_view, name="road-help"),
    path("limits/", rules.limits_view, name="limits"),
    path("limits/<uuid:code>/<slug:limit>/end/", rules.limit_end_view, name="limit-end"),
    path("access-log/", audit.access_log_view, name="access-log"),
    path("grants/", grants.grants_view, name="grants"),
    path("grants/new/", grants.grant_propose_view, name="grant-propose"),
    path("grants/<int:pk>/decide/", grants.grant_decide_view, name="grant-decide"),
    path("grants/<int:pk>/end/", grants.grant_end_view, name="grant-end"),
    path("postings/", postings.postings_view, name="postings"),
    path("postings/new/", postings.posting_open_view, name="posting-open"),
    path("postings/<int:pk>/end/", postings.posting_end_view, name="posting-end"),
    path("postings/<int:pk>/replace/", postings.posting_replace_view, name="posting-replace"),
    path("postings/<int:pk>/handover/", postings.handover_view, name="handover"),
    path("units/", postings.units_view, name="units"),
    path("units/new/", postings.unit_open_view, name="unit-open"),
    path("units/<uuid:code>/", postings.unit_change_view, name="unit-change"),
]
