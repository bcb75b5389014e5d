"""The child that draws a document from a template and facts, tries a template, and reads a document for the screen.

A template comes from a user: its marks run in Jinja's sandbox, and all of it in a confined process.
"""

import io
import re
import zipfile

from docx import Document
from docxtpl import DocxTemplate
from jinja2 import ChainableUndefined, StrictUndefined, TemplateError, TemplateSyntaxError, UndefinedError
from jinja2.exceptions import SecurityError
from jinja2.sandbox import ImmutableSandboxedEnvironment
from lxml.etree import LxmlError

from recruitment.files.asking import answer_with
from recruitment.files.limits import DRAWING
from recruitment.imports.refusals import FileRefused
from recruitment.papers.outlining import outline

_QUOTED = re.compile(r"'([^']*)'")
_UNPRINTABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f\ufffe\uffff]")
MARKS = "标记写作 {{ person.name }}，可用的项目见本页下方。"
UNREADABLE = "模板排出来的文件打不开。请检查表格行里的标记是否成对（{%tr for … %} 与 {%tr endfor %} 各占一行）。"


def draw(question: dict, parts: list[bytes]) -> tuple[dict, list[bytes]]:
    """({"outline": blocks}, [the .docx]) of the template in ``parts`` with ``question["facts"]``; raises FileRefused.

    ``question["is_trial"]``: a name that there is not is refused instead of left blank.
    """
    unknown = StrictUndefined if question.get("is_trial") else ChainableUndefined
    environment = ImmutableSandboxedEnvironment(autoescape=True, undefined=unknown)
    try:
        template = DocxTemplate(io.BytesIO(parts[0]))
        template.render(_printable(question["facts"]), jinja_env=environment, autoescape=True)
        drawn = io.BytesIO()
        template.save(drawn)
        blocks = outline(Document(io.BytesIO(drawn.getvalue())))
    except UndefinedError as error:
        raise FileRefused(f"模板里用了没有的项目“{_named(error)}”。{MARKS}") from error
    except SecurityError as error:
        raise FileRefused(f"模板里的标记做了不允许做的事。{MARKS}") from error
    except TemplateSyntaxError as error:
        raise FileRefused(f"模板里的标记写法有误（{error.message}）。{MARKS}") from error
    except TemplateError as error:
        raise FileRefused(f"模板里的标记写法有误。{MARKS}") from error
    except (LxmlError, KeyError, ValueError, TypeError, AttributeError, OverflowError, zipfile.BadZipFile) as error:
        raise FileRefused(UNREADABLE) from error
    return {"outline": blocks}, [drawn.getvalue()]


def _named(error: UndefinedError) -> str:
    """The name that was not known: the last one in Jinja's sentence."""
    found = _QUOTED.findall(str(error))
    return found[-1] if found else "？"


def _printable(value):
    """Facts without characters that no document may hold."""
    if isinstance(value, str):
        return _UNPRINTABLE.sub("", value)
    if isinstance(value, dict):
        return {name: _printable(part) for name, part in value.items()}
    if isinstance(value, list):
        return [_printable(part) for part in value]
    return value


if __name__ == "__main__":
    answer_with(draw, lambda question, parts: DRAWING)
