"""Addresses of the pages for HR and for heads of departments."""

from django.urls import path

from recruitment.views import departments, roster_import

urlpatterns = [
    path("roster-import/", roster_import.roster_import_view, name="roster-import"),
    path("roster-import/<uuid:code>/", roster_import.roster_import_batch_view, name="roster-import-batch"),
    path("roster-import/<uuid:code>/columns/", roster_import.roster_import_columns_view, name="roster-import-columns"),
    path("roster-import/<uuid:code>/preview/", roster_import.roster_import_preview_view, name="roster-import-preview"),
    path("roster-import/<uuid:code>/commit/", roster_import.roster_import_commit_view, name="roster-import-commit"),
    path("roster-import/<uuid:code>/cancel/", roster_import.roster_import_cancel_view, name="roster-import-cancel"),
    path("department/", departments.department_view, name="department"),
    path("department-shares/", departments.department_shares_view, name="department-shares"),
    path("department-shares/new/", departments.department_share_view, name="department-share"),
    path("department-shares/<uuid:code>/end/", departments.department_share_end_view, name="department-share-end"),
]
