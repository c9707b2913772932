"""Sentences that several reports share."""

from dataclasses import replace

import pytest

from reconciler.plan.plan import Drift
from reconciler.report.plan_words import changes_words, place_words, time_words, totals
from reconciler.text import counted
from tests.plan.parts import declared, live, planned, production
from tests.report.plans import full_plan


@pytest.mark.parametrize(
    ("moment", "words"),
    [
        ("2026-08-21T09:12:00Z", "2026-08-21 09:12 UTC"),
        ("2026-08-21T11:12:00+02:00", "2026-08-21 09:12 UTC"),
        ("2026-08-21T09:12:00", "2026-08-21T09:12:00"),
        ("yesterday", "yesterday"),
        ("0001-01-01T00:00:00+14:00", "0001-01-01T00:00:00+14:00"),
    ],
)
def test_times(moment: str, words: str) -> None:
    assert time_words(moment) == words


def test_totals_leave_out_what_is_none() -> None:
    assert totals(planned([declared(production())], [live(production())])) == "Plan: 1 unchanged."
    assert totals(planned([], [], complete=False)) == "Plan: no routes."
    assert totals(full_plan()) == (
        "Plan: 1 to create, 1 to update, 1 to delete, 1 unchanged, 1 undeclared."
    )


def test_the_changes_and_what_is_beside_them_are_counted() -> None:
    side = Drift(declared(production()), live(production()), ())
    drifted = replace(full_plan(), drift=(side,), merged=(side, side))

    assert changes_words(full_plan()) == "3 routes change (1 new, 1 deleted)."
    assert changes_words(drifted) == (
        "3 routes change (1 new, 1 deleted), 1 drifted, 2 of other merges."
    )
    assert changes_words(planned([], [])) == ""


def test_counts_and_places() -> None:
    from reconciler.plan.change import FieldChange

    assert (counted(1, "route"), counted(0, "route")) == ("1 route", "0 routes")
    assert (counted(1, "branch"), counted(2, "branch")) == ("1 branch", "2 branches")
    assert place_words(FieldChange(("name",), "name", None, None)) == ""
