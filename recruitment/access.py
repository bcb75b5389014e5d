"""The one question, ``user.has_perm(permission, candidate)``, answered from the user's scope."""

from django.contrib.auth.backends import ModelBackend

from branches.models import User
from branches.offices import BRANCH_OFFICES, Office
from recruitment.scope import scope_of

# What each tier may do with a candidate within reach, beyond reading (matrix of the security requirements).
BRANCH_ACTS = frozenset(BRANCH_OFFICES)
OFFICE_ACTS = frozenset({Office.PARTY_OFFICE})

PERMISSIONS = {
    "recruitment.view_candidate": None,  # being within reach is enough
    "recruitment.change_candidate": BRANCH_ACTS | OFFICE_ACTS,
    "recruitment.record_branch_step": BRANCH_ACTS | OFFICE_ACTS,
    "recruitment.record_committee_step": OFFICE_ACTS,
    "recruitment.correct_record": OFFICE_ACTS | BRANCH_ACTS,
    "recruitment.export_candidates": OFFICE_ACTS | BRANCH_ACTS,
    "recruitment.assign_mentor": OFFICE_ACTS | BRANCH_ACTS,
    "recruitment.assign_contact": OFFICE_ACTS,
}


class PostingBackend(ModelBackend):
    """Answers for candidates from posts, ties and grants; everything else falls to the other backends."""

    def get_user(self, user_id):
        """Load the login with its person: the scope needs both on every request."""
        user = User.objects.select_related("person").filter(pk=user_id).first()
        return user if user is not None and self.user_can_authenticate(user) else None

    def has_perm(self, user_obj, perm, obj=None):
        """True when the user's posts allow ``perm`` (a key of PERMISSIONS) on candidate ``obj``.

        Without an object the answer is no: a right in general is not a right over everybody.
        """
        if perm not in PERMISSIONS or obj is None or not hasattr(obj, "unit_path"):
            return False
        scope = scope_of(user_obj)
        if not scope.includes(obj):
            return False
        offices = PERMISSIONS[perm]
        return offices is None or bool(offices & scope.offices_over(obj.unit_path))
