"""Which kinds of files may be attached, and what each is called."""

from django.db.models import TextChoices


class FileKind(TextChoices):
    """What a file is by its content."""

    PDF = "pdf", "PDF"
    JPEG = "jpeg", "JPEG 图片"
    PNG = "png", "PNG 图片"
    DOCX = "docx", "Word 文档"
    XLSX = "xlsx", "Excel 工作簿"


# The endings of a name that go with a kind; the first one is given to names without any.
EXTENSIONS = {
    FileKind.PDF: ("pdf",),
    FileKind.JPEG: ("jpg", "jpeg", "jpe", "jfif"),
    FileKind.PNG: ("png",),
    FileKind.DOCX: ("docx",),
    FileKind.XLSX: ("xlsx",),
}
CONTENT_TYPES = {
    FileKind.PDF: "application/pdf",
    FileKind.JPEG: "image/jpeg",
    FileKind.PNG: "image/png",
    FileKind.DOCX: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    FileKind.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
PICTURES = (FileKind.JPEG, FileKind.PNG)
# Kinds whose pages can be shown without handing the file out.
SHOWN = (FileKind.PDF, *PICTURES)
ACCEPTED = ",".join(f".{ending}" for endings in EXTENSIONS.values() for ending in endings)
