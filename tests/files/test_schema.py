"""The schema refuses what the parser refuses, explains every key, and never speaks twice."""

import re
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from subprocess import run

import pytest
from jsonschema import Draft202012Validator

from reconciler.files.config import CONFIG_KEYS
from reconciler.files.read.alert import ALERT_KEYS
from reconciler.files.read.bindings import BINDING_KEYS
from reconciler.files.read.cases import CASE_KEYS, FILE_KEYS, TEST_KEYS
from reconciler.files.read.expected import EXPECT_KEYS
from reconciler.files.read.expressions import EXPRESSION_KEYS, STEP_KEYS
from reconciler.files.read.route import ROUTE_KEYS, parse_route
from reconciler.files.read.sections import (
    CHANNEL_KEYS,
    DESTINATION_KEYS,
    ESCALATION_KEYS,
    INCIDENT_KEYS,
    TEXT_KEYS,
)
from reconciler.files.read.settings import LONG_FORM, OPERATIONS
from reconciler.files.reasons import ANSWERS
from reconciler.files.schema import (
    SchemaName,
    json_schema,
    schema_findings,
    schema_text,
    validate_with_schema,
)
from reconciler.model import Finding, Json, Position, has_errors
from tests.files.reading_routes import FILE, HEAD, declared

REPOSITORY = Path(__file__).parents[2]
TESTS = sorted((REPOSITORY / "routing-tests").glob("*.yaml"))
ROUTES = sorted((REPOSITORY / "routes").glob("*.yaml"))
SCHEMAS: tuple[SchemaName, ...] = ("route", "config", "tests")


def objects(schema: Json) -> Iterator[dict[str, Json]]:
    """Every JSON object of a schema."""
    if isinstance(schema, dict):
        yield schema
        for value in schema.values():
            yield from objects(value)
    elif isinstance(schema, list):
        for value in schema:
            yield from objects(value)


@pytest.mark.parametrize(
    "schema", [json_schema("route"), json_schema("config"), json_schema("tests")]
)
def test_it_is_a_schema_with_a_description_for_every_key(schema: dict[str, Json]) -> None:
    Draft202012Validator.check_schema(schema)
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    for part in objects(schema):
        properties = part.get("properties")
        assert not (properties and "if" in part)
        if isinstance(properties, dict) and part.get("type") == "object":
            for key, value in properties.items():
                assert isinstance(value, dict)
                assert value.get("description") or "const" in value or "required" in value, key


@pytest.mark.parametrize(
    "schema", [json_schema("route"), json_schema("config"), json_schema("tests")]
)
def test_every_example_in_it_is_valid(schema: dict[str, Json]) -> None:
    definitions = schema.get("$defs")
    for part in objects(schema):
        examples = part.get("examples")
        if isinstance(examples, list):
            validator = Draft202012Validator({**part, "$defs": definitions})
            for example in examples:
                assert list(validator.iter_errors(example)) == []


def test_it_knows_the_keys_that_the_parser_knows() -> None:
    properties = json_schema("route")["properties"], json_schema("config")["properties"]
    assert tuple(tuple(keys) for keys in properties if isinstance(keys, dict)) == (
        ROUTE_KEYS,
        CONFIG_KEYS,
    )


def test_it_knows_the_keys_inside_that_the_parser_knows() -> None:
    parsed = {
        *ROUTE_KEYS, *INCIDENT_KEYS, *TEXT_KEYS, *EXPRESSION_KEYS, *STEP_KEYS, *ESCALATION_KEYS,
        *CHANNEL_KEYS, *DESTINATION_KEYS, *BINDING_KEYS, *LONG_FORM, *OPERATIONS,
    }  # fmt: skip
    spelled_out = {
        "any", "by", "cases", "catalog", "extend", "hidden", "merge", "on_each_new_alert", "path",
        "returns", "source", "then", "user", "window",
    }  # fmt: skip
    described = {
        key
        for part in objects(json_schema("route"))
        if isinstance(properties := part.get("properties"), dict)
        for key in properties
    }

    assert described == parsed | spelled_out


@pytest.mark.parametrize("path", ROUTES, ids=lambda path: path.stem)
def test_the_routes_of_this_repository_are_valid_and_name_their_schema(path: Path) -> None:
    text = path.read_text(encoding="utf-8")

    assert validate_with_schema(text, path.name) == ()
    modeline = re.match(r"# yaml-language-server: \$schema=(\S+)\n", text)
    assert modeline is not None
    assert (path.parent / modeline[1]).resolve().read_text() == schema_text("route")


@pytest.mark.parametrize("path", TESTS, ids=lambda path: path.stem)
def test_the_routing_tests_of_this_repository_are_valid_and_name_their_schema(path: Path) -> None:
    text = path.read_text(encoding="utf-8")

    assert validate_with_schema(text, path.name, name="tests") == ()
    assert text.startswith("# yaml-language-server: $schema=")
    assert (path.parent / text.splitlines()[0].partition("=")[2]).resolve().is_file()


def test_it_knows_the_keys_of_routing_tests_that_the_parser_knows() -> None:
    schema = json_schema("tests")
    definitions, properties = schema["$defs"], schema["properties"]
    assert isinstance(definitions, dict)
    assert isinstance(properties, dict)

    def keys(of: str) -> set[str]:
        part = definitions[of]
        assert isinstance(part, dict)
        inner = part["properties"]
        assert isinstance(inner, dict)
        return set(inner)

    assert tuple(properties) == FILE_KEYS
    assert keys("alert") == set(ALERT_KEYS)
    assert keys("test") == set(TEST_KEYS)
    assert keys("case") == set(CASE_KEYS)
    assert keys("expect") == set(EXPECT_KEYS)
    assert keys("assume") == set(ANSWERS)


