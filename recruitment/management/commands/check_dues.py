"""manage.py check_dues: dues must be what the facts say; a difference ends with status 1."""

from django.core.management.base import CommandError

from recruitment.management.commands.refresh_dues import Command as RefreshDues


class Command(RefreshDues):
    help = "Compare the dues of all candidates (or of --sample N) with the facts, write nothing, and fail when they differ."
    writes = False

    def conclude(self, tally):
        if tally.differing:
            raise CommandError(f"{tally.differing} 人的待办与记录不符。用 refresh_dues 改正，并查明原因。")
