"""Where a due is settled: one address per kind, for pages, digests, feeds and notices alike."""

from django.urls import NoReverseMatch, reverse

from recruitment.stages import DueKind

# Kinds whose form takes the candidate only; every other due of the road leads to the form of its step.
PAGES = {
    DueKind.PERIODIC_REVIEW: "review-record",
    DueKind.REPORT: "review-record",
    DueKind.PROBATION_CHECK: "review-record",
    DueKind.PAPERS: "file-upload",
    DueKind.ARCHIVE_PAPERS: "file-upload",
    "contact_talk": "talk-record",
    "talk_follow_up": "talk-record",
    "mentor_opinion": "opinion-record",
    "problem_answered": "talk-record",
    "guidance": "consultations",
    "confirmation": "consultations",
}


def link_to(due):
    """Path of the form that settles ``due`` (with its candidate loaded), else of the page that shows it."""
    if due.candidate_id is None:
        return due_page(due)
    if due.kind in PAGES:
        path = reverse(PAGES[due.kind], args=[due.candidate.code])
        asked = {DueKind.REPORT: f"?kind={due.kind}", DueKind.PAPERS: f"?step={due.key.rpartition(':')[2]}"}
        return path + asked.get(due.kind, "")
    if due.step:
        return reverse("step-record", args=[due.candidate.code, due.step])
    return due_page(due) or reverse("candidate", args=[due.candidate.code])


def due_page(due):
    """Path of a page of its own for the kind of due, where one is named so ("due-<kind>"), else ""."""
    try:
        return reverse(f"due-{due.kind}", args=[due.pk])
    except NoReverseMatch:
        return ""
