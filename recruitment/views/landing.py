"""The address "/": everybody lands where their post works."""

from django.shortcuts import redirect
from django.views.decorators.http import require_safe

from recruitment.navigation import home_of


@require_safe
def landing(request):
    """Lead to the home page of the user's first part."""
    return redirect(home_of(request.user))
