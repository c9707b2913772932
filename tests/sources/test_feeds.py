"""An environment whose sources nothing feeds is found, and a token that a secret holds is none."""

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
from tests.sources.nouns import PRODUCTION
from tests.sources.test_verify import (
    GOOD,
    GROUPED,
    PROD_URL,
    STAGING_URL,
    alertmanager,
    ask,
    codes,
    values,
)


@pytest.mark.parametrize(
    ("override", "told"),
    [
        ("receivers: []", ["sender-replaced"]),
        ("receivers: [{name: 'null'}]", ["sender-replaced"]),
        ("route: {receiver: 'null'}", ["receiver-unused", "sender-replaced"]),
        (
            f"receivers: [{{name: io, incidentio_configs: [{{url: {STAGING_URL}, {GOOD}}}]}}]",
            ["feeds-wrong-source", "sender-replaced"],
        ),
        ("templates: []", []),
    ],
)
def test_an_override_that_takes_the_environment_s_sender_away_is_an_error(
    override: str, told: list[str]
) -> None:
    base = values(alertmanager(f"url: {PROD_URL}, {GOOD}"))
    done = ask(base, values(override))
    replaced = [one for one in done.findings if one.code == "sender-replaced"]

    assert codes(done) == told
    assert [one.position and one.position.file for one in replaced] == (
        ["0.yaml"] if "sender-replaced" in told else []
    )
    assert all(one.level == "error" for one in replaced)


def test_an_environment_that_feeds_none_of_its_sources_is_an_error() -> None:
    """The base feeds staging; the values of production take that away, and put nothing there."""
    base = values(alertmanager(f"url: {STAGING_URL}, {GOOD}"))

    done = ask(base, values("receivers: []"))
    (finding,) = [one for one in done.findings if one.code == "feeds-none"]
    assert (finding.level, finding.position and finding.position.file) == ("error", "1.yaml")
    assert "production feeds none of its sources" in finding.message
    assert codes(ask("kind: Service\n")) == []  # a file that configures no sender
    assert codes(ask(alertmanager(f"url_file: /etc/url, {GOOD}"))) == ["url-elsewhere"]


@pytest.mark.parametrize(
    "text",
    [
        "alertmanager: {stringConfig: 'receivers: []'}\n",
        "kind: Secret\nstringData: {alertmanager.yaml: 'receivers: []'}\n",
        "kind: AlertmanagerConfig\nspec: {receivers: []}\n",
    ],
)
def test_a_configuration_without_receivers_feeds_none_wherever_it_stands(text: str) -> None:
    assert "feeds-none" in codes(ask(text))


def test_a_chart_that_is_switched_off_feeds_nothing() -> None:
    base = values(alertmanager(f"url: {PROD_URL}, {GOOD}"))
    off = "alertmanager: {enabled: false}\n"

    assert codes(ask(base, off)) == ["sender-off", "sender-replaced"]
    assert codes(ask(base, off.replace("false", "true"))) == []
    assert "inline-token" in codes(ask(base.replace(GOOD, "alert_source_token: 0123abcd"), off))


OPERATED = """\
kind: AlertmanagerConfig
spec:
  route: {receiver: io, groupBy: [alertname, severity], matchers: [{name: team, value: x}]}
  receivers:
    - name: io
      webhookConfigs: [{%s}]
"""


@pytest.mark.parametrize(
    ("entry", "told"),
    [
        (
            f"url: {PROD_URL}, httpConfig: {{authorization: {{credentials: {{name: a, key: b}}}}}}",
            [],
        ),
        (f"url: {PROD_URL}, httpConfig: {{bearerTokenSecret: {{name: a, key: b}}}}", []),
        (f"url: {PROD_URL}", ["sender-token-missing"]),
        ("urlSecret: {name: am, key: url}", ["url-elsewhere"]),
        ("url: https://example.com/", ["feeds-none"]),
    ],
)
def test_the_prometheus_operator_s_spelling_is_read_like_alertmanager_s(
    entry: str, told: list[str]
) -> None:
    assert codes(ask(OPERATED % entry)) == told


def test_a_webhook_whose_url_is_not_at_hand_may_feed() -> None:
    text = "route: {receiver: x}\nreceivers: [{name: x, webhook_configs: [{url_file: /u}]}]\n"

    assert "url-elsewhere" in codes(ask(text))
    assert "feeds-none" not in codes(ask(text))


@pytest.mark.parametrize(
    ("entry", "told"),
    [
        ("alert_source_token: {name: am, key: token}", []),
        ("alert_source_token: {name: other, key: token}", ["token-secret-elsewhere"]),
        ("alert_source_token: {name: am, key: tokens}", ["token-secret-elsewhere"]),
        ("http_config: {authorization: {credentials: {name: am, key: token}}}", []),
        ("http_config: {bearer_token_secret: {name: am, key: token}}", []),
        ("alert_source_token: {name: am}", ["sender-token-missing"]),
    ],
)
def test_a_selector_names_the_secret_of_a_token(entry: str, told: list[str]) -> None:
    """VictoriaMetrics' operator reads secrets, so the token is not missing, and not in the file."""
    here = Environment("production", kubernetes=KubernetesPlace("c", "ns", "am"))
    source = InventorySource(
        PRODUCTION, "01AM", "", "production", PROD_URL, TokenPlaces(kubernetes=True)
    )
    config = Config(sources=(source,), environments={"production": here})
    receiver = f"{{name: io, incidentio_configs: [{{url: {PROD_URL}, {entry}}}]}}"
    text = (
        "kind: VMAlertmanagerConfig\n"
        f"spec: {{route: {{receiver: io, {GROUPED}}}, receivers: [{receiver}]}}\n"
    )
    done = verify([[Sender("vm.yaml", text)]], Question("production", config, (), (0, 29)))

    assert codes(done) == told
    assert [feed.forms for feed in done.feeds] == [
        () if told == ["sender-token-missing"] else ("selector",)
    ]


def test_a_url_of_a_secret_is_not_at_hand() -> None:
    done = ask(alertmanager(f"url_secret: {{name: am, key: url}}, {GOOD}"))

    assert codes(done) == ["url-elsewhere"]
    assert "takes its URL from a secret" in done.findings[0].message
