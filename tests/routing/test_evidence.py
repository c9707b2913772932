"""What counts as evidence against a reading (ADR 40), and what tells nothing."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest

from reconciler.model import Condition, Grouping, Route, RouteSource, one, reference
from reconciler.routing.calibrate import (
    MISSING,
    SEEN,
    Dated,
    calibrate,
)
from reconciler.routing.past import Attached, Page
from reconciler.routing.reading import Reading
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
    case_answers,
    dated,
    some_alerts,
)
from tests.routing.small import OTHER, SERVICE, SEVERITY, SOURCE, TITLE, WORLD, check, route, when


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
