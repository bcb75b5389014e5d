"""What the tests of the papers share: a vault of their own, and attaching files."""

from dataclasses import dataclass

import pytest
from django.utils import timezone

from recruitment.actions.documents import attach
from tests.cast import Cast


@pytest.fixture(autouse=True)
def vault_folder(settings, tmp_path):
    """Contents lie in a folder of the test."""
    settings.MEDIA_ROOT = tmp_path / "files"
    settings.YINLING_VIRUS_SCAN = ""
    return settings.MEDIA_ROOT


@dataclass
class Registry:
    """Attaches files for a user of the cast."""

    cast: Cast

    def attach(self, candidate, *files, by=None, step=1, paper="application_letter"):
        """Attach ``files`` (pairs of name and bytes); returns the Documents."""
        return attach(
            by=by or self.cast.secretary, code=candidate.code, step=step, paper=paper, files=files, now=timezone.now()
        )


@pytest.fixture
def registry(cast):
    """Somebody who attaches files."""
    return Registry(cast)
