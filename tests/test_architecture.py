"""The house keeps its shape: which way imports go, who may ask the database and the clock, what templates may hold.

Every exemption stands in a table with its reason. A module of a new kind fails until it is given its layer here.
"""

import ast
import re
from functools import cache
from pathlib import Path

import pytest
from django.apps import apps as registry

ROOT = Path(__file__).resolve().parent.parent
APPS = ("branches", "recruitment", "committee")  # a lower app never imports a higher one

# What each layer may import, within its own app and from lower ones.
MAY_IMPORT = {
    "words": {"words"},
    "rules": {"words", "rules"},
    "models": {"words", "models"},
    "queries": {"words", "rules", "models", "queries"},
    "actions": {"words", "rules", "models", "queries", "actions"},
    "edges": {"words", "rules", "models", "queries", "actions", "edges"},
}

# The layer of a module, by the longest prefix of its name below the app.
LAYERS = {
    "branches": {
        "offices": "words",
        "pinyin": "words",
        "urgency": "words",
        "drawing": "words",
        "codes": "words",
        "models": "models",
        "roster_rules": "rules",
        "rules": "rules",
        "queries": "queries",
        "actions": "actions",
        "admin": "edges",
        "admin_site": "edges",
        "apps": "edges",
        "devices": "edges",
        "forms": "edges",
        "hashing": "words",
        "management": "edges",
        "middleware": "edges",
        "passwords": "edges",
        "sessions": "edges",
        "single_sign_on": "edges",
        "templatetags": "edges",
        "urls": "edges",
        "views": "edges",
        "visits": "words",
    },
    "recruitment": {
        "calendar": "words",
        "facts": "words",
        "planning": "words",
        "rulesets": "words",
        "stages": "words",
        "steps": "words",
        "files": "rules",
        "files.kinds": "words",
        "files.vault": "models",
        "imports": "rules",
        "imports.states": "words",
        "ledger": "rules",
        "papers": "rules",
        "road_chart": "rules",
        "roster": "rules",
        "roster.states": "words",
        "rules": "rules",
        "sheets": "rules",
        "track": "rules",
        "spreadsheets": "rules",
        "import_progress": "models",
        "models": "models",
        "scope": "models",
        "links": "queries",
        "document_urls": "edges",
        "queries": "queries",
        "actions": "actions",
        "access": "edges",
        "apps": "edges",
        "facts_json": "edges",
        "forms": "edges",
        "management": "edges",
        "navigation": "edges",
        "personnel_urls": "edges",
        "plan_urls": "edges",
        "road_json": "edges",
        "tasks": "edges",
        "templatetags": "edges",
        "urls": "edges",
        "views": "edges",
    },
    "committee": {
        "campaign_urls": "edges",
        "campaigning": "words",
        "charts": "rules",
        "rules": "rules",
        "models": "models",
        "queries": "queries",
        "actions": "actions",
        "apps": "edges",
        "checks": "edges",
        "delivery": "edges",
        "demo": "edges",
        "forms": "edges",
        "mailbox": "edges",
        "management": "edges",
        "reminder_urls": "edges",
        "tasks": "edges",
        "templatetags": "edges",
        "urls": "edges",
        "views": "edges",
    },
}

BANNED_NAMES = {"utils", "common", "helpers", "core", "base", "misc"}
LONGEST = 400

# --- Exemptions, each with its reason

CLOCK = {
    "recruitment.scope": "access is always about now: whoever could choose the day could look through ended posts",
}
OBJECTS_IN_EDGES = {
    "recruitment.access": "Django's own door: it loads the login that everything else is asked for",
    "committee.mailbox": "a mail backend is handed mails and no user; it only appends what it was handed",
}
IMPORTS_IN_FUNCTIONS = {"branches.pinyin": "its phrases take 50 MB of every process, and few take a name down"}
AGAINST_THE_LAYERS: dict[tuple[str, str], str] = {}
BULK_CHANGES = {
    ("recruitment.actions.units", "Candidate"): "the path is derived from the unit and left out of the history",
    ("recruitment.actions.erasing", "Candidate"): "it erases reasons in the history itself; nothing about the person changes",
}
LONG_FILES: dict[str, str] = {}


# --- Reading the source


