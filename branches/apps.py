"""Django wiring of the branches app."""

from django.apps import AppConfig

from branches.forms.plain_words import speak_plainly


class BranchesConfig(AppConfig):
    name = "branches"
    verbose_name = "党支部与人"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self):
        speak_plainly()
