"""Readings are recovered from what happened, and never a wrong one.

The judge of the histories is the oracle, which shares no code with the evaluator.
"""

import random
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import chain
from typing import Any

import pytest
from hypothesis import given, settings, strategies as st

from reconciler.model import Condition, Grouping, Incident, Route, RouteSource, one, reference
from reconciler.routing.calibrate import (
    MISSING,
    MOST_ALIKE,
    SEEN,
    Calibrated,
    Dated,
    History,
    calibrate,
    incidents_that_tell,
)
from reconciler.routing.past import Attached, Page, PastAlert, observed
from reconciler.routing.reading import QUESTIONS, Reading, admissible
from reconciler.routing.world import Alert
from tests.routing.oracle import Oracle
from tests.routing.small import OTHER, SERVICE, SEVERITY, SOURCE, TITLE, WORLD, check, route, when

READINGS = admissible()
START = datetime(2026, 11, 1, tzinfo=UTC)
STEP = timedelta(hours=1)
BEFORE = START - timedelta(days=9)
END = START + 201 * STEP
TEXTS = ("critical", "CRITICAL", "x critical", "info", "")
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


def reads(reading: Reading, routes: Mapping[str, Route], alert: Alert) -> dict[str, set[Any]]:
    """By route: the paths that it pages."""
    oracle = Oracle(WORLD, reading, alert, lambda _: True)
    return {
        key: set(oracle.outcome({key: route}).pages)
        for key, route in routes.items()
        if oracle.takes(route)
    }


@dataclass
class Past:
    """A history while it is made."""

    chance: random.Random
    reading: Reading
    alerts: list[PastAlert] = field(default_factory=list)
    pages: list[Page] = field(default_factory=list)
    incidents: list[Attached] = field(default_factory=list)

    def made(self, **other: Any) -> History:
        seen = observed([one.id for one in self.alerts], self.pages, self.incidents)
        return History(self.alerts, seen, END, **{"whole_since": BEFORE, **other})

    def alert(self, number: int, **other: Any) -> PastAlert:
        values = {TITLE: (self.chance.choice(["critical", "Critical: disk", "Disk"]),)}
        if self.chance.random() < 0.9:
            values[SEVERITY] = (self.chance.choice(TEXTS),)
        at = START + number * STEP
        source = self.chance.choice([SOURCE, SOURCE, OTHER])
        past = PastAlert(f"A{number}", at, Alert(source, values), "resolved", **other)
        self.alerts.append(past)
        return past

    def page(self, past: PastAlert, thing: Any, **other: Any) -> None:
        whole = {"by": "alert", "started_by": past.id, "alerts": (past.id,), **other}
        name = f"P{len(self.pages)}"
        self.pages.append(Page(name, past.created_at, (thing,), **whole))

    def route(self, past: PastAlert, routes: Mapping[str, Route]) -> None:
        for things in reads(self.reading, routes, past.alert).values():
            for thing in things:
                self.page(past, thing)


def chance_of(seed: int) -> random.Random:
    return random.Random(seed)  # noqa: S311 - the same in every run


def dated(routes: Mapping[str, Route], changed: datetime | None = BEFORE) -> dict[str, Dated]:
    return {key: Dated(route, changed) for key, route in routes.items()}


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


IGNORED = Reading(text_case=False)
COUNTS = Reading()


def some_alerts(
    reading: Reading, texts: list[str], routes: Mapping[str, Route], **other: Any
) -> Past:
    """Resolved alerts with these severities, routed in this reading."""
    past = Past(chance_of(0), reading)
    for number, text in enumerate(texts):
        at = START + number * STEP
        values = {TITLE: ("Disk",), SEVERITY: (text,)}
        made = PastAlert(f"A{number}", at, Alert(SOURCE, values), "resolved", **other)
        past.alerts.append(made)
        past.route(made, routes)
    return past


BY_SEVERITY = {"R": route(when(check(SEVERITY, "contains", "critical")))}
ENOUGH = ["critical", *["CRITICAL"] * MISSING]


def case_answers(found: Calibrated) -> tuple[bool, ...]:
    return found.questions["text_case"].answers


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


