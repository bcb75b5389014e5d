"""A TCP proxy that can turn bad: it passes on, delays, swallows or refuses, as the test says at the moment."""

import socket
import threading
import time
from contextlib import suppress

from tests.services import LOOPBACK, free_port

PASS, SLOW, HOLE, REFUSE = "pass", "slow", "hole", "refuse"
MOODS = (PASS, SLOW, HOLE, REFUSE)
SLOW_SECONDS = 5
CHUNK = 65536


class ChaosProxy:
    """Listens on a port of its own and passes on to ``target``, as long as its ``mood`` lets it.

    ``connections`` counts who came, refused ones left out because nobody sees them.
    """

    def __init__(self, target: int):
        self.target = target
        self.port = free_port()
        self.mood = PASS
        self.connections = 0
        self.open = []
        self.listener = None

    def turn(self, mood):
        """Be like that from now on; whoever is connected is cut off, so that the new mood is met by all."""
        self.mood = mood
        if mood == REFUSE:
            self._stop_listening()
        elif self.listener is None:
            self._listen()
        for end in self.open:
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
        self.open.clear()

    def __enter__(self):
        self._listen()
        return self

    def __exit__(self, *_):
        self.turn(REFUSE)

    def _listen(self):
        self.listener = socket.create_server((LOOPBACK, self.port), backlog=256)
        threading.Thread(target=self._accept, args=(self.listener,), daemon=True).start()

    def _stop_listening(self):
        if self.listener is not None:
            with suppress(OSError):
                self.listener.shutdown(socket.SHUT_RDWR)
            self.listener.close()
            self.listener = None

    def _accept(self, listener):
        while True:
            try:
                near, _ = listener.accept()
            except OSError:
                return
            self.connections += 1
            self.open.append(near)
            if self.mood == HOLE:
                continue
            with suppress(OSError):
                far = socket.create_connection((LOOPBACK, self.target))
                self.open.append(far)
                for source, goal in ((near, far), (far, near)):
                    threading.Thread(target=self._pump, args=(source, goal), daemon=True).start()

    def _pump(self, source, goal):
        with suppress(OSError):
            while chunk := source.recv(CHUNK):
                if self.mood == SLOW:
                    time.sleep(SLOW_SECONDS)
                goal.sendall(chunk)
        for end in (source, goal):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
