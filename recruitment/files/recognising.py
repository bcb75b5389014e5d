"""What a file is by its first bytes; its name says nothing."""

from recruitment.files.limits import FILE_BYTES
from recruitment.imports.refusals import FileRefused

PDF, JPEG, PNG, PACKAGE = "pdf", "jpeg", "png", "package"

_MAGIC = ((b"%PDF-", PDF), (b"\xff\xd8\xff", JPEG), (b"\x89PNG\r\n\x1a\n", PNG), (b"PK\x03\x04", PACKAGE))
AS_PDF = "请用“打印为 PDF”或扫描软件存成 PDF、JPEG 或 PNG 再传。"
AS_DOCX = "请用 WPS 或 Word 打开，“另存为”Word 文档（.docx）或 PDF 再传。"
_OTHERS = (
    (b"GIF8", f"这是 GIF 图片。{AS_PDF}"),
    (b"BM", f"这是 BMP 图片。{AS_PDF}"),
    (b"II*\x00", f"这是 TIFF 图片。{AS_PDF}"),
    (b"MM\x00*", f"这是 TIFF 图片。{AS_PDF}"),
    (b"RIFF", f"这是 WebP 图片或音视频文件。{AS_PDF}"),
    (b"\xd0\xcf\x11\xe0", f"这是旧格式的 Office 文档（.doc、.xls 等），可能带宏。{AS_DOCX}"),
    (b"{\\rtf", f"这是 RTF 文档。{AS_DOCX}"),
    (b"Rar!", "这是压缩包。请先解压，再逐份传里面的文件。"),
    (b"7z\xbc\xaf", "这是压缩包。请先解压，再逐份传里面的文件。"),
    (b"\x1f\x8b", "这是压缩包。请先解压，再逐份传里面的文件。"),
    (b"PK\x05\x06", "这是空的压缩包。请核对是不是选错了文件。"),
    (b"MZ", "这是程序，不能作为材料。"),
    (b"\x7fELF", "这是程序，不能作为材料。"),
    (b"#!", "这是程序，不能作为材料。"),
)


def too_large(size: int) -> str:
    """The sentence for a file of ``size`` bytes."""
    return (
        f"文件有 {size / 1048576:.1f} MB，一份最多 {FILE_BYTES // 1048576} MB。"
        "请用 200 至 300 dpi、灰度重新扫描，或分成几份再传。"
    )


def refuse_by_size(size: int) -> None:
    """Refuse an empty or too large file before a byte of it is looked at; ``size`` in bytes."""
    if size <= 0:
        raise FileRefused("文件是空的（0 字节）。请确认选对了文件，重新扫描或保存后再传。")
    if size > FILE_BYTES:
        raise FileRefused(too_large(size))


def recognise(data: bytes) -> str:
    """Say what ``data`` begins as: "pdf", "jpeg", "png" or "package" (.docx, .xlsx); raises FileRefused for others."""
    refuse_by_size(len(data))
    for magic, what in _MAGIC:
        if data.startswith(magic):
            return what
    for magic, sentence in _OTHERS:
        if data.startswith(magic):
            raise FileRefused(sentence)
    if data[4:8] == b"ftyp":
        raise FileRefused(f"这是 HEIC 图片或视频。{AS_PDF}")
    if (
        data[:512]
        .lstrip(b"\xef\xbb\xbf \t\r\n")
        .lower()
        .startswith((b"<!doctype", b"<html", b"<svg", b"<?xml", b"<script"))
    ):
        raise FileRefused(f"这是网页，只是名字像文档。{AS_PDF}")
    if b"%PDF-" in data[:1024]:
        raise FileRefused(f"PDF 前面有多余的内容，为安全起见不收。{AS_PDF}")
    raise FileRefused("认不出这是什么文件。可以传 PDF、JPEG 或 PNG 扫描件，以及 .docx、.xlsx 文档。")