@cache
def modules():
    """{dotted name: (path, syntax tree)} of every module of the apps, without migrations."""
    found = {}
    for app in APPS:
        for path in sorted((ROOT / app).rglob("*.py")):
            if "migrations" in path.parts:
                continue
            name = ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
            found[name] = (path, ast.parse(path.read_text(encoding="utf-8")))
    return found


def app_of(name):
    """The app of a dotted module name."""
    return name.partition(".")[0]


def layer_of(name):
    """The layer of a dotted module name, by the longest prefix in LAYERS; None for an app itself."""
    app, _, rest = name.partition(".")
    while rest:
        if layer := LAYERS[app].get(rest):
            return layer
        rest = rest.rpartition(".")[0]
    return None


def imported(tree):
    """Dotted names of what a module imports, names within a package included."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            known = [f"{node.module}.{alias.name}" for alias in node.names]
            within = [name for name in known if name in modules()]
            yield from within
            if len(within) < len(known):
                yield node.module


def ours(tree):
    """Dotted names of our own modules among what is imported."""
    return [name for name in imported(tree) if app_of(name) in APPS]


# --- Imports


def test_every_module_has_a_layer():
    unknown = [name for name in modules() if "." in name and layer_of(name) is None]
    assert not unknown, "give these modules a layer in LAYERS"


def test_a_lower_app_never_imports_a_higher_one():
    wrong = [
        f"{name} imports {other}"
        for name, (_, tree) in modules().items()
        for other in ours(tree)
        if APPS.index(app_of(other)) > APPS.index(app_of(name))
    ]
    assert not wrong


def test_layers_import_only_what_lies_before_them():
    wrong = []
    for name, (_, tree) in modules().items():
        layer = layer_of(name)
        for other in ours(tree) if layer else ():
            theirs = layer_of(other)
            if theirs and theirs not in MAY_IMPORT[layer] and (name, other) not in AGAINST_THE_LAYERS:
                wrong.append(f"{name} ({layer}) imports {other} ({theirs})")
    assert not wrong


def test_rules_know_no_framework():
    wrong = [
        f"{name} imports {other}"
        for name, (_, tree) in modules().items()
        if layer_of(name) == "rules" and not name.startswith("recruitment.ledger")
        for other in imported(tree)
        if other.partition(".")[0] == "django" and not other.startswith("django.db.models")
    ]
    assert not wrong


def test_nothing_is_imported_inside_a_function():
    wrong = [
        f"{name}:{inner.lineno}"
        for name, (_, tree) in modules().items()
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        for inner in ast.walk(node)
        if isinstance(inner, ast.Import | ast.ImportFrom) and name not in IMPORTS_IN_FUNCTIONS
    ]
    assert not wrong


# --- Who may ask the database and the clock


def test_edges_ask_queries_and_not_managers():
    wrong = [
        f"{name}:{node.lineno}"
        for name, (_, tree) in modules().items()
        if layer_of(name) == "edges" and name not in OBJECTS_IN_EDGES
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and node.attr in ("objects", "_default_manager")
    ]
    assert not wrong


def reads_clock(node):
    """True for a call that asks what time it is: timezone.now(), localdate(), date.today(), datetime.now(), time.time()."""
    if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
        return False
    of = node.func.value.id if isinstance(node.func.value, ast.Name) else ""
    asked = node.func.attr
    if of == "timezone":
        return asked == "now" or (asked in ("localdate", "localtime") and not node.args and not node.keywords)
    return (of, asked) in {
        ("date", "today"),
        ("datetime", "now"),
        ("datetime", "utcnow"),
        ("datetime", "today"),
        ("time", "time"),
    }


def test_the_clock_is_read_at_edges_only():
    wrong = [
        f"{name}:{node.lineno}"
        for name, (_, tree) in modules().items()
        if layer_of(name) not in ("edges", None) and name not in CLOCK
        for node in ast.walk(tree)
        if reads_clock(node)
    ]
    assert not wrong


def models_by_name():
    """{class name: model} of our apps."""
    return {model.__name__: model for app in APPS for model in registry.get_app_config(app).get_models()}


def models_by_relation():
    """{related name: model} of the relations between our models."""
    found = {}
    for model in models_by_name().values():
        for relation in model._meta.related_objects:
            if (name := relation.get_accessor_name()) and name != "history":
                found[name] = relation.related_model
    return found


def model_of(node, by_name, by_relation):
    """The model whose rows a chain such as ``Due.objects.open().filter(…)`` is about, or None."""
    while True:
        if isinstance(node, ast.Call):
            node = node.func
        elif isinstance(node, ast.Attribute):
            if node.attr in by_relation:
                return by_relation[node.attr]
            node = node.value
        elif isinstance(node, ast.Name):
            return by_name.get(node.id)
        else:
            return None


def test_no_bulk_change_passes_by_the_history():
    by_name, by_relation = models_by_name(), models_by_relation()
    wrong = []
    for name, (_, tree) in modules().items():
        for node in ast.walk(tree):
            if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
                continue
            if node.func.attr not in ("update", "bulk_create", "bulk_update", "delete"):
                continue
            model = model_of(node.func.value, by_name, by_relation)
            if model is None or not hasattr(model, "history"):
                continue
            if (name, model.__name__) not in BULK_CHANGES:
                wrong.append(f"{name}:{node.lineno} {node.func.attr} on {model.__name__}")
    assert not wrong


# --- Names and sizes


def test_nothing_is_called_after_nothing():
    names = [name for name in modules() if BANNED_NAMES & set(name.split("."))]
    classes = [
        f"{name}.{node.name}"
        for name, (_, tree) in modules().items()
        for node in ast.walk(tree)
        if isinstance(node, ast.ClassDef) and node.name.endswith(("Service", "Manager", "Helper", "Util"))
    ]
    assert not names + classes


def test_verbs_take_keywords_only():
    """A verb is what opens the transaction; parts of verbs may be called as their callers like."""
    wrong = [
        f"{name}.{node.name}"
        for name, (_, tree) in modules().items()
        if layer_of(name) == "actions"
        for node in tree.body
        if isinstance(node, ast.FunctionDef)
        and not node.name.startswith("_")
        and any("atomic" in ast.unparse(decorator) for decorator in node.decorator_list)
        and node.args.args
    ]
    assert not wrong


def test_every_module_says_what_it_is_for():
    silent = [
        name for name, (path, tree) in modules().items() if path.read_text().strip() and not ast.get_docstring(tree)
    ]
    assert not silent


def test_no_file_is_too_long_to_read():
    long = {
        name: lines
        for name, (path, _) in modules().items()
        if (lines := len(path.read_text(encoding="utf-8").splitlines())) > LONGEST and name not in LONG_FILES
    }
    assert not long


@pytest.mark.parametrize("table", [CLOCK, OBJECTS_IN_EDGES, IMPORTS_IN_FUNCTIONS, LONG_FILES])
def test_no_exemption_outlives_its_module(table):
    assert set(table) <= set(modules())
    assert all(reason for reason in table.values())


# --- Templates

TEMPLATES = sorted((ROOT / "templates").rglob("*.*"))
PAGES = [path for path in TEMPLATES if path.suffix == ".html" and "emails" not in path.parts]
FORBIDDEN = {
    "a filter or tag that lets text through unescaped": re.compile(r"\|\s*safe\b|autoescape\s+off|\|\s*safeseq\b"),
    "an inline script": re.compile(r"<script(?![^>]*\bsrc=)[^>]*>", re.I),
    "an inline handler": re.compile(r"<[^>]*\son[a-z]+\s*=", re.I),
    "an inline style sheet": re.compile(r"<style\b", re.I),
    "an address of another host": re.compile(r"""(?:src|href|action|url\()\s*=?\s*["']?(?:https?:)?//""", re.I),
}
INLINE_STYLE = re.compile(r'style="([^"]*)"')
CUSTOM_PROPERTIES = re.compile(r"(\s*--[a-z]+\s*:[^;]*;?)*\s*")


@pytest.mark.parametrize("path", PAGES, ids=lambda path: str(path.relative_to(ROOT / "templates")))
def test_a_page_holds_nothing_that_its_policy_forbids(path):
    text = path.read_text(encoding="utf-8")
    found = [what for what, pattern in FORBIDDEN.items() if pattern.search(text)]
    styles = [style for style in INLINE_STYLE.findall(text) if not CUSTOM_PROPERTIES.fullmatch(style)]
    assert not found + styles


def test_no_code_marks_text_as_safe():
    wrong = [
        f"{name}:{node.lineno}"
        for name, (_, tree) in modules().items()
        for node in ast.walk(tree)
        if isinstance(node, ast.Name | ast.Attribute)
        and getattr(node, "id", getattr(node, "attr", "")) in ("mark_safe", "SafeString", "eval", "exec")
    ]
    assert not wrong
