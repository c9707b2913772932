"""A test event is only sent where every route certainly lets it pass."""

from dataclasses import replace

import pytest

from reconciler.model import (
    Binding,
    Condition,
    ConditionGroups,
    Escalation,
    Literal,
    Live,
    Reference,
    Route,
    RouteSource,
    Target,
    many,
    one,
)
from reconciler.sources.live import LiveSource
from reconciler.sources.senders.trial import SEVERITY, event_for, might_page, no_event, pagers

NAMES = {"alert.attributes.01SEV": "severity", "01CRIT": "critical"}
PAGES = Escalation((Target("path", one("01PATH")),))


def condition(subject: str, operation: str, *params: Binding) -> Condition:
    return Condition(subject, operation, params)


def severity(operation: str, *words: str) -> Condition:
    return condition("alert.attributes.01SEV", operation, many(*words))


def live(
    when: ConditionGroups = (),
    own: ConditionGroups = (),
    escalate: Escalation = PAGES,
    enabled: bool = True,
) -> Live:
    route = Route(
        "Alerts", enabled=enabled, sources=(RouteSource("01AM", own),), when=when, escalate=escalate
    )
    return Live("01R", 1, "v3", route, {})


CRITICAL = severity("one_of", "critical")


@pytest.mark.parametrize(
    ("route", "pages"),
    [
        (live(), True),
        (live(escalate=Escalation()), False),
        (live(enabled=False), False),
        (live(when=((CRITICAL,),)), False),
        (live(own=((CRITICAL,),)), False),
        (live(own=((severity("contains_one_of", "01CRIT"),),)), False),
        (live(own=((CRITICAL, condition("alert.title", "contains", one("x"))),)), False),
        (live(own=((CRITICAL,), (condition("alert.title", "contains", one("x")),))), True),
        (live(own=((),)), True),
        (live(own=((severity("not_one_of", "critical"),),)), True),
        (live(own=((severity("one_of"),),)), True),
        (live(own=((severity("one_of", "critical", "test"),),)), True),
        (live(own=((severity("one_of", SEVERITY.upper() + "!"),),)), True),
        (live(own=((condition("alert.attributes.01SEV", "is_set"),),)), True),
        (live(own=((condition("alert.attributes.01SEV", "one_of",
                         Binding((Reference("alert.title"),))),),)), True),
        (live(own=((condition("alert.attributes.01ENV", "one_of", many("prod")),),)), True),
    ],
)  # fmt: skip
def test_who_might_be_paged(route: Live, pages: bool) -> None:
    assert pagers([route], "01AM", NAMES) == (("Alerts",) if pages else ())
    assert pagers([route], "01OTHER", NAMES) == ()


@pytest.mark.parametrize(
    ("given", "pages"),
    [
        (("critical",), True),
        (("01CRIT",), True),
        (("$.labels.severity || 'Critical'",), True),
        (("$.labels.severity", "warning"), False),
    ],
)
def test_a_template_that_sets_the_severity_itself_might_page(
    given: tuple[str, ...], pages: bool
) -> None:
    found = pagers([live(when=((CRITICAL,),))], "01AM", NAMES, given)

    assert found == (("Alerts",) if pages else ())


def test_the_event_is_resolved_in_each_shape_that_is_known() -> None:
    for kind in ("alertmanager", "http"):
        event = event_for(kind)
        assert event is not None
        assert event["status"] == "resolved"
    assert event_for("checkly") is None
    assert Literal(SEVERITY).text == "reconciler-test"


def test_nothing_is_sent_where_a_route_or_the_template_is_not_known() -> None:
    source = LiveSource("01AM", "Prometheus", "http", "https://x/01AM", given=())
    harmless = [live(when=((CRITICAL,),))]

    assert no_event(source) == ""
    assert "template" in no_event(replace(source, given=None))
    assert "cannot send a test event" in no_event(replace(source, type="checkly"))
    assert might_page(source, harmless, (), NAMES) == ""
    assert "cannot be read" in might_page(source, harmless, {"01R"}, NAMES)
    assert might_page(source, [live()], (), NAMES).startswith("Alerts might page")
