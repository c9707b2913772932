"""A name in reconciler.yaml that nothing has is a warning at its line."""

from dataclasses import replace

import pytest

from reconciler.directory.directory import Attribute, Directory, Named, whole
from reconciler.files.config import parse_config
from reconciler.model import Config, Finding
from reconciler.planning.mentioned import listed_routes, unknown_names
from reconciler.planning.request import PlanRequest
from tests.plan.parts import TODAY, declared, production

REQUEST = PlanRequest((declared(production()),), Config(), "", TODAY, "1", all_read=True)


def config(text: str) -> Config:
    read, findings = parse_config(text, "reconciler.yaml")
    assert findings == ()
    return read


def listed(text: str, *, all_read: bool = True) -> list[Finding]:
    return [*listed_routes(replace(REQUEST, config=config(text), all_read=all_read))]


def test_a_route_of_the_table_that_has_no_file() -> None:
    text = "table:\n  order:\n    - Production Alerts\n    - Prodution Alerts\n"

    (found,) = listed(text)

    assert (found.level, found.code) == ("warning", "unknown-route-name")
    assert found.message == '`table.order` lists a route "Prodution Alerts", which has no file'
    assert found.hint == 'did you mean "Production Alerts"?'
    assert found.position is not None
    assert (found.position.line, found.position.column) == (4, 7)
    assert found.excerpt == "    - Prodution Alerts"


def test_a_route_of_an_environment_that_has_no_file() -> None:
    (found,) = listed("environments:\n  production:\n    routes: [Production Alerts, Gone]\n")

    assert found.message == 'the environment `production` lists a route "Gone", which has no file'
    assert found.hint == "correct the name, or remove it"
    assert found.position is not None
    assert (found.position.line, found.position.column) == (3, 33)


def test_a_file_that_was_not_read_may_have_the_name() -> None:
    assert listed("table: {order: [Gone]}\n", all_read=False) == []
    other = declared(replace(production(), name="Other"))
    text = config("table: {order: [Other]}\n")
    assert [*listed_routes(replace(REQUEST, config=text, beside=(other,)))] == []


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("alertmanager:\n  Prod: {severity: $.commonLabels.a}\n", 0, ""),
        ("alertmanager:\n  Prd: {severity: $.commonLabels.a}\n", 2, '"Prd"'),
        ("alertmanager:\n  Prod:\n    sevrity: $.commonLabels.a\n", 3, '"sevrity"'),
        ("alertmanager:\n  Prod:\n    title: $.commonLabels.a\n", 0, ""),
    ],
)
def test_a_source_or_attribute_of_a_mapping_that_is_not_there(
    text: str, line: int, words: str
) -> None:
    lock = Directory(
        account="acme",
        read_on="2026-08-20",
        sources=whole([Named("01S", "Prod")]),
        attributes=whole([Attribute("01A", "severity", "String")]),
    )

    found = [*unknown_names(config(text), lock, TODAY)]

    assert [one.position.line for one in found if one.position] == ([line] if line else [])
    assert all(words in one.message for one in found)
