"""A token that somebody pasted into reconciler.yaml is in no finding; what is none is shown."""

import time

import pytest

from reconciler.files.config import parse_config
from reconciler.files.inventory import is_like_a_token, withheld

TOKEN = "sk9fJq27LmPzX81vQhTb3nWc"
SHORT = "hunter2x"
SOURCE = "01KHSNW67SZJ1KGWEMA9C0GPT7"
URL = f"https://api.incident.io/v2/alert_events/alertmanager/{SOURCE}"
SHAPES = (
    "token: {0}",
    "token: {{value: {0}}}",
    "token: {{in: {0}}}",
    "token: {{in: [{0}]}}",
    "token:\n      in:\n        - {0}",
    "token: {{file: {0}}}",
    "token: {{variable: {0}}}",
    "token: {{aws_key: {0}}}",
    "token: [aws, {0}]",
    "token: {0}: x",
    'token: "{0}',
    "secret_token: {0}",
    "api_token: {0}",
    f"url: {URL}?token={{0}}",
)


@pytest.mark.parametrize("shape", SHAPES)
def test_no_finding_quotes_it(shape: str) -> None:
    pasted = shape.format(TOKEN)
    text = f"sources:\n  - name: A\n    id: {SOURCE}\n    {pasted}\n"

    findings = parse_config(text, "reconciler.yaml")[1]

    assert findings
    for finding in findings:
        shown = f"{finding.message} {finding.hint} {finding.excerpt}"
        assert not any(TOKEN[at : at + 8] in shown for at in range(len(TOKEN) - 7))


@pytest.mark.parametrize(
    "line", [f"token: {SHORT}", f"  - {{value: {SHORT}}}", f"'secret_token': {SHORT}"]
)
def test_after_such_a_key_everything_is_withheld(line: str) -> None:
    assert SHORT not in withheld(line)


@pytest.mark.parametrize(
    "line",
    [
        f"    id: {SOURCE}",
        f"    url: {URL}",
        "    token: {in: [aws, kubernetes]}",
        "    token: {file: /etc/alertmanager/secrets/alertmanager-incidentio/token}",
        "    token: {variable: ALERTMANAGER_PRODUCTION_TOKEN}",
        "  secret: arn:aws:secretsmanager:eu-west-1:123456789012:secret:unkey/alertmanager-a1B2c3",
        '  "#alerts": C06E4KQ7R2N',
        "  - environment: production-eu-west-1",
    ],
)
def test_what_belongs_there_is_shown(line: str) -> None:
    assert withheld(line) == line


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (TOKEN, True),
        ("0123456789abcdef0123456789abcdef", True),
        ("/run/secrets/token", False),
        ("INCIDENT_TOKEN_2", False),
        ("alert_source_token", False),
    ],
)
def test_a_name_is_told_from_a_token(text: str, expected: bool) -> None:
    assert is_like_a_token(text) is expected


@pytest.mark.parametrize("part", ["[", ":59", "a: {a1", "?", "https://", "alert_events/a1#"])
def test_no_line_makes_the_search_long(part: str) -> None:
    began = time.process_time()

    findings = parse_config("owns_teams: " + part * (250_000 // len(part)), "reconciler.yaml")[1]

    assert findings
    assert time.process_time() - began < 5
    assert max(len(finding.excerpt) for finding in findings) < 2000


def test_where_a_name_is_wanted_a_token_is_an_error() -> None:
    text = f"sources:\n  - name: A\n    id: {SOURCE}\n    token: {{variable: {TOKEN}}}\n"

    config, findings = parse_config(text, "reconciler.yaml")

    assert [finding.code for finding in findings] == ["inline-token"]
    assert config.sources[0].token.variable == ""
