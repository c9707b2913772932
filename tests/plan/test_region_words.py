"""Conditions of a row as a reader knows them from route files."""

from dataclasses import replace
from typing import Any

import pytest

from reconciler.model import Condition, ConditionGroups, Route, RouteSource, one
from reconciler.plan.paging.region_words import READINGS, cube_words, region_words
from reconciler.plan.paging.who_words import kind_of, way_out
from reconciler.routing.reading import QUESTIONS
from reconciler.routing.who import (
    EMPTY_GROUP,
    HAS,
    HAS_IN_ANY_CASE,
    IS_ENTRY,
    PRESENT,
    READING,
    WRITTEN,
    WRITTEN_IN_ANY_CASE,
    Region,
    Row,
    Thing,
    Word,
)
from reconciler.routing.world import Alert
from tests.plan.parts import SEVERITY, when
from tests.plan.proofs import KNOWN, is_, taken

PATH: Thing = ("path", "01P1")


def words(*cube: Word) -> str:
    return cube_words(cube, {**KNOWN, "01P1": "P1"})


@pytest.mark.parametrize(
    ("operation", "said"),
    [
        (WRITTEN, "severity is exactly a"),
        (WRITTEN_IN_ANY_CASE, "severity is, in any case, a"),
        (HAS, "severity contains exactly a"),
        (HAS_IN_ANY_CASE, "severity contains, in any case, a"),
        ("contains", "severity contains a"),
    ],
)
def test_a_text(operation: str, said: str) -> None:
    condition = Condition(SEVERITY, operation, (one("a"),))

    assert words(Word(condition)) == said
    assert words(Word(condition, holds=False)) == f"every alert, unless {said}"


def test_an_entry_has_its_name() -> None:
    assert words(Word(Condition("alert.priority", IS_ENTRY, (one("01P1"),)))) == "priority is P1"


@pytest.mark.parametrize(
    ("operation", "holds", "said"),
    [
        ("is_set", True, "severity is set"),
        ("is_set", False, "severity is not set"),
        ("is_not_set", True, "severity is not set"),
        ("is_not_set", False, "severity is set"),
        (PRESENT, True, "severity is there"),
        (PRESENT, False, "severity is missing"),
    ],
)
def test_what_is_there_is_said_without_an_unless(operation: str, holds: bool, said: str) -> None:
    assert words(Word(Condition(SEVERITY, operation), holds)) == said


def test_readings_and_empty_groups_are_said_in_words() -> None:
    assert {question for question, _ in READINGS} == {*QUESTIONS}
    assert words(Word(Condition("text_case", READING))) == "case counts"
    assert words(Word(Condition("text_case", READING), holds=False)) == "case does not count"
    assert words(Word(Condition("", EMPTY_GROUP))) == "an empty group matches every alert"
    assert words(Word(Condition("", EMPTY_GROUP), holds=False)) == (
        "an empty group matches no alert"
    )


def test_all_negatives_are_one_unless() -> None:
    negatives = (
        is_(SEVERITY, "info", holds=False),
        taken("A", holds=False),
        taken("B", holds=False),
    )

    assert words(is_(SEVERITY, "critical"), taken("C"), *negatives) == (
        "severity is one of critical and C takes it, unless severity is one of info or A or B "
        "takes it"
    )
    assert words(taken("")) == "another route takes it"


@pytest.mark.parametrize(
    ("why", "what"),
    [
        ("the catalog was not read", "a key that can read the catalog"),
        ('"A" and 3 more routes were not read', "a key that can read it"),
        ("too many groups of conditions", "smaller steps"),
        ("the proof takes more than 200000 steps", "smaller steps"),
        ("more than 40 kinds of alerts are routed differently", "smaller steps"),
        ("it is computed when the alert comes", "review the fields"),
    ],
)
def test_what_to_do_about_an_unknown(why: str, what: str) -> None:
    assert what in way_out(why)


def test_values_that_one_subject_must_not_have_are_said_together() -> None:
    critical = is_(SEVERITY, "critical", holds=False)
    warning = is_(SEVERITY, "warning", holds=False)

    assert words(critical, warning) == "every alert, unless severity is one of critical, warning"
    assert words(is_(SEVERITY, "critical"), warning) == (
        "severity is one of critical, unless severity is one of warning"
    )


def unless(route: Word, *, sources: tuple[str, ...] = ("01PROD",), unless: bool = False) -> str:
    """The words of a row about critical alerts that a route does not take."""
    region = Region(sources, ((is_(SEVERITY, "critical"), route),))
    row = Row(region, Alert("01PROD"), unless=unless, caused_by=("01LIVE",))
    (said,) = region_words(row, KNOWN)
    return said.removeprefix("severity is one of critical, unless ")


def of_route(groups: ConditionGroups, name: str = "Production Warnings", **more: object) -> Word:
    route = Route(name, sources=(RouteSource("01PROD"),), when=groups)
    return Word(replace(route, **more), holds=False)  # type: ignore[arg-type]


def test_a_route_with_one_short_condition_is_said_by_it() -> None:
    route = of_route(when("warning"))

    assert unless(route) == "severity is one of warning"
    assert unless(route, unless=True) == "severity is one of warning or another route takes it"


@pytest.mark.parametrize(
    "route",
    [
        of_route((*when("warning"), *when("info"))),
        of_route(((*when("warning")[0], Condition(SEVERITY, "is_set")),)),
        of_route(when("warning"), sources=(RouteSource("01PROD", when("info")),)),
        of_route(when("warning"), sources=(RouteSource("01GRAF"),)),
        of_route(when("w" * 40)),
        of_route(((Condition('expressions["x"]', "is_set"),),)),
        of_route(()),
    ],
    ids=["groups", "and", "of a source", "elsewhere", "long", "expression", "no condition"],
)
def test_any_other_route_is_said_by_its_name(route: Word) -> None:
    assert unless(route) == "Production Warnings takes it"


def test_a_changed_route_is_never_said_by_a_condition_that_it_may_not_have_kept() -> None:
    assert "unchanged conditions" in unless(of_route(when("warning"), name="Production Alerts"))


@pytest.mark.parametrize(
    ("row", "kind"),
    [
        ({"nobody": True, "lost": (PATH,), "gained": (PATH,)}, "lost"),
        ({"lost": (PATH,), "gained": (PATH,), "doubled": (PATH,)}, "other"),
        ({"lost": (PATH,), "undoubled": (PATH,)}, "less"),
        ({"gained": (PATH,), "incident": "gained"}, "more"),
        ({"doubled": (PATH,)}, "twice"),
        ({"doubled": (PATH,), "undoubled": (PATH,)}, "twice"),
        ({"undoubled": (PATH,), "incident": "lost"}, "once"),
        ({"incident": "lost", "channels_lost": ("C1",)}, "incident"),
        ({"channels_lost": ("C1",)}, "posts"),
    ],
)
def test_a_row_is_about_the_worst_that_it_says(row: dict[str, Any], kind: str) -> None:
    assert kind_of(Row(Region(("s1",)), Alert("s1", {}), **row)) == kind
