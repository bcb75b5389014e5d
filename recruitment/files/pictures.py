"""The child that takes in a picture: it is decoded and written anew, so only what can be seen is kept."""

import io

from PIL import Image, ImageOps, UnidentifiedImageError

from recruitment.files.asking import answer_with
from recruitment.files.limits import JPEG_DOTS, KEPT_DOTS, PNG_DOTS, limits_for
from recruitment.imports.refusals import FileRefused

BROKEN = "图片不完整或已损坏。请重新扫描或拍照，再传一次。"
QUALITY = 90
Image.MAX_IMAGE_PIXELS = None  # judged below, by what the header says, with a sentence of our own


def take_in(question: dict, parts: list[bytes]) -> tuple[dict, list[bytes]]:
    """({"kind", "pages"}, [the picture written anew]) for the JPEG or PNG in ``parts``; raises FileRefused."""
    try:
        with Image.open(io.BytesIO(parts[0]), formats=("JPEG", "PNG")) as picture:
            kind = "png" if picture.format == "PNG" else "jpeg"
            _refuse_size(picture, kind)
            if kind == "jpeg":
                _read_smaller(picture)
            picture.load()
            content = _written(_plain(picture, kind), kind)
    except FileRefused:
        raise
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, EOFError) as error:
        raise FileRefused(BROKEN) from error
    return {"kind": kind, "pages": 1}, [content]


def _refuse_size(picture: Image.Image, kind: str) -> None:
    dots = picture.width * picture.height
    if dots > (JPEG_DOTS if kind == "jpeg" else PNG_DOTS):
        raise FileRefused(
            f"图片有 {picture.width}×{picture.height} 点，过大。请用 300 dpi 重新扫描，或存成 JPEG 再传。"
        )


def _read_smaller(picture: Image.Image) -> None:
    """Let the decoder halve a picture that has more dots than a page at 300 dpi needs."""
    if picture.width * picture.height > KEPT_DOTS:
        picture.draft(None, (picture.width // 2, picture.height // 2))


def _plain(picture: Image.Image, kind: str) -> Image.Image:
    """Upright, in colours that every program shows, and without anything beside the dots."""
    if picture.mode.startswith("I"):
        # Sixteen bits of grey: Pillow's own conversion cuts everything above 255 off, and a scan would come out white.
        picture = picture.convert("I").point(lambda grey: grey * (1 / 256)).convert("L")
    modes = ("L", "RGB") if kind == "jpeg" else ("1", "L", "P", "RGB", "LA", "RGBA")
    if picture.mode not in modes:
        picture = picture.convert("RGB")
    turned = ImageOps.exif_transpose(picture)
    keep = {"transparency": turned.info["transparency"]} if "transparency" in turned.info else {}
    turned.info = keep
    return turned


def _written(picture: Image.Image, kind: str) -> bytes:
    written = io.BytesIO()
    if kind == "jpeg":
        picture.save(written, "JPEG", quality=QUALITY)
    else:
        picture.save(written, "PNG")
    return written.getvalue()


if __name__ == "__main__":
    answer_with(take_in, lambda question, parts: limits_for(len(parts[0])))
