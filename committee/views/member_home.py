"""The home of whoever has designated contacts."""

from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from committee.queries.member_home import member_home


@require_safe
def member_home_view(request):
    """My contacts, one card a person."""
    page = member_home(user=request.user, today=timezone.localdate())
    return render(
        request, "committee/member_home.html", {name: getattr(page, name) for name in page.__dataclass_fields__}
    )
