"""One route, one edit as a pull request has it, and by hand which alerts it pages differently."""

from dataclasses import replace

import pytest

from reconciler.model import (
    Channels,
    Condition,
    ConditionGroups,
    Destination,
    Escalation,
    Incident,
    Route,
    RouteSource,
    Target,
    one,
)
from reconciler.routing.compare import compare
from reconciler.routing.world import TITLE
from tests.routing.edits import (
    BRANCH,
    SEVERITY,
    TEAM,
    asks,
    from_,
    pages,
    severity,
    told,
    world,
)

CRITICAL, WARNING = severity("critical"), severity("warning")
MAIN = asks(BRANCH, "contains_one_of", "main")
A = Route("A", sources=from_("am"), when=CRITICAL, escalate=pages("P1"))


def taking(*groups: tuple[Condition, ...]) -> Route:
    return replace(A, when=groups)


def titled(text: str) -> ConditionGroups:
    return ((asks(TITLE, "contains", text),),)


def posting(*channels: str) -> Route:
    return replace(A, notify=tuple(Destination(Channels(one(name))) for name in channels))


def starting(when: ConditionGroups) -> Route:
    return replace(A, incident=Incident(when=when))


EDITS = {
    "a condition goes": (
        A,
        taking(),
        ["am: not sev contains_one_of critical gained P1"],
    ),
    "a value more": (
        A,
        taking(*severity("critical", "warning")),
        ["am: sev contains_one_of warning, not sev contains_one_of critical gained P1"],
    ),
    "a value less": (
        taking(*severity("critical", "warning")),
        A,
        ["am: sev contains_one_of warning, not sev contains_one_of critical lost P1 NOBODY"],
    ),
    "a second condition": (
        A,
        taking((*CRITICAL[0], MAIN)),
        ["am: sev contains_one_of critical, not branch contains_one_of main lost P1 NOBODY"],
    ),
    "a second group": (
        A,
        taking(*CRITICAL, (MAIN,)),
        ["am: branch contains_one_of main, not sev contains_one_of critical gained P1"],
    ),
    "any value in place of a value": (
        A,
        taking((asks(SEVERITY, "is_set"),)),
        ["am: sev is_set, not sev contains_one_of critical gained P1"],
    ),
    "without a value in place of with": (
        taking((asks(BRANCH, "is_set"),)),
        taking((asks(BRANCH, "is_not_set"),)),
        ["am: branch is_not_set gained P1", "am: branch is_set lost P1 NOBODY"],
    ),
    "a longer text in the title": (
        taking(*titled("deploy")),
        taking(*titled("deploy failed")),
        ["am: title contains deploy, not title contains deploy failed lost P1 NOBODY"],
    ),
    "an entry more": (
        taking((asks(TEAM, "one_of", "t0"),)),
        taking((asks(TEAM, "one_of", "t0", "t1"),)),
        ["am: team one_of t1 gained P1"],
    ),
    "two groups joined to one list": (
        taking(*CRITICAL, *WARNING),
        taking(*severity("warning", "critical")),
        [],
    ),
    "a condition moved from the route to its source": (
        A,
        replace(A, when=(), sources=(RouteSource("am", CRITICAL),)),
        [],
    ),
    "a group that another holds already": (
        A,
        taking(*CRITICAL, (*CRITICAL[0], MAIN)),
        [],
    ),
    "a title that holds what it holds": (
        taking(*titled("deploy")),
        taking((*titled("deploy")[0], *titled("dep")[0])),
        [],
    ),
    "a source more": (
        A,
        replace(A, sources=from_("am", "checkly")),
        ["checkly: sev contains_one_of critical gained P1"],
    ),
    "a person in place of a path": (
        A,
        replace(A, escalate=Escalation((Target("user", one("U1")),))),
        ["am: sev contains_one_of critical lost P1 gained U1"],
    ),
    "another channel": (
        posting("C111111"),
        posting("C222222"),
        ["am: sev contains_one_of critical no post C111111 post C222222"],
    ),
    "a channel more": (
        posting("C111111"),
        posting("C111111", "C222222"),
        ["am: sev contains_one_of critical post C222222"],
    ),
    "an incident for fewer alerts": (
        starting(()),
        starting(((MAIN,),)),
        ["am: sev contains_one_of critical, not branch contains_one_of main incident lost"],
    ),
    "another order": (
        replace(A, escalate=pages("P1", "P2"), sources=from_("am", "checkly")),
        replace(A, escalate=pages("P2", "P1"), sources=from_("checkly", "am")),
        [],
    ),
    "another name, owner and privacy": (A, replace(A, name="B", private=True), []),
}


@pytest.mark.parametrize(("before", "after", "right"), EDITS.values(), ids=EDITS)
def test_the_edit_has_these_rows(before: Route, after: Route, right: list[str]) -> None:
    who = compare({"a": before}, {"a": after}, world())

    assert [row.replace("alert.", "") for row in told(who)] == right


def test_a_second_route_that_goes_ends_a_double_page() -> None:
    twin = replace(A, name="B", when=())

    who = compare({"a": A, "b": twin}, {"b": twin}, world())

    assert told(who) == ["am: sev contains_one_of critical undoubled P1"]


def test_a_page_that_another_route_makes_is_not_lost() -> None:
    wide = replace(A, name="B", when=())

    who = compare({"a": A, "b": wide}, {"a": replace(A, escalate=Escalation()), "b": wide}, world())

    assert told(who) == ["am: sev contains_one_of critical undoubled P1"]
