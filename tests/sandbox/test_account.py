"""Names and ids of an account."""

import pytest

from reconciler.sandbox.account import seed
from reconciler.sandbox.account.seed import ALERTS_CHANNEL, ident


@pytest.mark.parametrize(
    ("literal", "label"),
    [
        (ident("source", "Axiom"), "Axiom"),
        (ident("option", "Region eu-central-1"), "eu-central-1"),
        (ident("entry", "Tier Tier 1"), "Tier 1"),
        (ident("catalog attribute", "Service Tier"), "Tier"),
        ("ledger", "ledger"),
        (ALERTS_CHANNEL, "#alerts"),
        (f"T0001/{ALERTS_CHANNEL}", "#alerts"),
        ("critical", "critical"),
        ("", ""),
    ],
)
def test_a_label_is_the_name_behind_a_literal(literal: str, label: str) -> None:
    assert seed.account().label(literal) == label


def test_a_thing_is_found_in_its_own_table_only() -> None:
    account = seed.account()
    user = ident("user", "lead@example.com")

    assert account.find("users", user) is not None
    assert account.find("teams", user) is None
    assert account.find("users", "") is None


def test_an_entry_is_found_by_id_and_by_external_id_within_its_type() -> None:
    account = seed.account()
    service, team = ident("catalog type", "Service"), ident("catalog type", "Team")
    by_id = account.entry(service, ident("entry", "Service api"))

    assert by_id is not None
    assert account.entry(service, "api") is by_id
    assert account.entry(team, "api") is None
    assert account.entry(team, ident("team", "Platform")) is not None


def test_a_rename_is_seen_by_labels_and_counts_as_a_generation() -> None:
    account = seed.account()
    before = account.generation
    account.rename(ident("option", "Region us-east-1"), "us-east-2")
    account.rename(ALERTS_CHANNEL, "#incidents")

    assert account.label(ident("option", "Region us-east-1")) == "us-east-2"
    assert account.label(ALERTS_CHANNEL) == "#incidents"
    assert account.generation == before + 2


def test_nothing_unknown_is_renamed() -> None:
    with pytest.raises(KeyError):
        seed.account().rename("01JNOTHING", "x")
