"""Which buttons a user is shown on pages of many people; the verbs ask again."""

from branches.offices import BRANCH_OFFICES, Office
from recruitment.scope import scope_of


def rights_of(user):
    """{"may_register", "may_import", "may_export"} from the posts held now; no query beyond the scope."""
    scope = scope_of(user)
    acts = scope.holds(*BRANCH_OFFICES, Office.PARTY_OFFICE) or bool(scope.granted_paths)
    return {"may_register": acts, "may_import": acts, "may_export": acts}