@pytest.mark.parametrize(
    ("reading", "count", "left"),
    [
        (IGNORED, SEEN - 1, (True, False)),
        (IGNORED, SEEN, (False,)),
        (COUNTS, MISSING - 1, (True, False)),
        (COUNTS, MISSING, (True,)),
    ],
)
def test_a_page_that_is_missing_needs_more_alerts_than_one_that_was_seen(
    reading: Reading, count: int, left: tuple[bool, ...]
) -> None:
    past = some_alerts(reading, ["critical", *["CRITICAL"] * count], BY_SEVERITY)

    assert case_answers(calibrate(dated(BY_SEVERITY), past.made(), WORLD)) == left


@pytest.mark.parametrize("reading", [IGNORED, COUNTS])
@pytest.mark.parametrize("changed", [END, START + 6 * STEP, None])
def test_an_alert_before_the_last_change_of_the_route_tells_nothing(
    reading: Reading, changed: datetime | None
) -> None:
    past = some_alerts(reading, ENOUGH, BY_SEVERITY)

    found = calibrate(dated(BY_SEVERITY, changed), past.made(), WORLD)

    assert found.evidence == 0
    assert found.left == READINGS


def test_an_alert_at_the_time_of_the_change_tells_nothing() -> None:
    past = some_alerts(IGNORED, ENOUGH, BY_SEVERITY)

    found = calibrate(dated(BY_SEVERITY, START + 3 * STEP), past.made(), WORLD)

    assert [one.alert.id for one in found.questions["text_case"].evidence] == ["A5", "A4"]


@pytest.mark.parametrize("since", [None, END])
def test_a_page_may_be_of_a_route_that_was_deleted(since: datetime | None) -> None:
    past = some_alerts(IGNORED, ENOUGH, BY_SEVERITY)

    assert case_answers(calibrate(dated(BY_SEVERITY), past.made(whole_since=since), WORLD)) == (
        True,
        False,
    )


def test_a_missing_page_cannot_be_of_a_deleted_route() -> None:
    past = some_alerts(COUNTS, ENOUGH, BY_SEVERITY)

    assert case_answers(calibrate(dated(BY_SEVERITY), past.made(whole_since=None), WORLD)) == (
        True,
    )


def test_another_route_that_changed_may_have_paged() -> None:
    routes = {**BY_SEVERITY, "S": route(when(check(SEVERITY, "contains", "info")))}
    past = some_alerts(IGNORED, ENOUGH, BY_SEVERITY)
    known = {**dated(routes), "S": Dated(routes["S"], END)}

    assert case_answers(calibrate(known, past.made(), WORLD)) == (True, False)


def test_an_incident_names_its_route_so_deleted_and_changed_routes_do_not_matter() -> None:
    routes = {**BY_SEVERITY, "S": route(when(check(SEVERITY, "contains", "info")))}
    past = some_alerts(COUNTS, ENOUGH, {})
    past.incidents = [Attached(f"I{n}", f"A{n}", "INC", "R") for n in range(len(ENOUGH))]
    past.incidents.append(Attached("I9", "A1", "INC", "a route that is gone"))
    known = {**dated(routes), "S": Dated(routes["S"], END)}

    found = calibrate(known, past.made(whole_since=None), WORLD)

    settled = found.questions["text_case"]
    assert settled.answers == (False,)
    assert {(one.kind, one.thing, one.routes) for one in settled.evidence} == {
        ("incident", None, ("R",))
    }


GROUPED = {"R": replace(BY_SEVERITY["R"], group=Grouping(60))}
PRIVATE = {"R": replace(BY_SEVERITY["R"], private=True)}


@pytest.mark.parametrize("routes", [GROUPED, PRIVATE])
def test_a_missing_page_of_a_grouping_or_private_route_tells_nothing(
    routes: Mapping[str, Route],
) -> None:
    past = some_alerts(COUNTS, ENOUGH, routes)

    assert calibrate(dated(routes), past.made(), WORLD).evidence == 0


