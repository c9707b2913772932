"""VS Code's settings: the schemas are added, and nothing that a team wrote is lost."""

import json

import pytest

from reconciler.files.write.editors import SCHEMAS, vscode_settings


@pytest.mark.parametrize("text", ["", "{}", '{"yaml.schemas": {}}'])
def test_the_schemas_are_added(text: str) -> None:
    written = vscode_settings(text)

    assert written is not None
    assert json.loads(written) == {"yaml.schemas": SCHEMAS}
    assert vscode_settings(written) == written


def test_what_a_team_wrote_stays() -> None:
    own = {"b": 1, "yaml.schemas": {"mine.json": ["a.yaml", "routes/**/*.yaml"]}, "a": "ü"}

    written = vscode_settings(json.dumps(own))

    assert written is not None
    settings = json.loads(written)
    assert list(settings) == ["b", "yaml.schemas", "a"]
    assert settings["yaml.schemas"]["mine.json"] == ["a.yaml", "routes/**/*.yaml"]
    assert "route.schema.json" not in settings["yaml.schemas"]
    assert settings["yaml.schemas"]["tests.schema.json"] == "routing-tests/**/*.yaml"


@pytest.mark.parametrize("text", ["// mine\n{}", "[]", '{"yaml.schemas": []}', "{" * 100_000])
def test_what_cannot_be_kept_is_left_alone(text: str) -> None:
    assert vscode_settings(text) is None
