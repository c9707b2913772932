"""A token that stands in a file of a sender is found, whatever it stands under, and not quoted."""

import base64

import pytest

from reconciler.model import (
    Config,
    Environment,
    InventorySource,
    KubernetesPlace,
    TokenPlaces,
)
from reconciler.sources.senders.feeds import Question
from reconciler.sources.senders.verify import Sender, verify
from tests.sources.test_verify import FILE, PROD_URL, SECRET, ask, codes


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (f"io: {{url: {PROD_URL}, token: {SECRET}}}", ["inline-token"]),
        (f"io: {{url: {PROD_URL}, token: '{{{{ .Values.token }}}}'}}", []),
        (f"io: {{url: {PROD_URL}, token: {FILE}}}", []),
        (f"io: {{url: {PROD_URL}}}\nother: {{token: {SECRET}}}", []),
        (f"io: {{alertSourceToken: {SECRET}}}", ["inline-token"]),
        ("io: {remoteRef: {property: alert_source_token}, alertSourceToken: ''}", []),
        (f"headers: [{{name: Authorization, value: Bearer {SECRET}}}]", ["inline-token"]),
        ("headers: [{name: Authorization, value: 'Bearer {{TOKEN}}'}]", []),
        ("note: the bearer token comes from a secret", []),
        (f"io: {{url: {PROD_URL}, token: alertmanager-incidentio, secret: incident-io-2}}", []),
    ],
)
def test_a_token_among_a_chart_s_values_is_found(text: str, told: list[str]) -> None:
    assert codes(ask(text)) == told
    assert SECRET[:8] not in repr(ask(text))


@pytest.mark.parametrize(
    ("name", "data", "told"),
    [
        ("am", f"stringData: {{token: {SECRET}}}", ["inline-token"]),
        ("am", f"data: {{token: {base64.b64encode(SECRET.encode()).decode()}}}", ["inline-token"]),
        ("am", "stringData: {token: '{{ .Values.token }}'}", []),
        ("am", f"stringData: {{other: {SECRET}}}", []),
        ("grafana", f"stringData: {{token: {SECRET}}}", []),
    ],
)
def test_a_manifest_of_the_secret_holds_no_token(name: str, data: str, told: list[str]) -> None:
    place = KubernetesPlace("c", "ns", "am")
    source = InventorySource("A", "01", environment="e", token=TokenPlaces(kubernetes=True))
    config = Config(sources=(source,), environments={"e": Environment("e", kubernetes=place)})
    manifest = Sender("s.yaml", f"kind: Secret\nmetadata: {{name: {name}}}\n{data}\n")

    done = verify([[manifest]], Question("e", config, ()))

    assert codes(done) == told
    assert SECRET[:8] not in repr(done)
