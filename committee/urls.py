"""Addresses of the committee app."""

urlpatterns = []
