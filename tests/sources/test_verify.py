"""What senders' files really feed is found, with everything that is wrong, and without tokens."""

import base64
from pathlib import Path

import pytest

from reconciler.files.routes import read_routes
from reconciler.model.config import Config, Environment, InventorySource, TokenPlaces
from reconciler.sources.verify import Question, Sender, Verified, verify
from tests.e2e.team import REPOSITORY
from tests.sources.nouns import ORIGIN, PRODUCTION, STAGING, url

SECRET = "tok-2f9c1d77aa01"
FILE = "/etc/alertmanager/secrets/alertmanager-incidentio/token"
PROD_URL, STAGING_URL = url("01AM"), url("01ST")
CONFIG = Config(
    sources=(
        InventorySource(PRODUCTION, "01AM", "", "production", PROD_URL, TokenPlaces(file=FILE)),
        InventorySource(STAGING, "01ST", "", "staging", STAGING_URL),
        InventorySource("Checkly", "01CH", "", "production", url("01CH", "checkly")),
        InventorySource("Axiom", "01AX"),
    ),
    environments={"production": Environment("production"), "staging": Environment("staging")},
)
ROUTES = read_routes(Path(REPOSITORY)).declarations
GOOD = f"http_config: {{authorization: {{credentials_file: {FILE}}}}}"
GROUPED = "group_by: [alertname, severity]"


def alertmanager(entry: str, route: str = f"receiver: io, {GROUPED}", more: str = "") -> str:
    return f"""\
route: {{{route}}}
receivers:
  - name: io
    incidentio_configs:
      - {{{entry}}}
{more}"""


def ask(*texts: str, ending: str = ".yaml", version: tuple[int, int] | None = (0, 29)) -> Verified:
    senders = [Sender(f"{place}{ending}", text) for place, text in enumerate(texts)]
    return verify(senders, Question("production", CONFIG, ROUTES, version))


def codes(done: Verified) -> list[str]:
    return [one.code for one in done.findings if one.code != "not-fed"]


def fed(done: Verified) -> list[str]:
    return [one.source.name if one.source else one.address.url for one in done.feeds]


def values(config: str, key: str = "alertmanager") -> str:
    return f"{key}:\n  config:\n" + "".join(f"    {line}\n" for line in config.splitlines())


def test_a_sender_as_it_should_be_has_no_finding_but_what_is_elsewhere() -> None:
    done = ask(alertmanager(f"url: {PROD_URL}, {GOOD}"))

    assert (fed(done), codes(done)) == ([PRODUCTION], [])
    (finding,) = done.findings
    assert "Checkly; compare by hand" in finding.message


def test_production_that_feeds_staging_is_found_through_merged_values() -> None:
    base = values(alertmanager(f"url: {STAGING_URL}, {GOOD}"))
    right = values(alertmanager(f"url: {PROD_URL}, {GOOD}"))

    wrong = ask(base, "alertmanager: {replicas: 2}")

    assert (fed(wrong), codes(wrong)) == ([STAGING], ["feeds-wrong-source"])
    assert PROD_URL in wrong.findings[0].message
    assert fed(ask(base, right)) == [PRODUCTION]
    assert fed(ask(right, base)) == [STAGING]


@pytest.mark.parametrize(
    ("entry", "told"),
    [
        (f"url: {url('01NEW')}, {GOOD}", ["unknown-source-url"]),
        (f"url: {url('01AM', 'http')}, {GOOD}", ["wrong-url"]),
        (f"url: {PROD_URL}/, {GOOD}", []),
        (GOOD, ["no-url"]),
        (f"url_file: /etc/url, {GOOD}", ["url-elsewhere"]),
        (f"url: '{{{{ .Values.url }}}}', {GOOD}", ["url-elsewhere"]),
        (f"url: {PROD_URL}, url_file: /etc/url, {GOOD}", ["two-urls"]),
        (f"url: {PROD_URL}", ["sender-token-missing"]),
        (f"url: {PROD_URL}, http_config: {{}}", ["sender-token-missing"]),
        (f"url: {PROD_URL}, alert_source_token: {SECRET}", ["inline-token"]),
        (f"url: {PROD_URL}, alert_source_token: '{{{{ .Values.token }}}}'", []),
        (f"url: {PROD_URL}, alert_source_token_file: {FILE}", ["token-read-once"]),
        (
            f"url: {PROD_URL}, alert_source_token_file: /etc/other",
            ["token-read-once", "token-file-elsewhere"],
        ),
        (
            f"url: {PROD_URL}, alert_source_token: {SECRET}, alert_source_token_file: {FILE}",
            ["two-credentials", "inline-token", "token-read-once"],
        ),
        (
            f"url: {PROD_URL}, alert_source_token_file: {FILE}, {GOOD}",
            ["two-credentials", "token-read-once"],
        ),
        (
            f"url: {PROD_URL}, http_config: {{authorization: {{credentials: {SECRET}}}}}",
            ["inline-token"],
        ),
        (f"url: {PROD_URL}, http_config: {{bearer_token: {SECRET}}}", ["inline-token"]),
        (f"url: {PROD_URL}, http_config: {{bearer_token_file: {FILE}}}", []),
        (
            f"url: {PROD_URL}, http_config: {{basic_auth: {{password: {SECRET}}}}}",
            ["sender-token-missing"],
        ),
        (f"url: '{PROD_URL}?token={SECRET}'", ["inline-token"]),
        (f"url: 'https://[{SECRET}', {GOOD}", ["unknown-source-url"]),
    ],
)
def test_each_fault_of_a_receiver_has_its_code(entry: str, told: list[str]) -> None:
    done = ask(alertmanager(entry))

    assert codes(done) == told
    assert SECRET[:8] not in repr(done)


