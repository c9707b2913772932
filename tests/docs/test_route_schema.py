"""The schema of route files has each setting as the table of settings has it."""

import json
from typing import Any, get_args

import pytest

from docs import route_schema
from reconciler.files.schema import schema_text
from reconciler.model import TABLES, Kind


def test_the_schema_is_up_to_date(capsys: pytest.CaptureFixture[str]) -> None:
    # `make docs` writes it.
    assert route_schema.main(["--check"]) == 0
    assert capsys.readouterr().out == ""


def test_a_key_that_is_missing_or_described_otherwise_comes_from_the_table() -> None:
    was = schema_text("route")
    schema: Any = json.loads(was)
    del schema["$defs"]["incident"]["properties"]["mode"]
    schema["properties"]["enabled"]["description"] = "Something else."
    schema["properties"]["group"]["properties"]["by"]["type"] = "string"

    assert route_schema.generated(json.dumps(schema)) == was


def test_an_old_schema_is_said_and_written(
    tmp_path: Any, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "route.schema.json"
    file.write_text(schema_text("route").replace("left out: true", "left out: maybe"), "utf-8")
    monkeypatch.setattr(route_schema, "FILE", file)

    assert route_schema.main(["--check"]) == 1
    assert route_schema.main([]) == 0
    assert file.read_text("utf-8") == schema_text("route")
    assert capsys.readouterr().out == "out of date: route.schema.json\nwrote: route.schema.json\n"


def test_each_kind_and_each_table_has_its_form() -> None:
    assert route_schema.SHAPES.keys() == {*get_args(Kind)} - {"word", "section"}
    assert route_schema.FORMS.keys() == TABLES.keys()
