"""The top level of a route file: every key, what leaving it out means, and what contradicts."""

import pytest
from hypothesis import given, strategies as st

from reconciler.files.read.bindings import BINDING_KEYS
from reconciler.files.read.expressions import EXPRESSION_KEYS, STEP_KEYS
from reconciler.files.read.route import (
    ROUTE_KEYS,
    SETTING_KEYS,
    parse_as_far_as_possible,
    parse_route,
)
from reconciler.files.read.sections import (
    CHANNEL_KEYS,
    DESTINATION_KEYS,
    ESCALATION_KEYS,
    INCIDENT_KEYS,
    TEXT_KEYS,
)
from reconciler.files.read.settings import LONG_FORM, OPERATIONS
from reconciler.files.yaml.compose import compose
from reconciler.model import (
    JOIN_MODES,
    Escalation,
    Grouping,
    Position,
    Route,
    RouteSource,
    has_errors,
    one,
    reference,
)
from tests.files.reading_routes import FILE, HEAD, declared, findings, route, the_finding, told


def codes(text: str) -> list[str]:
    return [finding.code for finding in parse_as_far_as_possible(text, FILE).findings]


def test_what_is_left_out_has_the_documented_default() -> None:
    declaration = declared(HEAD)

    assert declaration.route == Route(
        name="Alerts",
        enabled=True,
        private=False,
        owners=(),
        sources=(RouteSource("Grafana Cloud"),),
        when=(),
        group=None,
        escalate=Escalation(targets=(), cancel_when_resolved=True, again=None),
        notify=(),
        message_template=None,
        incident=None,
        expressions=(),
    )
    assert (declaration.id, declaration.previously) == (None, None)
    assert (declaration.absent, declaration.ignore_changes) == (False, ())
    assert declaration.file == FILE


def test_identity_and_switches_are_read() -> None:
    declaration = declared(
        HEAD
        + "id: 01JABCDEFG\npreviously: Old Alerts\nstate: present\nenabled: false\nprivate: true\n"
        "owners: [Payments, 01JT]\nmessage_template: Compact\nignore_changes: [enabled, when]\n"
    )

    assert (declaration.id, declaration.previously) == ("01JABCDEFG", "Old Alerts")
    assert declaration.ignore_changes == ("enabled", "when")
    assert not declaration.absent
    assert not declaration.route.enabled
    assert declaration.route.private
    assert declaration.route.owners == ("Payments", "01JT")
    assert declaration.route.message_template == one("Compact")


def test_a_message_template_may_be_a_reference() -> None:
    assert route("message_template: {reference: a}\n").message_template == reference("a")


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("sources: [A]\n", "missing-key"),
        ('name: ""\nsources: [A]\n', "empty-text"),
        ("name:\nsources: [A]\n", "empty-value"),
    ],
)
def test_a_route_needs_a_name(text: str, code: str) -> None:
    assert codes(text) == [code]
    assert parse_route(text, FILE)[0] is None


def test_a_route_needs_sources() -> None:
    (finding,) = parse_route("name: A\n", FILE)[1]

    assert (finding.code, finding.route) == ("missing-key", "A")
    assert "sources: [Grafana Cloud]" in finding.hint


def test_no_sources_are_allowed_with_a_warning() -> None:
    declaration, (finding,) = parse_route("name: A\nsources: []\n", FILE)

    assert declaration is not None
    assert declaration.route.sources == ()
    assert (finding.level, finding.code) == ("warning", "no-sources")


def test_a_source_has_a_name_or_conditions_besides() -> None:
    text = "name: A\nsources:\n  - sev0@\n  - {source: B}\n  - {source: C, when: [{a: b}]}\n"
    plain, bare, bound = declared(text).route.sources

    assert (plain, bare) == (RouteSource("sev0@"), RouteSource("B"))
    assert (bound.source, len(bound.when)) == ("C", 1)


@pytest.mark.parametrize(
    ("sources", "found"),
    [
        ("A", [("wrong-kind", 10)]),
        ("[A, A]", [("duplicate-source", 14)]),
        ("[A, {source: A, when: [{a: b}]}]", [("duplicate-source", 14)]),
        ("[[A]]", [("wrong-kind", 11)]),
        ("[{when: [{a: b}]}]", [("missing-key", 11)]),
        ("[{sorce: A}]", [("unknown-key", 12)]),
        ("[{source: no}]", [("quote-it", 20)]),
        ("[{source: A, when: []}]", [("empty-conditions", 29)]),
        ("[no]", [("quote-it", 11)]),
    ],
)
def test_a_source_that_is_none_is_told(sources: str, found: list[tuple[str, int]]) -> None:
    findings_of = parse_route(f"name: A\nsources: {sources}\n", FILE)[1]

    assert [
        (finding.code, finding.position.column)
        for finding in findings_of
        if finding.position is not None
    ] == found


