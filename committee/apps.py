"""Django wiring of the committee app."""

from django.apps import AppConfig


class CommitteeConfig(AppConfig):
    name = "committee"
    verbose_name = "党委与党办"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self):
        """Register the system checks."""
        from committee import checks  # noqa: F401
