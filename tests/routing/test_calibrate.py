"""Readings are recovered from what happened, and never a wrong one.

The judge of the histories is the oracle, which shares no code with the evaluator.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from itertools import chain
from typing import Any

import pytest
from hypothesis import given, settings, strategies as st

from reconciler.model import Grouping, Incident, Route, one
from reconciler.routing.calibrate import (
    MISSING,
    MOST_ALIKE,
    SEEN,
    Calibrated,
    Dated,
    calibrate,
    incidents_that_tell,
)
from reconciler.routing.past import PastAlert
from reconciler.routing.reading import QUESTIONS, Reading
from reconciler.routing.world import Alert
from tests.routing.histories import (
    BEFORE,
    BY_SEVERITY,
    COUNTS,
    END,
    ENOUGH,
    IGNORED,
    READINGS,
    START,
    STEP,
    TEXTS,
    Past,
    chance_of,
    dated,
    reads,
    some_alerts,
)
from tests.routing.small import OTHER, SEVERITY, SOURCE, TITLE, WORLD, check, route, when

COUNT = 200

texts = st.sampled_from(TEXTS)
conditions = st.one_of(
    st.builds(check, st.sampled_from([SEVERITY, TITLE]), st.just("contains"), texts.filter(bool)),
    st.builds(check, st.just(SEVERITY), st.just("contains_one_of"), texts, texts),
    st.builds(check, st.just(SEVERITY), st.sampled_from(["is_set", "is_not_set"])),
)
groups = st.lists(st.lists(conditions, max_size=2).map(tuple), max_size=2).map(tuple)
routes_of = st.builds(
    lambda when, path, sources: route(when, pages=(one(path),), sources=sources),
    groups,
    st.sampled_from(["ONCALL", "PLATFORM"]),
    st.sampled_from([(SOURCE,), (SOURCE, OTHER)]),
)


def named(routes: list[Route]) -> dict[str, Route]:
    return {f"R{number}": route for number, route in enumerate(routes)}


def contradicted(past: Past, routes: Mapping[str, Route], reading: Reading) -> tuple[int, int]:
    """How many alerts have a page that a reading denies, and how many lack one that it claims."""

    @cache
    def paged(reading: Reading, source: str, values: Any) -> Counter[Any]:
        return Counter(chain(*reads(reading, routes, Alert(source, dict(values))).values()))

    def of(reading: Reading, alert: PastAlert) -> Counter[Any]:
        return paged(reading, alert.source, tuple(alert.alert.values.items()))

    visible = {(each.source, thing) for each in past.alerts for thing in of(past.reading, each)}
    seen = missing = 0
    for alert in past.alerts:
        was, said = of(past.reading, alert), of(reading, alert)
        seen += bool(was.keys() - said.keys())
        # A page that the reading does not explain may be the missing one.
        missing += was <= said and any(
            (alert.source, thing) in visible for thing in said.keys() - was.keys()
        )
    return seen, missing


@given(st.lists(routes_of, min_size=1, max_size=3), st.sampled_from(READINGS), st.integers())
@settings(max_examples=60, deadline=None)
def test_the_readings_that_are_left_are_those_that_200_alerts_do_not_contradict(
    some: list[Route], hidden: Reading, seed: int
) -> None:
    routes, past = named(some), Past(chance_of(seed), hidden)
    for number in range(COUNT):
        past.route(past.alert(number), routes)

    found = calibrate(dated(routes), past.made(), WORLD)

    assert not found.wrong
    assert not found.disagreeing
    for reading in READINGS:
        seen, missing = contradicted(past, routes, reading)
        assert (reading in found.left) == (seen < SEEN and missing < MISSING), (seen, missing)
    check_questions(found, hidden)


def check_questions(found: Calibrated, hidden: Reading) -> None:
    assert hidden in found.left
    for question in QUESTIONS:
        settled = found.questions[question]
        assert hidden.answer(question) in settled.answers
        assert settled.open == (len({one.answer(question) for one in found.left}) > 1)
        assert not (settled.open and settled.evidence)


@given(
    st.lists(routes_of, min_size=1, max_size=3),
    st.lists(routes_of, min_size=1, max_size=3),
    st.sampled_from(READINGS),
    st.integers(),
)
@settings(max_examples=120, deadline=None)
def test_no_history_makes_a_wrong_reading(
    some: list[Route], former: list[Route], hidden: Reading, seed: int
) -> None:
    """Edits, deleted routes, windows, groups, people and workflows, late changes of alerts."""
    chance = chance_of(seed)
    past, routes = Past(chance, hidden), named(some)
    grouped = {key for key in routes if chance.random() < 0.3}
    routes |= {key: replace(routes[key], group=Grouping(3600)) for key in grouped}
    edited = START + chance.randrange(COUNT) * STEP
    changed = {key: chance.choice([BEFORE, edited, None]) for key in routes}
    old = {key: route for key, route in named(former).items() if changed.get(key, edited) != BEFORE}
    deleted = START + chance.randrange(COUNT) * STEP
    for number in range(COUNT):
        held = chance.random() < 0.2
        if held:  # no route sees it, and the list leaves it out
            past.alert(number)
            past.alerts.pop()
            continue
        alert = past.alert(number)
        now = {
            key: old.get(key, route) if alert.created_at <= edited else route
            for key, route in routes.items()
        }
        if alert.created_at <= deleted:
            now |= {f"gone {key}": route for key, route in named(former).items()}
        if grouped and chance.random() < 0.4:  # it joins a group that has paged
            past.alerts[-1] = replace(alert, groups=1)
            now = {key: route for key, route in now.items() if key not in grouped}
        past.route(alert, now)
        by = chance.choice(["user", "workflow", "unknown", "alert", "", ""])
        if by:  # a person, a workflow, a call, or another alert pages for it
            thing = ("path", chance.choice(["ONCALL", "PLATFORM"]))
            past.page(alert, thing, by=by, started_by="X")
        if chance.random() < 0.2:  # it is updated after it was routed
            late = Alert(alert.source, {**alert.alert.values, SEVERITY: (chance.choice(TEXTS),)})
            at = alert.created_at + STEP
            past.alerts[-1] = replace(past.alerts[-1], alert=late, status="firing", updated_at=at)

    known = {key: Dated(route, changed[key]) for key, route in routes.items()}
    found = calibrate(known, past.made(whole_since=deleted), WORLD)

    assert not found.wrong
    check_questions(found, hidden)


@pytest.mark.parametrize("reading", [IGNORED, COUNTS])
def test_the_answer_comes_with_its_evidence(reading: Reading) -> None:
    past = some_alerts(reading, ENOUGH, BY_SEVERITY)

    found = calibrate(dated(BY_SEVERITY), past.made(), WORLD)

    settled = found.questions["text_case"]
    assert settled.answers == (reading.text_case,)
    kind = "not paged" if reading.text_case else "paged"
    assert {one.kind for one in settled.evidence} == {kind}
    assert [one.alert.id for one in settled.evidence] == ["A5", "A4", "A3", "A2", "A1"]
    assert {one.routes for one in settled.evidence} == {("R",)}
    assert found.evidence == MISSING
    assert all(found.questions[q].open for q in QUESTIONS if q != "text_case")


DESCRIBED = {"R": route(when(check("alert.description", "is_set")))}


@pytest.mark.parametrize("missing", [True, False])
def test_a_description_that_may_be_missing_makes_no_reading_fall_that_explains_it(
    missing: bool,
) -> None:
    """incident.io shows "" for both; here an empty text is set, or the alerts have none."""
    past = Past(chance_of(0), COUNTS)
    for number in range(MISSING + 2):
        values = {TITLE: ("Disk",)}
        if number < 2:
            values["alert.description"] = ("why",)
        blank = frozenset() if number < 2 else frozenset({"alert.description"})
        at = START + number * STEP
        past.alerts.append(
            PastAlert(f"A{number}", at, Alert(SOURCE, values, blank=blank), "resolved")
        )
        if number < 2 or not missing:
            past.page(past.alerts[-1], ("path", "ONCALL"))

    found = calibrate(dated(DESCRIBED), past.made(), WORLD)

    assert not found.wrong
    answers = found.questions["empty_text_is_set"].answers
    assert answers == ((True, False) if missing else (True,))


def test_incidents_are_asked_of_few_alerts_those_on_which_readings_differ() -> None:
    """A request each: of alerts that look alike the first, and none before a route changed."""
    maker = replace(BY_SEVERITY["R"], incident=Incident())
    texts = ["critical", "info", *["CRITICAL"] * (MOST_ALIKE + 3)]
    past = some_alerts(COUNTS, texts, BY_SEVERITY)
    newest = [*reversed(past.alerts)]

    asked = [one.id for one in incidents_that_tell(dated({"R": maker}), newest, WORLD)]
    assert asked == [one.id for one in newest[:MOST_ALIKE]]
    assert not [*incidents_that_tell(dated(BY_SEVERITY), newest, WORLD)]
    assert not [*incidents_that_tell(dated({"R": maker}, END), newest, WORLD)]
    assert not [*incidents_that_tell(dated({"R": maker}, None), newest, WORLD)]
