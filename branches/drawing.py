"""Charts as geometry: shapes with class names, which a template prints as SVG and the style sheet colours."""

from dataclasses import dataclass
from typing import ClassVar


def px(value: float) -> str:
    """A coordinate to a tenth of a pixel, written the same in every locale."""
    return f"{round(value, 1):g}"


def text_width(text: str) -> int:
    """About how wide a text of 12 px runs: a Chinese character is square, anything else about half."""
    return sum(12 if ord(character) > 0x2E7F else 7 for character in text)


def shortened(text: str, width: int) -> str:
    """``text`` cut to about ``width`` pixels of 12 px type; the table below a chart has it in full."""
    if text_width(text) <= width:
        return text
    while text_width(text) > width - 12:
        text = text[:-1]
    return f"{text}…"


@dataclass(frozen=True, slots=True)
class Rect:
    """A bar; hatched ones show what is still under way."""

    kind: ClassVar[str] = "rect"
    x: str
    y: str
    width: str
    height: str
    css: str
    is_hatched: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """A rule, an axis or a limit."""

    kind: ClassVar[str] = "line"
    x1: str
    y1: str
    x2: str
    y2: str
    css: str


@dataclass(frozen=True, slots=True)
class Circle:
    """A dot."""

    kind: ClassVar[str] = "circle"
    x: str
    y: str
    radius: str
    css: str


@dataclass(frozen=True, slots=True)
class Path:
    """Any other outline, in SVG's path language."""

    kind: ClassVar[str] = "path"
    outline: str
    css: str


@dataclass(frozen=True, slots=True)
class Text:
    """Words at a place; ``anchor`` is start, middle or end."""

    kind: ClassVar[str] = "text"
    x: str
    y: str
    words: str
    css: str
    anchor: str


@dataclass(frozen=True, slots=True)
class Table:
    """The same numbers as a table, for screen readers and for checking."""

    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Drawing:
    """A chart: its size, what it says in a sentence, its shapes from back to front and its numbers as a table.

    ``name`` is unique on a page; ``css`` limits the width of small charts (chart--fix).
    """

    name: str
    width: str
    height: str
    label: str
    shapes: tuple
    table: Table
    css: str = ""


class Sketch:
    """Collects shapes; coordinates are in pixels from the top left."""

    def __init__(self):
        self.shapes = []

    def rect(self, x, y, width, height, css="", *, hatched=False):
        if width > 0:
            self.shapes.append(Rect(px(x), px(y), px(width), px(height), css, hatched))

    def line(self, x1, y1, x2, y2, css):
        self.shapes.append(Line(px(x1), px(y1), px(x2), px(y2), css))

    def circle(self, x, y, radius, css):
        self.shapes.append(Circle(px(x), px(y), px(radius), css))

    def path(self, outline, css):
        self.shapes.append(Path(outline, css))

    def triangle(self, x, y, css="v"):
        """A mark of lateness around the point."""
        self.path(f"M{px(x)} {px(y - 8)}l7 12h-14z", css)

    def diamond(self, x, y, css="g"):
        """A milestone around the point."""
        self.path(f"M{px(x)} {px(y - 6)}l6 6l-6 6l-6 -6z", css)

    def text(self, x, y, words, css="", anchor="start"):
        self.shapes.append(Text(px(x), px(y), str(words), css, anchor))

    def drawing(self, name, width, height, label, table, css=""):
        """What was sketched, finished."""
        return Drawing(name, px(width), px(height), label, tuple(self.shapes), table, css)
