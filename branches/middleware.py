"""Whoever logged in with a first password chooses one of their own before anything else."""

from django.http import Http404
from django.shortcuts import redirect
from django.urls import resolve

# What somebody may do before choosing a password: choose it, or leave.
ALLOWED = frozenset(("password_change", "logout"))


class OwnPasswordFirst:
    """Leads users who must change their password to the page where they do."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        user = request.user
        if user.is_authenticated and user.must_change_password and _name_of(request.path_info) not in ALLOWED:
            return redirect("password_change")
        return self.get_response(request)


def _name_of(path):
    try:
        return resolve(path).url_name
    except Http404:
        return None
