"""What senders' files really feed is found, with everything that is wrong, and without tokens."""

import base64
from pathlib import Path

import pytest

from reconciler.files.routes import read_routes
from reconciler.model import (
    Config,
    Environment,
    InventorySource,
    TokenPlaces,
)
from reconciler.sources.senders.feeds import Question
from reconciler.sources.senders.verify import Sender, Verified, verify
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
    return verify([senders], Question("production", CONFIG, ROUTES, version))


def codes(done: Verified) -> list[str]:
    return [one.code for one in done.findings if one.code not in ("not-fed", "feeds-nothing")]


def fed(done: Verified) -> list[str]:
    return [one.source.name if one.source else one.address.url for one in done.feeds]


def values(config: str, key: str = "alertmanager") -> str:
    return f"{key}:\n  config:\n" + "".join(f"    {line}\n" for line in config.splitlines())


def test_a_sender_as_it_should_be_has_no_finding_but_what_is_elsewhere() -> None:
    done = ask(alertmanager(f"url: {PROD_URL}, {GOOD}"))

    assert (fed(done), codes(done)) == ([PRODUCTION], [])
    (finding,) = done.findings
    assert "Checkly at https://" in finding.message


def test_a_list_at_the_top_of_a_file_is_read() -> None:
    done = ask(f"- name: io\n  url: {STAGING_URL}\n- url: {PROD_URL}\n  token: {SECRET}\n")

    assert fed(done) == [STAGING, PRODUCTION]
    assert codes(done) == ["inline-token", "feeds-wrong-source"]
    assert fed(ask(f"'{PROD_URL}'", f"- {STAGING_URL}")) == [PRODUCTION, STAGING]


def test_files_in_which_nothing_feeds_a_source_are_named() -> None:
    good = values(alertmanager(f"url: {PROD_URL}, {GOOD}"))

    def silent(*texts: str, ending: str = ".yaml") -> list[str]:
        done = ask(*texts, ending=ending)
        return [one.message for one in done.findings if one.code == "feeds-nothing"]

    assert silent("replicas: 3", "a: 1") == ["0.yaml, 1.yaml feed no known source"]
    assert silent("replicas: 3", good) == []  # one release's values, which are merged
    assert silent(good, "- replicas: 3", "kind: Service") == [
        "1.yaml feeds no known source",
        "2.yaml feeds no known source",
    ]
    assert silent("", good) == ["0.yaml feeds no known source"]
    assert silent("// nothing", ending=".ts") == ["0.ts feeds no known source"]
    assert silent("a: [") == []  # said otherwise


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
        (f"url: {{{{ .Values.url }}}}, {GOOD}", ["url-elsewhere"]),
        (f"url: {PROD_URL.replace('api.', 'API.')}, {GOOD}", []),
        (f"url: {PROD_URL.replace('.io', '.io:443')}, {GOOD}", []),
        (f"url: {PROD_URL}/{SECRET}, {GOOD}", ["unknown-source-url"]),
        (f"url: https://hooks.example.com/services/{SECRET}, {GOOD}", ["unknown-source-url"]),
        (f"url: {SECRET}, {GOOD}", ["unknown-source-url"]),
        (f"url: {PROD_URL.replace('v2', 'v1')}, {GOOD}", ["wrong-url"]),
        (f"url: {PROD_URL.replace('api.', 'eu.')}, {GOOD}", ["wrong-url"]),
        (f"url: {PROD_URL.replace('https', 'http')}, {GOOD}", ["wrong-url"]),
        (
            f"url: {PROD_URL}, http_config: {{authorization: {{type: Basic, credentials: x}}}}",
            ["sender-token-missing"],
        ),
        (
            f"url: {PROD_URL}, "
            f"http_config: {{http_headers: {{Authorization: {{values: ['Bearer {SECRET}']}}}}}}",
            ["reserved-header", "inline-token"],
        ),
        (
            f"url: {PROD_URL}, "
            f"http_config: {{http_headers: {{authorization: {{files: [{FILE}]}}}}}}",
            ["reserved-header"],
        ),
        (
            f"url: {PROD_URL}, http_config: {{http_headers: {{User-Agent: {{values: [x]}}}}, "
            f"authorization: {{credentials_file: {FILE}}}}}",
            ["reserved-header"],
        ),
        (
            f"url: {PROD_URL}, http_config: {{http_headers: {{X-Team: {{values: [x]}}}}, "
            f"authorization: {{credentials_file: {FILE}}}}}",
            [],
        ),
    ],
)
def test_each_fault_of_a_receiver_has_its_code(entry: str, told: list[str]) -> None:
    done = ask(alertmanager(entry))

    assert codes(done) == told
    assert SECRET[:8] not in repr(done.findings)
    assert [feed.address.shown for feed in done.feeds if SECRET[:8] in feed.address.shown] == []


def test_a_shared_http_config_counts_where_a_receiver_has_none() -> None:
    shared = f"global: {{{GOOD}}}\n"

    assert codes(ask(alertmanager(f"url: {PROD_URL}", more=shared))) == []


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


def test_a_webhook_feeds_a_source_as_well() -> None:
    """It was the only way before Alertmanager 0.29, and needs no version."""
    whole = alertmanager(f"url: {STAGING_URL}, {GOOD}").replace("incidentio", "webhook")
    other = alertmanager("url: https://example.com/hook").replace("incidentio", "webhook")
    inline = f"http_config: {{authorization: {{credentials: {SECRET}}}}}"
    bare = alertmanager(f"url: {PROD_URL}, {inline}").replace("incidentio", "webhook")

    assert (fed(ask(whole)), codes(ask(whole, version=None))) == ([STAGING], ["feeds-wrong-source"])
    assert (fed(ask(other)), codes(ask(other))) == ([], ["feeds-none"])
    assert codes(ask(bare)) == ["inline-token"]
    assert SECRET[:8] not in repr(ask(bare))


