"""What Alertmanager sends, as an alert."""

import pytest

from reconciler.files.config import parse_config
from reconciler.files.read.notification import (
    described_by,
    doubts,
    notified,
    parse_path,
    read_notification,
    vanished,
)
from reconciler.routing.case import Given, Word


@pytest.mark.parametrize(
    ("text", "steps"),
    [
        ("$.commonLabels.severity", ("commonLabels", "severity")),
        ('$.commonLabels["k8s.io/app"]', ("commonLabels", "k8s.io/app")),
        ("$.alerts[0].labels.severity", ("alerts", 0, "labels", "severity")),
        ("$", None),
        ("commonLabels.severity", None),
        ("$.a..b", None),
        ("$.a[*]", None),
    ],
)
def test_a_path_is_a_part_of_jsonpath(text: str, steps: tuple[str | int, ...] | None) -> None:
    assert parse_path(text) == steps


PAYLOAD = (
    '{"alerts": [{"labels": {"severity": "critical", "pod": "a", "n": 1}},'
    ' {"labels": {"severity": "critical", "pod": "b", "n": 1}}, {"x": 1}]}'
)


def test_labels_become_attributes() -> None:
    payload = read_notification(PAYLOAD)
    assert not isinstance(payload, str)
    mapping = {
        "severity": "$.commonLabels.severity",
        "pod": "$.alerts[1].labels.pod",
        "number": "$.commonLabels.n",
        "gone": "$.alerts[9].labels.pod",
        "whole": "$.commonLabels",
        "title": "$.commonAnnotations.summary",
    }
    described = described_by(payload, mapping, "Prod", ["severity", "team"])

    assert described.source == "Prod"
    assert described.given["attributes", "severity"] == Given((Word("critical"),))
    assert described.given["attributes", "pod"] == Given((Word("b"),))
    assert described.given["attributes", "number"] == Given((Word("1"),))
    assert described.given["attributes", "gone"] == Given(())
    assert described.given["attributes", "whole"] == Given(())
    assert described.given["attributes", "team"] == Given(None)
    assert ("title",) not in described.given


def test_a_label_that_differs_vanishes() -> None:
    payload = read_notification(PAYLOAD)
    assert not isinstance(payload, str)
    (found,) = vanished(
        payload,
        {"pod": "$.commonLabels.pod", "severity": "$.commonLabels.severity",
         "none": "$.commonLabels.none", "first": "$.alerts[0].labels.pod"},
    )  # fmt: skip
    assert (found.label, found.attribute, found.values) == ("pod", "pod", ("a", "b"))


MAPPINGS = {"Prod": {"pod": "$.commonLabels.pod"}, "Stage": {"title": "$.commonLabels.title"}}


def test_a_notification_is_an_alert_of_the_source_that_is_named() -> None:
    payload = read_notification(PAYLOAD)
    assert not isinstance(payload, str)
    found = notified(payload, MAPPINGS, "Prod", ["team"])

    assert not isinstance(found, str)
    assert found.alert == described_by(payload, MAPPINGS["Prod"], "Prod", ["team"])
    assert [label.words for label in found.vanished] == [
        "the label `pod` differs inside this group (a, b), so it is not in commonLabels and the "
        "alert has no pod: add `pod` to group_by"
    ]


def test_the_only_source_of_the_settings_need_not_be_named() -> None:
    payload = read_notification(PAYLOAD)
    assert not isinstance(payload, str)
    found = notified(payload, {"Prod": MAPPINGS["Prod"]}, "", [])

    assert not isinstance(found, str)
    assert found.alert.source == "Prod"


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("", "add --source NAME, the source that receives the notification"),
        ("Prd", 'reconciler.yaml maps no labels of "Prd"; did you mean "Prod"?'),
        (
            "Grafana",
            'reconciler.yaml maps no labels of "Grafana"; write in reconciler.yaml: '
            'alertmanager: {"Grafana": {severity: "$.commonLabels.severity"}}',
        ),
    ],
)
def test_a_source_without_a_mapping_says_what_to_write(source: str, words: str) -> None:
    payload = read_notification(PAYLOAD)
    assert not isinstance(payload, str)

    assert notified(payload, MAPPINGS, source, []) == words


def test_an_alert_without_the_label_is_named_too() -> None:
    payload = read_notification(
        '{"alerts": [{"labels": {"severity": "critical"}}, {"labels": {}}]}'
    )
    assert not isinstance(payload, str)
    (found,) = vanished(payload, {"severity": "$.commonLabels.severity"})
    assert found.values == ("critical", "no value")


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ("", ""),
        (', "version": "1", "status": "firing"', ""),
        (', "version": "4"', ""),
        (', "version": "9"', 'the notification is of version "9", and 1 and 4 are known'),
        (', "version": 4', "the notification is of version 4, and 1 and 4 are known"),
        (', "status": "resolved"', "the notification is resolved"),
    ],
)
def test_a_notification_may_be_doubtful(more: str, words: str) -> None:
    payload = read_notification(f'{{"alerts": [{{"labels": {{}}}}]{more}}}')
    assert not isinstance(payload, str)
    found = doubts(payload)
    assert len(found) == bool(words)
    assert "".join(found).startswith(words)


def test_what_alertmanager_never_sends_is_refused_with_the_reason() -> None:
    """An alert without any label would be answered: it pages nobody."""
    none = "its `alerts` are not a list of one or more alerts"
    assert read_notification('{"alerts": []}') == none
    assert read_notification('{"alerts": ["x", null]}') == none
    assert read_notification("[]") == read_notification('{"alerts": 1}') == "it has no `alerts`"
    cut = "it is not JSON: line 1, column 16: Expecting ',' delimiter"
    assert read_notification('{"alerts": [{}]') == cut
    assert read_notification("[" * 100_000) == "it is not JSON that can be read"


def test_the_mapping_stands_in_the_settings() -> None:
    config, findings = parse_config(
        'alertmanager:\n  Prod: {severity: "$.commonLabels.severity"}\n', "reconciler.yaml"
    )
    assert findings == ()
    assert config.alertmanager == {"Prod": {"severity": "$.commonLabels.severity"}}


def test_a_path_with_a_mistake_has_its_place() -> None:
    config, (finding,) = parse_config(
        "alertmanager:\n  Prod: {severity: severity}\n", "reconciler.yaml"
    )
    assert finding.code == "payload-path"
    assert finding.position is not None
    assert (finding.position.line, finding.position.column) == (2, 20)
    assert config.alertmanager == {"Prod": {}}
