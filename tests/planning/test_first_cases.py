"""A first file of tests says what the routes do, and reads back as it was written."""

from typing import Any

import pytest
from hypothesis import given, settings, strategies as st

from reconciler.files.read.cases import parse_cases
from reconciler.files.write.cases import Section, emit_cases
from reconciler.model import Names, Route
from reconciler.planning.first_cases import expected, first_cases
from reconciler.routing.case import Expected
from reconciler.routing.cells import Cell, cells
from reconciler.routing.expectation import Wanted, differences
from reconciler.routing.outcome import Outcome
from reconciler.routing.reading import admissible
from reconciler.routing.world import Alert
from tests.routing.pairs import WORLD, Choose, routes

READINGS = admissible()
NAMES: Names = {"s1": "Grafana: Cloud", "s2": "no", "P1": "On-Call", "t1": "Web # shop"}


def chooser(draw: Any) -> Choose:
    return lambda those: draw(st.sampled_from(list(those)))


@st.composite
def sets(draw: st.DrawFn) -> dict[str, Route]:
    """One or two routes, some with expressions."""
    choose = chooser(draw)
    names = ["Route: a", "b"][: choose((1, 2))]
    return {name: routes(choose, name, expressions=choose((True, False))) for name in names}


def wanted(said: Expected, outcome: Outcome) -> Wanted:
    """By ids, which are names here."""
    things = {one[1]: one for one in outcome.pages}
    pages = None if said.pages is None else tuple(things[name] for name in said.pages)
    return Wanted(
        said.routes, said.verdicts, pages, (), said.channels, said.incident, said.unrouted
    )


@settings(max_examples=40, deadline=None)
@given(sets())
def test_what_a_first_file_expects_is_what_happens(of: dict[str, Route]) -> None:
    for cell in cells(of, sorted(WORLD.sources), READINGS, WORLD):
        said = expected(cell.outcome, {})

        assert differences(wanted(said, cell.outcome), cell.outcome, {}) == ()


@settings(max_examples=40, deadline=None)
@given(sets())
def test_a_first_file_reads_back_as_it_was_written(of: dict[str, Route]) -> None:
    written = list(first_cases(cells(of, sorted(WORLD.sources), READINGS, WORLD), NAMES))
    text = emit_cases(Section(one.source, one.cases) for one in written)

    file, findings = parse_cases(text, "routing-tests/first.yaml")

    assert findings == ()
    assert file is not None
    cases = [case for one in written for case in one.cases]
    assert [(case.name, case.alert) for case in file.cases] == [
        (case.name, case.alert) for case in cases
    ]
    assert [case.expected for case in file.cases] == [case.expected for case in cases]


@pytest.mark.parametrize(
    ("text", "name"), [("", "empty"), (" ", "empty"), ("a\n b ", "a b"), ("ok", "ok")]
)
def test_a_value_without_words_has_a_name_that_can_be_read(text: str, name: str) -> None:
    alert = Alert("s2", {"alert.attributes.sev": (text,)})
    written = list(first_cases([Cell(alert, Outcome({}))], NAMES))

    assert written[0].cases[0].name == f"no: alert.attributes.sev {name}"


def test_every_source_has_at_least_one_test() -> None:
    written = list(first_cases(cells({}, ["s1", "s2"], READINGS, WORLD), NAMES))

    assert [(one.source, len(one.cases), one.all_tried) for one in written] == [
        ("Grafana: Cloud", 1, True),
        ("no", 1, True),
    ]
    assert written[0].cases[0].expected.unrouted is True
