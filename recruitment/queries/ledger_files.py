"""What a ledger says as a file: title, who draws it up, as of when, and its rows as plain values."""

from django.utils import timezone

from recruitment.queries.sheets import asked_again, whole_sheet
from recruitment.scope import scope_of
from recruitment.sheets import LedgerKind
from recruitment.spreadsheets import Book

TITLES = {
    LedgerKind.ALL: "科技骨干发展党员工作台账",
    LedgerKind.APPLICANTS: "入党申请人工作台账",
    LedgerKind.ACTIVISTS: "入党积极分子工作台账",
    LedgerKind.TARGETS: "发展对象工作台账",
    LedgerKind.PROBATIONERS: "预备党员工作台账",
}


def book_of(sheet, *, user, now):
    """The Sheet as a Book, with who exported it and when."""
    asked = sheet.asked
    as_recorded = "，按当日所录" if asked.as_recorded else ""
    exported = f"{timezone.localtime(now):%Y-%m-%d %H:%M}"
    return Book(
        title=TITLES[asked.kind],
        unit=drawn_up_by(user),
        note=f"截至 {asked.day:%Y-%m-%d}{as_recorded}　共 {len(sheet.rows)} 人　{user.display_name}导出于 {exported}",
        groups=sheet.groups,
        rows=[(row.n, row.name, row.unit_name, *(cell.value for cell in row.cells)) for row in sheet.rows],
    )


def people_file(*, user, asked, now, progress):
    """(Book, keys of the people in it) of a ledger by person, for a worker; ``asked`` is Asked.stored()."""
    sheet = whole_sheet(user=user, asked=asked_again(asked), progress=progress)
    return book_of(sheet, user=user, now=now), [row.pk for row in sheet.rows]


def drawn_up_by(user):
    """The organisations that ``user`` acts for, as they stand under a title."""
    return "、".join(dict.fromkeys(post.unit_name for post in scope_of(user).posts if post.unit_name))
