"""The directory of an OLE compound file (.xls, and the shell of an encrypted .xlsx), read without trusting it."""

import struct

MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
END_OF_CHAIN = 0xFFFFFFFE
MINI_STREAM_BELOW = 4096
MINI_SECTOR = 64
# A directory of a spreadsheet has a few dozen entries; a loop in a hostile one must end.
MOST_ENTRIES = 4096
_ROOT = 5  # the kind of the first entry of a directory


class NotCompound(Exception):
    """The bytes are no readable compound file: cut off, or made up."""


class CompoundFile:
    """Names of all entries, and the bytes of one stream. Every chain is walked at most as long as the file is."""

    def __init__(self, data: bytes):
        if len(data) < 512 or not data.startswith(MAGIC):
            raise NotCompound
        self._data = data
        (shift,) = struct.unpack_from("<H", data, 30)
        if shift not in (9, 12):
            raise NotCompound
        self._size = 1 << shift
        self._fat = self._read_fat()
        self._root = END_OF_CHAIN
        self._entries = self._read_directory(struct.unpack_from("<I", data, 48)[0])

    @property
    def names(self) -> set[str]:
        """Names of all storages and streams."""
        return {name for name, _, _ in self._entries}

    def stream(self, *names: str) -> bytes:
        """The bytes of the first stream that is called one of ``names``; empty when there is none."""
        for name, start, length in self._entries:
            if name in names:
                return (self._chain(start) if length >= MINI_STREAM_BELOW else self._mini_chain(start))[:length]
        return b""

    def _sector(self, number: int) -> bytes:
        begin = (number + 1) * self._size
        if number >= END_OF_CHAIN or begin >= len(self._data):
            raise NotCompound
        return self._data[begin : begin + self._size]

    def _numbers(self, sector: bytes) -> tuple[int, ...]:
        return struct.unpack(f"<{len(sector) // 4}I", sector[: len(sector) // 4 * 4])

    def _read_fat(self) -> list[int]:
        (count,) = struct.unpack_from("<I", self._data, 44)
        (next_table,) = struct.unpack_from("<I", self._data, 68)
        sectors = [number for number in struct.unpack_from("<109I", self._data, 76) if number < END_OF_CHAIN - 2]
        most = len(self._data) // self._size + 1
        seen = 0
        while next_table < END_OF_CHAIN - 2 and seen < most:
            *more, next_table = self._numbers(self._sector(next_table))
            sectors += [number for number in more if number < END_OF_CHAIN - 2]
            seen += 1
        if count > most:
            raise NotCompound
        fat = []
        for number in sectors[:count]:
            fat += self._numbers(self._sector(number))
        return fat

    def _chain(self, start: int) -> bytes:
        parts, number, seen = [], start, set()
        while number < END_OF_CHAIN - 2:
            if number in seen or number >= len(self._fat):
                raise NotCompound  # a chain that bites its tail, or leads nowhere
            seen.add(number)
            parts.append(self._sector(number))
            number = self._fat[number]
        return b"".join(parts)

    def _mini_chain(self, start: int) -> bytes:
        """A short stream, which LibreOffice makes of a ledger with few people; all of them share the root's sectors."""
        table = self._numbers(self._chain(struct.unpack_from("<I", self._data, 60)[0]))
        shared = self._chain(self._root)
        parts, number, seen = [], start, set()
        while number < END_OF_CHAIN - 2:
            if number in seen or number >= len(table):
                raise NotCompound
            seen.add(number)
            parts.append(shared[number * MINI_SECTOR : (number + 1) * MINI_SECTOR])
            number = table[number]
        return b"".join(parts)

    def _read_directory(self, start: int) -> list[tuple[str, int, int]]:
        directory = self._chain(start)
        entries = []
        for offset in range(0, min(len(directory), MOST_ENTRIES * 128) - 127, 128):
            entry = directory[offset : offset + 128]
            (length,) = struct.unpack_from("<H", entry, 64)
            if entry[66] == 0 or not 2 <= length <= 64:
                continue
            name = entry[: length - 2].decode("utf-16-le", "replace")
            first, size = struct.unpack_from("<II", entry, 116)
            if entry[66] == _ROOT:
                self._root = first
            entries.append((name, first, size))
        return entries
