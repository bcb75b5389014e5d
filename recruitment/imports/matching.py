"""Whose row it is: the branch, the person on the roster, the file; and what must not be said about people out of reach."""

from dataclasses import dataclass

from recruitment.imports.columns import NOTE, Problem, Row
from recruitment.imports.snapshot import Known, OnFile, Place, Snapshot
from recruitment.imports.states import Choice
from recruitment.imports.text import name_of
from recruitment.stages import RoadState, Stage

# The one answer about people who said no, whose file is elsewhere, or who may not be seen: all alike, and nothing more.
CLOSED_DOOR = "不予录入，请联系党办。"
# An undone import and a contact that lapsed left nothing behind that a new file could contradict.
_AS_IF_NONE = (RoadState.UNDONE, RoadState.LAPSED)


@dataclass(slots=True)
class Match:
    """To whom a row belongs. ``doubt`` asks the user whether ``known`` is the same person; ``problem`` keeps the row out."""

    place: Place | None = None
    known: Known | None = None
    file: OnFile | None = None
    doubt: str = ""
    problem: Problem | None = None
    note: Problem | None = None


def match(row: Row, snapshot: Snapshot, default: Place | None, choice: str, places: dict[str, int]) -> Match:
    """Find branch, person and file of ``row``; ``choice`` is the user's answer to a doubt, ``places`` the columns by field key."""
    if row.unit:
        place = snapshot.place_called(row.unit)
        if place is None:
            message = f"系统里没有叫“{row.unit[:30]}”的党支部，请写成系统中的名称"
            return Match(problem=Problem(message, places.get("unit"), "所在党支部", row.unit))
    else:
        place = default
        if place is None:
            return Match(
                problem=Problem("没有写党支部，请补上，或在上一步选定党支部", places.get("unit"), "所在党支部")
            )
    if not snapshot.reach.covers(place.path):
        message = "这一行是别的党支部的人员，您只能导入本支部的。请删去这一行，或由该党支部导入"
        return Match(place, problem=Problem(message, places.get("unit"), "所在党支部", row.unit))
    found = (
        _by_number(row, snapshot, place, choice, places)
        if row.staff_number
        else _by_name(row, snapshot, place, choice, places)
    )
    if found.problem is None and found.known is not None and not found.doubt:
        _look_into_file(found, snapshot, places)
    return found


def _is_open(known: Known, snapshot: Snapshot) -> bool:
    """True unless the person said no, is the user, or has a file that the user may not see."""
    file = snapshot.files.get(known.pk)
    is_elsewhere = file is not None and file.state not in _AS_IF_NONE and not file.is_visible
    return not is_elsewhere and known.staff_number not in snapshot.declined and known.pk != snapshot.reach.person_id


def _may_be_named(known: Known, snapshot: Snapshot) -> bool:
    """True when the user may learn that this person is on the roster: of their own units, or with a file there."""
    file, reach = snapshot.files.get(known.pk), snapshot.reach
    within = reach.covers(known.unit_path) if known.unit_path else bool(reach.office_paths)
    return _is_open(known, snapshot) and (within or bool(file and file.is_visible))


def _may_be_matched(known: Known, row: Row, snapshot: Snapshot) -> bool:
    """People who belong to no branch yet may be taken up by whoever knows both number and name."""
    return _may_be_named(known, snapshot) or (
        not known.unit_path and name_of(known.name) == row.name and _is_open(known, snapshot)
    )


def _by_number(row: Row, snapshot: Snapshot, place: Place, choice: str, places: dict[str, int]) -> Match:
    at = places.get("staff_number")
    known = snapshot.by_number.get(row.staff_number)
    note = None
    if known is None:
        # Excel turns 00123 into the number 123.
        bare = [
            other
            for other in snapshot.by_bare_number.get(row.staff_number.lstrip("0"), ())
            if name_of(other.name) == row.name
        ]
        if len(bare) == 1 and _may_be_matched(bare[0], row, snapshot):
            known = bare[0]
            note = Problem(f"工号开头的 0 丢了，按 {known.staff_number} 读取", at, "工号", row.staff_number, level=NOTE)
    if known is None:
        return _newcomer(row, snapshot, place, choice, places)
    if not _may_be_matched(known, row, snapshot):
        return Match(place, problem=Problem(CLOSED_DOOR, at, "工号", row.staff_number))
    if row.name and row.name not in (known.name, name_of(known.name)):
        message = f"工号 {known.staff_number} 在名册中是{known.name}，请核对姓名和工号"
        return Match(place, problem=Problem(message, at, "工号", row.staff_number))
    return Match(place, known, note=note)


