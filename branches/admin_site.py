"""The Django admin as the system administrator's workbench; for everybody else it does not exist."""

from functools import wraps

from django.contrib.admin import AdminSite
from django.contrib.auth.views import redirect_to_login
from django.http import Http404
from django.urls import reverse
from django.utils import timezone

from branches.queries.posts import is_system_administrator
from branches.views.fresh import fresh_login


class OrganisationSite(AdminSite):
    """Organisation data only. The post opens it, not a flag on the login; there is no superuser in daily work."""

    site_header = site_title = "管理后台"
    index_title = "党组织、人员、账号、任职和工作日历"
    site_url = None
    enable_nav_sidebar = False

    def has_permission(self, request):
        return is_system_administrator(request.user, timezone.localdate())

    def admin_view(self, view, cacheable=False):
        """Whatever is changed here (posts, logins, first passwords) asks for a fresh login."""
        page = super().admin_view(view, cacheable)
        change = fresh_login(page)

        @wraps(page)
        def shown(request, *args, **kwargs):
            answer = change if request.method == "POST" and self.has_permission(request) else page
            return answer(request, *args, **kwargs)

        return shown

    def login(self, request, extra_context=None):
        """The site has one login page; who is logged in and does not belong here is told nothing."""
        if request.user.is_authenticated and not self.has_permission(request):
            raise Http404
        return redirect_to_login(reverse("admin:index"))
