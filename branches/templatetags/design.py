"""The pieces of the design that every page is made of: icons, due dates, tracks, fields, pagers."""

from django import forms, template
from django.utils.html import format_html

from branches.urgency import urgency

register = template.Library()


# --- Small marks


@register.simple_tag
def icon(name, css=""):
    """A line icon of templates/_icons.html; it says nothing to screen readers, so words must stand beside it."""
    return format_html('<svg class="icon {}" aria-hidden="true"><use href="#i-{}"/></svg>', css, name)


@register.simple_tag
def glyph(name, css=""):
    """A state mark: overdue, soon, later, wait, ok, bad, mile, mile-o, now, none."""
    return format_html('<svg class="glyph {}" aria-hidden="true"><use href="#g-{}"/></svg>', css, name)


@register.simple_tag
def law(article):
    """The article something rests on; nothing when none is given."""
    return format_html('<span class="law">{}</span>', article) if article else ""


@register.inclusion_tag("design/_due.html")
def due_badge(due_on, today, waiting=False):
    """How far off ``due_on`` is from ``today``, as mark and words."""
    return {"urgency": urgency(due_on, today, waiting=bool(waiting))}


# --- The road


@register.inclusion_tag("design/_track.html")
def track(track, fluid=False):
    """The compact track of one person (recruitment.track.Track); ``fluid`` fills the width of a phone."""
    return {"track": track, "fluid": fluid}


@register.inclusion_tag("design/_slips.html")
def slips(stages, base_url=""):
    """The large track (tuple of recruitment.track.SlipStage); each slip leads to ``base_url#step-n``."""
    return {"stages": stages, "base_url": base_url}


@register.inclusion_tag("design/_legend.html")
def track_legend():
    """What the marks of a track mean."""
    return {}


@register.inclusion_tag("design/_timeline_step.html")
def timeline_step(step, today):
    """One step of a person's timeline; the attributes of ``step`` are listed in the template."""
    return {"step": step, "today": today}


# --- Forms

NATIVE_TYPES = {forms.DateInput: "date", forms.DateTimeInput: "datetime-local", forms.TimeInput: "time"}
NATIVE_FORMATS = {"date": "%Y-%m-%d", "datetime-local": "%Y-%m-%dT%H:%M", "time": "%H:%M"}


def with_native_picker(widget):
    """The browser's own picker for dates and times: it wants ISO values, which the locale's format is not."""
    kind = next((kind for cls, kind in NATIVE_TYPES.items() if type(widget) is cls), None)
    if kind is None:
        return widget
    return type(widget)(attrs={**widget.attrs, "type": kind}, format=NATIVE_FORMATS[kind])


def shape_of(widget):
    """Which markup a widget needs: check, choices, file, select, textarea, number, date or text."""
    if isinstance(widget, forms.CheckboxInput):
        return "check"
    if isinstance(widget, (forms.RadioSelect, forms.CheckboxSelectMultiple)):
        return "choices"
    if isinstance(widget, forms.FileInput):
        return "file"
    if isinstance(widget, forms.Select):
        return "select"
    if isinstance(widget, forms.Textarea):
        return "textarea"
    if isinstance(widget, forms.NumberInput):
        return "number"
    return "date" if type(widget) in NATIVE_TYPES else "text"


CLASSES = {
    "select": "select",
    "textarea": "textarea",
    "number": "input input--num",
    "date": "input num",
    "text": "input",
    "file": "vh",
}


@register.inclusion_tag("design/_field.html")
def field(bound, wide=False, chips=False, star=False):
    """A form field with label, help and error, tied together for screen readers.

    ``wide`` spans the grid; ``chips`` shows the choices as pills; ``star`` marks what must be filled in,
    else what may be left out is marked. The unit behind a number is the widget's attribute ``data-unit``.
    """
    widget = with_native_picker(bound.field.widget)
    shape = shape_of(widget)
    # An error takes the place of the help, so only one of them can be pointed at.
    described_by = (
        f"{bound.auto_id}_{'error' if bound.errors else 'helptext'}" if bound.errors or bound.help_text else ""
    )
    attrs = {"class": f"{CLASSES[shape]} {widget.attrs.get('class', '')}".strip()} if shape in CLASSES else {}
    if described_by:
        attrs["aria-describedby"] = described_by
    if shape == "number":
        attrs["inputmode"] = "numeric"
    return {
        "field": bound,
        "shape": shape,
        "control": "" if shape == "choices" else bound.as_widget(widget=widget, attrs=attrs),
        "unit": widget.attrs.get("data-unit", ""),
        "described_by": described_by,
        "chips": chips,
        "star": star and bound.field.required,
        "optional": not star and not bound.field.required and shape != "check",
        "wide": wide or shape == "textarea",
    }


@register.inclusion_tag("design/_filter.html")
def filter_field(bound):
    """A field of a filter bar: search, small select, day or switch; a select names itself in its empty choice."""
    widget = with_native_picker(bound.field.widget)
    shape = shape_of(widget)
    attrs = {
        "check": {"class": "vh"},
        "select": {"class": "select select--s", "aria-label": bound.label},
        "date": {"class": "select select--s num", "aria-label": bound.label},
    }.get(shape, {"type": "search", "placeholder": bound.help_text, "data-filter": True})
    return {"field": bound, "shape": shape, "control": bound.as_widget(widget=widget, attrs=attrs)}


@register.inclusion_tag("design/_errors.html")
def error_summary(form, heading="未能提交"):
    """All errors of a form, each leading to its field; nothing while there are none."""
    items = [{"anchor": "", "label": "", "text": text} for text in form.non_field_errors()]
    items += [{"anchor": "", "label": "", "text": text} for bound in form.hidden_fields() for text in bound.errors]
    for bound in form.visible_fields():
        items += [{"anchor": bound.auto_id, "label": bound.label, "text": text} for text in bound.errors]
    return {"items": items, "heading": heading}


# --- Lists


@register.inclusion_tag("design/_pager.html", takes_context=True)
def pager(context, page, unit="人"):
    """Previous and next of a Django page, keeping the query string."""
    return {"page": page, "unit": unit, "query": context["request"].GET}


@register.inclusion_tag("design/_empty.html")
def empty_state(title, text="", track=None):
    """Why there is nothing here, and what comes next. ``track`` may be done or todo for a decorative track."""
    return {
        "title": title,
        "text": text,
        "state": track,
        "segments": (range(2), range(4), range(5), range(7), range(7)),
    }