def _newcomer(row: Row, snapshot: Snapshot, place: Place, choice: str, places: dict[str, int]) -> Match:
    """A number that is nobody's: a new person, unless somebody of that name is there with another number."""
    if row.staff_number in snapshot.declined:
        return Match(place, problem=Problem(CLOSED_DOOR, places.get("staff_number"), "工号", row.staff_number))
    alike = [
        other
        for other in _namesakes(row, snapshot)
        if other.birth_on is None or row.birth_on is None or _same_birth(row, other)
    ]
    if not alike or choice == Choice.SOMEBODY_ELSE:
        return Match(place)
    if len(alike) > 1:
        message = f"名册中有 {len(alike)} 名同名人员，分不清是哪一位，请核对工号"
        return Match(place, problem=Problem(message, places.get("staff_number"), "工号", row.staff_number))
    if choice == Choice.SAME_PERSON:
        return Match(place, alike[0])
    return Match(place, alike[0], doubt=_doubt(alike[0]))


def _by_name(row: Row, snapshot: Snapshot, place: Place, choice: str, places: dict[str, int]) -> Match:
    at = places.get("name")
    namesakes = _namesakes(row, snapshot)
    same = [other for other in namesakes if other.birth_on and row.birth_on and _same_birth(row, other)]
    if len(same) == 1:
        return Match(place, same[0])
    if len(same) > 1:
        message = f"名册中有 {len(same)} 名同名同出生日期的人员，请补上工号"
        return Match(place, problem=Problem(message, at, "姓名", row.name))
    unsure = [other for other in namesakes if other.birth_on is None or row.birth_on is None]
    if len(unsure) == 1 and choice != Choice.SOMEBODY_ELSE:
        if choice == Choice.SAME_PERSON:
            return Match(place, unsure[0])
        return Match(place, unsure[0], doubt=_doubt(unsure[0]))
    message = "名册中找不到这个人。请补上工号再导入" if row.name else "没有写姓名，请补上"
    return Match(place, problem=Problem(message, at, "姓名", row.name))


def _namesakes(row: Row, snapshot: Snapshot) -> list[Known]:
    return [other for other in snapshot.by_name.get(row.name, ()) if _may_be_named(other, snapshot)]


def _same_birth(row: Row, other: Known) -> bool:
    if row.birth_is_month:
        return (row.birth_on.year, row.birth_on.month) == (other.birth_on.year, other.birth_on.month)
    return row.birth_on == other.birth_on


def _doubt(known: Known) -> str:
    born = f"，{known.birth_on} 出生" if known.birth_on else ""
    return f"名册中有同名人员（工号 {known.staff_number}{born}），是同一人吗？"


def _look_into_file(found: Match, snapshot: Snapshot, places: dict[str, int]) -> None:
    """Whether the person's file can take anything in."""
    known, at = found.known, places.get("name")
    file = snapshot.files.get(known.pk)
    if file is not None and file.state in _AS_IF_NONE:
        file = None
    if file is None:
        if known.has_left:
            found.problem = Problem("名册中此人已离开本单位，不能建档", at, "姓名", known.name)
        return
    found.file = file
    if file.unit_path != found.place.path:
        message = f"此人的档案在{file.unit_name}，导入不转移档案。请核对党支部，或先办理转接"
        found.problem = Problem(message, places.get("unit"), "所在党支部", found.place.name)
    elif file.has_ended and not (file.state == RoadState.CLOSED and file.stage == Stage.FULL_MEMBER):
        message = f"此人的发展过程已停止（{RoadState(file.state).label}），导入不改动。本人重新申请的，请在人员页登记"
        found.problem = Problem(message, at, "姓名", known.name)
