"""Past alerts through two sets of routes: against the plain evaluation of each alert."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings, strategies as st

from reconciler.model import Route, one, reference
from reconciler.routing.evaluate import evaluate
from reconciler.routing.outcome import Outcome
from reconciler.routing.past import PastAlert
from reconciler.routing.reading import QUESTIONS, Reading, admissible
from reconciler.routing.replay import (
    MOST_VALUES,
    UNDECIDED,
    Difference,
    Judge,
    Judged,
    Replayed,
    replay,
)
from reconciler.routing.world import Alert
from tests.properties.routing_strategies import accounts, alerts as uncertain_alerts
from tests.routing import pairs as vocabulary, small
from tests.routing.fuzz import answers_of
from tests.routing.judge import Routes
from tests.routing.oracle import Oracle
from tests.routing.small import OTHER, PATH, PRIORITY, SERVICE, SEVERITY, SOURCE, check, route, when
from tests.routing.test_compare import chooser, two_sets

READINGS = admissible()
AT = datetime(2026, 11, 1, tzinfo=UTC)


def as_judged(was: Counter[Any], will: Counter[Any], taken: tuple[bool, bool]) -> Difference | None:
    """What a person would say who counts pages."""
    found: dict[str, list[Any]] = {"lost": [], "gained": [], "doubled": [], "undoubled": []}
    for thing in sorted({*was, *will}):
        match min(was[thing], 2), min(will[thing], 2):
            case (0, 1 | 2):
                found["gained"].append(thing)
            case (1 | 2, 0):
                found["lost"].append(thing)
            case (1, 2):
                found["doubled"].append(thing)
            case (2, 1):
                found["undoubled"].append(thing)
    things = {key: tuple(some) for key, some in found.items()}
    if found["lost"]:
        kind: Any = "moved" if found["gained"] else "lost"
    else:
        kind = next((one for one in ("doubled", "gained", "undoubled") if found[one]), "")
    if kind:
        return Difference(kind, **things, nobody=bool(found["lost"]) and not +will)
    return Difference("unrouted") if taken == (True, False) else None


def consensus(by_reading: Mapping[Reading, Difference | None]) -> set[Difference | None]:
    return {*by_reading.values()}


@settings(max_examples=60, deadline=None)
@given(two_sets(), st.data(), st.integers(0, 5))
def test_it_says_what_counting_pages_alert_by_alert_says(
    sets: tuple[Routes, Routes], data: st.DataObject, seed: int
) -> None:
    before, after = sets
    changed = [key for key in {**before, **after} if before.get(key) != after.get(key)]
    judge = Judge(before, after, changed, vocabulary.WORLD, READINGS)
    for _ in range(8):
        alert = vocabulary.alerts(chooser(data.draw))
        expected: dict[Reading, Difference | None] = {}
        for reading in READINGS:
            oracle = Oracle(vocabulary.WORLD, reading, alert, answers_of(seed))
            taken = tuple(
                any(oracle.takes(one) for one in side.values()) for side in (before, after)
            )
            was, will = (oracle.outcome(side).pages for side in (before, after))
            expected[reading] = as_judged(was, will, (taken[0], taken[1]))
        found = judge.judge(alert)
        if found is not None and found.difference == UNDECIDED:
            continue  # an operation without a known meaning: the next test bounds these
        assert (found is None) == (consensus(expected) == {None})
        if found is not None:
            assert found.difference in consensus(expected)
            assert found.certain == (len(consensus(expected)) == 1)
            for reading, difference in expected.items():
                agrees = all(w in (None, reading.answer(q)) for q, w in found.depends_on)
                assert agrees or difference != found.difference


def counted(outcome: Outcome) -> Counter[Any]:
    return Counter({thing: len(effect.routes) for thing, effect in outcome.pages.items()})


def is_known(outcome: Outcome) -> bool:
    verdicts = [
        *outcome.routes.values(),
        *(via for effect in outcome.pages.values() for via in effect.via.values()),
    ]
    return not outcome.anybody and all(one.answer != "unknown" for one in verdicts)


@settings(max_examples=150, deadline=None)
@given(accounts, accounts, uncertain_alerts(), st.data())
def test_it_agrees_with_the_evaluator_and_what_is_undecided_is_unknown_there_too(
    before: Routes, new: Routes, alert: Alert, data: st.DataObject
) -> None:
    changed = data.draw(st.sets(st.sampled_from(sorted({*before, *new})), min_size=1))
    after = {**before, **{key: new[key] for key in changed if key in new}}
    for gone in [key for key in changed if key not in new]:
        del after[gone]
    found = Judge(before, after, changed, small.WORLD, READINGS).judge(alert)
    expected: dict[Reading, Difference | None] = {}
    for reading in READINGS:
        was, will = (evaluate(alert, side, reading, small.WORLD) for side in (before, after))
        if not (is_known(was) and is_known(will)):
            continue
        taken = (was.unrouted == "no", will.unrouted == "no")
        expected[reading] = as_judged(counted(was), counted(will), taken)
    if len(expected) == len(READINGS):
        assert found is None or found.difference != UNDECIDED
    if found is None or found.difference != UNDECIDED:
        told = consensus(expected)
        assert told <= {None, found.difference} if found and found.certain else True
        assert found is not None or told <= {None}


@settings(max_examples=40, deadline=None)
@given(two_sets())
def test_routes_that_do_not_change_replay_without_a_difference(sets: tuple[Routes, Routes]) -> None:
    before, _ = sets
    judge = Judge(before, before, list(before), vocabulary.WORLD, READINGS)
    for alert in vocabulary.cells((vocabulary.SEVERITY, vocabulary.TEAM)):
        found = judge.judge(alert)
        assert found is None or found.difference == UNDECIDED


def past(number: int, alert: Alert, url: str | None = None) -> PastAlert:
    at = AT + timedelta(minutes=number)
    return PastAlert(f"01A{number}", at, alert, url=f"u{number}" if url is None else url)


def replayed(
    alerts: Iterable[Alert],
    before: Mapping[str, Route],
    after: Mapping[str, Route],
    readings: tuple[Reading, ...] = READINGS,
) -> Replayed:
    some = (past(number, alert) for number, alert in enumerate(alerts))
    changed = {key for key in {**before, **after} if before.get(key) != after.get(key)}
    return replay(some, before, after, changed, small.WORLD, readings)


CRITICAL = route(when(check(SEVERITY, "one_of", "critical")))
WARNING = route(when(check(SEVERITY, "one_of", "warning")))


def test_a_flipped_attribute_is_found_in_the_counts() -> None:
    texts = ["critical"] * 5 + ["warning"] * 3 + ["info"] * 2
    found = replayed([small.alert({SEVERITY: one}) for one in texts], {"a": CRITICAL},
                     {"a": WARNING})  # fmt: skip

    lost, gained = found.rows
    assert (found.total, found.different, found.undecided) == (10, 8, 0)
    assert lost.judged == Judged(Difference("lost", lost=(("path", "ONCALL"),), nobody=True))
    assert (lost.source, lost.count, lost.values) == (
        SOURCE, 5, ((((SEVERITY, ("critical",)),), 5),),
    )  # fmt: skip
    assert lost.links == ("u4", "u3", "u2")
    assert gained.judged.difference == Difference("gained", gained=(("path", "ONCALL"),))
    assert gained.count == 3
    assert (found.first, found.last) == (AT, AT + timedelta(minutes=9))


def test_a_target_that_moves_an_additional_route_and_an_alert_that_no_route_takes() -> None:
    texts = [small.alert({SEVERITY: "critical"})]
    moved = replace(CRITICAL, escalate=route(pages=(one("PLATFORM"),)).escalate)
    silent = route(pages=())

    def kinds(before: Mapping[str, Route], after: Mapping[str, Route]) -> list[str]:
        return [row.judged.difference.kind for row in replayed(texts, before, after).rows]

    assert kinds({"a": CRITICAL}, {"a": moved}) == ["moved"]
    assert kinds({"a": CRITICAL}, {"a": CRITICAL, "b": route()}) == ["doubled"]
    assert kinds({"a": CRITICAL, "b": route()}, {"a": CRITICAL}) == ["undoubled"]
    assert kinds({"a": silent}, {}) == ["unrouted"]
    assert kinds({"a": silent}, {"b": silent}) == []
    assert kinds({"a": CRITICAL}, {"b": CRITICAL}) == []
    assert kinds({}, {"a": CRITICAL}) == ["gained"]


def test_a_difference_of_some_readings_says_on_what_it_depends() -> None:
    wider = route(when(check(SEVERITY, "one_of", "critical", "Critical")))
    found = replayed([small.alert({SEVERITY: "Critical"})], {"a": CRITICAL}, {"a": wider})

    (row,) = found.rows
    assert row.judged.difference.kind == "gained"
    assert row.judged.depends_on == (("text_case", True),)
    assert not row.judged.certain
    assert found.different == 1
    pinned = tuple(one for one in READINGS if not one.text_case)
    found = replayed([small.alert({SEVERITY: "Critical"})], {"a": CRITICAL}, {"a": wider}, pinned)
    assert found.rows == ()


def test_what_hangs_on_two_answers_at_once_names_both() -> None:
    """Two readings that are left, as after a calibration, and no single question between them."""
    left = (READINGS[0], Reading(*(False for _ in QUESTIONS)))
    wider = route(when(check(SEVERITY, "one_of", "critical", "Critical")))
    found = replayed([small.alert({SEVERITY: "Critical"})], {"a": CRITICAL}, {"a": wider}, left)

    assert {question for question, _ in found.rows[0].judged.depends_on} == {*QUESTIONS}


def test_what_the_api_does_not_tell_is_undecided_and_says_why() -> None:
    priority = route(when(check(PRIORITY, "one_of", "Y1")))
    unknown = small.alert(unknown=(PRIORITY,))

    found = replayed([unknown], {"a": priority}, {"a": route()})
    assert (found.different, found.undecided) == (0, 1)
    assert found.rows[0].judged == Judged(UNDECIDED, (), (PRIORITY,))
    same = replayed([unknown], {"a": priority, "b": CRITICAL}, {"a": priority, "b": WARNING})
    assert same.rows == ()  # b pages for neither; a does what it did


def test_a_target_that_is_not_known_may_be_anybody() -> None:
    by_path = route(pages=(reference(PATH),))
    unknown = small.alert(unknown=(PATH,))

    assert replayed([unknown], {"a": by_path}, {}).undecided == 1
    assert replayed([unknown], {"a": by_path, "b": route()}, {"a": by_path}).undecided == 1


def test_alerts_of_deleted_sources_and_private_ones_are_counted() -> None:
    gone, private = small.alert(source="01GONE"), small.alert()
    alerts = [past(0, gone), replace(past(1, private), redacted=True), past(2, small.alert(), "")]

    found = replay(alerts, {"a": route()}, {}, {"a"}, small.WORLD, READINGS)

    assert (found.total, found.deleted, found.redacted) == (2, {"01GONE": 1}, 1)
    assert found.rows[0].links == ("u1",)
    assert (sum(count for _, count in found.rows[0].values), found.rows[0].others) == (1, 1)


def test_titles_are_never_among_the_values_and_many_values_are_counted_together() -> None:
    of = route(
        when(check("alert.title", "contains", "x"), check(SERVICE, "is_set")),
        sources=(SOURCE, OTHER),
    )
    some = [
        small.alert({"alert.title": f"x{number}", SERVICE: f"S{number}"})
        for number in range(MOST_VALUES + 5)
    ]  # fmt: skip

    (row,) = replayed(some, {"a": of}, {}).rows
    assert (len(row.values), row.others) == (MOST_VALUES, 5)
    assert {key for values, _ in row.values for key, _ in values} == {SERVICE}


def test_alerts_that_look_alike_are_judged_once(monkeypatch: pytest.MonkeyPatch) -> None:
    judged: list[Alert] = []
    real = Judge._judged

    def counting(self: Judge, alert: Alert) -> Judged | None:
        judged.append(alert)
        return real(self, alert)

    monkeypatch.setattr(Judge, "_judged", counting)
    some = [small.alert({SEVERITY: one}) for one in ("critical", "info") for _ in range(50)]

    assert replayed(some, {"a": CRITICAL}, {"a": WARNING}).different == 50
    assert len(judged) == 1


def test_the_memory_of_signatures_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("reconciler.routing.replay.REMEMBERED", 2)
    texts = [f"critical{number}" for number in range(5)] * 2
    before = {"a": route(when(check(SEVERITY, "contains", "critical")))}

    assert replayed([small.alert({SEVERITY: one}) for one in texts], before, {}).different == 10


def test_without_a_reading_nothing_is_replayed() -> None:
    with pytest.raises(ValueError, match="without a reading"):
        replay([], {}, {}, (), small.WORLD, ())


def test_outcomes_of_single_readings_are_not_kept() -> None:
    texts = [small.alert({SEVERITY: f"Critical{number}"}) for number in range(20)]
    before = {"a": route(when(check(SEVERITY, "contains", "critical")))}
    judge = Judge(before, {}, {"a"}, small.WORLD, READINGS)

    assert all(judge.judge(one) for one in texts)
    for sides in judge._by_reading.values():
        assert len(sides.before._remembered) == 1