def test_receivers_whose_routes_are_the_chart_s_feed_all_the_same() -> None:
    entry = f"url: {STAGING_URL}, alert_source_token: {SECRET}"
    text = alertmanager(entry).partition("\n")[2]

    assert (fed(ask(text)), codes(ask(text))) == ([STAGING], ["inline-token", "feeds-wrong-source"])


def test_a_token_in_a_receiver_that_no_route_sends_to_is_found() -> None:
    done = ask(alertmanager(f"url: {STAGING_URL}, alert_source_token: {SECRET}", "receiver: x"))

    assert (fed(done), codes(done)) == ([], ["receiver-unused", "inline-token", "feeds-none"])


def test_urls_beside_the_receivers_are_found() -> None:
    """Grafana's contact points, the operator's own kinds: they have receivers of their own."""
    for text in (
        f"contactPoints: [{{receivers: [{{type: webhook, settings: {{url: {STAGING_URL}}}}}]}}]",
        f"kind: Operated\nspec: {{receivers: [{{webhookConfigs: [{{url: {STAGING_URL}}}]}}]}}",
    ):
        assert (fed(ask(text)), codes(ask(text))) == ([STAGING], ["feeds-wrong-source"])


def test_a_configuration_in_a_text_that_is_no_yaml_is_told() -> None:
    text = f"{{{{ if x }}}}\nreceivers:\n{alertmanager(f'url: {STAGING_URL}')}"
    indented = "".join(f"    {line}\n" for line in text.splitlines())
    encoded = base64.b64encode(text.encode()).decode()

    for whole in (
        f"alertmanager:\n  stringConfig: |\n{indented}",
        f"kind: Secret\ndata: {{alertmanager.yaml: {encoded}}}\n",
    ):
        assert fed(ask(whole)) == [STAGING]
        assert codes(ask(whole)) == ["sender-unreadable", "feeds-wrong-source"]


def test_values_of_two_releases_are_not_merged() -> None:
    """Two clusters of one environment: the second's list would hide what the first one feeds."""
    first = Sender("a.yaml", values(alertmanager(f"url: {STAGING_URL}, {GOOD}")))
    second = Sender("b.yaml", values(alertmanager(f"url: {PROD_URL}, {GOOD}")))
    question = Question("production", CONFIG, ROUTES, (0, 29))

    assert fed(verify([[first], [second]], question)) == [STAGING, PRODUCTION]
    assert fed(verify([[first, second]], question)) == [PRODUCTION]


def test_what_an_anchor_names_is_one_feed() -> None:
    receivers = f"[{{name: io, incidentio_configs: [{{url: {STAGING_URL}, {GOOD}}}]}}]"
    done = ask(f"x: &r {receivers}\nroute: {{receiver: io, {GROUPED}}}\nreceivers: *r\n")

    assert (fed(done), codes(done)) == ([STAGING], ["feeds-wrong-source"])


def test_json_and_what_kubectl_lists_are_read() -> None:
    encoded = base64.b64encode(alertmanager(f"url: {STAGING_URL}, {GOOD}").encode()).decode()
    listed = f'{{"kind": "List", "items": [{{"kind": "Secret", "data": {{"a": "{encoded}"}}}}]}}'

    assert codes(ask(listed, ending=".json")) == ["feeds-wrong-source"]


def test_a_broken_url_is_nobody_s_even_where_a_source_has_neither_id_nor_url() -> None:
    config = Config(sources=(InventorySource("Axiom"),), environments=CONFIG.environments)
    sender = Sender("a.yaml", alertmanager(f"url: 'https://[', {GOOD}"))
    done = verify([[sender]], Question("production", config, (), (0, 29)))

    assert codes(done) == ["unknown-source-url"]


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
        (
            "{alertmanager: {configmapReload: {image: {tag: v0.85.0}}, image: {tag: v0.27.0}}}",
            None,
            ["alertmanager-too-old"],
        ),
        (
            "{alertmanager: {configmapReload: {image: {tag: v0.15.0}}}}",
            None,
            ["alertmanager-version"],
        ),
        ("quay.io/prometheus/alertmanager:v0.27.0", None, ["alertmanager-too-old"]),
        (
            "{am: {image: {repository: quay.io/prometheus/alertmanager, tag: v0.27.0}}}",
            None,
            ["alertmanager-too-old"],
        ),
        (
            "{}\n---\nkind: Alertmanager\nspec: {version: v0.27.0}\n---\n",
            None,
            ["alertmanager-too-old"],
        ),
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
        ("url: `${base}/v2/alert_events/alertmanager/01ST`,", ["feeds-wrong-source"]),
        ("url: `https://${host}/v2/alert_events/checkly/01CH`,", []),
        (f"url: `{ORIGIN}/v2/alert_events/checkly/${{process.env.ID}}`,", ["url-elsewhere"]),
    ],
)
def test_configuration_as_code_is_searched(line: str, told: list[str]) -> None:
    done = ask(f"new WebhookChannel('io', {{\n  {line}\n}})\n", ending=".check.ts")

    assert codes(done) == told
    assert "Helm" not in repr(done.findings)
    assert SECRET[:8] not in repr(done)


def test_an_environment_without_a_source_of_that_type_is_told_all_the_same() -> None:
    config = Config(sources=CONFIG.sources[1:], environments=CONFIG.environments)
    done = verify(
        [[Sender("a.yaml", f"url: {STAGING_URL}")]], Question("production", config, (), (0, 29))
    )

    assert done.findings[0].message == f"production feeds {STAGING}"


def test_what_is_no_yaml_is_told() -> None:
    assert codes(ask("a: [")) == ["sender-unreadable"]
