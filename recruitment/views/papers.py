"""Printed forms of a person, and the templates that they are drawn from."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from branches.views.requests import address_of
from recruitment.actions.papers import end_template, print_form, replace_template
from recruitment.actions.refusals import NotYours, Refused
from recruitment.files.kinds import CONTENT_TYPES, FileKind
from recruitment.forms.documents import TemplateForm
from recruitment.models import PaperTemplate
from recruitment.papers.converting import NotConverted, as_pdf, converter
from recruitment.papers.facts import marks
from recruitment.queries import papers as queries
from recruitment.views.acts import forbidden, form_methods, found, shown
from recruitment.views.documents import sealed

WHOSE = "打印材料由党支部和党办办理。"
NO_CONVERTER = "这台服务器没有装 LibreOffice，排不出 PDF。请打开材料，在打印对话框里选“另存为 PDF”。"


@require_safe
def papers_view(request, code):
    """Which forms can be printed for a person."""
    candidate = found(queries.candidate_to_print, user=request.user, code=code)
    if not queries.may_print(request.user, candidate):
        return forbidden(request, WHOSE)
    return render(request, "recruitment/papers.html", {"candidate": candidate, **queries.papers_page(candidate)})


@require_safe
def paper_view(request, code, form):
    """A form on the screen, to be printed as it stands."""
    return _printed(request, code, form, _as_page)


@require_safe
def paper_word_view(request, code, form):
    """A form as a Word document."""
    return _printed(request, code, form, _as_word)


@require_safe
def paper_pdf_view(request, code, form):
    """A form as a PDF, where the server has LibreOffice."""
    candidate = found(queries.candidate_to_print, user=request.user, code=code)
    if queries.may_print(request.user, candidate) and not converter():
        messages.error(request, NO_CONVERTER)
        return redirect("papers", code)
    return _printed(request, code, form, _as_pdf)


def _printed(request, code, form_code, answer):
    candidate = found(queries.candidate_to_print, user=request.user, code=code)
    form = found(queries.form_named, code=form_code)
    try:
        document, outline = print_form(
            user=request.user, candidate=candidate, form=form, now=timezone.now(), address=address_of(request)
        )
        return answer(request, candidate, form, document, outline)
    except NotYours:
        return forbidden(request, WHOSE)
    except (Refused, NotConverted) as failure:
        text = str(failure) or "LibreOffice 没有排出 PDF。请下载 Word 文档，在 WPS 里另存为 PDF。"
        messages.error(request, text)
        return redirect("papers", code)


def _as_page(request, candidate, form, document, outline):
    context = {
        "form": form,
        "blocks": outline,
        "has_pdf": bool(converter()),
        "back_url": reverse("papers", args=[candidate.code]),
        "word_url": reverse("paper-word", args=[candidate.code, form.code]),
        "pdf_url": reverse("paper-pdf", args=[candidate.code, form.code]),
    }
    return render(request, "recruitment/paper.html", context)


def _as_word(request, candidate, form, document, outline):
    return sealed(document, CONTENT_TYPES[FileKind.DOCX], f"{candidate.person.name}-{form.title}.docx")


def _as_pdf(request, candidate, form, document, outline):
    return sealed(as_pdf(document), CONTENT_TYPES[FileKind.PDF], f"{candidate.person.name}-{form.title}.pdf")


# --- Templates


@require_safe
def templates_view(request):
    """All templates of a Party office's unit."""
    unit, units = _unit(request)
    context = {"unit": unit, "units": units, "rows": queries.templates_page(unit)}
    return render(request, "recruitment/paper_templates.html", context)


@form_methods
def template_view(request, name):
    """One template: what it is, its history, and a file to put in its place."""
    unit, _ = _unit(request)
    titles = queries.titles_of(name)
    if not titles:
        raise Http404
    form = TemplateForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            replace_template(
                by=request.user, unit=unit, name=name, file_name=file.name, content=file.read(), now=timezone.now()
            )
        except Refused as refusal:
            for objection in refusal.objections:
                form.add_error("file", objection.message)
        else:
            messages.success(request, f"“{titles[0]}”从现在起按新模板打印。")
            return redirect("paper-templates")
    context = {
        "unit": unit,
        "name": name,
        "titles": titles,
        "form": form,
        "history": queries.template_history(unit, name),
        "names": marks(),
    }
    return shown(request, "recruitment/paper_template.html", context)


@require_safe
def template_default_view(request, name):
    """The template that comes with the system, to be changed in Word."""
    _unit(request)
    titles = queries.titles_of(name)
    if not titles:
        raise Http404
    return sealed(queries.default_of(name), CONTENT_TYPES[FileKind.DOCX], f"{titles[0]}-默认模板.docx")


@require_safe
def template_file_view(request, code):
    """A template of one's own unit, as it was sent."""
    template = _own(request, code)
    return sealed(bytes(template.content), CONTENT_TYPES[FileKind.DOCX], template.name)


@require_POST
def template_end_view(request, code):
    """Go back to the template before."""
    _own(request, code)
    end_template(by=request.user, code=code, now=timezone.now())
    messages.success(request, "已停用，改按上级党组织的模板或默认模板打印。")
    return redirect("paper-templates")


def _unit(request):
    """(the unit whose templates are shown, all units whose templates the user keeps); 404 for everybody else."""
    units = list(queries.units_with_templates(request.user))
    if not units:
        raise Http404
    return next((unit for unit in units if str(unit.code) == request.GET.get("unit")), units[0]), units


def _own(request, code):
    try:
        return queries.template_of(user=request.user, code=code)
    except PaperTemplate.DoesNotExist as missing:
        raise Http404 from missing
