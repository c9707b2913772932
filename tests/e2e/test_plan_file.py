"""The plan as a file: whole, evidence without payloads, and refused when it is no plan."""

import json

import pytest

from reconciler.sandbox.http.running import RunningSandbox
from tests.e2e.team import Team
from tests.e2e.test_saved_plan import apply, plan


def test_the_document_is_the_same_as_the_format_and_holds_no_payload(team: Team) -> None:
    document = plan(team)

    assert json.loads(team.run("plan", "--format", "json").out) == document
    assert document["format_version"] == "1.3"
    assert document["summary"] == {
        "create": 0,
        "update": 1,
        "delete": 0,
        "unchanged": 5,
        "undeclared": 0,
    }
    (change,) = document["changes"]
    assert (change["name"], change["file"], change["line"], change["base_version"]) == (
        "Database Alerts",
        "routes/database-alerts.yaml",
        2,
        5,
    )
    assert "alert_sources" not in team.read("plan.json")


def test_markdown_is_written_beside_it(team: Team) -> None:
    ended = team.run("plan", "--out", "plan.json", "--markdown", "plan.md", "--format", "markdown")

    assert ended.code == 0
    assert team.read("plan.md").strip() == ended.out.strip()
    assert "Database Alerts" in ended.out


def test_an_edited_plan_is_refused(team: Team, incident_io: RunningSandbox) -> None:
    document = plan(team)
    document["changes"][0]["digest"] = "0" * 64
    team.write("plan.json", json.dumps(document))

    applied = apply(team)

    assert applied.code == 3
    assert "was edited: its digest does not match its changes" in applied.err
    assert incident_io.count("PUT") == 0


@pytest.mark.parametrize("text", ["", "{", "[]", '{"format_version": "2.0"}', "\0", "\xff"])
def test_what_is_no_plan_is_refused_before_anything_is_read(
    team: Team, incident_io: RunningSandbox, text: str
) -> None:
    (team.folder / "plan.json").write_bytes(text.encode("latin-1"))

    applied = apply(team)

    assert applied.code == 3
    assert "plan.json" in applied.err
    assert "[plan-unreadable]" in applied.err
    assert incident_io.requests == []


def test_a_missing_plan_is_one_clear_line(team: Team, incident_io: RunningSandbox) -> None:
    applied = apply(team)

    assert applied.code == 1
    assert "error: plan.json: file not found; `reconciler plan --out" in applied.err
    assert incident_io.requests == []


def test_a_saved_plan_takes_no_base(team: Team) -> None:
    plan(team)

    assert team.run("apply", "plan.json", "--base", "HEAD").code == 64
    assert team.run("apply", "plan.json", "--revert-drift").code == 64


def test_an_empty_name_of_a_plan_is_no_wish_to_apply_everything(
    team: Team, incident_io: RunningSandbox
) -> None:
    ended = team.run("apply", "--auto-approve", "")

    assert ended.code == 64
    assert "PLAN.JSON is empty" in ended.err
    assert incident_io.requests == []
    assert team.run("plan", "--out", "").code == 64


def test_an_output_that_cannot_be_written_is_an_error(team: Team) -> None:
    ended = team.run("plan", "--out", "nowhere/plan.json")

    assert ended.code == 1
    assert "create its folder first" in ended.err
    assert "Traceback" not in ended.err