def test_the_settings_of_this_repository_are_valid() -> None:
    text = (REPOSITORY / "reconciler.yaml").read_text(encoding="utf-8")

    assert validate_with_schema(text, "reconciler.yaml", name="config") == ()


WRONG = [
    "enabld: true",
    "enabled: yes",
    "enabled: 1",
    "private: [true]",
    "owners: Payments",
    "owners: [no]",
    "owners: [1.5]",
    "owners: [~]",
    "when: []",
    "when: {any: []}",
    "when: {all: [[]]}",
    "when: [critical]",
    "when: [{a: b, c: d}]",
    "when: [{a: []}]",
    "when: [{a: {contans: x}}]",
    "when: [{a: {contains: x, starts_with: y}}]",
    "when: [{a: {is_set: false}}]",
    "when: [{subject: a}]",
    "when: [{subject: a, operation: b, param: []}]",
    "when: [{a: {reference: b, literal: c}}]",
    "group: {by: [service]}",
    "group: {window: 30}",
    "group: {window: soon}",
    "group: {window: 30m, extend: roling}",
    "group: {window: 30m, extend: {rw: x}}",
    "escalate: [On-Call]",
    "escalate: [{path: a, user: b}]",
    "escalate: [{path: a, when: [{b: c}]}]",
    "escalate: [{}]",
    "escalate: {path: a}",
    "group: {window: 30m}\nescalate: {again: never}",
    "group: {window: 30m}\nescalate: {again: {on_priority_increase: 60s}}",
    "notify: ['#alerts']",
    "notify: [{slak: a}]",
    "notify: [{slack: {visibility: public}}]",
    "notify: [{slack: {channel: a, visibility: open}}]",
    "incident: {severity: Major}",
    "incident: {name: x, severity: {}}",
    "incident: {name: x, severity: {value: a, merge: min}}",
    "incident: {name: x, triage: sometimes}",
    "incident: {name: {text: a, reference: b}}",
    "incident: {name: {}}",
    "incident: {name: x, custom_fields: [a]}",
    "incident: {name: x, custom_fields: {a: {merge: append}}}",
    "incident: {name: x, summary: {document: text}}",
    "expressions: {a b: {from: x}}",
    "expressions: {a: {label: x}}",
    "expressions: {a: {from: x, steps: [frist]}}",
    "expressions: {a: {from: x, steps: [{navigate: b, cast: String}]}}",
    "expressions: {a: {from: x, steps: [{parse: {source: b}}]}}",
    "expressions: {a: {from: x, steps: [{filter: []}]}}",
    "expressions: {a: {from: x, steps: [{concatenate: {}}]}}",
    "expressions: {a: {from: x, steps: [{concatenate: {hidden: false}}]}}",
    "expressions: {a: {from: x, branches: {returns: String, cases: []}}}",
    "expressions: {a: {steps: [first], branches: {returns: String, cases: []}}}",
    "expressions: {a: {branches: {returns: [], cases: []}}}",
    "expressions: {a: {branches: {returns: String, cases: [{when: [{b: c}]}]}}}",
    "ignore_changes: [name]",
    "state: gone",
    "state: absent",
    "id: a/b",
    "previously: ''",
]


@pytest.mark.parametrize("body", WRONG)
def test_parser_and_schema_refuse_the_same(body: str) -> None:
    text = f"{HEAD}{body}\n"

    assert has_errors(parse_route(text, FILE)[1])
    (found,) = validate_with_schema(text, FILE)[:1]
    assert (found.level, found.code) == ("error", "schema")


@pytest.mark.parametrize("text", ["name: A\n", "sources: [a]\n", "[a]\n", "a\n"])
def test_whole_files_that_both_refuse(text: str) -> None:
    assert has_errors(parse_route(text, FILE)[1])
    assert validate_with_schema(text, FILE)


def test_it_is_silent_where_the_parser_has_spoken() -> None:
    text = f"{HEAD}enabled: yes\nprivate: no\n"
    spoken = Finding("error", "not-true-or-false", "", position=Position(FILE, 3, 10))

    (found,) = validate_with_schema(text, FILE, (spoken,))

    assert found.position == Position(FILE, 4, 10)


def test_a_warning_of_the_parser_silences_nothing() -> None:
    warning = Finding("warning", "no-sources", "", position=Position(FILE, 3, 10))

    assert len(validate_with_schema(f"{HEAD}enabled: yes\n", FILE, (warning,))) == 1


def test_it_says_where() -> None:
    (found,) = validate_with_schema(f"{HEAD}when:\n  - a: {{contans: x}}\n", FILE)

    assert found.position == Position(FILE, 4, 8)
    assert found.excerpt == "  - a: {contans: x}"


def test_declarations_are_checked_by_their_own_lines() -> None:
    good = declared(HEAD)
    bad = replace(good, positions=replace(good.positions, lines=("name: A", "sources: [no]")))

    (found,) = schema_findings((good, bad))

    assert found.position == Position(FILE, 2, 11)


def test_a_long_value_is_not_repeated_whole() -> None:
    (found,) = validate_with_schema(f"{HEAD}when: {'x' * 10_000}\n", FILE)

    assert len(found.message) < 300


def test_a_text_that_is_no_yaml_is_left_to_the_parser() -> None:
    assert validate_with_schema("a: [", FILE) == ()


def test_the_library_behind_it_is_loaded_only_when_asked() -> None:
    program = (
        "import sys, reconciler.files.schema, reconciler.files.read.route\n"
        "sys.exit('jsonschema' in sys.modules)"
    )
    assert run([sys.executable, "-c", program], check=False).returncode == 0
