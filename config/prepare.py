"""Brings the database up to date and, on the first start, fills it: `python -m config.prepare [--empty]`."""

import os
import sys

import django
from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.management import CommandError, call_command
from django.db import transaction

from config.terminal import say


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    empty = "--empty" in sys.argv[1:]
    call_command("migrate", interactive=False, verbosity=0)
    if get_user_model().objects.exists():
        if empty:
            say(
                "The data folder holds data already, so --empty does nothing.", "数据目录中已有数据，--empty 不起作用。"
            )
        return
    try:
        if empty:
            call_command("create_first_administrator")
        else:
            say("First start: loading the demonstration institute ...", "首次启动：正在载入演示数据……")
            load_demonstration()
    except CommandError as error:
        sys.exit(str(error))
    except (KeyboardInterrupt, EOFError):
        sys.exit("")


def load_demonstration() -> None:
    """Loads the demonstration wholly or not at all, and notes that this data folder has it."""
    with transaction.atomic():
        call_command("load_demo")
    (settings.VAR / "demonstration").touch()


if __name__ == "__main__":
    main()
