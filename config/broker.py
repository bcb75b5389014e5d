"""The embedded broker: Celery's messages as files in a folder of the site's own, each of them there whole or not at all."""

import logging
import os
import time
import uuid
from pathlib import Path
from queue import Empty

from kombu.transport import filesystem
from kombu.utils.json import dumps, loads

log = logging.getLogger(__name__)


class Channel(filesystem.Channel):
    """kombu's own opens a message under its final name and then writes it: a worker that looked in between took an empty
    one and ended. It also moves what it takes through the machine's common folder for temporary files."""

    def _put(self, queue, payload, **_):
        folder = Path(self.data_folder_out)
        # in the order of their making
        name = f"{time.monotonic_ns():020}_{uuid.uuid4()}"
        unfinished = folder / f"{name}.part"
        unfinished.write_text(dumps(payload), encoding="utf-8")
        unfinished.replace(folder / f"{name}.{queue}.msg")

    def _get(self, queue):
        folder = Path(self.data_folder_in)
        for name in sorted(os.listdir(folder)):
            if name.partition(".")[2] != f"{queue}.msg":
                continue
            mine = folder / f"{name}.taken"
            try:
                (folder / name).rename(mine)
            except FileNotFoundError:
                # another worker was quicker
                continue
            text = mine.read_text(encoding="utf-8", errors="replace")
            mine.unlink()
            try:
                return loads(text)
            except ValueError:
                # A machine that lost its power may leave a file without its contents; the database knows what is to be done.
                log.warning("A message of the broker could not be read: %s", name)
        raise Empty


class Transport(filesystem.Transport):
    """What CELERY_BROKER_URL names."""

    Channel = Channel
