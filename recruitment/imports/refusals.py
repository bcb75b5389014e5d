"""Why a file is not read; each sentence says what to do."""


class FileRefused(Exception):
    """The file as a whole cannot be imported; ``str()`` is the Chinese sentence for the person who sent it."""
