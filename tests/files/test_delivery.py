"""Who is paged and which channels are told."""

import pytest

from reconciler.model import (
    Again,
    Binding,
    Channels,
    Condition,
    Destination,
    Escalation,
    Literal,
    Reference,
    Target,
    many,
)
from tests.files.reading_routes import findings, route, the_finding, told


def escalate(text: str) -> Escalation:
    return route(f"group: {{window: 30m}}\nescalate: {text}\n").escalate


@pytest.mark.parametrize(
    ("text", "target"),
    [
        ("path: On-Call", Target("path", many("On-Call"))),
        ("user: a@example.com", Target("user", many("a@example.com"))),
        ("path: [A, B]", Target("path", many("A", "B"))),
        ("path: {reference: a}", Target("path", Binding((Reference("a"),), many=True))),
        ("path: {value: A}", Target("path", Binding((Literal("A"),)))),
    ],
)
def test_a_target_is_a_path_or_a_user(text: str, target: Target) -> None:
    assert escalate(f"[{{{text}}}]") == Escalation((target,))
    assert escalate(f"{{to: [{{{text}}}]}}") == Escalation((target,))


@pytest.mark.parametrize(
    ("text", "again"),
    [
        ("on_priority_increase", Again()),
        ("on_each_new_alert", Again("on_each_new_alert")),
        ("{on_each_new_alert: 60s}", Again("on_each_new_alert", 60)),
        ("{on_each_new_alert: 1h}", Again("on_each_new_alert", 3600)),
        ("{raw: on_full_moon}", Again("on_full_moon")),
    ],
)
def test_when_to_page_again(text: str, again: Again) -> None:
    assert escalate(f"{{again: {text}}}").again == again


def test_cancelling_can_be_left_off() -> None:
    assert escalate("{cancel_when_resolved: false}") == Escalation(cancel_when_resolved=False)
    assert escalate("[]") == Escalation()


@pytest.mark.parametrize(
    ("text", "code", "column", "hint"),
    [
        ("On-Call", "wrong-kind", 11, "escalate: [{path: "),
        ("{path: On-Call}", "target-shape", 11, "`- path: …`"),
        ("[On-Call]", "target-shape", 12, "`path: On-Call`"),
        ("[{path: A, user: B}]", "target-shape", 12, "two targets"),
        ("[{}]", "missing-key", 12, "`user: E-MAIL`"),
        ("[{pth: A}]", "unknown-key", 13, "`path`"),
        ("[{path: no}]", "quote-it", 19, "quote it"),
        ("[{path: A, when: [{b: c}]}]", "condition-on-target", 22, "source's `when`"),
        ("[[A]]", "wrong-kind", 12, ""),
        ("{too: []}", "unknown-key", 12, "`to`"),
        ("{to: A}", "wrong-kind", 16, "escalate: ["),
        ("{cancel_when_resolved: no}", "not-true-or-false", 34, "write false"),
        ("{again: never}", "unknown-word", 19, "on_priority_increase"),
        ("{again: {on_each_new_alert: 60}}", "duration", 39, "60s"),
        ("{again: {on_each_new_alert: 2h}}", "out-of-range", 39, "to 1h"),
        ("{again: {on_priority_increase: 60s}}", "again-shape", 19, "write `again: on_"),
    ],
)
def test_what_is_no_escalation_is_told(text: str, code: str, column: int, hint: str) -> None:
    finding = the_finding(f"group: {{window: 30m}}\nescalate: {text}\n")

    assert told(finding) == (code, 2, column)
    assert hint in finding.hint


def test_paging_again_needs_no_grouping() -> None:
    """Fact 4.13: a team's own grouping may make the groups."""
    again = route("escalate:\n  again: {on_each_new_alert: 2m}\n").escalate.again

    assert again == Again("on_each_new_alert", 120)


def notify(text: str) -> tuple[Destination, ...]:
    return route(f"notify: {text}\n").notify


def test_a_channel_in_short_and_long() -> None:
    short = Channels(many("#alerts"))

    assert notify('[{slack: "#alerts"}]') == (Destination(short),)
    assert notify('[{slack: {channel: "#alerts"}}]') == (Destination(short),)
    assert notify("[{ms_teams: A / B}]") == (Destination(None, Channels(many("A / B"))),)
    assert notify("[{slack: [A, B]}]") == (Destination(Channels(many("A", "B"))),)
    assert notify("[{slack: {reference: a}}]") == (
        Destination(Channels(Binding((Reference("a"),), many=True))),
    )
    assert notify("[{slack: {channel: A, visibility: private, summarise_groups: true}}]") == (
        Destination(Channels(many("A"), "private", summarise_groups=True)),
    )
    assert notify("[{slack: {channel: A, visibility: {raw: secret}}}]") == (
        Destination(Channels(many("A"), "secret")),
    )


def test_both_products_in_one_entry_are_one_destination_with_its_conditions() -> None:
    assert notify("[{slack: A, ms_teams: B, when: [{c: true}]}]") == (
        Destination(Channels(many("A")), Channels(many("B")), ((Condition("c", "is_true"),),)),
    )


def test_a_destination_without_channel_is_warned_about() -> None:
    finding = the_finding("notify: [{when: [{a: b}]}]\n")

    assert (finding.level, finding.code) == ("warning", "no-channel")


@pytest.mark.parametrize(
    ("text", "code", "column"),
    [
        ("'#alerts'", "wrong-kind", 9),
        ("['#alerts']", "destination-shape", 10),
        ("[]\n  - x", "yaml-syntax", 3),
        ("[{slak: A}]", "unknown-key", 11),
        ("[{slack: {}}]", "missing-key", 18),
        ("[{slack: {chanel: A}}]", "unknown-key", 19),
        ("[{slack: {channel: A, visibility: open}}]", "unknown-word", 43),
        ("[{slack: {channel: A, summarise_groups: 1}}]", "not-true-or-false", 49),
        ("[{slack: {channel: no}}]", "quote-it", 28),
        ("[[a]]", "wrong-kind", 10),
        ("[{slack: A, when: []}]", "empty-conditions", 27),
    ],
)
def test_what_is_no_destination_is_told(text: str, code: str, column: int) -> None:
    found = findings(f"notify: {text}\n")

    assert [(told(finding)[0], told(finding)[2]) for finding in found] == [(code, column)]
    assert found[0].level == "error"
