"""Addresses of the recruitment app."""

urlpatterns = []
