"""What is valid and probably not meant is said at its line."""

from datetime import date
from textwrap import dedent

import pytest

from reconciler.directory.directory import Attribute, Directory, Named, PrivateSource, whole
from reconciler.files import parse_route
from reconciler.model import READINGS, Assumption, Config, Declaration, Finding, Semantics
from reconciler.planning.request import offline_findings

LOCK = Directory(
    account="acme",
    read_on="2026-08-20",
    sources=whole(
        [Named("01S", "Grafana"), Named("01T", "Axiom"), PrivateSource("01Q", "Payroll")]
    ),
    attributes=whole(
        [Attribute("01A", "service", "String"), Attribute("01B", "labels", "String", True)]
    ),
    paths=whole([Named("01P", "On-Call")]),
    channels=whole([Named("C1", "#alerts")]),
)
ALL = 'notify:\n  - slack: "#alerts"\n'


def declared(text: str, file: str = "routes/a.yaml") -> Declaration:
    declaration, findings = parse_route(dedent(text), file)
    assert declaration is not None, findings
    return declaration


def found(*declarations: Declaration, config: Config | None = None) -> list[Finding]:
    return list(offline_findings(declarations, config or Config(channels={"#alerts": "C1"}), LOCK))


def codes(text: str) -> list[tuple[str, str, int]]:
    return [
        (one.level, one.code, one.position.line if one.position else 0)
        for one in found(declared(text))
    ]


def test_a_route_that_does_nothing() -> None:
    start = "name: A\nsources: [Grafana]\n"

    assert codes(start) == [("warning", "no-effect", 1)]
    assert codes(start + "enabled: false\n") == []
    assert codes(start + ALL) == []
    assert codes(start + "incident: {}\n") == []


def test_a_route_that_pages_and_posts_nowhere() -> None:
    start = "name: A\nsources: [Grafana]\nescalate:\n  - path: On-Call\n"

    assert codes(start) == [("note", "page-without-message", 3)]
    assert codes(start + ALL) == []
    assert codes(start + "incident: {}\n") == []


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("notify: [{slack: []}]", ["no-effect"]),
        ("escalate: [{path: []}]", ["no-effect"]),
        ("escalate: [{path: []}]\nnotify: [{slack: '#alerts'}]", []),
        ("escalate: [{path: On-Call}]\nnotify: [{slack: []}]", ["page-without-message"]),
        ("ignore_changes: [escalate]", []),
        ("ignore_changes: [notify]", []),
        ("ignore_changes: [owners]", ["no-effect"]),
        ("escalate: [{path: On-Call}]\nignore_changes: [notify]", []),
        ("escalate: [{path: On-Call}]\nignore_changes: [escalate]", []),
    ],
)
def test_an_empty_list_has_no_effect_and_a_setting_of_the_dashboard_any(
    text: str, wanted: list[str]
) -> None:
    found_codes = [code for _, code, _ in codes(f"name: A\nsources: [Grafana]\n{text}\n")]

    assert found_codes == wanted


def test_no_sources_may_be_meant_where_the_dashboard_has_them() -> None:
    text = f"name: A\nsources: []\n{ALL}"

    parsed = parse_route(text, "routes/a.yaml")
    left = parse_route(f"{text}ignore_changes: [sources]\n", "routes/a.yaml")

    assert [one.code for one in parsed[1]] == ["no-sources"]
    assert [one.code for one in left[1]] == []


def test_a_source_by_its_name_and_by_its_id() -> None:
    text = f"name: A\nsources:\n  - Grafana\n  - Axiom\n  - 01S\n{ALL}"

    assert codes(text) == [("error", "duplicate-source", 5)]
    assert codes(text.replace("01S", "01V")) == [("warning", "not-in-lock", 5)]


def test_grouping_on_a_private_route() -> None:
    text = f"name: A\nprivate: true\nsources: [Grafana]\n{ALL}group:\n  window: 30m\n"

    assert codes(text) == [("warning", "private-grouping", 6)]
    assert codes(text.replace("private: true", "private: false")) == []


PRIVATE = f"name: A\nprivate: true\nsources: [Payroll]\n{ALL}"


def test_a_private_source_needs_a_private_route() -> None:
    assert codes(PRIVATE) == []
    assert codes(PRIVATE.replace("true", "false")) == [("warning", "private-source", 3)]
    assert codes(PRIVATE.replace("Payroll", "Axiom")) == []
    left = PRIVATE.replace("private: true", "ignore_changes: [private]")
    assert codes(left) == []


