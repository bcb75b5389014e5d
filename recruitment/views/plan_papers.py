"""The paper of an annual plan: on the screen, as Word, as PDF."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from branches.views.requests import address_of
from recruitment.actions.plan_papers import print_plan
from recruitment.actions.refusals import NotYours, Refused
from recruitment.files.kinds import CONTENT_TYPES, FileKind
from recruitment.papers.converting import NotConverted, as_pdf, converter
from recruitment.papers.forms import ANNUAL_PLAN
from recruitment.queries.plan_papers import may_print_plan, plan_to_print
from recruitment.views.documents import sealed
from recruitment.views.papers import NO_CONVERTER
from recruitment.views.plans import found

WHOSE = "打印年度计划由党支部和党办办理。"


@require_safe
def plan_paper_view(request, unit, year):
    """The paper on the screen, to be printed as it stands."""
    return _printed(request, unit, year, _as_page)


@require_safe
def plan_paper_word_view(request, unit, year):
    """The paper as a Word document."""
    return _printed(request, unit, year, _as_word)


@require_safe
def plan_paper_pdf_view(request, unit, year):
    """The paper as a PDF, where the server has LibreOffice."""
    plan = found(plan_to_print, user=request.user, unit=unit, year=year)
    if may_print_plan(request.user, plan) and not converter():
        messages.error(request, NO_CONVERTER)
        return redirect("plan", unit, year)
    return _printed(request, unit, year, _as_pdf)


def _printed(request, unit, year, answer):
    plan = found(plan_to_print, user=request.user, unit=unit, year=year)
    try:
        document, outline = print_plan(user=request.user, plan=plan, now=timezone.now(), address=address_of(request))
        return answer(request, plan, document, outline)
    except NotYours as other:
        raise PermissionDenied(WHOSE) from other
    except (Refused, NotConverted) as failure:
        messages.error(request, str(failure) or "LibreOffice 没有排出 PDF。请下载 Word 文档，在 WPS 里另存为 PDF。")
        return redirect("plan", unit, year)


def _as_page(request, plan, document, outline):
    place = [plan.unit.code, plan.year]
    context = {
        "form": ANNUAL_PLAN,
        "blocks": outline,
        "has_pdf": bool(converter()),
        "back_url": reverse("plan", args=place),
        "word_url": reverse("plan-paper-word", args=place),
        "pdf_url": reverse("plan-paper-pdf", args=place),
    }
    return render(request, "recruitment/paper.html", context)


def _name(plan):
    return f"{plan.unit.short_name}-{plan.year}年度发展党员计划"


def _as_word(request, plan, document, outline):
    return sealed(document, CONTENT_TYPES[FileKind.DOCX], f"{_name(plan)}.docx")


def _as_pdf(request, plan, document, outline):
    return sealed(as_pdf(document), CONTENT_TYPES[FileKind.PDF], f"{_name(plan)}.pdf")
