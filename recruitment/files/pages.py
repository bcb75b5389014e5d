"""The child that draws one page of a file, to be looked at without handing the file out."""

import io

import pypdfium2
from PIL import Image

from recruitment.files.asking import answer_with
from recruitment.files.limits import limits_for
from recruitment.imports.refusals import FileRefused

QUALITY = 80
_WHITE = (255, 255, 255)


def draw(question: dict, parts: list[bytes]) -> tuple[dict, list[bytes]]:
    """({}, [JPEG]) of page ``question["page"]`` (from 1) of the kept file in ``parts``, ``question["width"]`` dots wide.

    Raises FileRefused for a page that there is not.
    """
    try:
        drawn = (_from_pdf if question["kind"] == "pdf" else _from_picture)(
            parts[0], question["page"], question["width"]
        )
    except (pypdfium2.PdfiumError, OSError, ValueError, IndexError) as error:
        raise FileRefused("这一页显示不出来。请下载原文件查看。") from error
    written = io.BytesIO()
    drawn.save(written, "JPEG", quality=QUALITY)
    return {}, [written.getvalue()]


def _from_pdf(content: bytes, number: int, width: int) -> Image.Image:
    with pypdfium2.PdfDocument(content) as document:
        page = document[number - 1]
        # A page of any shape stays within a square twice as high as it may be wide.
        scale = min(width / page.get_width(), 2 * width / page.get_height())
        return page.render(scale=scale, rev_byteorder=True).to_pil().convert("RGB")


def _from_picture(content: bytes, number: int, width: int) -> Image.Image:
    if number != 1:
        raise IndexError(number)
    with Image.open(io.BytesIO(content), formats=("JPEG", "PNG")) as picture:
        picture.draft("RGB", (width, width))
        shown = (
            picture.convert("RGBA") if "A" in picture.mode or "transparency" in picture.info else picture.convert("RGB")
        )
        shown.thumbnail((width, 2 * width))
        if shown.mode == "RGBA":
            sheet = Image.new("RGB", shown.size, _WHITE)
            sheet.paste(shown, mask=shown.getchannel("A"))
            return sheet
        return shown


if __name__ == "__main__":
    answer_with(draw, lambda question, parts: limits_for(len(parts[0])))
