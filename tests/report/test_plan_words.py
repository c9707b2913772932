"""Sentences that several reports share."""

import pytest

from reconciler.report.plan_words import place_words, time_words, totals
from reconciler.report.plural import counted
from tests.plan.parts import declared, live, planned, production


@pytest.mark.parametrize(
    ("moment", "words"),
    [
        ("2026-08-21T09:12:00Z", "2026-08-21 09:12 UTC"),
        ("2026-08-21T11:12:00+02:00", "2026-08-21 09:12 UTC"),
        ("2026-08-21T09:12:00", "2026-08-21T09:12:00"),
        ("yesterday", "yesterday"),
    ],
)
def test_times(moment: str, words: str) -> None:
    assert time_words(moment) == words


def test_totals_leave_out_what_nobody_counted() -> None:
    plan = planned([declared(production())], [live(production())])

    assert totals(plan) == "Plan: 0 to create, 0 to update, 0 to delete, 1 unchanged, 0 undeclared."
    some = planned([], [], complete=False)
    assert totals(some) == "Plan: 0 to create, 0 to update, 0 to delete, 0 unchanged."


def test_counts_and_places() -> None:
    from reconciler.plan.change import FieldChange

    assert (counted(1, "route"), counted(0, "route")) == ("1 route", "0 routes")
    assert place_words(FieldChange(("name",), "name", None, None)) == ""
