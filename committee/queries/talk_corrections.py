"""The form by which a writer corrects a talk, and what a stale one has missed (notice R2)."""

from django.utils import timezone

from committee.models import Talk, Topic, Way, Willingness

# What a correction may change, in the order of the form.
CORRECTED = (
    "held_on", "place", "way", "topics", "outlook", "needs", "willingness", "follow_up_on", "is_shared_with_office"
)  # fmt: skip


LABELS = {name: str(Talk._meta.get_field(name).verbose_name) for name in CORRECTED}
WORDS = {
    "way": dict(Way.choices),
    "willingness": dict(Willingness.choices),
    "is_shared_with_office": {True: "是", False: "否"},
}


def talk_correction_page(*, user, code):
    """The standing version of the talk ``code`` (of any version), with its candidate; Talk.DoesNotExist for strangers.

    Only whoever wrote it may be shown the form; the caller sees to that.
    """
    named = Talk.objects.visible_to(user).get(code=code)
    return Talk.objects.versions_of(named).select_related("candidate__person", "candidate__unit").last()


def values_of(talk):
    """The fields of a loaded talk as its form takes them."""
    values = {name: getattr(talk, name) for name in CORRECTED}
    return values | {"topics": [topic for topic in talk.topics.split(",") if topic]}


def difference_to(talk, typed):
    """When ``talk`` was corrected last and where ``typed`` (the cleaned fields of the form) says otherwise."""
    theirs, yours = _shown(values_of(talk)), _shown(typed)
    changes = [
        {"label": LABELS[name], "theirs": theirs[name], "yours": yours[name]}
        for name in CORRECTED
        if theirs[name] != yours[name]
    ]
    return {"at": timezone.localtime(talk.recorded_at), "changes": changes}


def _shown(values):
    shown = {name: str(values[name] or "") for name in CORRECTED if name != "topics"}
    shown |= {name: words.get(values[name], "") for name, words in WORDS.items()}
    return shown | {"topics": "、".join(topic.label for topic in Topic if topic in values["topics"])}
