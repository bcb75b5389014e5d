"""Addresses of campaigns."""

from django.urls import path

from committee.views import campaigns

urlpatterns = [
    path("", campaigns.campaigns_view, name="campaigns"),
    path("new/", campaigns.campaign_open_view, name="campaign-open"),
    path("<uuid:code>/", campaigns.campaign_view, name="campaign"),
    path("<uuid:code>/end/", campaigns.campaign_end_view, name="campaign-end"),
    path("<uuid:code>/milestones/new/", campaigns.milestone_add_view, name="milestone-add"),
    path("milestones/<uuid:code>/", campaigns.milestone_change_view, name="milestone-change"),
    path("milestones/<uuid:code>/withdraw/", campaigns.milestone_withdraw_view, name="milestone-withdraw"),
    path("milestones/<uuid:code>/<uuid:unit>/", campaigns.completion_record_view, name="completion-record"),
    path("reports/<uuid:code>/", campaigns.completion_view, name="completion"),
    path("due/<int:due_id>/", campaigns.campaign_due_view, name="due-campaign"),
]