def test_a_shared_http_config_counts_where_a_receiver_has_none() -> None:
    shared = f"global: {{{GOOD}}}\n"

    assert codes(ask(alertmanager(f"url: {PROD_URL}", more=shared))) == []


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
        ("receiver: other", ["receiver-unused"]),
    ],
)
def test_labels_that_routes_test_must_come_through_the_grouping(
    route: str, told: list[str]
) -> None:
    assert codes(ask(alertmanager(f"url: {PROD_URL}, {GOOD}", route))) == told


def test_a_configuration_is_found_wherever_it_stands() -> None:
    text = alertmanager(f"url: {PROD_URL}, {GOOD}")
    indented = "".join(f"    {line}\n" for line in text.splitlines())
    encoded = base64.b64encode(text.encode()).decode()

    for whole in (
        values(text, "kube"),
        f"files:\n  alertmanager.yml: |\n{indented}",
        f"kind: Secret\nstringData:\n  alertmanager.yaml: |\n{indented}",
        f"kind: Secret\ndata: {{alertmanager.yaml: {encoded}}}\n",
    ):
        assert (fed(ask(whole)), codes(ask(whole))) == ([PRODUCTION], [])
    assert fed(ask("kind: Secret\ndata: {a: '%%', b: /w==}\n")) == []
    assert fed(ask("a: 'receivers: none'\n")) == []


def test_a_url_that_a_chart_takes_as_a_value_is_found() -> None:
    done = ask(f"incidentio:\n  url: {STAGING_URL}\n")

    assert codes(done) == ["feeds-wrong-source"]
    assert done.feeds[0].by == "incidentio.url"


@pytest.mark.parametrize(
    ("image", "said", "told"),
    [
        ("{alertmanager: {image: {tag: v0.28.1}}}", None, ["alertmanager-too-old"]),
        ("{alertmanager: {image: {tag: v0.29.0}}}", None, []),
        ("{alertmanager: {version: '0.30'}}", None, []),
        ("{alertmanager: {image: {tag: latest}}}", None, ["alertmanager-version"]),
        ("{grafana: {image: {tag: v0.1.0}}}", None, ["alertmanager-version"]),
        ("{alertmanager: {image: {tag: v0.29.0}}}", (0, 27), ["alertmanager-too-old"]),
    ],
)
def test_the_version_must_know_the_receiver(
    image: str, said: tuple[int, int] | None, told: list[str]
) -> None:
    text = f"image: {image}\n" + values(alertmanager(f"url: {PROD_URL}, {GOOD}"), "am")

    assert codes(ask(text, version=said)) == told


@pytest.mark.parametrize(
    ("line", "told"),
    [
        (f"url: '{ORIGIN}/v2/alert_events/checkly/01CH',", []),
        (f"url: '{ORIGIN}/v2/alert_events/checkly/01CH?token={SECRET}',", ["inline-token"]),
        (f"url: `{ORIGIN}/v2/alert_events/checkly/01CH?token=${{token}}`,", []),
        (f"headers: [{{value: 'Bearer {SECRET}'}}],", ["inline-token"]),
        ("headers: [{value: `Bearer ${process.env.TOKEN}`}],", []),
        ("headers: [{value: 'Bearer ' + token}],", []),
        (f"url: '{ORIGIN}/v2/alert_events/alertmanager/01ST',", ["feeds-wrong-source"]),
    ],
)
def test_configuration_as_code_is_searched(line: str, told: list[str]) -> None:
    done = ask(f"new WebhookChannel('io', {{\n  {line}\n}})\n", ending=".check.ts")

    assert codes(done) == told
    assert SECRET[:8] not in repr(done)


def test_an_environment_without_a_source_of_that_type_is_told_all_the_same() -> None:
    config = Config(sources=CONFIG.sources[1:], environments=CONFIG.environments)
    done = verify(
        [Sender("a.yaml", f"url: {STAGING_URL}")], Question("production", config, (), (0, 29))
    )

    assert done.findings[0].message == f"production feeds {STAGING}"


def test_what_is_no_yaml_is_told() -> None:
    assert codes(ask("a: [")) == ["sender-unreadable"]
