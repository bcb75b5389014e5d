"""The Django admin with the organisation's own site instead of Django's."""

from django.apps import apps
from django.contrib.admin.apps import AdminConfig
from django.contrib.admin.sites import site


class OrganisationAdminConfig(AdminConfig):
    default_site = "branches.admin_site.OrganisationSite"

    def ready(self):
        super().ready()
        site.unregister(apps.get_model("auth", "Group"))  # rights come from posts
