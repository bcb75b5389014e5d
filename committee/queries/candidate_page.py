"""What all three tiers know of one person, put together for the page."""

from django.urls import reverse
from django.utils import timezone

from committee.models import Problem
from committee.queries.problems import note_of
from committee.queries.talks import may_record_talk, talks_tab
from recruitment.queries import candidate_tabs
from recruitment.queries.candidate_page import candidate_page
from recruitment.queries.documents import documents_tab, with_files
from recruitment.queries.emergencies import emergencies_of, may_ask_emergency
from recruitment.queries.forecast import forecast_of
from recruitment.queries.restoring import restorable_fields

TABS = {
    "log": "过程纪实",
    "forecast": "时间推算",
    "talks": "谈心谈话",
    "documents": "材料",
    "ledger": "台账",
    "changes": "变更历史",
    "reads": "查阅记录",
}


def candidate_context(*, user, code, tab, now):
    """The names that templates/recruitment/candidate.html asks for; raises Candidate.DoesNotExist for strangers."""
    today = timezone.localdate(now)
    page = candidate_page(user=user, code=code, today=today)
    candidate = page.candidate
    contents = {
        "log": lambda: {"timeline": with_files(page.timeline, user, candidate), "ahead": page.ahead},
        "documents": lambda: documents_tab(user, candidate, page.road),
        "forecast": lambda: {"forecast": forecast_of(page.road, today)},
        "talks": lambda: talks_tab(user, candidate, today),
        "ledger": lambda: candidate_tabs.ledger_tab(candidate),
        "changes": lambda: candidate_tabs.changes_tab(candidate, restorable_fields(user, candidate)),
        "reads": lambda: candidate_tabs.reads_tab(candidate),
    }[tab]()
    return {
        "today": today,
        "page": page,
        "candidate": page.head,
        "road": page.strip,
        "rest_text": page.rest_text,
        "tabs": [
            {"label": label, "count": None, "url": tab_url(candidate.code, key), "current": key == tab}
            for key, label in TABS.items()
        ],
        "tab_template": f"recruitment/candidate/_{tab}.html",
        "acts": page.acts,
        "ties": page.ties,
        "chain": page.chain,
        "problems": open_problems(user, candidate, today),
        "emergencies": emergencies_of(candidate, now) if candidate.had_emergency else [],
        "may_ask_emergency": may_ask_emergency(user, candidate),
        "may_talk": may_record_talk(user, candidate, today),
        "may_export": page.may_record,
        "more_actions": more_actions(candidate, page),
        **contents,
    }


def tab_url(code, tab):
    """Address of a tab; the first one is the page itself."""
    return reverse("candidate", args=[code]) if tab == "log" else reverse("candidate-tab", args=[code, tab])


def more_actions(candidate, page):
    """What else may be done from the head of the page."""
    if not page.may_record:
        return []
    return [
        {"url": reverse("candidate-mentors", args=[candidate.code]), "label": "培养联系人", "icon": "people"},
        {"url": reverse("consultations", args=[candidate.code]), "label": "逐环节沟通", "icon": "talk"},
        {"url": reverse("situations", args=[candidate.code]), "label": "特殊情形", "icon": "set"},
        {"url": reverse("papers", args=[candidate.code]), "label": "打印材料", "icon": "print"},
    ]


def open_problems(user, candidate, today):
    """Problems without an answer."""
    return [
        {
            "title": problem.summary,
            "note": f"{note_of(problem)}，已 {(today - problem.raised_on).days} 天",
        }
        for problem in Problem.objects.visible_to(user).open().filter(candidate=candidate)
    ]
