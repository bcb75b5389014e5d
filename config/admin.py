"""The Django admin with the organisation's own site instead of Django's."""

from django.contrib.admin.apps import AdminConfig


class OrganisationAdminConfig(AdminConfig):
    default_site = "branches.admin_site.OrganisationSite"
