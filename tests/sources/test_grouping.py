"""What a route depends on must come through the grouping of its sender."""

from dataclasses import replace

import pytest

from reconciler.files import parse_route
from reconciler.sources.senders.feeds import Question
from reconciler.sources.senders.verify import Sender, verify
from tests.sources.nouns import PRODUCTION
from tests.sources.test_verify import CONFIG, GOOD, PROD_URL, alertmanager, ask, codes


@pytest.mark.parametrize(
    ("route", "told"),
    [
        ("receiver: io, group_by: ['...']", []),
        ("receiver: io, group_by: [severity]", []),
        ("receiver: io, group_by: [alertname]", ["grouping-drops-label"]),
        ("receiver: io", ["grouping-drops-label"]),
        ("receiver: x, group_by: [severity], routes: [{receiver: io}]", []),
        (
            "receiver: x, group_by: [severity], routes: [{receiver: io, group_by: [a]}]",
            ["grouping-drops-label"],
        ),
        ("receiver: x, routes: [{receiver: io, match: {severity: critical}}]", []),
        ("receiver: x, routes: [{receiver: io, matchers: ['a=b,severity=\"critical\"']}]", []),
        (
            "receiver: x, routes: [{receiver: io, matchers: ['severity=~\".*\"', {}]}]",
            ["grouping-drops-label"],
        ),
        ("receiver: x, routes: [{matchers: ['severity=a'], routes: [{receiver: io}]}]", []),
        ('receiver: x, routes: [{receiver: io, matchers: [\'{"severity" = "a"}\']}]', []),
        ("receiver: x, group_by: ['...'], routes: [{receiver: io, group_by: []}]", []),
        ("receiver: other", ["receiver-unused", "feeds-none"]),
    ],
)
def test_labels_that_routes_test_must_come_through_the_grouping(
    route: str, told: list[str]
) -> None:
    assert codes(ask(alertmanager(f"url: {PROD_URL}, {GOOD}", route))) == told


def dropped(text: str, mapping: dict[str, str] | None = None, by: str = "alertname") -> list[str]:
    """Labels of which a warning says that a route with this text depends on them."""
    declaration, findings = parse_route(f"name: A\n{text}\n", "routes/a.yaml")
    assert declaration is not None, findings
    config = replace(CONFIG, alertmanager={PRODUCTION: mapping} if mapping else {})
    sender = alertmanager(f"url: {PROD_URL}, {GOOD}", f"receiver: io, group_by: [{by}]")
    question = Question("production", config, (declaration,), (0, 29))
    done = verify([[Sender("a.yaml", sender)]], question)
    return [one.message.split('"')[1] for one in done.findings if one.code == DROPPED]


DROPPED = "grouping-drops-label"
FROM = f"sources: [{PRODUCTION}]\n"
CASE = "{when: [{team: a}], then: {reference: owner}}"


@pytest.mark.parametrize(
    ("text", "labels"),
    [
        (f"{FROM}notify: [{{slack: C1, when: [{{team: a}}]}}]", ["team"]),
        (f"{FROM}incident: {{when: [{{team: a}}]}}", ["team"]),
        (f"{FROM}when: [{{'service.[\"Tier\"]': a}}]", ["service"]),
        (f"{FROM}when: [{{'attribute:k8s.io/name': a}}]", ["k8s.io/name"]),
        (f"{FROM}escalate: [{{path: {{reference: 'attribute:Escalation path'}}}}]",
         ["Escalation path"]),
        (f"{FROM}expressions: {{e: {{branches: {{returns: String, cases: [{CASE}]}}}}}}",
         ["owner", "team"]),
        (f"{FROM}expressions: {{e: {{from: service, steps: [{{navigate: Owner}}]}}}}", ["service"]),
        (f"sources: [{{source: {PRODUCTION}, when: [{{team: a}}]}}, Axiom]", ["team"]),
        (f"sources: [{PRODUCTION}, {{source: Axiom, when: [{{team: a}}]}}]", []),
        (f"enabled: false\n{FROM}when: [{{team: a}}]", []),
        (f"{FROM}when: [{{alertname: a}}, {{title: x}}]", []),
    ],
)  # fmt: skip
def test_whatever_a_route_depends_on_must_come_through_the_grouping(
    text: str, labels: list[str]
) -> None:
    assert dropped(text) == labels


@pytest.mark.parametrize(
    ("mapping", "labels"),
    [
        ({"severity": "$.commonLabels.level"}, ["level"]),
        ({"severity": "$.groupLabels.level"}, ["level"]),
        ({"severity": "$.commonLabels.alertname"}, []),
        ({"severity": "$.alerts[0].labels.severity"}, []),
        ({"severity": "$.commonAnnotations.severity"}, []),
        ({"title": "$.commonLabels.title"}, ["severity"]),
    ],
)
def test_the_label_is_that_of_the_mapping(mapping: dict[str, str], labels: list[str]) -> None:
    assert dropped(f"{FROM}when: [{{severity: critical}}]", mapping) == labels


def test_a_mapped_title_depends_on_its_label() -> None:
    text, mapping = f"{FROM}when: [{{title: a}}]", {"title": "$.commonLabels.alertname"}

    assert dropped(text, mapping, by="job") == ["alertname"]
    assert dropped(text, mapping) == []
