"""Write the default templates of the printed forms anew, after a change of recruitment/papers/defaults.py."""

from pathlib import Path

from django.core.management.base import BaseCommand

from recruitment.files.packages import examine, written
from recruitment.papers import forms
from recruitment.papers.defaults import MAKERS

FOLDER = Path(forms.__file__).resolve().parent / "templates"


class Command(BaseCommand):
    help = "Write the default Word templates into recruitment/papers/templates."

    def handle(self, **options):
        FOLDER.mkdir(exist_ok=True)
        for name, make in MAKERS.items():
            (FOLDER / f"{name}.docx").write_bytes(written(examine(make().saved())[1]))
            self.stdout.write(f"{name}.docx")
