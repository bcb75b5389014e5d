"""Who may open which address: the table that tests/test_access.py holds the site to.

Everybody plays one part towards a person on file and one part in general. A row names the parts for which an address
opens ("ok") and the insiders who are told that it is not theirs ("forbidden", 403); for everybody else it does not exist
(404), and whoever is not logged in is led to the login. An address that is missing here fails the tests.
"""

from dataclasses import dataclass

# --- Parts towards one person on file

BRANCH, OFFICE, LEADER, CONTACT, MENTOR, GRANTEE = "branch", "office", "leader", "contact", "mentor", "grantee"
OUTSIDER = "outsider"

ACTING = frozenset((BRANCH, OFFICE))
READING = frozenset((BRANCH, OFFICE, LEADER, CONTACT, MENTOR, GRANTEE))

# Which part the members of the cast play towards the four people on file; all others are outsiders.
# Towards who declined, everybody is. Ended posts, ended company and expired grants leave nothing behind.
TOWARDS = {
    "own": {
        "secretary": BRANCH,
        "deputy": BRANCH,
        "commissioner": BRANCH,
        "stand_in": BRANCH,
        "office": OFFICE,
        "office_colleague": OFFICE,
        "committee_secretary": LEADER,
        "member": CONTACT,
        "mentor": MENTOR,
        "grantee": GRANTEE,
    },
    "neighbour": {
        "neighbour_secretary": BRANCH,
        "office": OFFICE,
        "office_colleague": OFFICE,
        "committee_secretary": LEADER,
    },
    "distant": {
        "ecology_secretary": BRANCH,
        "sub_office": OFFICE,
        "office": OFFICE,
        "office_colleague": OFFICE,
        "committee_secretary": LEADER,
    },
    "declined": {},
}

PEOPLE = tuple(TOWARDS)
WITH_MENTOR = ("own", "declined")  # nobody mentors the others yet

# --- Parts in general

SUB_OFFICE, MEMBER, TIED, HR, DEPARTMENT = "sub_office", "member", "tied", "hr", "department"
AUDITOR, SYSTEM, SECURITY, NOBODY_HERE = "auditor", "system", "security", "nobody_here"

IN_GENERAL = {
    "secretary": BRANCH,
    "deputy": BRANCH,
    "commissioner": BRANCH,
    "stand_in": BRANCH,
    "neighbour_secretary": BRANCH,
    "ecology_secretary": BRANCH,
    "office": OFFICE,
    "office_colleague": OFFICE,
    "sub_office": SUB_OFFICE,
    "committee_secretary": LEADER,
    "member": CONTACT,
    "other_member": MEMBER,
    "mentor": TIED,
    "grantee": TIED,
    "hr": HR,
    "department_liaison": DEPARTMENT,
    "auditor": AUDITOR,
    "system_administrator": SYSTEM,
    "security_administrator": SECURITY,
    "group_leader": NOBODY_HERE,
    "second_mentor": NOBODY_HERE,
    "former_secretary": NOBODY_HERE,
    "late_stand_in": NOBODY_HERE,
    "late_grantee": NOBODY_HERE,
    "stranger": NOBODY_HERE,
}
EVERYBODY = frozenset(IN_GENERAL.values())
OFFICES = frozenset((OFFICE, SUB_OFFICE))
SEEING = frozenset((BRANCH, *OFFICES, LEADER, CONTACT, TIED))
ABOVE_PERSONS = frozenset((BRANCH, *OFFICES, LEADER))
READING_CAMPAIGNS = frozenset((*ABOVE_PERSONS, CONTACT, MEMBER))


@dataclass(frozen=True)
class Row:
    """One address: its methods, what its ``path`` arguments are in the world, and for whom it opens.

    ``about`` names the people on file about whom it is asked, and whose parts count; without it the parts in general
    count. ``also`` names single members of the cast for whom it opens besides.
    """

    methods: str
    ok: frozenset = frozenset()
    forbidden: frozenset = frozenset()
    path: tuple = ()
    about: tuple = ()
    also: tuple = ()
    is_public: bool = False


