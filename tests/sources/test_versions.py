"""What reads Alertmanager's configuration must be new enough to know incident.io."""

import pytest

from reconciler.sources.senders.feeds import Question
from reconciler.sources.senders.verify import Sender, verify
from tests.sources.test_verify import (
    CONFIG,
    FILE,
    GOOD,
    PROD_URL,
    ROUTES,
    alertmanager,
    ask,
    codes,
    values,
)


@pytest.mark.parametrize(
    ("more", "given", "told"),
    [
        ("prometheusOperator: {image: {tag: v0.86.2}}", None, ["operator-too-old"]),
        ("prometheusOperator: {image: {tag: v0.88.0}}", None, []),
        ("x: quay.io/prometheus-operator/prometheus-operator:v0.87.1", None, ["operator-too-old"]),
        ("am: {alertmanagerSpec: {secrets: [am]}}", None, ["operator-version"]),
        ("am: {alertmanagerSpec: {secrets: [am]}}", (0, 88), []),
        ("am: {alertmanagerSpec: {secrets: [am]}}", (0, 86), ["operator-too-old"]),
        ("am: {replicas: 1}", None, []),
    ],
)
def test_the_operator_must_know_the_receiver(
    more: str, given: tuple[int, int] | None, told: list[str]
) -> None:
    text = values(alertmanager(f"url: {PROD_URL}, {GOOD}"), "alertmanager")
    question = Question("production", CONFIG, ROUTES, (0, 29), given)

    assert codes(verify([[Sender("a.yaml", text), Sender("b.yaml", more)]], question)) == told


@pytest.mark.parametrize(
    ("version", "entry", "told"),
    [
        ("0.70.1", f"alert_source_token_file: {FILE}", ["operator-too-old", "token-read-once"]),
        ("0.71.0", f"alert_source_token_file: {FILE}", ["token-read-once"]),
        ("0.70.1", "alert_source_token: {name: am, key: token}", []),
    ],
)
def test_victoriametrics_operator_must_know_a_file(
    version: str, entry: str, told: list[str]
) -> None:
    receiver = f"{{name: io, incidentio_configs: [{{url: {PROD_URL}, {entry}}}]}}"
    text = (
        f"kind: VMAlertmanagerConfig\nspec: {{receivers: [{receiver}]}}\n---\n"
        f"kind: Deployment\nimage: victoriametrics/operator:v{version}\n"
    )

    assert sorted(codes(ask(text))) == told
