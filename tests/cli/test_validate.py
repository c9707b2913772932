"""Everything that can be known without a key, in the three forms that readers want."""

import json

import pytest

from reconciler.sandbox.http.running import RunningSandbox
from tests.e2e.team import Team

FILE = "routes/informational.yaml"


def test_all_findings_of_all_files_come_in_one_run(team: Team) -> None:
    team.edit(FILE, "sources:", "sorces:")
    team.edit("routes/database-alerts.yaml", "  - branch: main", "  - branch: on")

    ended = team.run("validate")

    assert ended.code == 1
    assert f"{FILE}:3:1: error:" in ended.out
    assert "routes/database-alerts.yaml:6:13: error:" in ended.out
    assert "did you mean" in ended.out


def test_json_has_the_same_findings(team: Team) -> None:
    team.edit(FILE, "sources:", "sorces:")

    ended = team.run("validate", "--format", "json")

    findings = json.loads(ended.out)["findings"]
    assert ended.code == 1
    assert {"unknown-key", "missing-key"} & {finding["code"] for finding in findings}
    assert all(finding["file"] == FILE for finding in findings)


def test_github_gets_annotations(team: Team) -> None:
    team.edit(FILE, "sources:", "sorces:")

    ended = team.run("validate", "--format", "github")

    assert ended.code == 1
    assert f"::error file={FILE},line=3," in ended.out


@pytest.mark.parametrize(("workspace", "file"), [("..", f"team/{FILE}"), (".", FILE), ("x", FILE)])
def test_annotations_name_files_from_the_root_of_the_checkout(
    team: Team, workspace: str, file: str
) -> None:
    team.edit(FILE, "sources:", "sorces:")

    whole = str(team.folder / workspace)
    ended = team.run("validate", "--format", "github", GITHUB_WORKSPACE=whole)

    assert f"::error file={file},line=3" in ended.out


@pytest.mark.parametrize(("form", "out"), [("text", ""), ("github", "")])
def test_nothing_wrong_prints_nothing(team: Team, form: str, out: str) -> None:
    ended = team.run("validate", "--format", form)

    assert (ended.code, ended.out) == (0, out)
    assert ended.err == "6 routes valid\n"


def test_nothing_wrong_is_an_empty_list_in_json(team: Team) -> None:
    ended = team.run("validate", "--format", "json")

    assert ended.code == 0
    assert json.loads(ended.out)["findings"] == []


def test_without_a_lock_it_says_that_names_were_not_looked_up(team: Team) -> None:
    (team.folder / "directory.lock.json").unlink(missing_ok=True)
    team.edit(FILE, "  - Axiom\n", "  - Axium\n")

    ended = team.run("validate")

    assert ended.code == 0
    assert "names were not looked up: there is no directory.lock.json" in ended.err


def test_with_a_lock_an_unknown_name_is_found_and_nobody_is_asked(
    team: Team, incident_io: RunningSandbox
) -> None:
    assert team.run("directory", "refresh").code == 0
    incident_io.requests.clear()
    team.edit(FILE, "  - Axiom\n", "  - Axium\n")

    ended = team.run("validate", "--offline", INCIDENT_API_KEY="")

    assert ended.code == 0
    assert f'{FILE}:4:5: warning: alert source "Axium" is not in directory.lock.json' in ended.out
    assert 'did you mean "Axiom"?' in ended.out
    assert incident_io.requests == []


def test_a_lock_that_is_no_lock_is_an_error_with_the_way_out(team: Team) -> None:
    team.write("directory.lock.json", "{]")

    ended = team.run("validate")

    assert ended.code == 1
    assert "reconciler directory refresh" in ended.out


def test_only_the_files_that_are_named_are_checked(team: Team) -> None:
    team.edit(FILE, "sources:", "sorces:")

    ended = team.run("validate", "routes/database-alerts.yaml")

    assert ended.code == 0
    assert ended.err.startswith("1 route valid")


def test_an_error_of_one_version_is_none_where_the_other_may_be_used(team: Team) -> None:
    team.edit(
        FILE, '  - slack: "#alerts"\n', '  - slack: {channel: "#alerts", summarise_groups: true}\n'
    )
    auto = team.run("validate")
    team.write("reconciler.yaml", team.read("reconciler.yaml") + "api: v2\n")
    v2 = team.run("validate")

    assert auto.code == 0
    assert v2.code == 1
    assert f"{FILE}:" in v2.out


def test_an_error_in_the_settings_is_found(team: Team) -> None:
    team.write("reconciler.yaml", "apis: v3\n")

    ended = team.run("validate")

    assert ended.code == 1
    assert "reconciler.yaml:1:1: error:" in ended.out


@pytest.mark.parametrize("settings", [b"channels: [\n", b"channels:\n  \xff: x\n"])
def test_a_name_that_broken_settings_may_give_is_not_asked_for_there(
    team: Team, settings: bytes
) -> None:
    (team.folder / "reconciler.yaml").write_bytes(settings)

    for command in ("validate", "plan"):
        ended = team.run(command)

        assert ended.code == 1
        said = " ".join(ended.out.split())
        assert "reconciler.yaml has these names, and cannot be read: fix it first" in said
        assert "add `channels:" not in said


def test_an_approval_with_a_typo_in_the_name_is_named_with_its_line(team: Team) -> None:
    team.approve("Production Alert", "paging-lost")

    ended = team.run("validate")

    assert ended.code == 0
    assert 'warning: this approval allows nothing: no route of the files is named "Production' in (
        ended.out
    )
    assert 'did you mean "Production Alerts"' in ended.out
    assert "[approval-of-no-route]" in team.run("plan", "Production Alerts").out


NAMES = """
accepted_gaps:
  - {source: PlanetScal, gap: dropped, reason: Other branches are noise., expires: 2999-12-31}
  - source: PlanetScale
    gap: dropped
    when: [{branche: main}]
    reason: Other branches are noise.
    expires: 2999-12-31
alertmanager:
  Alertmanager (Production): {severity: $.commonLabels.severity, title: $.commonLabels.alertname}
  Alertmanager: {severty: $.commonLabels.severity}
"""


def test_names_that_no_plan_looks_up_are_looked_up_in_the_lock_file(team: Team) -> None:
    team.write("reconciler.yaml", team.read("reconciler.yaml") + NAMES)

    ended = team.run("validate")
    found = [line for line in ended.out.splitlines() if line.startswith("reconciler.yaml")]

    assert ended.code == 0
    assert [(line.split(": ")[0], line.split("[")[-1]) for line in found] == [
        ("reconciler.yaml:67:5", "not-in-lock]"),
        ("reconciler.yaml:68:5", "not-in-lock]"),
        ("reconciler.yaml:75:3", "unknown-source]"),
        ("reconciler.yaml:75:27", "unknown-attribute]"),
    ]
    assert 'alert source "PlanetScal" is not in directory.lock.json' in found[0]
    assert 'did you mean "PlanetScale"' in ended.out


def test_gaps_that_are_over_and_a_folder_without_a_lock_file_say_nothing(team: Team) -> None:
    over = NAMES.replace("2999-12-31", "2026-01-31").partition("alertmanager:")[0]
    team.write("reconciler.yaml", team.read("reconciler.yaml") + over)
    assert "reconciler.yaml" not in team.run("validate").out

    team.write("reconciler.yaml", team.read("reconciler.yaml").replace("2026-01-31", "2999-12-31"))
    (team.folder / "directory.lock.json").unlink()
    assert "reconciler.yaml" not in team.run("validate").out
