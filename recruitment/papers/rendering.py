"""Drawing a document and trying a template, each in a child process of its own."""

from recruitment.files.asking import ask
from recruitment.files.limits import DRAWING, limits_for
from recruitment.files.recognising import PACKAGE, recognise
from recruitment.imports.refusals import FileRefused
from recruitment.papers.facts import empty_facts, sample_facts

_MODULE = "recruitment.papers.drawing"


def drawn(template: bytes, facts: dict) -> tuple[bytes, list[dict]]:
    """(the .docx, its outline for the screen) of ``template`` filled with ``facts``; raises FileRefused."""
    answer, parts = ask(_MODULE, {"facts": facts}, [template], DRAWING)
    return parts[0], answer["outline"]


def proven(template: bytes) -> bytes:
    """The template without traces of its maker, once it was seen to draw with all facts and with none.

    Raises FileRefused with a sentence: no harmless .docx, marks that are wrong, names that there are not.
    """
    if recognise(template) != PACKAGE:
        raise FileRefused("这不是 Word 文档。模板请用 WPS 或 Word 存成 .docx。")
    answer, parts = ask("recruitment.files.packages", {}, [template], limits_for(len(template)))
    if answer["kind"] != "docx":
        raise FileRefused("这不是 Word 文档。模板请用 WPS 或 Word 存成 .docx。")
    for facts in (sample_facts(), empty_facts()):
        ask(_MODULE, {"facts": facts, "is_trial": True}, [parts[0]], DRAWING)
    return parts[0]
