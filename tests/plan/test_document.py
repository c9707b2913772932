"""The plan document, held against the schema that ships with it."""

import json
from dataclasses import replace

import pytest
from hypothesis import given, settings
from jsonschema import Draft202012Validator

from reconciler.model import Config, Finding, Position, Route, UnknownField
from reconciler.plan.document import finding_document, plan_schema
from reconciler.report.plan_json import plan_document
from tests.plan.parts import declared, live, planned, production
from tests.properties.ids_strategies import routes

VALIDATOR = Draft202012Validator(plan_schema())


def test_the_schema_is_one() -> None:
    Draft202012Validator.check_schema(plan_schema())


@given(routes("v3"), routes("v3"))
@settings(max_examples=40)
def test_every_document_fits_the_schema(before: Route, after: Route) -> None:
    unknown = (UnknownField("/x", 1, ("incident",)), UnknownField("/y", 1))
    plan = planned(
        [
            declared(after, "routes/a.yaml", previously=before.name),
            declared(replace(after, name="new route"), "routes/b.yaml"),
        ],
        [live(before, unknown=unknown), live(replace(before, name="other"), "01OTHER")],
        Config(undeclared="delete", owns_teams=("01TEAM",)),
        findings=[Finding("note", "raw-value", "kept", position=Position("a", 1, 2))],
    )

    VALIDATOR.validate(json.loads(json.dumps(plan_document(plan))))


def test_the_schema_refuses_something() -> None:
    document = plan_document(planned([], []))
    VALIDATOR.validate(document)

    for key in document:
        less = {other: value for other, value in document.items() if other != key}
        assert not VALIDATOR.is_valid(less)


def test_an_update_as_a_document() -> None:
    document = plan_document(planned([declared(production(enabled=False))], [live(production())]))

    assert document["summary"] == {
        "create": 0,
        "update": 1,
        "delete": 0,
        "unchanged": 0,
        "undeclared": 0,
    }
    assert document["applyable"] is False
    changes = document["changes"]
    assert isinstance(changes, list)
    change = changes[0]
    assert isinstance(change, dict)
    assert {key: change[key] for key in ("action", "name", "id", "file", "line")} == {
        "action": "update",
        "name": "Production Alerts",
        "id": "01LIVE",
        "file": "routes/production-alerts.yaml",
        "line": 1,
    }
    assert change["base_version"] == 14
    assert change["fields"] == [
        {
            "path": "enabled",
            "from": {"value": True},
            "to": {"value": False},
            "kind": None,
            "line": 2,
        }
    ]
    assert document["reverts"] == [
        {
            "name": "Production Alerts",
            "id": "01LIVE",
            "version": 14,
            "updated_at": "2026-08-21T09:12:00Z",
            "paths": ["enabled"],
        }
    ]


def test_a_create_has_no_id_and_no_base_version() -> None:
    document = plan_document(planned([declared(production())], []))
    changes = document["changes"]
    assert isinstance(changes, list)
    change = changes[0]
    assert isinstance(change, dict)
    assert (change["id"], change["base_version"]) == (None, None)
    fields = change["fields"]
    assert isinstance(fields, list)
    assert fields[1] == {
        "path": 'sources["Alertmanager (Production)"]',
        "from": None,
        "to": {
            "id": "01PROD",
            "name": "Alertmanager (Production)",
            "value": "Alertmanager (Production): severity is one of critical",
        },
        "kind": None,
        "line": 4,
    }


def test_only_some_files_make_the_undeclared_null() -> None:
    document = plan_document(planned([], [live(production())], complete=False))
    summary = document["summary"]

    assert isinstance(summary, dict)
    assert summary["undeclared"] is None
    assert document["undeclared"] is None


@pytest.mark.parametrize(
    ("finding", "end"), [(Position("a", 1, 2, 9), 9), (Position("a", 1, 2), None), (None, None)]
)
def test_a_finding_as_a_document(finding: Position | None, end: int | None) -> None:
    document = finding_document(Finding("error", "code", "what", position=finding))

    assert document["end_column"] == end
    assert document["file"] == (finding.file if finding else None)
