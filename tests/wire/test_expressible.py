"""What the API would refuse is found before anything is sent."""

import pytest

from reconciler.model import (
    Again,
    ApiVersion,
    Branches,
    Channels,
    Concatenate,
    Destination,
    Escalation,
    Expression,
    Grouping,
    Incident,
    Path,
    Plain,
    RawStep,
    Returns,
    Route,
    Severity,
    many,
    one,
)
from reconciler.wire.codec import codec
from reconciler.wire.v2 import TITLE

BRANCHES = Branches(Returns("String"), ())


def again(mode: str, grace: int = 0) -> Route:
    """A grouped route that pages again."""
    return Route("a", group=Grouping(60), escalate=Escalation(again=Again(mode, grace)))


def steps(*parts: Plain | Branches | Concatenate | RawStep, root: str = "alert.title") -> Route:
    """A route with one expression."""
    return Route("a", expressions=(Expression("e", "E", root, parts),))


EVERYWHERE: list[tuple[Route, str, Path]] = [
    (Route("a", group=Grouping(59)), "window-range", ("group", "window")),
    (Route("a", group=Grouping(172_801)), "window-range", ("group", "window")),
    (again("on_each_new_alert", 3_601), "grace-range", ("escalate", "again")),
    (again("on_priority_increase", 60), "grace-without-each-alert", ("escalate", "again")),
    (steps(BRANCHES), "branches-root", ("expressions", "e", "steps", 0)),
    (steps(Plain("first"), BRANCHES, root="."), "branches-root", ("expressions", "e", "steps", 1)),
    (steps(Concatenate(None)), "hidden-step", ("expressions", "e", "steps", 0)),
    (
        steps(Plain("first"), RawStep('{"operation_type":"parse"}')),
        "hidden-step",
        ("expressions", "e", "steps", 1),
    ),
]
SUMMARY = Channels(many("C1"), summarise_groups=True)
ONLY_V2: list[tuple[Route, str, Path]] = [
    (Route("a", group=Grouping(60, (), "fixed")), "not-in-v2", ("group", "extend")),
    (again("on_a_whim"), "not-in-v2", ("escalate", "again")),
    (
        Route("a", notify=(Destination(SUMMARY),)),
        "not-in-v2",
        ("notify", 0, "slack", "summarise_groups"),
    ),
    (
        Route("a", notify=(Destination(), Destination(ms_teams=SUMMARY))),
        "not-in-v2",
        ("notify", 1, "ms_teams", "summarise_groups"),
    ),
    (
        Route("a", escalate=Escalation(again=Again("on_each_new_alert", 60))),
        "not-in-v2",
        ("escalate", "again"),
    ),
]
ONLY_V3: list[tuple[Route, str, Path]] = [
    (
        Route("a", incident=Incident(name=TITLE, workspace=one("T1"))),
        "not-in-v3",
        ("incident", "workspace"),
    ),
]
BOTH: tuple[ApiVersion, ...] = ("v2", "v3")


@pytest.mark.parametrize("api", BOTH)
@pytest.mark.parametrize(("route", "code", "path"), EVERYWHERE)
def test_no_version_takes_it(api: ApiVersion, route: Route, code: str, path: Path) -> None:
    findings = codec(api).expressible(route)

    assert [(f.level, f.code, f.path) for f in findings] == [("error", code, path)]
    assert findings[0].hint


@pytest.mark.parametrize(("route", "code", "path"), ONLY_V2)
def test_v2_has_no_field_for_it(route: Route, code: str, path: Path) -> None:
    findings = codec("v2").expressible(route)

    assert [(f.level, f.code, f.path) for f in findings] == [("error", code, path)]
    assert findings[0].message.startswith("API v2 does not support ")
    assert "`api: v3`" in findings[0].hint
    assert codec("v3").expressible(route) == ()


@pytest.mark.parametrize(("route", "code", "path"), ONLY_V3)
def test_v3_has_no_field_for_it(route: Route, code: str, path: Path) -> None:
    (finding,) = codec("v3").expressible(route)

    assert (finding.level, finding.code, finding.path) == ("error", code, path)
    assert finding.message.startswith("API v3 does not support ")
    assert "`api: v2`" in finding.hint


@pytest.mark.parametrize("api", BOTH)
def test_an_incident_without_a_template_is_no_finding(api: ApiVersion) -> None:
    assert codec(api).expressible(Route("a", incident=Incident())) == ()


@pytest.mark.parametrize("api", BOTH)
def test_a_template_without_a_name_is_one(api: ApiVersion) -> None:
    route = Route("a", incident=Incident(severity=Severity(merge="max")))

    assert [f.code for f in codec(api).expressible(route)] == ["incident-needs-name"]


@pytest.mark.parametrize("api", BOTH)
@pytest.mark.parametrize("seconds", [60, 172_800])
def test_both_ends_of_the_range_are_allowed(api: ApiVersion, seconds: int) -> None:
    assert codec(api).expressible(Route("a", group=Grouping(seconds))) == ()


def test_an_operation_that_nobody_knows_is_sent_as_it_is() -> None:
    raw = steps(RawStep('{"operation_type":"sort"}'))

    assert codec("v3").expressible(raw) == ()
