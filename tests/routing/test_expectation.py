"""What a test expects holds exactly, or the difference says what happens instead."""

from collections.abc import Mapping
from dataclasses import replace

import pytest

from reconciler.model import Incident, Route, many, reference
from reconciler.routing.evaluate import evaluate, judge
from reconciler.routing.expectation import Wanted, alike, differences
from reconciler.routing.outcome import Outcome
from reconciler.routing.reading import Reading, admissible
from reconciler.routing.who import Thing
from reconciler.routing.world import Alert
from tests.routing.small import OTHER, PATH, SEVERITY, SOURCE, WORLD, alert, check, route, when

ONCALL: Thing = ("path", "ONCALL")
PLATFORM: Thing = ("path", "PLATFORM")
NAMES = {"ONCALL": "On-Call", "PLATFORM": "Platform", "C1": "#alerts", "C2": "#low"}
CRITICAL = route(when(check(SEVERITY, "one_of", "critical")), posts=((many("C1"), ()),))
ROUTES = {"Critical": CRITICAL, "Other": route(sources=(OTHER,), pages=())}


def outcome(of: Alert, routes: Mapping[str, Route] = ROUTES) -> Outcome:
    return judge(of, routes, admissible(), WORLD)


def messages(wanted: Wanted, of: Outcome) -> list[tuple[str, str, bool]]:
    return [(one.key, one.message, one.unknown) for one in differences(wanted, of, NAMES)]


TAKEN = outcome(alert({SEVERITY: "critical"}))
LEFT = outcome(alert({SEVERITY: "info"}))
OPEN = outcome(alert({SEVERITY: "Critical"}))


def test_what_is_as_expected_has_no_difference() -> None:
    everything = Wanted(
        routes=("Critical",),
        verdicts={"Critical": "matched", "Other": "not_matched"},
        pages=(ONCALL,),
        not_pages=(PLATFORM,),
        channels=("C1",),
        incident=False,
        unrouted=False,
    )

    assert messages(everything, TAKEN) == []
    assert (
        messages(Wanted((), {"Critical": "not_matched"}, (), (ONCALL,), (), False, True), LEFT)
        == []
    )
    assert messages(Wanted(verdicts={"Critical": "unknown"}), OPEN) == []
    assert messages(Wanted(), OPEN) == []


@pytest.mark.parametrize(
    ("wanted", "key", "words"),
    [
        (Wanted(routes=()), "routes", "Critical takes it, which was not expected"),
        (Wanted(routes=("Critical", "Other")), "routes", "expected that Other takes it"),
        (
            Wanted(verdicts={"Critical": "not_matched"}),
            "routes",
            "expected not_matched, found matched",
        ),
        (Wanted(verdicts={"Critical": "unknown"}), "routes", "expected unknown, found matched"),
        (Wanted(pages=()), "pages", "On-Call is paged, which was not expected"),
        (Wanted(pages=(ONCALL, PLATFORM)), "pages", "expected that Platform is paged"),
        (Wanted(not_pages=(ONCALL,)), "not_pages", "On-Call is paged, through Critical"),
        (Wanted(channels=()), "channels", "#alerts is posted to, which was not expected"),
        (Wanted(channels=("C1", "C2")), "channels", "expected that #low is posted to"),
        (Wanted(incident=True), "incident", "expected that an incident is started"),
        (Wanted(unrouted=True), "unrouted", "expected that no route takes it"),
    ],
)
def test_each_difference_says_what_happens(wanted: Wanted, key: str, words: str) -> None:
    ((found, message, unknown),) = messages(wanted, TAKEN)

    assert (found, unknown) == (key, False)
    assert words in message


def test_too_little_is_as_wrong_as_too_much() -> None:
    assert messages(Wanted(unrouted=False), LEFT) == [
        ("unrouted", "no route takes it, which was not expected", False)
    ]
    starts = {"I": replace(CRITICAL, incident=Incident())}
    assert messages(Wanted(incident=False), outcome(alert({SEVERITY: "critical"}), starts)) == [
        ("incident", "an incident is started, which was not expected", False)
    ]


@pytest.mark.parametrize(
    ("wanted", "words"),
    [
        (Wanted(routes=("Critical",)), "whether Critical takes it"),
        (Wanted(routes=()), "whether Critical takes it, too"),
        (Wanted(verdicts={"Critical": "matched"}), "expected matched, and it is unknown"),
        (Wanted(pages=(ONCALL,)), "whether On-Call is paged"),
        (Wanted(pages=()), "whether On-Call is paged, too"),
        (Wanted(not_pages=(ONCALL,)), "whether On-Call is paged"),
        (Wanted(channels=("C1",)), "whether #alerts is posted to"),
        (Wanted(unrouted=True), "whether no route takes it"),
    ],
)
def test_what_is_unknown_is_no_pass(wanted: Wanted, words: str) -> None:
    (found,) = differences(wanted, OPEN, NAMES)

    assert found.unknown
    assert words in found.message
    assert found.depends_on == {"text_case"}


def test_whom_an_unknown_value_pages_is_unknown() -> None:
    dynamic = {"Dynamic": route(pages=(reference(PATH),))}
    somebody = outcome(alert({}, unknown=(PATH,)), dynamic)

    assert [one[2] for one in messages(Wanted(pages=()), somebody)] == [True]
    assert [one[2] for one in messages(Wanted(not_pages=(ONCALL,)), somebody)] == [True]
    assert messages(Wanted(pages=()), outcome(alert({}), dynamic)) == []


def all_readings(of: Alert, routes: Mapping[str, Route] = ROUTES) -> list[Outcome]:
    return [evaluate(of, routes, reading, WORLD) for reading in admissible()]


def test_alerts_fare_the_same_only_if_they_do_in_every_reading() -> None:
    critical, upper = alert({SEVERITY: "critical"}), alert({SEVERITY: "Critical"})

    assert alike(all_readings(critical), all_readings(critical)) == "yes"
    assert alike(all_readings(upper), all_readings(upper)) == "yes"
    assert alike(all_readings(critical), all_readings(upper)) == "no"
    assert alike(all_readings(critical), all_readings(alert({SEVERITY: "info"}))) == "no"
    two = {"R": route(sources=(SOURCE, OTHER))}
    assert alike(all_readings(alert({}), two), all_readings(alert({}, source=OTHER), two)) == "yes"


def test_what_is_unknown_is_not_the_same_for_sure() -> None:
    of_title = alert({}, unknown=(SEVERITY,))
    dynamic = {"Dynamic": route(pages=(reference(PATH),))}
    whom = [evaluate(alert({}, unknown=(PATH,)), dynamic, Reading(), WORLD)]

    assert alike(all_readings(of_title), all_readings(of_title)) == "unknown"
    assert alike(whom, whom) == "unknown"


def test_a_route_that_starts_incidents_is_told_from_one_that_does_not() -> None:
    one_route, other = {"R": route()}, {"R": replace(route(), incident=Incident())}

    assert alike(all_readings(alert({}), one_route), all_readings(alert({}), other)) == "no"
