"""manage.py road: strict JSON in, documented JSON out, no database; and the vocabulary of codes that it speaks."""

import io
import json
import re
import sys
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db.backends.base.base import BaseDatabaseWrapper
from hypothesis import given, settings
from hypothesis import strategies as st

from recruitment import rules
from recruitment.facts_json import ERRORS, FactsError, read_question
from recruitment.road_json import answer
from recruitment.rules.codes import CODES
from recruitment.rules.deadlines import late_code
from recruitment.rulesets import LOCAL_LIMITS
from recruitment.stages import DueKind
from recruitment.steps import STEPS
from tests.recruitment.rules.roads import day

ROOT = Path(rules.__file__).resolve().parents[2]
DOCUMENT = (ROOT / "docs" / "road.md").read_text(encoding="utf-8")
EXAMPLE = (ROOT / "docs" / "examples" / "road-facts.json").read_text(encoding="utf-8")
PERSON = {"name": "甲", "birth_on": "1988-04-12"}


def run(*arguments):
    out = io.StringIO()
    call_command("road", *arguments, stdout=out)
    return json.loads(out.getvalue())


def refused(*arguments):
    out = io.StringIO()
    with pytest.raises(SystemExit) as stopped:
        call_command("road", *arguments, stdout=out)
    assert stopped.value.code == 2
    return json.loads(out.getvalue())["error"]


def ask(monkeypatch, data, today="2026-11-22"):
    text = data if isinstance(data, str) else json.dumps(data, ensure_ascii=False)
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(text.encode()), encoding="utf-8"))
    return run("--facts", "-", "--today", today)


def refuse(monkeypatch, data, today="2026-11-22"):
    raw = data if isinstance(data, bytes) else (data if isinstance(data, str) else json.dumps(data)).encode()
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(raw), encoding="utf-8"))
    return refused("--facts", "-", "--today", today)


