"""The inventory is read whole; what is wrong in it is told, and a token in it never quoted."""

import pytest

from reconciler.files.config import parse_config
from reconciler.files.inventory import (
    AWS_KEYS,
    ENVIRONMENT_KEYS,
    KUBERNETES_KEYS,
    SOURCE_KEYS,
    TOKEN_KEYS,
)
from reconciler.files.schema import json_schema, validate_with_schema
from reconciler.model import (
    AwsPlace,
    Config,
    Environment,
    Finding,
    InventorySource,
    Json,
    KubernetesPlace,
    TokenPlaces,
)

URL = "https://api.incident.io/v2/alert_events/alertmanager/01AM"
WHOLE = f"""\
sources:
  - name: Alertmanager
    id: 01AM
    alias: AM
    environment: production
    url: {URL}
    token: {{in: [aws, kubernetes], file: /etc/token, variable: TOKEN}}
    senders: [values.yaml, production.yaml]
environments:
  production:
    aws: {{account: "000000000042", region: eu-west-1, secret: am/token, key: value}}
    kubernetes:
      context: prod
      namespace: observability
      secret: am
      key: secret
      external_secret: am-external
      store: aws
      workload: statefulset/am
    routes: [Production Alerts]
  staging: {{}}
"""


def read(text: str) -> tuple[Config, tuple[Finding, ...]]:
    return parse_config(text, "reconciler.yaml")


def test_every_key_is_read() -> None:
    config, findings = read(WHOLE)

    assert findings == ()
    assert config.sources == (
        InventorySource(
            "Alertmanager",
            "01AM",
            "AM",
            "production",
            URL,
            TokenPlaces(aws=True, kubernetes=True, file="/etc/token", variable="TOKEN"),
            ("values.yaml", "production.yaml"),
        ),
    )
    assert config.environments == {
        "production": Environment(
            "production",
            AwsPlace("000000000042", "eu-west-1", "am/token", "value"),
            KubernetesPlace(
                "prod", "observability", "am", "secret", "am-external", "aws", "statefulset/am"
            ),
            ("Production Alerts",),
        ),
        "staging": Environment("staging"),
    }
    assert config.sources[0].type == "alertmanager"
    assert validate_with_schema(WHOLE, "reconciler.yaml", name="config") == ()


def test_keys_that_are_left_out_have_the_team_s_names() -> None:
    config, findings = read(
        'environments: {p: {aws: {account: "000000000042", region: r, secret: s}, '
        "kubernetes: {context: c, namespace: ns, secret: s}}}"
    )

    assert findings == ()
    environment = config.environments["p"]
    assert environment.aws is not None
    assert environment.aws.key == "alert_source_token"
    assert environment.kubernetes is not None
    assert (environment.kubernetes.key, environment.kubernetes.external_secret) == ("token", "")


def test_a_source_without_a_url_has_no_type() -> None:
    assert InventorySource("Grafana").type == ""