def _person(methods, ok=READING, forbidden=frozenset(), *extra, about=PEOPLE):
    """An address below a person's own: its path begins with the person's code."""
    return Row(methods, frozenset(ok), frozenset(forbidden), ("person", *extra), about=about)


def _own(methods, path, ok=READING, forbidden=frozenset(), **more):
    """An address of something that belongs to ``own``."""
    return Row(methods, frozenset(ok), frozenset(forbidden), path, about=("own",), **more)


def _page(methods, ok, **more):
    """An address without an object, or whose object concerns no person on file."""
    return Row(methods, frozenset(ok), **more)


GET, POST, BOTH = "GET", "POST", "GET POST"
ACTS = _person(BOTH, ACTING, READING - ACTING)
FOR_ALL = _page(GET, EVERYBODY)
DOCUMENT = ("document", "document.code")
PLAN = (("unit", "plan.unit.code"), ("year", "plan.year"))

TABLE = {
    # --- one person on file
    "candidate": _person(GET),
    "candidate-tab": _person(GET, READING, (), ("tab", "talks")),
    "candidate-record": _person(GET),
    "candidate-mentors": _person(GET),
    "consultations": _person(GET, ACTING),
    "consultation-write": _person(BOTH, ACTING, (), ("step", 6)),
    "key-candidate": _person(POST, {OFFICE}, READING - {OFFICE}),
    "step-record": _person(BOTH, ACTING, READING - ACTING, ("number", 6)),
    "review-record": ACTS,
    "situations": _person(GET, ACTING, READING - ACTING),
    "situation-record": _person(BOTH, ACTING, READING - ACTING, ("kind", "moved_away")),
    "mentors-change": _person(BOTH, ACTING, READING - ACTING, about=WITH_MENTOR),
    "opinion-record": _person(BOTH, {MENTOR, *ACTING}, {LEADER, CONTACT, GRANTEE}, about=WITH_MENTOR),
    "talk-record": _person(BOTH, {BRANCH, OFFICE, CONTACT, MENTOR}, {LEADER, GRANTEE}),
    "decline": _person(POST),
    "file-upload": _person(BOTH, {*ACTING, CONTACT, MENTOR, GRANTEE}, {LEADER}),
    "file-on-paper": _person(BOTH, {*ACTING, CONTACT, MENTOR, GRANTEE}, {LEADER}),
    "papers": _person(GET, ACTING, READING - ACTING),
    "paper": _person(GET, ACTING, READING - ACTING, ("form", "talk_record")),
    "paper-word": _person(GET, ACTING, READING - ACTING, ("form", "talk_record")),
    "paper-pdf": _person(GET, ACTING, READING - ACTING, ("form", "talk_record")),
    "contact-assign": _person(BOTH, {OFFICE}, READING - {OFFICE}),
    "emergency-ask": _person(BOTH, {OFFICE}, READING - {OFFICE}),
    # --- what belongs to one person on file
    "record-correct": _own(BOTH, ("person", ("kind", "step"), ("record", "record.code")), ACTING, READING - ACTING),
    "contact-change": _own(BOTH, ("person", ("pk", "contact.pk")), {OFFICE}, READING - {OFFICE}),
    "contact-end": _own(BOTH, ("person", ("pk", "contact.pk")), {OFFICE}, READING - {OFFICE}),
    "talk": _own(GET, (("code", "talk.code"),)),
    "talk-correct": _own(BOTH, (("code", "talk.code"),), {CONTACT}, READING - {CONTACT}),  # the contact wrote it
    "file": _own(GET, ("person", DOCUMENT), ACTING, READING - ACTING),
    "file-thumbnail": _own(GET, ("person", DOCUMENT), ACTING, READING - ACTING),
    "file-preview": _own(GET, ("person", DOCUMENT), ACTING, READING - ACTING),
    "file-page": _own(GET, ("person", DOCUMENT, ("number", 1)), ACTING, READING - ACTING),
    "file-remove": _own(BOTH, ("person", DOCUMENT), ACTING, READING - ACTING),
    "field-restore": _own(
        BOTH, ("person", ("history_id", "line.history_id"), ("field", "ethnicity")), ACTING, READING - ACTING
    ),
    "problem-answer": _own(BOTH, (("code", "problem.code"),), {BRANCH, OFFICE, CONTACT}, {LEADER, MENTOR, GRANTEE}),
    "problem-forward": _own(BOTH, (("code", "problem.code"),), {OFFICE}, READING - {OFFICE}),
    "due-problem": _own(GET, (("due_id", "problem_due.pk"),)),
    "due-problem_forwarded": _own(GET, (("due_id", "problem_due.pk"),)),
    "due-other_party_consultation": _own(BOTH, (("due_id", "due.pk"),), ()),
    "due": _own(GET, (("due_id", "due.pk"),)),
    "due-calendar_year": _own(GET, (("due_id", "due.pk"),)),  # leads to a page with a row of its own
    "due-grant_end": _own(GET, (("due_id", "due.pk"),)),
    "due-snooze": _own(BOTH, (("due_id", "due.pk"),)),
    "snooze-end": _own(
        POST,
        (("snooze_id", "snooze.pk"),),
        {OFFICE},
        READING - {OFFICE},
        also=("secretary",),  # who asked for it
    ),
    "focus-renew": _own(BOTH, (("code", "listing.code"),), {OFFICE}),
    "due-listing_end": _own(GET, (("due_id", "listing_due.pk"),), {OFFICE}),
    "focus-end": _own(POST, (("code", "listing.code"),), {OFFICE}, READING - {OFFICE}),
    "grant-decide": _own(POST, (("pk", "waiting.pk"),), {OFFICE}, also=("security_administrator",)),
    "grant-end": _own(POST, (("pk", "waiting.pk"),), {OFFICE}, also=("security_administrator",)),
    "emergency-decide": _own(POST, (("pk", "emergency.pk"),), {OFFICE}, also=("security_administrator",)),
    "emergency-end": _own(POST, (("pk", "emergency.pk"),), {OFFICE}, also=("security_administrator",)),
    # --- the annual plan of the branch that looks after ``own``; committee members read it, and of persons their contacts
    "plan": _own(GET, PLAN, {*ACTING, LEADER, CONTACT}, also=("other_member",)),
    "plan-edit": _own(BOTH, PLAN, {BRANCH}, {OFFICE, LEADER}),
    "plan-person": _own(BOTH, PLAN, {BRANCH}, {OFFICE, LEADER}),
    "plan-person-remove": _own(POST, (*PLAN, ("row", "planned.pk")), {BRANCH}, {OFFICE, LEADER}),
    "plan-branch": _own(BOTH, (*PLAN, ("act", "take-back")), {BRANCH}, {OFFICE, LEADER}),
    "plan-office": _own(BOTH, (*PLAN, ("act", "return")), {OFFICE}, {BRANCH, LEADER}),
    "plan-remark": _own(BOTH, PLAN, ACTING, {LEADER}),
    "plan-answer": _own(BOTH, (*PLAN, ("remark", "remark.pk")), {BRANCH}, {OFFICE, LEADER}),
    "plan-compare": _own(GET, (*PLAN, ("number", 1)), {*ACTING, LEADER}),
    "plan-paper": _own(GET, PLAN, ACTING, {LEADER}),
    "plan-paper-word": _own(GET, PLAN, ACTING, {LEADER}),
    "plan-paper-pdf": _own(GET, PLAN, ACTING, {LEADER}),
    "due-plan_reply": _own(GET, (("due_id", "plan_due.pk"),), {*ACTING, LEADER}),
    # the due of the world is another one
    **{
        f"due-plan_{kind}": _own(GET, (("due_id", "due.pk"),), ())
        for kind in ("draft", "consultation", "review", "report")
    },
    # --- pages of many people
    "plans": _page(GET, (*ABOVE_PERSONS, CONTACT, MEMBER)),
    "dashboard": _page(GET, (*ABOVE_PERSONS, CONTACT, MEMBER, AUDITOR)),
    "todo": FOR_ALL,
    "candidates": FOR_ALL,
    "talks": FOR_ALL,
    "problems": FOR_ALL,
    "member-home": FOR_ALL,
    "contacts": _page(GET, (*OFFICES, LEADER)),
    "mentors": _page(GET, ABOVE_PERSONS),
    "focus": _page(GET, ABOVE_PERSONS),
    "focus-proposals": _page(GET, OFFICES),
    "focus-add": _page(BOTH, {OFFICE}, path=(("code", "scientist.code"),)),
    "criterion-add": _page(BOTH, {OFFICE}),
    "criterion": _page(BOTH, {OFFICE}, path=(("pk", "criterion.pk"),)),
    # --- campaigns
    "campaigns": _page(GET, READING_CAMPAIGNS),
    "campaign-open": _page(BOTH, OFFICES),
    "campaign": _page(GET, READING_CAMPAIGNS, path=(("code", "campaign.code"),)),
    "campaign-end": _page(
        BOTH, {OFFICE}, forbidden=READING_CAMPAIGNS - {OFFICE}, path=(("code", "campaign.code"),)
    ),
    "milestone-add": _page(
        BOTH, {OFFICE}, forbidden=READING_CAMPAIGNS - {OFFICE}, path=(("code", "campaign.code"),)
    ),
    "milestone-change": _page(
        BOTH, {OFFICE}, forbidden=READING_CAMPAIGNS - {OFFICE}, path=(("code", "milestone.code"),)
    ),
    "milestone-withdraw": _page(
        POST, {OFFICE}, forbidden=READING_CAMPAIGNS - {OFFICE}, path=(("code", "milestone.code"),)
    ),
    "completion-record": _page(
        BOTH,
        {OFFICE},
        forbidden=frozenset({LEADER, CONTACT, MEMBER}),
        path=(("code", "assessment.code"), ("unit", "cast.institute.code")),
    ),
    "completion": _own(
        GET, (("code", "completion.code"),), {BRANCH, OFFICE, LEADER, CONTACT}, also=("other_member",)
    ),
    "due-campaign": _own(GET, (("due_id", "campaign_due.pk"),), {BRANCH, OFFICE, LEADER}),
    "reopenings": _page(BOTH, OFFICES),
    "reopening-approve": _page(POST, {OFFICE}, path=(("code", "reopening.code"),)),
    "candidate-register": _page(BOTH, (BRANCH, *OFFICES)),
    "candidate-arrival": _page(BOTH, (BRANCH, *OFFICES)),
    # --- ledgers and files
    "ledger": _page(GET, SEEING),
    "ledger-acts": _page(GET, SEEING),
    "ledger-xlsx": Row(BOTH, frozenset((BRANCH, *OFFICES)), frozenset((LEADER, CONTACT, TIED))),
    "ledger-csv": Row(BOTH, frozenset((BRANCH, *OFFICES)), frozenset((LEADER, CONTACT, TIED))),
    "contact-ledger": _page(GET, SEEING),
    "contact-ledger-xlsx": Row(BOTH, frozenset((BRANCH, *OFFICES)), frozenset((LEADER, CONTACT, TIED))),
    "contact-ledger-csv": Row(BOTH, frozenset((BRANCH, *OFFICES)), frozenset((LEADER, CONTACT, TIED))),
    "ledger-exports": FOR_ALL,
    "ledger-export": _page(GET, (), path=(("code", "export.code"),), also=("secretary",)),  # who asked for it
    "ledger-export-cancel": _page(POST, (), path=(("code", "export.code"),), also=("secretary",)),
    "ledger-export-download": _page(POST, (), path=(("code", "export.code"),), also=("secretary",)),
    "import": _page(BOTH, (BRANCH, *OFFICES)),
    "import-template": _page(GET, (BRANCH, *OFFICES)),
    "import-history": _page(GET, (BRANCH, *OFFICES)),
    "import-progress": _own(GET, (("code", "batch.code"),), ACTING),
    "import-mapping": _own(BOTH, (("code", "batch.code"),), ACTING),
    "import-check": _own(BOTH, (("code", "batch.code"),), ACTING),
    "import-confirm": _own(POST, (("code", "batch.code"),), ACTING),
    "import-cancel": _own(POST, (("code", "batch.code"),), ACTING),
    "import-undo": _own(POST, (("code", "batch.code"),), ACTING),
    "import-annotated": _own(GET, (("code", "batch.code"),), ()),  # nothing was checked yet
    # --- HR, its movements, and heads of departments
    "movements": _page(GET, ABOVE_PERSONS),
    "movements-acknowledge": _page(POST, ABOVE_PERSONS),  # nothing is ticked, so nobody acts
    "movement-tell": _own(POST, (("pk", "movement.pk"),), ACTING, {LEADER}),
    "due-talent_movement": _own(GET, (("due_id", "movement_due.pk"),)),
    "movements-sent": _page(GET, {HR}),
    "roster-import": _page(BOTH, (*OFFICES, HR)),
    "roster-import-batch": _page(GET, {HR}, path=(("code", "roster.code"),)),
    "roster-import-columns": _page(BOTH, {HR}, path=(("code", "roster.code"),)),
    "roster-import-preview": _page(BOTH, {HR}, path=(("code", "roster.code"),)),
    "roster-import-commit": _page(POST, {HR}, path=(("code", "roster.code"),)),
    "roster-import-cancel": _page(POST, {HR}, path=(("code", "roster.code"),)),
    "department": _page(GET, {DEPARTMENT}),
    "department-shares": _page(GET, OFFICES),
    "department-share": _page(BOTH, OFFICES),
    "department-share-end": _page(POST, {OFFICE}, path=(("code", "share.code"),)),
    "paper-templates": _page(GET, OFFICES),
    "paper-template": _page(BOTH, OFFICES, path=(("name", "talk_record"),)),
    "paper-template-default": _page(GET, OFFICES, path=(("name", "talk_record"),)),
    "paper-template-file": _page(GET, {OFFICE}, path=(("code", "paper_template.code"),)),
    "paper-template-end": _page(POST, {OFFICE}, path=(("code", "paper_template.code"),)),
    # --- organisation
    "roster": _page(GET, (*OFFICES, HR)),
    "person-add": _page(BOTH, (*OFFICES, HR)),
    "person": _page(GET, (OFFICE, HR), path=(("code", "scientist.code"),)),
    "person-edit": _page(BOTH, (OFFICE, HR), path=(("code", "scientist.code"),)),
    "postings": _page(GET, OFFICES),
    "posting-open": _page(BOTH, OFFICES),
    "due-vacant_post": _page(GET, (), path=(("due_id", "due.pk"),)),  # the due of the world is another one
    "posting-end": _page(BOTH, {OFFICE}, path=(("pk", "posting.pk"),)),
    "posting-replace": _page(BOTH, {OFFICE}, path=(("pk", "posting.pk"),)),
    "handover": _page(GET, {OFFICE}, path=(("pk", "posting.pk"),), also=("deputy",)),  # the post is the deputy's
    "handover-confirm": _page(
        POST, (), forbidden=frozenset({OFFICE}), path=(("pk", "posting.pk"),), also=("deputy",)
    ),
    "due-handover": _page(GET, (), path=(("due_id", "due.pk"),)),  # the due of the world is another one
    "units": _page(GET, OFFICES),
    "unit-open": _page(BOTH, OFFICES),
    "unit-change": _page(BOTH, {OFFICE}, path=(("code", "unit.code"),)),
    "limits": _page(BOTH, OFFICES),
    "limit-end": _page(POST, {OFFICE}, path=(("code", "limit.unit.code"), ("limit", "limit.code"))),
    "calendar": _page(BOTH, {OFFICE}),
    "grants": _page(GET, (*OFFICES, SECURITY)),
    "grant-propose": _page(BOTH, OFFICES),
    "access-log": _page(GET, (*OFFICES, AUDITOR)),
    # --- for everybody who is logged in
    "home": FOR_ALL,
    "forecast": FOR_ALL,
    "road-help": FOR_ALL,
    "notices": FOR_ALL,
    "notice-mark": FOR_ALL,
    "notices-read": _page(POST, EVERYBODY),
    "notice-open": _page(POST, (), path=(("notice_id", "notice.pk"),), also=("secretary",)),
    # --- reminders
    "reminder-board": _page(GET, (*OFFICES, LEADER)),
    "digests": _page(GET, (*OFFICES, LEADER)),
    "nudge": _page(POST, OFFICES, forbidden=frozenset({LEADER})),
    "digest-again": _page(POST, {OFFICE}, forbidden=frozenset({LEADER}), path=(("digest_id", "digest.pk"),)),
    "digest-arrived": _page(POST, {OFFICE}, forbidden=frozenset({LEADER}), path=(("digest_id", "digest.pk"),)),
    "reminder-rules": _page(GET, {OFFICE}, forbidden=frozenset({SUB_OFFICE, LEADER})),
    "reminder-rule": _page(BOTH, {OFFICE}, forbidden=frozenset({SUB_OFFICE, LEADER}), path=(("slug", "others"),)),
    "reminder-rule-reset": _page(
        POST, {OFFICE}, forbidden=frozenset({SUB_OFFICE, LEADER}), path=(("slug", "others"),)
    ),
    "reminder-tryout": _page(GET, {OFFICE}, forbidden=frozenset({SUB_OFFICE, LEADER})),
    "robots": _page(GET, OFFICES, forbidden=frozenset({LEADER})),
    "robot-new": _page(BOTH, OFFICES, forbidden=frozenset({LEADER})),
    "robot": _page(BOTH, {OFFICE}, forbidden=frozenset({LEADER}), path=(("robot_id", "robot.pk"),)),
    "robot-try": _page(POST, {OFFICE}, path=(("robot_id", "robot.pk"),)),
    "robot-remove": _page(POST, {OFFICE}, path=(("robot_id", "robot.pk"),)),
    "my-reminders": _page(BOTH, EVERYBODY),
    "feed-make": _page(POST, EVERYBODY),
    "feed-revoke": _page(POST, EVERYBODY),
    "mailbox": _page(GET, ()),  # shown by the demonstration only
    "mailbox-message": _page(GET, (), path=(("mail_id", "mail.pk"),)),
    "account": _page(BOTH, EVERYBODY),
    "sessions-end": _page(POST, EVERYBODY),
    "session-end": _page(POST, (), path=(("code", "own.code"),)),  # a code that is nobody's session
    "second-factor-set-up": _page(BOTH, EVERYBODY),
    "second-factor-codes": _page(POST, ()),  # nobody here has a second factor
    "second-factor-remove": _page(POST, EVERYBODY),
    "lost-phone": _page(BOTH, {SECURITY}),
    "password_change": _page(BOTH, EVERYBODY),
    "password_change_done": FOR_ALL,
    "login-again": _page(BOTH, EVERYBODY),
    "logout": _page(POST, EVERYBODY),
    # --- before the login
    "login": Row(BOTH, EVERYBODY, is_public=True),
    "login-code": Row(BOTH, EVERYBODY, is_public=True),
    "institute-login": Row(POST, is_public=True),  # no institute account is configured here
    "institute-callback": Row(GET, is_public=True),
    "calendar-feed": Row(GET, path=(("secret", "x" * 43),), is_public=True),  # a secret that is nobody's
    "reminder-health": Row(GET, EVERYBODY, is_public=True),
    "healthz": Row(GET, EVERYBODY, is_public=True),
}


def part_towards(who, person):
    """The part that ``who`` plays towards one of the four people on file."""
    return TOWARDS[person].get(who, OUTSIDER)