class TestAnswer:
    def test_the_documented_example(self, tmp_path):
        file = tmp_path / "facts.json"
        file.write_text(EXAMPLE, encoding="utf-8")
        given_answer = run("--facts", str(file), "--today", "2026-11-22")
        rows = {row["step"]: row for row in given_answer["steps"]}
        assert [rows[number]["state"] for number in (1, 2, 6, 7)] == ["done", "done", "late", "blocked"]
        assert (rows[2]["late"], rows[6]["due_on"], rows[7]["planned_on"]) == (True, "2026-09-01", "2026-12-15")
        assert (rows[8]["completes_on"], rows[8]["provisional"]) == ("2026-11-28", False)
        assert given_answer["next_steps"] == [6]
        assert [due["key"] for due in given_answer["dues"]] == [
            "periodic_review:2",
            "cultivation_conclusion",
            "target_decision",
        ]
        first, second = given_answer["proposals"]["steps"]
        assert (first["allowed"], second["allowed"]) == (True, False)
        assert [row["code"] for row in second["objections"]] == ["prerequisite_missing", "reviews_missing"]
        assert all(row["counts"] for row in given_answer["records"])

    def test_the_documented_answer_to_the_letter(self):
        examples = ROOT / "docs" / "examples"
        given_answer = run("--facts", str(examples / "road-facts.json"), "--today", "2026-11-22")
        assert given_answer == json.loads((examples / "road-answer.json").read_text(encoding="utf-8"))

    def test_the_question_written_out_in_the_document(self, monkeypatch):
        question = re.search(r"```json\n(.*?)```", DOCUMENT, re.DOTALL).group(1)
        given_answer = ask(monkeypatch, question, "2026-06-01")
        assert given_answer["proposals"]["steps"] == [{"allowed": True, "objections": []}]
        assert given_answer["next_steps"] == [3]
        assert given_answer["steps"][6]["earliest_on"] == "2027-06-01"

    def test_every_kind_of_due_is_documented(self):
        for kind in set(DueKind) - {DueKind.PAPERS, DueKind.ARCHIVE_PAPERS}:  # facts do not say which papers are on file
            assert f"| `{kind.value}` | {kind.label} |" in DOCUMENT

    def test_a_bare_application_date(self):
        given_answer = run("--applied-on", "2026-01-31", "--today", "2026-01-31")
        rows = {row["step"]: row for row in given_answer["steps"]}
        assert (rows[2]["due_on"], rows[7]["earliest_on"]) == ("2026-02-28", "2027-01-31")
        assert rows[8]["provisional"] is True
        assert "records" not in given_answer

    def test_every_documented_field_and_no_other_is_printed(self, monkeypatch):
        given_answer = ask(monkeypatch, {"person": PERSON, "steps": [{"step": 3, "decided_on": "2026-01-05"}]})
        objection = given_answer["steps"][2]["objections"][0]
        for name in (
            *given_answer,
            *given_answer["steps"][0],
            *given_answer["dues"][0],
            *given_answer["records"][0],
            *objection,
        ):
            assert re.search(rf"`{name}`|`{name},|, `?{name}`|\"{name}\"", DOCUMENT), name

    @pytest.mark.parametrize(
        ("votes", "code"),
        [
            ({"eligible": 12, "present": 12, "in_favour": 6}, "not_passed"),
            ({"eligible": 12, "present": 6, "in_favour": 6}, "no_quorum"),
            ({"eligible": 12, "present": 13, "in_favour": 13}, "votes_impossible"),
            ({"eligible": 12, "present": 10, "in_favour": 11}, "votes_impossible"),
            ({"eligible": 12, "present": 10, "in_favour": 7, "against": 1}, "votes_do_not_add_up"),
        ],
    )
    def test_impossible_or_lost_votes_are_named_on_the_record_and_count_for_nothing(self, monkeypatch, votes, code):
        step = {
            "step": 15,
            "decided_on": "2026-10-01",
            "body": "branch_meeting",
            "conclusion": "passed",
            "votes": votes,
        }
        given_answer = ask(monkeypatch, {"person": PERSON, "steps": [step]})
        assert code in {row["code"] for row in given_answer["steps"][14]["objections"]}
        assert given_answer["steps"][14]["state"] == "blocked"
        assert given_answer["records"][0]["counts"] is False

    def test_a_ballot_without_noes_counts_the_rest_as_abstained(self):
        votes = {"eligible": 12, "present": 11, "in_favour": 8, "written": 1}
        step = {"step": 15, "decided_on": "2026-10-01", "votes": votes}
        question = read_question(json.dumps({"person": {}, "steps": [step]}))
        assert question.facts.steps[0].votes.abstained == 4

    def test_a_record_dated_after_today_counts_for_nothing(self, monkeypatch):
        facts = {"person": PERSON, "steps": [{"step": 1, "decided_on": "2026-12-01"}]}
        given_answer = ask(monkeypatch, facts)
        assert [row["code"] for row in given_answer["steps"][0]["objections"]] == ["future_date"]
        assert (given_answer["records"][0]["counts"], given_answer["stage"]["code"]) == (False, 0)

    def test_reviews_and_situations_are_judged_too(self, monkeypatch):
        facts = {
            "person": PERSON,
            "steps": [{"step": 1, "decided_on": "2026-01-05"}],
            "reviews": [{"reviewed_on": "2026-02-01"}],
            "situations": [{"kind": "removed", "on": "2026-03-01"}],
            "proposals": {
                "situations": [{"kind": "withdrawn", "on": "2026-02-01"}],
                "reviews": [{"reviewed_on": "2026-02-01"}],
            },
        }
        given_answer = ask(monkeypatch, facts)
        assert given_answer["reviews"][0]["objections"][0]["code"] == "not_an_activist"
        assert given_answer["situations"][0]["objections"][0]["code"] == "situation_not_possible"
        assert given_answer["proposals"]["situations"] == [{"allowed": True, "objections": []}]
        assert given_answer["proposals"]["reviews"][0]["allowed"] is False

    def test_a_calendar_of_its_own(self, monkeypatch):
        facts = {"person": PERSON, "steps": [{"step": 1, "decided_on": "2026-01-31"}]}
        plain = ask(monkeypatch, facts, "2026-01-31")
        known = ask(
            monkeypatch, facts | {"calendar": {"off": ["2027-02-01"], "work": [], "years": [2026, 2027]}}, "2026-01-31"
        )
        assert plain["steps"][7]["completes_on"] == "2027-02-06"
        assert (known["steps"][7]["completes_on"], known["steps"][7]["provisional"]) == ("2027-02-09", False)


