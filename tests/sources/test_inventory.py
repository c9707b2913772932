"""What the inventory says is held against the account and the routes, each difference by name."""

from dataclasses import replace

import pytest

from reconciler.model import Config, Declaration, InventorySource
from reconciler.sources.inventory import compare, mixed, same_address
from reconciler.sources.live import LiveSource
from tests.sources.nouns import PRODUCTION, STAGING, declared, known, live, team, url

PROD = known(PRODUCTION, "01AM", "production")


def codes(
    config: Config, lives: list[LiveSource], routes: list[Declaration], *, local: bool = False
) -> list[str]:
    lines = compare(config, lives, routes, local=local)
    return [finding.code for line in lines for finding in line.findings]


def test_what_is_as_it_should_be_is_no_finding() -> None:
    config = team(PROD, production=("Alerts",))

    (line,) = compare(config, [live("01AM", PRODUCTION)], [declared("Alerts", PRODUCTION)])

    assert (line.findings, line.routes) == ((), ("Alerts",))


@pytest.mark.parametrize(
    ("lives", "code"),
    [
        ([], "source-missing"),
        ([live("01NEW", PRODUCTION)], "source-missing"),
        ([live("01AM", "Alertmanager")], "source-renamed"),
        ([live("01AM", PRODUCTION, "http")], "source-differs"),
        ([replace(live("01AM", PRODUCTION), url=url("01ELSE"))], "source-differs"),
        ([live("01AM", PRODUCTION), live("01X", "Extra")], "source-extra"),
    ],
)
def test_each_difference_has_its_code(lives: list[LiveSource], code: str) -> None:
    found = codes(team(PROD), lives, [declared("Alerts", PRODUCTION, "Extra")])

    assert code in found


def test_a_source_that_was_made_anew_is_told_with_its_new_id() -> None:
    (line, extra) = compare(team(PROD), [live("01NEW", PRODUCTION)], [])

    assert "01NEW" in line.findings[0].message
    assert extra.findings[0].code == "source-extra"


def test_a_name_that_two_sources_have_needs_an_id() -> None:
    (first, *_) = compare(
        team(InventorySource(PRODUCTION)), [live("01A", PRODUCTION), live("01B", PRODUCTION)], []
    )

    assert first.findings[0].hint == "write its id: 01A, 01B"


def test_without_an_id_the_name_finds_it() -> None:
    found = codes(
        team(InventorySource("Axiom")), [live("01AX", "Axiom", "http")], [declared("Info", "Axiom")]
    )

    assert found == []


def test_a_source_that_no_route_takes_is_told() -> None:
    routes = [declared("Gone", PRODUCTION, absent=True), declared("Other", "Axiom")]

    assert codes(team(PROD), [live("01AM", PRODUCTION)], routes) == ["source-unused"]


def test_routes_may_name_a_source_by_id() -> None:
    assert codes(team(PROD), [live("01AM", PRODUCTION)], [declared("Alerts", "01AM")]) == []


@pytest.mark.parametrize(
    ("production", "staging", "told"),
    [
        ((), (), False),
        (("Alerts",), (), False),
        (("Alerts",), ("Alerts",), False),
        ((), ("Alerts",), True),
        (("Warnings",), (), True),
    ],
)
def test_a_route_of_another_environment_is_told(
    production: tuple[str, ...], staging: tuple[str, ...], told: bool
) -> None:
    config = team(PROD, production=production, staging=staging)
    found = codes(config, [live("01AM", PRODUCTION)], [declared("Alerts", PRODUCTION)])

    assert found == (["wrong-environment"] if told else [])


def test_a_source_without_an_environment_may_feed_any_route() -> None:
    config = team(known("Axiom", "01AX"), production=("Alerts",))

    assert codes(config, [live("01AX", "Axiom")], [declared("Alerts", "Axiom")]) == []


def test_a_route_that_mixes_environments_is_told() -> None:
    config = team(PROD, known(STAGING, "01ST", "staging"), staging=("Nowhere",))
    routes = [
        declared("Both", PRODUCTION, STAGING),
        declared("One", PRODUCTION, "Axiom"),
        declared("Gone", PRODUCTION, STAGING, absent=True),
    ]

    found = mixed(config, routes)

    assert [(one.code, one.route) for one in found] == [
        ("unknown-route-name", ""),
        ("mixed-environments", "Both"),
    ]


def test_a_sandbox_s_urls_have_another_origin() -> None:
    elsewhere = "http://127.0.0.1:4010/v2/alert_events/alertmanager/01AM"

    assert same_address(url("01AM"), elsewhere, local=True)
    assert not same_address(url("01AM"), elsewhere, local=False)
    assert not same_address(url("01AM"), url("01AN"), local=True)
    assert not same_address(url("01AM"), "https://[::1/x", local=True)  # which is no address
