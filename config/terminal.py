"""What the commands say to whoever started them: in English, then in Chinese."""

import sys
from typing import NoReturn


def say(english: str, chinese: str) -> None:
    """Prints a sentence in both languages."""
    print(f"{english}\n{chinese}", flush=True)


def give_up(code: int, english: str, chinese: str) -> NoReturn:
    """Ends the command with the exit code and the reason."""
    print(f"{english}\n{chinese}", file=sys.stderr, flush=True)
    sys.exit(code)
