"""Addresses of the branches app."""

urlpatterns = []