@pytest.mark.parametrize(
    "other",
    [{"groups": 1}, {"redacted": True}, {"status": "firing", "updated_at": END}],
    ids=["group", "private", "updated"],
)
def test_a_missing_page_tells_nothing_of_an_alert(other: dict[str, Any]) -> None:
    past = some_alerts(COUNTS, ENOUGH, BY_SEVERITY)
    past.alerts = [replace(one, **other) for one in past.alerts]

    assert calibrate(dated(BY_SEVERITY), past.made(), WORLD).evidence == 0


@pytest.mark.parametrize("by", ["user", "workflow", "unknown", "alert"])
def test_pages_that_others_started_are_evidence_for_nothing(by: Any) -> None:
    routes = BY_SEVERITY
    past = some_alerts(COUNTS, ENOUGH, routes)
    for alert in past.alerts[1:]:
        past.page(alert, ("path", "ONCALL"), by=by, started_by="X")

    assert calibrate(dated(routes), past.made(), WORLD).evidence == 0


def test_an_escalation_without_a_path_may_be_the_missing_page() -> None:
    past = some_alerts(COUNTS, ENOUGH, BY_SEVERITY)
    past.pages += [
        Page(f"N{n}", START, (), "alert", f"A{n}", (f"A{n}",)) for n in range(len(ENOUGH))
    ]

    assert calibrate(dated(BY_SEVERITY), past.made(), WORLD).evidence == 0


TO_BOTH = {**BY_SEVERITY, "ALL": route(pages=(one("PLATFORM"),))}


@pytest.mark.parametrize(("routes", "by"), [(BY_SEVERITY, "alert"), (TO_BOTH, "alert"),
                                            (BY_SEVERITY, "user"), (TO_BOTH, "user")])  # fmt: skip
def test_an_escalation_of_another_path_that_no_route_explains_may_be_the_missing_page(
    routes: Mapping[str, Route], by: Any
) -> None:
    """A path leads to another path, or a person reassigns: the answer may show the other alone."""
    past = some_alerts(COUNTS, ENOUGH, routes)
    for alert in past.alerts:
        starter = alert.id if by == "alert" else "X"
        past.page(alert, ("path", "PLATFORM"), by=by, started_by=starter)

    assert calibrate(dated(routes), past.made(whole_since=None), WORLD).evidence == 0


def test_an_escalation_that_another_route_explains_is_not_the_missing_page() -> None:
    past = some_alerts(COUNTS, ENOUGH, TO_BOTH)

    found = calibrate(dated(TO_BOTH), past.made(whole_since=None), WORLD)

    assert (found.evidence, case_answers(found)) == (MISSING, (True,))


def test_a_missing_page_tells_nothing_while_it_may_still_come() -> None:
    past = some_alerts(COUNTS, ENOUGH, BY_SEVERITY)
    young = replace(past.made(), read_at=START + 5 * STEP + STEP / 2)

    assert calibrate(dated(BY_SEVERITY), young, WORLD).evidence == MISSING - 1


def test_missing_pages_tell_nothing_where_no_page_of_the_path_is_visible() -> None:
    past = some_alerts(COUNTS, ["CRITICAL"] * 20, BY_SEVERITY)

    assert calibrate(dated(BY_SEVERITY), past.made(), WORLD).evidence == 0


def test_an_alert_whose_pages_were_not_read_tells_nothing() -> None:
    past = some_alerts(COUNTS, ENOUGH, BY_SEVERITY)
    history = replace(past.made(), observed={"A0": past.made().observed["A0"]})

    assert calibrate(dated(BY_SEVERITY), history, WORLD).evidence == 0


def test_what_is_unknown_explains_everything() -> None:
    """A target that the catalog decides, and a value that nobody knows."""
    routes = {"R": route(pages=(reference(f'{SERVICE}.catalog_attribute["01OWNER"]'),))}
    past = some_alerts(COUNTS, ENOUGH, {})
    for alert in past.alerts:
        values = {**alert.alert.values, SERVICE: ("E2",)}
        past.alerts[past.alerts.index(alert)] = replace(alert, alert=Alert(SOURCE, values))
        past.page(alert, ("path", "PLATFORM"))

    found = calibrate(dated(routes), past.made(), WORLD)

    assert (found.evidence, found.wrong) == (0, ())