ENV = "environments: {p: {}}\n"
AWS = "aws: {account: '000000000042', region: r, secret: s}"
PLACES = (
    f"environments: {{p: {{{AWS}, kubernetes: {{context: c, namespace: ns, secret: s}}}}, "
    f"q: {{{AWS}}}}}\nsources: "
)


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("sources: [{name: A, environment: prod}]", ["unknown-environment"]),
        (ENV + "sources: [{name: A, environment: q}]", ["unknown-environment"]),
        (ENV + "sources: [{name: A, environment: p, token: {in: [aws]}}]", ["unknown-place"]),
        (
            ENV + "sources: [{name: A, environment: p, token: {in: [kubernetes]}}]",
            ["unknown-place"],
        ),
        (ENV + "sources: [{name: A, token: {in: [vault]}}]", ["unknown-word", "missing-key"]),
        ("sources: [{name: A, token: {inn: []}}]", ["unknown-key"]),
        ("sources: [{name: A, token: []}]", ["wrong-kind"]),
        ("sources: [{name: A, senders: values.yaml}]", ["wrong-kind"]),
        ("sources: [{name: A, url: 'ftp://x/v2/alert_events/a/b'}]", ["source-url"]),
        ("sources: [{name: A, url: 'https://[x/v2/alert_events/a/b'}]", ["source-url"]),
        ("sources: [{name: A, url: 'https://x/v1/things'}]", ["source-url"]),
        (f"sources: [{{name: A, id: 01OTHER, url: '{URL}'}}]", ["source-url"]),
        ("environments: []", ["wrong-kind"]),
        ("environments: {p: {aws: {}}}", ["missing-key"] * 3),
        ("environments: {p: {aws: []}}", ["wrong-kind"]),
        ("environments: {p: {aws: {account: '12', region: r, secret: s}}}", ["aws-account"]),
        (
            "environments: {p: {aws: {account: '000000000042', region: ' ', secret: s}}}",
            ["empty-text"],
        ),
        (
            "environments: {p: {aws: {account: '000000000042', region: r, "
            "secret: 'arn:aws:secretsmanager:r:000000000043:secret:s'}}}",
            ["aws-account"],
        ),
        (
            "environments: {p: {aws: {account: '000000000042', region: r, "
            "secret: 'arn:aws:secretsmanager:r:000000000042:secret:s'}}}",
            [],
        ),
        ("environments: {p: {kubernetes: {context: c}}}", ["missing-key"] * 2),
        (
            "environments: {p: {kubernetes: {context: c, namespace: no, secret: s}}}",
            ["quote-it"],
        ),
        ("environments: {p: {routes: A}}", ["wrong-kind"]),
        ("sources: [{name: '', environment: p}]", ["empty-text"]),
        ("sources: [{name: A}, {name: A}]", ["duplicate-source"]),
        ("sources: [{name: A, id: 01A}, {name: B, id: 01A}]", ["duplicate-source"]),
        ("sources: [{name: A, id: 01A}, {name: B, id: 01B, alias: A}]", ["duplicate-source"]),
        (f"sources: [{{name: A, url: '{URL}'}}, {{name: B, url: '{URL}'}}]", ["duplicate-source"]),
        (
            PLACES + "[{name: A, environment: p, token: {in: [aws, kubernetes]}}, "
            "{name: B, environment: p, token: {in: [aws, kubernetes]}}]",
            ["shared-place"] * 2,
        ),
        (
            PLACES + "[{name: A, environment: p, token: {in: [aws]}}, "
            "{name: B, environment: q, token: {in: [aws]}}]",
            ["shared-place"],
        ),
        (
            PLACES + "[{name: A, environment: p, token: {in: [aws, kubernetes]}}, {name: B, "
            "environment: p, token: {in: [aws, kubernetes], aws_key: b, kubernetes_key: b}}]",
            [],
        ),
    ],
)
def test_what_is_wrong_is_told(text: str, codes: list[str]) -> None:
    _, findings = read(text)

    assert [finding.code for finding in findings] == codes


@pytest.mark.parametrize("where", ["?token=s3cr3t-t0ken", "#s3cr3t-t0ken", "@"])
def test_a_token_in_a_url_is_refused_and_not_repeated(where: str) -> None:
    url = URL.replace("://", "://s3cr3t@") if where == "@" else URL + where

    config, findings = read(f"sources: [{{name: A, naem: B, url: '{url}'}}]")

    assert [finding.code for finding in findings] == ["unknown-key", "source-url"]
    assert "s3cr3t" not in repr((config, findings))


def test_the_schema_knows_the_keys_that_the_parser_knows() -> None:
    sources = inner(json_schema("config"), "properties", "sources", "items", "properties")
    environment = inner(json_schema("config"), "$defs", "environment", "properties")

    assert tuple(sources) == SOURCE_KEYS
    assert tuple(inner(sources, "token", "properties")) == TOKEN_KEYS
    assert tuple(environment) == ENVIRONMENT_KEYS
    assert tuple(inner(environment, "aws", "properties")) == AWS_KEYS
    assert tuple(inner(environment, "kubernetes", "properties")) == KUBERNETES_KEYS


def inner(schema: Json, *keys: str) -> dict[str, Json]:
    for key in keys:
        assert isinstance(schema, dict)
        schema = schema[key]
    assert isinstance(schema, dict)
    return schema
