"""Django wiring of the committee app."""

from django.apps import AppConfig

from committee import checks  # noqa: F401  # registers the system checks


class CommitteeConfig(AppConfig):
    name = "committee"
    verbose_name = "党委与党办"
    default_auto_field = "django.db.models.BigAutoField"
