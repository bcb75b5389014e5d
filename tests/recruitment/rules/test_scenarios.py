"""Scenarios written from the official rule by somebody who had not read the code, run through ``manage.py road``.

scenarios.json holds two whole roads, one under each rule set, and the scenarios, one a line. Each takes the ``road`` up to step
``until``, ``without`` some steps, with ``change`` to single records, ``more`` records, other ``facts`` and ``person``. It then
proposes its ``step`` (the road's own record, changed; or one said ``afresh``), ``review`` or ``situation`` on ``today``. What must
come out: the ``codes`` of all objections, some ``among`` them, fields of ``rows`` by step, of the ``answer``, ``dues`` by key,
or the code of an ``error``. Unless ``refused_on_file``, every record on file must count.
"""

import copy
import io
import json
import sys
from pathlib import Path

import pytest
from django.core.management import call_command

DATA = json.loads((Path(__file__).parent / "scenarios.json").read_text(encoding="utf-8"))
SCENARIOS = DATA["scenarios"]


def facts_of(scenario):
    """The facts on file of a scenario, as JSON values."""
    facts = copy.deepcopy(DATA["roads"][scenario["road"]])
    own = {record["step"]: record for record in facts["steps"]}
    for number, change in scenario.get("change", {}).items():
        own[int(number)].update(change)
    missing = scenario.get("without", ())
    facts["steps"] = [record for n, record in own.items() if n <= scenario["until"] and n not in missing]
    facts["steps"] += scenario.get("more", [])
    facts["person"].update(scenario.get("person", {}))
    facts.update(scenario.get("facts", {}))
    facts["reviews"] = [row for row in facts["reviews"] if row["reviewed_on"] <= scenario["today"]]
    return facts


def proposal_of(scenario):
    """The record of a step that a scenario proposes."""
    wanted = scenario["step"]
    if scenario.get("afresh"):
        return wanted
    own = next(record for record in DATA["roads"][scenario["road"]]["steps"] if record["step"] == wanted["step"])
    return own | scenario.get("change", {}).get(str(wanted["step"]), {}) | wanted


def run(text, today, monkeypatch):
    """(exit status, answer) of the command."""
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(text.encode()), encoding="utf-8"))
    out, status = io.StringIO(), 0
    try:
        call_command("road", facts="-", today=today, stdout=out)
    except SystemExit as stopped:
        status = stopped.code
    return status, json.loads(out.getvalue())


def at(answer, path):
    for name in path.split("."):
        answer = answer[name]
    return answer


def codes(found):
    return sorted(objection["code"] for objection in found["objections"])


def test_every_step_both_rule_sets_and_every_situation_have_scenarios():
    tried = [(row["road"], row["step"]["step"]) for row in SCENARIOS if "step" in row]
    assert set(tried) == {(road, number) for road in ("2014", "2026") for number in range(1, 26)}
    kinds = {row["situation"]["kind"] for row in SCENARIOS if "situation" in row}
    kinds |= {found["kind"] for row in SCENARIOS for found in row.get("facts", {}).get("situations", ())}
    assert len(kinds) == 13
    assert len({row["name"] for row in SCENARIOS}) == len(SCENARIOS) > 500


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda row: row["name"])
def test_the_command_answers_as_the_rule_does(scenario, monkeypatch):
    if "text" in scenario:
        text = scenario["text"]
    else:
        facts = facts_of(scenario)
        asked = {"steps": [proposal_of(scenario)]} if "step" in scenario else {}
        asked |= {f"{kind}s": [scenario[kind]] for kind in ("review", "situation") if kind in scenario}
        text = json.dumps(facts | {"proposals": asked}, ensure_ascii=False)
    status, answer = run(text, scenario["today"], monkeypatch)
    if "error" in scenario:
        assert status == 2
        assert answer["error"]["message"].endswith("。")
        assert answer["error"]["code"] in (scenario["error"] or ["unknown_value"])
        return
    assert status == 0
    for judged in (row for rows in answer["proposals"].values() for row in rows):
        if "codes" in scenario:
            assert codes(judged) == sorted(scenario["codes"])
        assert set(scenario.get("among", ())) <= set(codes(judged))
        assert judged["allowed"] == (not judged["objections"])
        for objection in judged["objections"]:
            assert objection["message"].endswith("。")
            assert objection["article"]
    for number, row in scenario.get("rows", {}).items():
        for name, value in row.items():
            found = answer["steps"][int(number) - 1]
            assert (codes(found) if name == "objections" else found[name]) == value, (number, name)
    for path, value in scenario.get("answer", {}).items():
        assert at(answer, path) == value, path
    owed = {due["key"]: due["due_on"] for due in answer["dues"]}
    assert scenario.get("dues", {}).items() <= owed.items()
    if not scenario.get("refused_on_file"):
        assert [row for row in answer["records"] if not row["counts"]] == []