@pytest.mark.parametrize(
    ("body", "group"),
    [
        ("window: 30m", Grouping(1800)),
        ("window: 60s, by: []", Grouping(60)),
        ("window: 48h, by: [service, title]", Grouping(172_800, ("service", "title"))),
        ("window: 1h, extend: fixed", Grouping(3600, (), "fixed")),
        ("window: 1h, extend: {raw: tumbling}", Grouping(3600, (), "tumbling")),
    ],
)
def test_grouping_is_read(body: str, group: Grouping) -> None:
    assert route(f"group: {{{body}}}\n").group == group


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ("group: {by: [a]}", "missing-key"),
        ("group: {window: 30m, by: service}", "wrong-kind"),
        ("group: {window: 30m, by: [no]}", "quote-it"),
        ("group: {window: 30m, extend: sliding}", "unknown-word"),
        ("group: {window: 1800}", "duration"),
        ("group: {window: 30s}", "out-of-range"),
        ("group: []", "wrong-kind"),
        ("id: 'a b'", "id"),
        ("id: no", "quote-it"),
        ("previously: no", "quote-it"),
        ("state: gone", "state"),
        ("state: no", "quote-it"),
        ("ignore_changes: enabled", "wrong-kind"),
        ("ignore_changes: [name]", "ignore-changes"),
        ("ignore_changes: [no]", "quote-it"),
        ("ignore_changes: [enabld]", "ignore-changes"),
    ],
)
def test_a_setting_that_says_something_else_is_told_once(body: str, code: str) -> None:
    finding = the_finding(f"{body}\n")

    assert (finding.level, finding.code) == ("error", code)
    assert finding.position is not None
    assert finding.position.line == 3
    assert finding.path[0] in ROUTE_KEYS


def test_a_misspelt_setting_to_ignore_has_near_ones() -> None:
    assert the_finding("ignore_changes: [enabld]\n").hint == "did you mean `enabled`?"


def test_every_setting_can_be_ignored() -> None:
    text = f"{HEAD}ignore_changes: [{', '.join(SETTING_KEYS)}]\n"

    assert declared(text).ignore_changes == SETTING_KEYS


def test_a_past_name_that_is_the_name_is_a_warning() -> None:
    declaration, (finding,) = parse_route(HEAD + "previously: Alerts\n", FILE)

    assert declaration is not None
    assert (finding.level, finding.code) == ("warning", "previously")


def test_a_route_to_be_deleted_has_an_identity_and_nothing_else() -> None:
    declaration = declared("name: A\nid: 01J\npreviously: B\nstate: absent\n")

    assert declaration.absent
    assert declaration.route == Route("A")
    assert (declaration.id, declaration.previously) == ("01J", "B")


@pytest.mark.parametrize("key", [*SETTING_KEYS, "ignore_changes"])
def test_a_setting_of_a_route_to_be_deleted_is_told(key: str) -> None:
    text = f"name: A\nstate: absent\n{key}: []\n"

    found = parse_route(text, FILE)[1]

    assert [finding.code for finding in found if finding.path == (key,)][:1] == ["absent-keys"]


def test_all_mistakes_are_told_in_one_run_in_the_order_of_the_file() -> None:
    found = findings("enabled: no\nzzz: 1\nwhen: []\nescalate: [A]\nnotify: [{}]\nprivate: 1\n")

    assert [told(finding)[:2] for finding in found] == [
        ("not-true-or-false", 1),
        ("unknown-key", 2),
        ("empty-conditions", 3),
        ("target-shape", 4),
        ("no-channel", 5),
        ("not-true-or-false", 6),
    ]
    assert {finding.route for finding in found} == {"Alerts"}


def test_what_could_be_read_is_kept_for_more_checks_but_never_declared() -> None:
    text = HEAD + "enabled: no\nowners: [Payments]\n"

    parsed = parse_as_far_as_possible(text, FILE)

    assert parse_route(text, FILE)[0] is None
    assert parsed.declaration is not None
    assert parsed.declaration.route.owners == ("Payments",)


@pytest.mark.parametrize("text", ["- a\n", "a\n", "[]\n"])
def test_a_file_that_is_no_mapping_says_nothing(text: str) -> None:
    assert codes(text) == ["wrong-kind"]


