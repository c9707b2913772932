"""Moving between the versions is looked at before it is done, and done to no route."""

import json
from typing import Any

import pytest

from reconciler import sandbox
from reconciler.sandbox.http.running import RunningSandbox
from tests.e2e.conftest import Open
from tests.e2e.team import Team
from tests.sandbox.payloads import rich_v2, rich_v3


def test_six_plain_routes_move_as_they_are(team: Team, incident_io: RunningSandbox) -> None:
    ended = team.run("migrate", "--to", "v3", "--check")

    assert ended.code == 0, ended.err
    assert ended.out == "Checked for API v3: 0 of 6 routes need attention.\n"
    assert incident_io.count("PUT", "/") == incident_io.count("POST", "/") == 0


def test_what_v2_has_and_v3_has_not_is_said(team: Team, incident_io: RunningSandbox) -> None:
    incident_io.state.create(rich_v2(), "v2")

    ended = team.run("migrate", "--to", "v3")
    checked = team.run("migrate", "--to", "v3", "--check")
    document = json.loads(team.run("migrate", "--to", "v3", "--format", "json").out)

    assert (ended.code, checked.code) == (0, 1)
    assert (
        "incident.workspace would be lost: API v3 does not support a workspace for incidents"
        in ended.out
    )
    assert ended.out.endswith("Checked for API v3: 1 of 7 routes need attention.\n")
    (route,) = (one for one in document["routes"] if one["points"])
    assert route["name"] == "Everything"
    assert {point["kind"] for point in route["points"]} == {"lost"}


def test_a_name_that_steers_a_terminal_is_escaped(team: Team, incident_io: RunningSandbox) -> None:
    incident_io.state.edit("Informational", lambda body: body.update(name="a\u202e\x9b31m"))

    ended = team.run("migrate", "--to", "v2", "--format", "json")

    assert "a\u202e\x9b31m" in {route["name"] for route in json.loads(ended.out)["routes"]}
    assert not {"\u202e", "\x9b"} & set(ended.out)


def test_the_way_back_is_looked_at_too(team: Team, incident_io: RunningSandbox) -> None:
    payload: dict[str, Any] = rich_v3()
    incident_io.state.create(payload, "v3")

    ended = team.run("migrate", "--to", "v2", "--check")

    assert ended.code == 1
    assert "group.extend would be lost" in ended.out
    assert "summarise_groups would be lost" in ended.out


def test_an_account_without_v3_is_told_what_v2_alone_tells(open_account: Open) -> None:
    team, running = open_account(sandbox.Settings(rate_limit=False, v3_available=False))
    running.state.create(rich_v2(), "v2")

    ended = team.run("migrate", "--to", "v3")

    assert ended.code == 0
    assert "no API v3 yet" in ended.err
    assert "incident.workspace would be lost" in ended.out
    assert "Checked through v2 only" in ended.out
    assert "as they are" not in ended.out
    document = json.loads(team.run("migrate", "--to", "v3", "--format", "json").out)
    assert document["compared"] is False


@pytest.mark.parametrize("options", [["--check"], ["--write"], ["--check", "--write"]])
def test_what_could_not_be_compared_is_neither_fine_nor_written(
    open_account: Open, options: list[str]
) -> None:
    team, _ = open_account(sandbox.Settings(rate_limit=False, v3_available=False))
    before = team.read("reconciler.yaml")

    ended = team.run("migrate", "--to", "v3", *options)

    assert ended.code == 1
    assert team.read("reconciler.yaml") == before
    assert ("keeps its `api`" in ended.err) == ("--write" in options)


def test_a_check_that_fails_writes_nothing(team: Team, incident_io: RunningSandbox) -> None:
    incident_io.state.create(rich_v2(), "v2")
    before = team.read("reconciler.yaml")

    ended = team.run("migrate", "--to", "v3", "--check", "--write")

    assert ended.code == 1
    assert "something would change, so reconciler.yaml keeps its `api`" in ended.err
    assert team.read("reconciler.yaml") == before


def test_a_refusal_that_is_no_missing_version_is_an_error(
    team: Team, incident_io: RunningSandbox
) -> None:
    incident_io.fault("status", method="GET", path="/v3/alert_routes/", status=403)

    assert team.run("migrate", "--to", "v3").code == 1


def test_write_sets_the_version_and_keeps_everything_else(team: Team) -> None:
    before = team.read("reconciler.yaml")

    ended = team.run("migrate", "--to", "v3", "--write")

    assert ended.code == 0
    assert "wrote reconciler.yaml: api: v3" in ended.out
    after = team.read("reconciler.yaml")
    assert "api: v3\n" in after
    assert after.replace("api: v3\n", "") == before
    assert "already" in team.run("migrate", "--to", "v3", "--write").err
    assert team.run("migrate", "--to", "v2", "--write").code == 0
    assert team.read("reconciler.yaml") == after.replace("v3", "v2", 1)


def test_a_configuration_that_cannot_be_edited_is_left(team: Team) -> None:
    team.write("reconciler.yaml", "- x\n")
    assert team.run("migrate", "--to", "v3", "--write").code == 1
    assert team.read("reconciler.yaml") == "- x\n"

    (team.folder / "reconciler.yaml").write_bytes(b"\xff")
    assert team.run("migrate", "--to", "v3", "--write").code == 1

    (team.folder / "reconciler.yaml").unlink()
    assert team.run("migrate", "--to", "v3", "--write").code == 0
    assert team.read("reconciler.yaml") == "api: v3\n"


def test_a_terminal_without_unicode_gets_ascii(team: Team, incident_io: RunningSandbox) -> None:
    payload = rich_v3()
    payload["name"] = "Überall"
    incident_io.state.create(payload, "v3")

    ended = team.process("migrate", "--to", "v2", PYTHONIOENCODING="ascii")

    assert ended.code == 0
    assert ended.out.isascii()


def test_a_file_that_cannot_be_read_is_not_known_to_move(team: Team) -> None:
    team.write("routes/broken.yaml", "name: [\n")
    before = team.read("reconciler.yaml")

    assert team.run("migrate", "--to", "v3").code == 0
    assert team.run("migrate", "--to", "v3", "--check").code == 1
    ended = team.run("migrate", "--to", "v3", "--write")

    assert ended.code == 1
    assert "some settings are unknown, so reconciler.yaml keeps its `api`" in ended.err
    assert team.read("reconciler.yaml") == before