def test_a_private_source_has_one_route() -> None:
    other = PRIVATE.replace("name: A", "name: B").replace("[Payroll]", "[Axiom, 01Q]")

    shared = found(declared(PRIVATE), declared(other, "routes/b.yaml"))

    assert [(one.code, one.route, one.position and one.position.line) for one in shared] == [
        ("private-source-shared", "A", 3),
        ("private-source-shared", "B", 3),
    ]
    assert shared[0].message == "the source Payroll is private, and in several routes: A, B"
    apart = declared(PRIVATE.replace("name: A", "name: B").replace("Payroll", "Axiom"), "b.yaml")
    assert found(declared(PRIVATE), apart) == []


def test_a_group_without_conditions() -> None:
    text = f"name: A\nsources: [Grafana]\n{ALL}when:\n  any:\n    - - service: x\n    - []\n"

    assert codes(text) == [("warning", "empty-group", 8)]


@pytest.mark.parametrize(
    ("when", "warned"),
    [
        ("  - service: {not_one_of: [x]}\n", True),
        ("  - service: {not_contains: x}\n", True),
        ("  - service: {is_false: true}\n", True),
        ("  - service: {one_of: [x]}\n", False),
        ("  - title: {not_contains: x}\n", False),
        ("  - service: {not_one_of: [x]}\n  - service: {is_set: true}\n", False),
        ("  - service: {not_one_of: [x]}\n  - labels: {is_set: true}\n", True),
        ("  - service: {not_one_of: [x]}\n  - service: {contains: part}\n", False),
        ("  - service: {not_one_of: [x]}\n  - service: {is_not_set: true}\n", True),
        ("  - service: {not_one_of: [x]}\n  - service: {not_contains: part}\n", True),
        (
            "  any:\n    - - service: {not_one_of: [x]}\n    - - service: {is_not_set: true}\n",
            False,
        ),
    ],
)
def test_a_negative_operation_on_a_value_that_may_be_missing(when: str, warned: bool) -> None:
    text = f"name: A\nsources: [Grafana]\n{ALL}when:\n{when}"

    assert ("negative-on-missing" in {code for _, code, _ in codes(text)}) == warned


NEGATIVE, SET = "[{service: {not_one_of: [x]}}]", "[{service: {is_set: true}}]"


@pytest.mark.parametrize(
    ("text", "warned"),
    [
        (f"sources: [{{source: Grafana, when: {NEGATIVE}}}]\nwhen: {SET}\n{ALL}", False),
        (f"sources: [{{source: Grafana, when: {SET}}}]\nwhen: {NEGATIVE}\n{ALL}", False),
        (
            f"sources: [{{source: Grafana, when: {SET}}}, Axiom]\nwhen: {NEGATIVE}\n{ALL}",
            True,
        ),
        (f"sources: [Grafana]\nwhen: {SET}\nincident: {{when: {NEGATIVE}}}\n", False),
        (
            "sources: [Grafana]\nwhen: {any: [[{service: {is_set: true}}], [{labels: a}]]}\n"
            f"incident: {{when: {NEGATIVE}}}\n",
            True,
        ),
    ],
)
def test_another_part_of_the_route_may_need_the_value(text: str, warned: bool) -> None:
    found_codes = {code for _, code, _ in codes(f"name: A\n{text}")}

    assert ("negative-on-missing" in found_codes) == warned


def test_an_element_of_a_list_is_never_missing() -> None:
    text = """\
        name: A
        sources: [Grafana]
        incident: {}
        expressions:
          kept:
            from: labels
            steps:
              - filter:
                  - input: {not_one_of: [x]}
        """

    assert "negative-on-missing" not in {code for _, code, _ in codes(text)}


def test_conditions_of_every_part_are_looked_at() -> None:
    odd = "service: {not_one_of: [x]}"
    text = f"""\
        name: A
        sources:
          - source: Grafana
            when:
              - {odd}
        notify:
          - slack: "#alerts"
            when:
              - {odd}
        incident:
          when:
            - {odd}
        expressions:
          kept:
            from: labels
            steps:
              - filter:
                  - {odd}
          who:
            branches:
              returns: String
              cases:
                - when:
                    - {odd}
                  then: a
        """

    lines = [one.position.line for one in found(declared(text))
             if one.code == "negative-on-missing" and one.position]  # fmt: skip

    assert lines == [5, 9, 12, 18, 24]


