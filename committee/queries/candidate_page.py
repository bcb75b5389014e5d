"""What all three tiers know of one person, put together for the page."""

from django.urls import reverse
from django.utils import timezone

from committee.models import Problem, Talk
from recruitment.queries import candidate_tabs
from recruitment.queries.candidate_page import candidate_page

TABS = {
    "log": "过程纪实",
    "talks": "谈心谈话",
    "ledger": "台账",
    "changes": "变更历史",
    "reads": "查阅记录",
}


def candidate_context(*, user, code, tab, today):
    """The names that templates/recruitment/candidate.html asks for; raises Candidate.DoesNotExist for strangers."""
    page = candidate_page(user=user, code=code, today=today)
    candidate = page.candidate
    contents = {
        "log": lambda: {"timeline": page.timeline, "ahead": page.ahead},
        "talks": lambda: talks_tab(user, candidate),
        "ledger": lambda: candidate_tabs.ledger_tab(candidate),
        "changes": lambda: candidate_tabs.changes_tab(candidate),
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
        "problems": open_problems(user, candidate, today),
        "may_talk": True,
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
    return [{"url": reverse("situation-record", args=[candidate.code]), "label": "特殊情形", "icon": "sliders"}]


def open_problems(user, candidate, today):
    """Problems without an answer."""
    return [
        {
            "title": problem.summary,
            "note": f"{problem.raised_on} 提出，转{problem.get_solver_display()}，已 {(today - problem.raised_on).days} 天",
        }
        for problem in Problem.objects.visible_to(user).open().filter(candidate=candidate)
    ]


def talks_tab(user, candidate):
    """Talks with their facts for everybody within reach and their text for the circle only."""
    readable = set(Talk.objects.readable_by(user).filter(candidate=candidate).values_list("pk", flat=True))
    return {
        "talks": [
            {
                "on": talk.held_on,
                "who": talk.talker.name,
                "kind": "　".join(part for part in (talk.get_way_display(), talk.place, talk.topics) if part),
                "summary": "　".join(part for part in (talk.outlook, talk.needs) if part)
                if talk.pk in readable
                else "",
                "audience": "工作圈和党办" if talk.is_shared_with_office else "工作圈",
                "at": timezone.localtime(talk.recorded_at),
            }
            for talk in Talk.objects.visible_to(user).filter(candidate=candidate).select_related("talker")
        ]
    }
