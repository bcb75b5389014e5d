"""Pictures without what the camera wrote beside them; not a dot of the picture is touched."""

import struct

_JPEG_START, _SCAN = 0xD8, 0xDA
# JFIF header, colour profile, Adobe's mark of the colour space: without them a picture looks different.
_KEPT_SEGMENTS = (0xE0, 0xE2, 0xEE)
_PNG_HEAD = b"\x89PNG\r\n\x1a\n"
_PNG_NOTES = (b"tEXt", b"zTXt", b"iTXt", b"eXIf", b"tIME")


def bare_jpeg(data: bytes) -> bytes:
    """The JPEG without EXIF, XMP, IPTC and comments; returned as it is when it does not read as one."""
    if not data.startswith(b"\xff\xd8"):
        return data
    kept, place = [data[:2]], 2
    while place + 4 <= len(data):
        if data[place] != 0xFF:
            return data
        marker = data[place + 1]
        if marker == _SCAN:
            return b"".join([*kept, data[place:]])
        if marker == 0xFF:
            place += 1
            continue
        length = struct.unpack_from(">H", data, place + 2)[0]
        segment = data[place : place + 2 + length]
        is_note = marker == 0xFE or (0xE0 <= marker <= 0xEF and marker not in _KEPT_SEGMENTS)
        if not is_note and not segment[4:].startswith(b"MPF\x00"):
            kept.append(segment)
        place += 2 + length
    return data


def bare_png(data: bytes) -> bytes:
    """The PNG without texts, time and EXIF; returned as it is when it does not read as one."""
    if not data.startswith(_PNG_HEAD):
        return data
    kept, place = [_PNG_HEAD], len(_PNG_HEAD)
    while place + 12 <= len(data):
        length, kind = struct.unpack_from(">I4s", data, place)
        end = place + 12 + length
        if kind not in _PNG_NOTES:
            kept.append(data[place:end])
        place = end
        if kind == b"IEND":
            break
    return b"".join(kept)