@pytest.mark.parametrize("ending", ["\n", "\r\n"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_line_ends_and_byte_order_marks_mean_nothing(ending: str, mark: str) -> None:
    text = mark + (HEAD + "when:\n  - a: b\n").replace("\n", ending)
    declaration = declared(text)

    assert declaration.route == route("when:\n  - a: b\n")
    assert declaration.positions.at(("when", 0, 0, "subject")) == Position(FILE, 4, 5, 6)


def test_every_key_is_placed() -> None:
    text = """\
name: Alerts
enabled: true
owners: [Payments, Ledger]
sources:
  - Grafana Cloud
  - source: Alertmanager
    when:
      - severity: critical
when:
  any:
    - - a: b
    - - c: {contains: d}
group: {by: [a, b], window: 30m}
escalate:
  to:
    - path: On-Call
    - path: [A, B]
  again: {on_each_new_alert: 60s}
  cancel_when_resolved: false
notify:
  - slack: {channel: ["#a", "#b"], visibility: private, summarise_groups: true}
    when: [{a: b}]
message_template: Compact
incident:
  when: [{a: b}]
  name: x
  summary: z
  severity: {value: Major, merge: max}
  type: Default
  mode: standard
  triage: true
  members: [Payments]
  custom_fields: {Affected: z}
  workspace: W
  decline_when_resolved: true
"""
    positions = declared(text).positions
    lines = {
        ("name",): 1, ("enabled",): 2, ("owners", 1): 3, ("sources", 0): 5, ("sources", 1): 6,
        ("sources", 1, "when", 0, 0, "subject"): 8, ("sources", 1, "when", 0, 0, "params", 0): 8,
        ("when", 0, 0, "subject"): 11, ("when", 1, 0, "operation"): 12,
        ("when", 1, 0, "params", 0): 12, ("group", "by", 1): 13, ("group", "window"): 13,
        ("escalate", "to", 0): 16, ("escalate", "to", 1): 17, ("escalate", "to", 1, 1): 17,
        ("escalate", "again"): 18, ("escalate", "cancel_when_resolved"): 19,
        ("notify", 0): 21, ("notify", 0, "slack"): 21, ("notify", 0, "slack", "channel", 1): 21,
        ("notify", 0, "slack", "visibility"): 21, ("notify", 0, "slack", "summarise_groups"): 21,
        ("notify", 0, "when", 0, 0): 22, ("message_template",): 23,
        ("incident", "when", 0, 0): 25, ("incident", "name"): 26, ("incident", "summary"): 27,
        ("incident", "severity"): 28, ("incident", "type"): 29, ("incident", "mode"): 30,
        ("incident", "triage"): 31, ("incident", "members"): 32,
        ("incident", "custom_fields", "Affected"): 33, ("incident", "workspace"): 34,
        ("incident", "decline_when_resolved"): 35,
    }  # fmt: skip

    assert {path: positions.at(path).line for path in lines} == lines
    assert set(lines) <= {*positions.places, ("escalate", "to", 1)}


INNER_KEYS = sorted(
    {*BINDING_KEYS, *LONG_FORM, *ESCALATION_KEYS, *DESTINATION_KEYS, *CHANNEL_KEYS}
    | {*EXPRESSION_KEYS, *STEP_KEYS, *INCIDENT_KEYS, *TEXT_KEYS, *OPERATIONS[:8], *JOIN_MODES}
    | {"path", "user", "any", "merge", "cases", "then", "returns", "source", "window", "by"}
)
NODES = st.recursive(
    st.sampled_from(["a", "no", "true", "30m", "''", "[]", "{}", "~", "count", "[a]"]),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3).map(lambda nodes: f"[{', '.join(nodes)}]"),
        st.dictionaries(st.sampled_from(INNER_KEYS), inner, max_size=3).map(
            lambda nodes: "{" + ", ".join(f"{key}: {node}" for key, node in nodes.items()) + "}"
        ),
    ),
    max_leaves=12,
)


@given(st.dictionaries(st.sampled_from(ROUTE_KEYS), NODES, max_size=6))
def test_whatever_stands_where_nothing_raises_and_every_finding_has_a_place(
    entries: dict[str, str],
) -> None:
    text = "".join(f"{key}: {node}\n" for key, node in entries.items())
    declaration, found = parse_route(text, FILE)

    assert (declaration is None) == has_errors(found)
    for finding in found:
        assert finding.position is not None
        assert finding.excerpt == compose(text, FILE).lines[finding.position.line - 1]
