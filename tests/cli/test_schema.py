"""The schemas of the files, for editors."""

import json

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
