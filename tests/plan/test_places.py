"""From keyed paths to places in a file, and back to titles."""

from dataclasses import replace

import pytest

from reconciler.model import CustomField, Grouping, Incident, Path, RouteSource, one
from reconciler.plan.compare.places import file_path, keyed_path, title_of
from tests.plan.parts import NAMES, SEVERITY, path, production, slack

ROUTE = replace(
    production(
        sources=[RouteSource("01GRAF"), RouteSource("01PROD")],
        targets=[path("01PLATFORM"), path("01ONCALL")],
        owners=["01A", "01B"],
    ),
    notify=(slack("C02"), slack("C01")),
    group=Grouping(60, ("alert.title", SEVERITY)),
    incident=Incident(custom_fields=(CustomField("01ONCALL", one("x")),)),
)


@pytest.mark.parametrize(
    ("keyed", "indexed"),
    [
        (("sources", "01PROD", "when"), ("sources", 1, "when")),
        (("sources", "01GONE", "when"), ("sources",)),
        (("owners", "01B"), ("owners", 1)),
        (("escalate", "to", "path 01ONCALL"), ("escalate", "to", 1)),
        (("escalate", "to", "path 01GONE"), ("escalate", "to")),
        (("group", "by", SEVERITY), ("group", "by", 1)),
        (("notify", "slack C01", "when"), ("notify", 1, "when")),
        (("notify", "slack T01/C01"), ("notify", 1)),
        (
            ("incident", "custom_fields", "01ONCALL"),
            ("incident", "custom_fields", "Engineering On-Call"),
        ),
        (("incident", "name"), ("incident", "name")),
        (("expressions", "e", "steps"), ("expressions", "e", "steps")),
    ],
)
def test_a_keyed_path_in_its_file(keyed: Path, indexed: Path) -> None:
    assert file_path(ROUTE, keyed, NAMES) == indexed


def test_a_route_without_grouping_has_no_keys() -> None:
    assert file_path(production(), ("group", "by", "x"), NAMES) == ("group", "by", "x")


@pytest.mark.parametrize(
    ("indexed", "keyed", "title"),
    [
        (("sources", 1), ("sources", "01PROD"), 'sources["Alertmanager (Production)"]'),
        (("sources", 7), ("sources",), "sources"),
        (("owners", 0), ("owners", "01A"), 'owners["01A"]'),
        (("group", "by", 1), ("group", "by", SEVERITY), 'group.by["severity"]'),
        (
            ("escalate", "to", 0),
            ("escalate", "to", "path 01PLATFORM"),
            'escalate.to["Platform On-Call"]',
        ),
        (
            ("notify", 1, "slack", "visibility"),
            ("notify", "slack C01", "slack", "visibility"),
            'notify["#alerts"].slack.visibility',
        ),
        (("incident", "name"), ("incident", "name"), "incident"),
        (("unknown",), ("unknown",), "unknown"),
        ((), (), "route"),
    ],
)
def test_an_index_path_as_a_title(indexed: Path, keyed: Path, title: str) -> None:
    assert keyed_path(ROUTE, indexed) == keyed
    assert title_of(ROUTE, indexed, NAMES) == title