def test_the_message_says_what_to_write() -> None:
    (one,) = found(
        declared(f"name: A\nsources: [Grafana]\n{ALL}when:\n  - service: {{not_one_of: [x]}}\n")
    )

    assert one.message == (
        "incident.io does not document whether `not_one_of` holds for an alert without service"
    )
    assert "`{service: {is_set: true}}`" in one.hint


def route(name: str, text: str, source: str = "Grafana") -> Declaration:
    made = f"name: {name}\nsources: [{source}]\n{ALL}when:\n  - service: {text}\n"
    return declared(made, f"routes/{name}.yaml")


def parts(*declarations: Declaration, config: Config | None = None) -> list[str]:
    return [
        one.route for one in found(*declarations, config=config) if one.code == "part-of-another"
    ]


def pin(question: str, answer: bool) -> Config:
    assumed = Assumption(question, answer, "seen", date(2026, 1, 1))  # type: ignore[arg-type]
    return Config(channels={"#alerts": "C1"}, assume=(assumed,))


def test_a_text_that_is_a_part_of_another_routes_text() -> None:
    short, long_ = route("Short", "prod"), route("Long", "prod-eu")

    (one,) = [one for one in found(short, long_) if one.code == "part-of-another"]

    assert (one.route, one.position and one.position.line) == ("Short", 6)
    assert '"prod" is a part of "prod-eu", which Long tests' in one.message
    assert "where service is prod-eu" in one.hint


def test_texts_that_cannot_meet_are_not_compared() -> None:
    assert parts(route("A", "prod"), route("B", "prod-eu", "Axiom")) == []
    assert parts(route("A", "prod"), route("B", "prod")) == []
    assert parts(route("A", "prod"), route("B", "staging")) == []
    assert parts(route("A", "[prod, prod-eu]")) == []
    assert parts(route("A", "{contains: prod}"), route("B", "prod-eu")) == []


def test_two_parts_of_one_route_are_compared_too() -> None:
    start = "name: A\nsources: [Grafana]\n"
    to = 'slack: "#alerts"'
    posts = f"{start}notify:\n  - {{{to}, when: [{{service: prod}}]}}\n"
    both = f"{posts}  - {{{to}, when: [{{service: prod-eu}}]}}\n"

    assert parts(declared(both)) == ["A"]
    assert parts(declared(posts)) == []
    (one,) = [one for one in found(declared(both)) if one.code == "part-of-another"]
    assert '"prod-eu", which this route tests, too,' in one.message

    cases = (
        f"{start}{ALL}expressions:\n  who:\n    branches:\n      returns: String\n      cases:\n"
        "        - {when: [{service: prod}], then: a}\n"
        "        - {when: [{service: prod-eu}], then: b}\n"
    )
    assert parts(declared(cases)) == ["A"]


def test_conditions_of_one_list_and_of_two_sources_are_not_compared() -> None:
    groups = f"{ALL}when: {{any: [[{{service: prod}}], [{{service: prod-eu}}]]}}\n"
    sources = (
        "sources:\n  - {source: Grafana, when: [{service: prod}]}\n"
        "  - {source: Axiom, when: [{service: prod-eu}]}\n"
    )

    assert parts(declared(f"name: A\nsources: [Grafana]\n{groups}")) == []
    assert parts(declared(f"name: A\n{sources}{ALL}")) == []


def test_a_disabled_route_tests_nothing() -> None:
    off = declared(
        f"name: B\nenabled: false\nsources: [Grafana]\n{ALL}when:\n  - service: prod-eu\n",
        "routes/b.yaml",
    )

    assert parts(route("A", "prod"), off) == []


def test_case_counts_only_if_that_is_pinned() -> None:
    upper = route("A", "PROD"), route("B", "prod-eu")

    assert parts(*upper) == ["A"]
    assert parts(*upper, config=pin("text_case", True)) == []
    assert parts(*upper, config=pin("text_one_of", True)) == []
    assert parts(*upper, config=pin("text_one_of", False)) == ["A"]


def test_case_counts_where_past_alerts_leave_no_reading_of_parts_without_it() -> None:
    """Not both: `one_of` compares parts, and case is ignored."""
    upper = route("A", "PROD"), route("B", "prod-eu")
    left = tuple(one for one in READINGS if one.text_one_of or one.text_case)

    assert parts(*upper, config=Config(semantics=Semantics("a", left))) == []


def test_routes_that_are_to_be_deleted_are_not_looked_at() -> None:
    absent = declared("name: A\nstate: absent\n")

    assert found(absent) == []
