"""Which particulars of a person may be set back to what they once were, by whom, and what that would change."""

from dataclasses import dataclass

from branches.models import Person
from branches.offices import Office
from recruitment.models import Candidate
from recruitment.queries.candidate_tabs import field_label, shown_value
from recruitment.scope import scope_of

# What a branch knows of its people and may correct; the rest of the roster is the Party office's.
BASIC_FIELDS = frozenset(
    (
        "name",
        "sex",
        "birth_on",
        "ethnicity",
        "native_place",
        "education",
        "degree",
        "department",
        "position",
        "title",
        "title_rank",
        "talent_programme",
        "overseas_experience",
        "returned_on",
        "joined_institute_on",
        "email",
        "phone",
    )
)
OFFICE_FIELDS = BASIC_FIELDS | {
    "staff_number",
    "category",
    "unit",
    "left_on",
    "political_status",
    "member_since_on",
    "is_suspended",
    "is_influential",
}


@dataclass(frozen=True, slots=True)
class Restoration:
    """What restoring a field would do: whose, which field, the value now and the one that it had in ``row``."""

    candidate: Candidate
    field: str
    label: str
    now: str
    then: str
    row: object


def restorable_fields(user, candidate):
    """Names of the fields of the candidate's person that ``user`` may restore; none for who may only read."""
    if not user.has_perm("recruitment.change_candidate", candidate):
        return frozenset()
    is_office = Office.PARTY_OFFICE in scope_of(user).offices_over(candidate.unit_path)
    return OFFICE_FIELDS if is_office else BASIC_FIELDS


def restoration(*, user, code, history_id, field):
    """What it would mean to give ``field`` the value that it had in line ``history_id`` of the person's history.

    Raises Candidate.DoesNotExist for strangers, LookupError for lines of other people and fields that cannot be restored.
    """
    candidate = (
        Candidate.objects.visible_to(user).select_related("person__department", "person__unit", "unit").get(code=code)
    )
    row = candidate.person.history.filter(history_id=history_id).first()
    if row is None or field not in OFFICE_FIELDS:
        raise LookupError(field)
    attname = Person._meta.get_field(field).attname
    now = candidate.person.history.model(**{attname: getattr(candidate.person, attname)})
    return Restoration(
        candidate=candidate,
        field=field,
        label=field_label(row, attname),
        now=shown_value(now, attname),
        then=shown_value(row, attname),
        row=row,
    )