def test_a_page_that_no_reading_explains_says_where_the_model_is_wrong() -> None:
    past = some_alerts(IGNORED, [*ENOUGH, "info"], BY_SEVERITY)
    past.page(past.alerts[-1], ("path", "PLATFORM"))

    found = calibrate(dated(BY_SEVERITY), past.made(), WORLD)

    [wrong] = found.wrong
    assert (wrong.evidence.kind, wrong.evidence.thing) == ("paged", ("path", "PLATFORM"))
    assert (wrong.evidence.alert.id, wrong.evidence.routes) == ("A6", ())
    assert wrong.values == {SEVERITY: ("info",)}
    assert wrong.changed == {"R": BEFORE}
    assert wrong.observed.paged == {("path", "PLATFORM")}
    assert wrong.outcome.nobody == "yes"
    assert found.left == READINGS, "nothing that happened to this source is evidence"


def test_a_sure_page_that_is_missing_is_wrong_too() -> None:
    past = some_alerts(COUNTS, [*ENOUGH, "critical"], BY_SEVERITY)
    past.pages.pop()

    found = calibrate(dated(BY_SEVERITY), past.made(), WORLD)

    assert [(one.evidence.kind, one.evidence.alert.id) for one in found.wrong] == [
        ("not paged", "A6")
    ]
    assert found.left == READINGS


@pytest.mark.parametrize(
    ("reading", "odd", "needed"), [(IGNORED, "info", SEEN), (COUNTS, "critical", MISSING)]
)
@pytest.mark.parametrize("more", [0, 1])
def test_a_reading_falls_by_more_alerts_than_no_reading_explains(
    reading: Reading, odd: str, needed: int, more: int
) -> None:
    """What explains those, and is not known, may have happened to alerts of any source."""
    routes = {"R": replace(BY_SEVERITY["R"], sources=(RouteSource(SOURCE), RouteSource(OTHER)))}
    texts = ["critical"] * 2 + [odd] * 2 + ["CRITICAL"] * (needed + 1 + more)
    past = some_alerts(reading, texts, routes)
    for number in (1, 2, 3):
        there = past.alerts[number]
        past.alerts[number] = replace(there, alert=Alert(OTHER, there.alert.values))
    unexplained = {alert.id for alert in past.alerts[2:4]}
    if odd == "critical":
        past.pages = [page for page in past.pages if page.started_by not in unexplained]
    else:
        for alert in past.alerts[2:4]:
            past.page(alert, ("path", "PLATFORM"))

    found = calibrate(dated(routes), past.made(), WORLD)

    assert {each.evidence.alert.id for each in found.wrong} == unexplained
    assert (len(case_answers(found)) == 1) == bool(more)


def test_observations_that_contradict_each_other_settle_nothing() -> None:
    past = some_alerts(IGNORED, ENOUGH, BY_SEVERITY)
    past.pages = [one for one in past.pages if one.started_by != "A3"]

    found = calibrate(dated(BY_SEVERITY), past.made(), WORLD)

    assert found.left == READINGS
    assert found.wrong == ()
    assert [one.evidence.alert.id for one in found.disagreeing] == ["A1", "A2", "A3", "A4", "A5"]


def test_texts_of_an_alert_are_not_in_what_a_bug_report_needs() -> None:
    routes = {"R": route(when(Condition(TITLE, "is_set"), check(TITLE, "contains", "Memory")))}
    past = some_alerts(COUNTS, ["info"], {})
    past.page(past.alerts[0], ("path", "ONCALL"))

    [wrong] = calibrate(dated(routes), past.made(), WORLD).wrong

    assert wrong.values == {}


def test_people_may_have_been_added_to_an_escalation_by_hand() -> None:
    past = some_alerts(COUNTS, ["info"] * 3, BY_SEVERITY)
    for alert in past.alerts:
        past.page(alert, ("user", "U1"))

    found = calibrate(dated(BY_SEVERITY), past.made(), WORLD)

    assert (found.evidence, found.wrong) == (0, ())
