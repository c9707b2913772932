"""The payload of one file: the same in both versions, with a key, with the lock, or neither."""

import json
from typing import Any

import pytest

from reconciler.sandbox.account.seed import ident
from reconciler.sandbox.http.running import RunningSandbox
from tests.e2e.team import Ended, Team

FILE = "routes/database-alerts.yaml"


def payload(ended: Ended) -> dict[str, Any]:
    assert ended.code == 0, ended.err
    body: dict[str, Any] = json.loads(ended.out)
    return body


@pytest.mark.parametrize("api", ["v2", "v3"])
def test_names_are_ids_and_the_api_takes_it(
    team: Team, incident_io: RunningSandbox, api: str
) -> None:
    body = payload(team.run("compile", FILE, "--api", api))

    assert "version" not in body
    assert ("message_config" in body) == (api == "v3")
    assert ident("escalation path", "Engineering On-Call") in json.dumps(body)
    route = incident_io.state.create(body, api)
    assert route.body["name"] == "Database Alerts"


def test_what_steers_a_terminal_is_escaped(team: Team) -> None:
    team.write("routes/odd.yaml", 'name: "a\\u202e\\x9b31m"\nsources: [Axiom]\n')

    ended = team.run("compile", "routes/odd.yaml")

    assert payload(ended)["name"] == "a\u202e\x9b31m"
    assert not {"\u202e", "\x9b"} & set(ended.out)


def test_the_lock_says_the_same_as_the_account(team: Team, incident_io: RunningSandbox) -> None:
    assert team.run("directory", "refresh").code == 0
    with_key = team.run("compile", FILE)
    incident_io.requests.clear()

    offline = team.run("compile", "--offline", FILE)
    keyless = team.run("compile", FILE, INCIDENT_API_KEY="")

    assert with_key.out == offline.out == keyless.out
    assert incident_io.requests == []


def test_without_key_and_lock_nobody_knows_names(team: Team) -> None:
    (team.folder / "directory.lock.json").unlink(missing_ok=True)

    for arguments in (("compile", FILE), ("compile", "--offline", FILE)):
        ended = team.run(*arguments, INCIDENT_API_KEY="")
        assert (ended.code, ended.out) == (1, "")
        assert ended.err.startswith(
            "error: no key and no directory.lock.json: set INCIDENT_API_KEY"
        )


@pytest.mark.parametrize(("setting", "key"), [("v2", "channel_config"), ("v3", "message_config")])
def test_the_version_of_the_settings_is_the_default(team: Team, setting: str, key: str) -> None:
    team.write("reconciler.yaml", team.read("reconciler.yaml") + f"api: {setting}\n")

    assert key in payload(team.run("compile", FILE))


def test_a_file_with_an_error_has_no_payload(team: Team) -> None:
    team.edit(FILE, "sources:", "sorces:")

    ended = team.run("compile", FILE)

    assert (ended.code, ended.out) == (1, "")
    assert f"{FILE}:3:1: error:" in ended.err


def test_an_unknown_name_has_no_payload(team: Team) -> None:
    team.edit(FILE, "PlanetScale", "Planet Scale")

    ended = team.run("compile", FILE)

    assert (ended.code, ended.out) == (1, "")
    assert f"{FILE}:4:5: error:" in ended.err
    assert 'did you mean "PlanetScale"?' in ended.err


def test_what_a_version_cannot_say_is_an_error_there_alone(team: Team) -> None:
    team.edit(
        FILE, '  - slack: "#alerts"\n', '  - slack: {channel: "#alerts", summarise_groups: true}\n'
    )

    assert team.run("compile", FILE, "--api", "v3").code == 0
    ended = team.run("compile", FILE, "--api", "v2")
    assert (ended.code, ended.out) == (1, "")
    assert f"{FILE}:10:" in ended.err


def test_a_file_that_is_not_there_is_an_error(team: Team) -> None:
    ended = team.run("compile", "routes/nowhere.yaml")

    assert (ended.code, ended.out) == (1, "")
    assert "routes/nowhere.yaml" in ended.err


def test_a_route_can_be_named(team: Team) -> None:
    assert payload(team.run("compile", "Database Alerts"))["name"] == "Database Alerts"


def test_without_a_file_all_route_files_are_compiled(team: Team) -> None:
    (team.folder / FILE).rename(team.folder / "routes" / "x.YAML")
    team.write("teams/s", "name: S\nsources: [Axiom]\n")
    (team.folder / "routes" / "y.yaml").symlink_to("../teams/s")
    team.write("routes/gone.yaml", "name: Gone\nstate: absent\n")

    bodies = payload(team.run("compile"))

    names = {file: body["name"] for file, body in bodies.items()}
    assert names["routes/x.YAML"] == "Database Alerts"
    assert names["routes/y.yaml"] == "S"
    assert "routes/gone.yaml" not in names
    assert bodies["routes/x.YAML"] == payload(team.run("compile", "routes/x.YAML"))


def test_one_file_with_an_error_is_an_error_of_all(team: Team) -> None:
    team.write("routes/x.YML", "name: X\nsources: [Nowhere]\n")

    ended = team.run("compile")

    assert (ended.code, ended.out) == (1, "")
    assert "routes/x.YML:2:11: error:" in ended.err


def test_what_the_lock_lacks_is_a_warning_and_keeps_its_name(team: Team) -> None:
    team.write("routes/x.YML", "name: X\nsources: [Nowhere]\n")

    ended = team.run("compile", "routes/x.YML", "--offline")

    assert ended.code == 0
    assert payload(ended)["alert_sources"][0]["alert_source_id"] == "Nowhere"
    assert "routes/x.YML:2:11: warning:" in ended.err
