"""Django wiring of the branches app."""

from django.apps import AppConfig


class BranchesConfig(AppConfig):
    name = "branches"
    verbose_name = "党支部与人"
    default_auto_field = "django.db.models.BigAutoField"