BAD = [
    ("", "json_malformed", "line 1"),
    ("{", "json_malformed", "line 1"),
    ("[]", "wrong_type", ""),
    ("null", "wrong_type", ""),
    ('{"person": {}, "person": {}}', "duplicate_field", "person"),
    ('{"person": {"name": NaN}}', "json_malformed", ""),
    ("[" * 100_000, "json_malformed", ""),
    ('{"person": {}, "steps": [{"step": ' + "9" * 5000 + "}]}", "json_malformed", ""),
    ({}, "missing_field", "person"),
    ({"person": None}, "missing_field", "person"),
    ({"person": {}, "format": 2}, "unknown_format", "format"),
    ({"person": {}, "colour": 1}, "unknown_field", "colour"),
    ({"person": {"nam": "甲"}}, "unknown_field", "person.nam"),
    ({"person": {"name": 7}}, "wrong_type", "person.name"),
    ({"person": {"name": "甲" * 501}}, "too_large", "person.name"),
    ('{"person": {"name": "\\ud800"}}', "json_malformed", "person.name"),
    ({"person": {"standing": "honorary"}}, "unknown_value", "person.standing"),
    ({"person": {"suspended": "no"}}, "wrong_type", "person.suspended"),
    ({"person": {"birth_on": "1988-02-30"}}, "bad_date", "person.birth_on"),
    ({"person": {"birth_on": "19880401"}}, "bad_date", "person.birth_on"),
    ({"person": {"birth_on": "1988-W10-1"}}, "bad_date", "person.birth_on"),
    ({"person": {"birth_on": "1800-01-01"}}, "bad_date", "person.birth_on"),
    ({"person": {"birth_on": 19880401}}, "wrong_type", "person.birth_on"),
    ({"person": {}, "steps": {}}, "wrong_type", "steps"),
    ({"person": {}, "steps": [7]}, "wrong_type", "steps[0]"),
    ({"person": {}, "steps": [{"step": 1}]}, "missing_field", "steps[0].decided_on"),
    ({"person": {}, "steps": [{"decided_on": "2026-01-01"}]}, "missing_field", "steps[0].step"),
    ({"person": {}, "steps": [{"step": 26, "decided_on": "2026-01-01"}]}, "unknown_value", "steps[0].step"),
    ({"person": {}, "steps": [{"step": True, "decided_on": "2026-01-01"}]}, "wrong_type", "steps[0].step"),
    ({"person": {}, "steps": [{"step": 1.0, "decided_on": "2026-01-01"}]}, "wrong_type", "steps[0].step"),
    ({"person": {}, "steps": [{"step": 1, "decided_on": "2026-01-01", "body": "mob"}]}, "unknown_value", "steps[0].body"),
    ({"person": {}, "steps": [{"step": 15, "decided_on": "2026-01-01", "votes": {"eligible": 3}}]}, "missing_field", "steps[0].votes.present"),
    ({"person": {}, "steps": [{"step": 15, "decided_on": "2026-01-01", "votes": {"eligible": 10**9, "present": 1, "in_favour": 1}}]},
     "unknown_value", "steps[0].votes.eligible"),
    ({"person": {}, "steps": [{"step": 1, "decided_on": "2026-01-01"}] * 501}, "too_large", "steps"),
    ({"person": {}, "reviews": [{"reviewed_on": "x"}]}, "bad_date", "reviews[0].reviewed_on"),
    ({"person": {}, "situations": [{"kind": "promoted", "on": "2026-01-01"}]}, "unknown_value", "situations[0].kind"),
    ({"person": {}, "local_limits": [{"code": "cultivation", "value": 6, "since_on": "2026-01-01"}]}, "unknown_value", "local_limits[0].value"),
    ({"person": {}, "local_limits": [{"code": "probation", "value": 18, "since_on": "2026-01-01"}]}, "unknown_value", "local_limits[0].code"),
    ({"person": {}, "plan": {"26": "2026-01-01"}}, "unknown_field", "plan.26"),
    ({"person": {}, "plan": {"七": "2026-01-01"}}, "unknown_field", "plan.七"),
    ({"person": {}, "calendar": {"holidays": []}}, "unknown_field", "calendar.holidays"),
    ({"person": {}, "proposals": {"step": []}}, "unknown_field", "proposals.step"),
]  # fmt: skip


