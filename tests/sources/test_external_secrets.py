"""An ExternalSecret that copies from the wrong place, or never again, is found."""

import pytest

from reconciler.model import (
    AwsPlace,
    Config,
    Environment,
    InventorySource,
    KubernetesPlace,
    TokenPlaces,
)
from reconciler.sources.senders.feeds import Question
from reconciler.sources.senders.render import external_secret
from reconciler.sources.senders.verify import Sender, verify
from tests.sources.nouns import PRODUCTION, url

AWS = AwsPlace("000000000042", "eu-west-1", "unkey/am")
CLUSTER = KubernetesPlace("production", "observability", "am", "token", "am-external", "aws")
HERE = Environment("production", AWS, CLUSTER)
SOURCE = InventorySource(
    PRODUCTION, "01AM", "", "production", url("01AM"), TokenPlaces(aws=True, kubernetes=True)
)
CONFIG = Config(sources=(SOURCE,), environments={"production": HERE})
GOOD = external_secret([SOURCE], HERE, AWS, CLUSTER)
KEY, PROPERTY = "key: unkey/am", "property: alert_source_token"
ARN = "arn:aws:secretsmanager:eu-west-1:000000000042:secret:unkey/am-a1B2c3"


def found(text: str) -> list[str]:
    done = verify([[Sender("es.yaml", text)]], Question("production", CONFIG, ()))
    return [one.code for one in done.findings if one.code != "not-fed"]


def test_what_render_prints_has_no_finding() -> None:
    assert found(GOOD) == []


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        (KEY, "key: unkey/other", ["wrong-remote-ref"]),
        (PROPERTY, "property: token", ["wrong-remote-ref"]),
        (PROPERTY, "version: latest", ["wrong-remote-ref"]),
        ("secretKey: token", "secretKey: tokens", ["wrong-remote-ref"]),
        (KEY, f"key: {ARN}", []),
        (KEY, f"key: {ARN.replace('42:', '43:')}", ["wrong-remote-ref"]),
        (KEY, "key: '{{ .Values.secret }}'", []),
        ("refreshInterval: 1h", "refreshInterval: 0", ["never-refreshed"]),
        ("refreshInterval: 1h", 'refreshInterval: "0h0m0s"', ["never-refreshed"]),
        ("refreshInterval: 1h", "refreshInterval: 10m", []),
        ("refreshInterval: 1h", "refreshInterval: 0\n  refreshPolicy: OnChange", []),
        ("refreshInterval: 1h", "refreshPolicy: CreatedOnce", ["never-refreshed"]),
        ("creationPolicy: Owner", "immutable: true", ["never-refreshed"]),
        ("creationPolicy: Owner", "immutable: false", []),
        ("kind: ExternalSecret", "kind: PushSecret", ["feeds-nothing"]),
        ("name: am", "name: another", ["feeds-nothing"]),
    ],
)
def test_what_copies_from_elsewhere_or_never_again_is_told(
    old: str, new: str, told: list[str]
) -> None:
    assert old in GOOD
    assert found(GOOD.replace(old, new)) == told


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("x", "x", []),
        (KEY, "key: unkey/other", ["wrong-remote-ref"]),
        ("creationPolicy: Owner", "immutable: true", ["never-refreshed"]),
        ("externalSecretName: am-external", "externalSecretName: x", []),
        ("name: am\n", "name: another\n", []),  # the ExternalSecret is the inventory's by name
    ],
)
def test_what_a_cluster_wide_one_makes_is_read_as_one(old: str, new: str, told: list[str]) -> None:
    head, _, spec = GOOD.partition("spec:\n")
    inner = "".join(f"  {line}\n" for line in spec.splitlines())
    name = "spec:\n  externalSecretName: am-external\n  externalSecretSpec:\n"
    whole = f"{head.replace('kind: External', 'kind: ClusterExternal')}{name}{inner}"

    assert found(whole.replace(old, new)) == told


def test_one_among_a_chart_s_extra_manifests_is_found() -> None:
    wrong = GOOD.replace(KEY, "key: unkey/other").replace("\n", "\n    ")

    assert found(f"extraManifests:\n  - {wrong}\n") == ["wrong-remote-ref"]


def test_a_key_that_is_made_of_others_is_not_judged() -> None:
    text = GOOD.replace("secretKey: token", "secretKey: other")

    assert found(text.replace("target:\n", "target:\n    template: {data: {}}\n")) == []
    assert found(text.replace("Policy: Owner", "Policy: Merge")) == []
