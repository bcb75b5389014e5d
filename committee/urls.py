"""Addresses of the committee app."""

from django.urls import path

from committee.views import candidates

urlpatterns = [
    path("candidates/<uuid:code>/", candidates.candidate_view, name="candidate"),
    path("candidates/<uuid:code>/tab/<slug:tab>/", candidates.candidate_view, name="candidate-tab"),
]