class TestRefusal:
    @pytest.mark.parametrize(("data", "code", "where"), BAD, ids=range(len(BAD)))
    def test_whatever_is_not_as_documented_is_refused_with_code_sentence_and_place(
        self, monkeypatch, data, code, where
    ):
        error = refuse(monkeypatch, data)
        assert (error["code"], error["where"]) == (code, where)
        assert error["message"].endswith("。")

    def test_text_that_is_not_utf_8(self, monkeypatch):
        assert refuse(monkeypatch, b'{"person": {"name": "\xff"}}')["code"] == "file_unreadable"

    def test_a_file_that_is_too_large(self, monkeypatch):
        assert refuse(monkeypatch, '{"person": {}}' + " " * 2_000_000)["code"] == "too_large"

    def test_a_file_that_is_not_there(self, tmp_path):
        assert refused("--facts", str(tmp_path / "no.json"), "--today", "2026-11-22")["code"] == "file_unreadable"
        assert refused("--facts", str(tmp_path), "--today", "2026-11-22")["code"] == "file_unreadable"

    @pytest.mark.parametrize(
        ("arguments", "code"),
        [
            (["--facts", "-"], "arguments"),
            (["--today", "2026-11-22"], "arguments"),
            (["--facts", "-", "--applied-on", "2026-01-01", "--today", "2026-11-22"], "arguments"),
            (["--facts", "-", "--today", "tomorrow"], "bad_date"),
            (["--applied-on", "2026-02-29", "--today", "2026-11-22"], "bad_date"),
        ],
    )
    def test_arguments_that_do_not_fit(self, arguments, code):
        assert refused(*arguments)["code"] == code


JSON_VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-5, 30)
    | st.floats(allow_nan=False)
    | st.text(max_size=5)
    | st.sampled_from(["2026-01-01", "full"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["person", "steps", "step", "decided_on", "votes", "name", "kind", "on", "plan", "7"]),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


@settings(max_examples=200, deadline=None)
@given(JSON_VALUES)
def test_any_json_is_answered_or_refused_never_a_crash(value):
    try:
        question = read_question(json.dumps(value))
    except FactsError as error:
        assert error.code in ERRORS
        return
    json.dumps(answer(question, today=day("2026-11-22")))


class TestCodes:
    SOURCES = {path.name: path.read_text(encoding="utf-8") for path in (ROOT / "recruitment" / "rules").glob("*.py")}

    NOT_THE_ROAD = ("codes.py", "contacts.py", "plans.py")  # designated contacts and plans have their own words

    def used(self):
        text = "".join(source for name, source in self.SOURCES.items() if name not in self.NOT_THE_ROAD)
        quoted = set(re.findall(r'(?:Objection|gap|late)\(\s*"([a-z_]+)"', text)) | set(
            re.findall(r'\("([a-z_]+)", "[^"]+。"\)', text)
        )
        return quoted | {late_code(row.deadline) for row in STEPS if row.deadline}

    def test_every_code_that_is_used_is_in_the_vocabulary_and_the_other_way_round(self):
        assert self.used() == set(CODES)

    def test_every_code_is_documented_with_its_meaning(self):
        for code, meaning in (CODES | ERRORS).items():
            assert f"| `{code}` | {meaning} |" in DOCUMENT

    def test_every_local_limit_is_documented(self):
        for code, limit in LOCAL_LIMITS.items():
            assert f"| `{code}` | {limit.title} |" in DOCUMENT

    def test_every_code_is_provoked_by_some_test(self):
        tests = "".join(path.read_text(encoding="utf-8") for path in Path(__file__).parent.glob("test_*.py"))
        missing = [code for code in CODES if f'"{code}"' not in tests]
        # Time limits that only a committee can set share one rule; some of them stand for all.
        assert [code for code in missing if not code.endswith("_late")] == []


def test_no_database_is_needed(db_blocked_road):
    assert db_blocked_road["state"]["code"] == "active"


@pytest.fixture
def db_blocked_road(monkeypatch):
    def no_connection(self):
        raise AssertionError("the road command asked for a database")

    monkeypatch.setattr(BaseDatabaseWrapper, "connect", no_connection)
    return run("--applied-on", "2026-01-31", "--today", "2026-01-31")
