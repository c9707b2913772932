"""The schemas of the files, for editors."""

import json
from dataclasses import replace

import pytest
from jsonschema import Draft202012Validator

from tests.e2e.team import Team


@pytest.mark.parametrize("arguments", [("schema",), ("schema", "--config"), ("schema", "--tests")])
def test_the_schema_is_valid_and_describes_every_key(
    team: Team, arguments: tuple[str, ...]
) -> None:
    ended = team.run(*arguments)

    schema = json.loads(ended.out)
    Draft202012Validator.check_schema(schema)
    assert schema["properties"]
    undescribed = [
        name
        for name, about in schema["properties"].items()
        if "description" not in about and "$ref" not in about
    ]
    assert undescribed == []


def test_one_schema_is_printed_at_a_time(team: Team) -> None:
    assert team.run("schema", "--config", "--tests").code == 64


def test_it_is_the_schema_that_ships(team: Team) -> None:
    from reconciler.files.schema import json_schema

    assert json.loads(team.run("schema").out) == json_schema("route")


def test_the_names_of_the_lock_file_are_in_it(team: Team) -> None:
    ended = team.run("schema", "--names")

    assert ended.code == 0
    schema = json.loads(ended.out)
    Draft202012Validator.check_schema(schema)
    for name in ("Grafana Cloud", "Engineering On-Call", "P1", "Critical", "branch", "#alerts"):
        assert f'"{name}"' in ended.out


def test_it_is_found_from_a_folder_below(team: Team) -> None:
    folder = replace(team, folder=team.folder / "routes")

    assert folder.run("schema", "--names").out == team.run("schema", "--names").out


def test_a_route_that_is_half_written_is_no_obstacle(team: Team) -> None:
    team.write("routes/half.yaml", "name: [")

    assert team.run("schema", "--names").code == 0


def test_without_a_lock_file_it_says_how_to_get_one(team: Team) -> None:
    (team.folder / "directory.lock.json").unlink()

    ended = team.run("schema", "--names")

    assert (ended.code, ended.out) == (1, "")
    assert "reconciler directory refresh" in ended.err


@pytest.mark.parametrize("path", ["directory.lock.json", "reconciler.yaml"])
def test_a_broken_file_is_named(team: Team, path: str) -> None:
    team.write(path, "{")

    ended = team.run("schema", "--names")

    assert (ended.code, ended.out) == (1, "")
    assert path in ended.err
    assert "Traceback" not in ended.err
