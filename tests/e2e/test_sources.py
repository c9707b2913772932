"""`reconciler sources`: the inventory, the table, the exchange of a source, and wrong options."""

import json

import pytest
import yaml

from reconciler.model import Config, InventorySource
from reconciler.plan import exit_codes
from reconciler.sandbox.http.running import RunningSandbox
from reconciler.sources.senders.feeds import senders_of
from tests.e2e.team import Team

PRODUCTION = "Alertmanager (Production)"
SECOND = "Alertmanager (Production 2)"
EVENTS = "https://api.incident.io/v2/alert_events/alertmanager"
STAGING_CHECKLY = "01KKZJERF1HQFJRE3XWFZ0NV19"
SECOND_ID = "01M8ZQ0X7V2N4K6T9B3D5F7H1J"


def test_the_team_s_own_inventory_is_what_is_live(team: Team) -> None:
    ended = team.run("sources", "--check")
    listed = team.run("sources", "list", "--format", "json")
    read = json.loads(listed.out)

    assert (ended.code, ended.err) == (exit_codes.DONE, "")
    assert all(" ok " in line for line in ended.out.splitlines()[1:])
    assert read["findings"] == []
    assert read["sources"][0] == {
        "name": PRODUCTION,
        "environment": "production",
        "type": "alertmanager",
        "state": "ok",
        "id": "01KHSNW67SZJ1KGWEMA9C0GPT7",
        "routes": ["Production Alerts", "Production Warnings", "Unrouted Alerts"],
    }


def test_what_differs_is_listed_and_fails_a_check_only(
    team: Team, incident_io: RunningSandbox
) -> None:
    incident_io.state.rename("01KH7FNXWPMH6KPCQTYJJY947G", "Alertmanager (Test)")
    team.edit("reconciler.yaml", "  - name: Axiom\n", "  - name: Datadog\n    id: 01NONE\n")

    listed, checked = team.run("sources"), team.run("sources", "--check")
    read = json.loads(team.run("sources", "list", "--format", "json").out)

    assert (listed.code, checked.code) == (exit_codes.DONE, exit_codes.ERROR)
    assert [one["code"] for one in read["findings"]] == [
        "source-renamed", "source-missing", "source-unused", "source-extra",
    ]  # fmt: skip
    assert [one["id"] for one in read["sources"] if one["name"] == "Datadog"] == ["01NONE"]
    assert 'is now called "Alertmanager (Test)" in incident.io' in checked.err


def test_the_table_is_the_team_s(team: Team) -> None:
    rows = json.loads(team.run("sources", "table", "--format", "json").out)
    markdown = team.run("sources", "table", "--format", "markdown").out

    assert [(row["environment"], row["alert_source"]) for row in rows] == [
        ("Production", "Alertmanager (Production)"),
        ("Staging", "Alertmanager (Staging)"),
        ("Production", "Checkly (Production)"),
        ("Staging", "Checkly (Staging)"),
    ]
    assert team.run("sources", "table").out.startswith("Environment  Alert source")
    team.write("page.md", f"# Sources\n\n{markdown}\nMore.\n")
    assert team.run("sources", "table", "--check", "page.md").code == exit_codes.DONE
    team.edit("reconciler.yaml", f"checkly/{STAGING_CHECKLY}", f"http/{STAGING_CHECKLY}")
    old = team.run("sources", "table", "--check", "page.md")
    assert (old.code, "is out of date" in old.err) == (exit_codes.ERROR, True)
    assert team.run("sources", "table", "--check", "nowhere.md").code == exit_codes.ERROR


def test_an_inventory_is_begun_with_the_lines_that_are_printed(team: Team) -> None:
    """On day one a table and a paragraph; each live source comes as it is to be written."""
    whole = team.read("reconciler.yaml")
    team.write("reconciler.yaml", "api: auto\n")
    table = team.run("sources", "table")
    listed = team.run("sources")
    lines = team.run("sources", "list", "--format", "yaml").out
    team.write("reconciler.yaml", f"api: auto\n{lines}")
    done = team.run("sources", "--check")

    assert (table.code, "`sources:` is empty" in table.err) == (exit_codes.DONE, True)
    assert len(listed.out.splitlines()) == 10
    assert "source-extra" not in listed.err
    assert listed.err.startswith("\nreconciler.yaml has no inventory of these sources yet")
    assert "reconciler sources list --format yaml >> reconciler.yaml" in listed.err
    assert team.run("sources", "list", "--format", "yaml").out == ""
    assert '  - name: "Alertmanager (Production)"\n    id: 01KHSNW67SZJ1KGWEMA9C0GPT7\n' in lines
    assert "alert_events/email" not in lines
    assert (done.code, done.err) == (exit_codes.DONE, "")
    for row in json.loads(team.run("sources", "table", "--format", "json").out)[:1]:
        assert row["url"] in whole
    team.write("reconciler.yaml", "sources: [{name: Axiom}]\n")
    assert "no source has a `url:`" in team.run("sources", "table").err


def test_an_inventory_needs_no_route(empty: Team) -> None:
    empty.write("reconciler.yaml", "account: https://sandbox.invalid/acme\n")

    empty.write("reconciler.yaml", empty.run("sources", "list", "--format", "yaml").out)

    checked = empty.run("sources", "--check")
    assert checked.code == exit_codes.DONE
    assert PRODUCTION in checked.out
    assert "no-routes" not in empty.run("sources", "verify").err


@pytest.mark.parametrize(
    "command",
    [
        ("sources",),
        ("sources", "table"),
        ("sources", "verify", "a.yaml"),
        ("sources", "render"),
        ("sources", "tokens"),
    ],
)
def test_a_broken_inventory_stops_every_command(team: Team, command: tuple[str, ...]) -> None:
    text = team.read("reconciler.yaml")
    team.write("reconciler.yaml", text.replace("environment: staging", "environment: stagin", 1))
    ended = team.run(*command)

    assert ended.code == exit_codes.ERROR
    assert "[unknown-environment]" in ended.err
    assert "did you mean `staging`?" in ended.err


TOKENS = ("sources", "tokens")
VERIFY = ("sources", "verify")
ENVIRONMENT = ("--environment", "production")


@pytest.mark.parametrize(
    "command",
    [
        (*TOKENS, "--push", "A"),
        (*TOKENS, "--push", "A", "--to", "aws", "--check"),
        (*TOKENS, "--to", "aws"),
        (*TOKENS, "--auto-approve"),
        (*TOKENS, "--finish"),
        (*TOKENS, "--file", "token"),
        (*TOKENS, "--environment", "nowhere"),
        (*TOKENS, "Alertmanager (Staging)", *ENVIRONMENT),
        (*TOKENS, "--push", "A", "--to", "aws", *ENVIRONMENT),
        (*TOKENS, "--blue-green", "A"),
        (*TOKENS, "--blue-green", "A", "B", "--check"),
        (*VERIFY, "a.yaml"),
        (*VERIFY, "a.yaml", "--environment", "nowhere"),
        (*VERIFY, *ENVIRONMENT),
        (*VERIFY, "a.yaml", *ENVIRONMENT, "--alertmanager-version", "new"),
    ],
)
def test_options_that_mean_nothing_are_refused(team: Team, command: tuple[str, ...]) -> None:
    assert team.run(*command).code == exit_codes.USAGE


def test_verify_reads_the_inventory_s_senders_and_one_environment_needs_no_name(
    team: Team,
) -> None:
    team.write(
        "reconciler.yaml",
        "environments: {only: {}}\n"
        "sources: [{name: AM, environment: only, senders: [a.yaml, b.ts]}]\n",
    )
    team.write("a.yaml", f"url: {EVENTS}/01X\n")
    missing = team.run(*VERIFY)
    team.write("b.ts", "// nothing\n")
    found = team.run(*VERIFY)
    read = json.loads(team.run(*VERIFY, "--format", "json").out)
    team.write("a.yaml", "nothing: here\n")

    assert (missing.code, "no such file" in missing.err) == (exit_codes.ERROR, True)
    assert read["environment"] == "only"
    assert read["feeds"] == [
        {"by": "url", "source": None, "url": f"{EVENTS}/01X", "file": "a.yaml", "line": 1}
    ]
    assert found.code == exit_codes.ERROR
    assert "only feeds an unknown source, https://api.incident.io" in found.out
    nothing = team.run(*VERIFY)
    assert (nothing.code, nothing.out.count("feeds no known source")) == (0, 2)
    assert nothing.out.startswith("these files send nothing from only\n")
    assert json.loads(team.run(*VERIFY, "--format", "json").out)["summary"]["error"] == 0
    assert team.run("sources", "render").code == exit_codes.ERROR


def test_two_senders_of_one_environment_are_rendered_side_by_side(team: Team) -> None:
    """While one source takes over from another, the ExternalSecret holds the tokens of both."""
    text = team.read("reconciler.yaml").replace(
        "  production:\n",
        "  production:\n    aws: {account: '000000000042', region: r, secret: s}\n"
        "    kubernetes: {context: c, namespace: ns, secret: am, store: st}\n",
    )
    text = text.replace(
        "sources:\n",
        f"sources:\n  - name: {SECOND}\n    url: {EVENTS}/{SECOND_ID}\n"
        "    environment: production\n"
        "    token: {in: [aws, kubernetes], aws_key: second, kubernetes_key: token2}\n",
        1,
    )
    team.write("reconciler.yaml", text)
    config, manifest = yaml.safe_load_all(team.run("sources", "render", *ENVIRONMENT).out)

    assert [one["name"] for one in config["receivers"]] == ["incidentio", "incidentio-2"]
    assert "/etc/alertmanager/secrets/am/token2" in str(config["receivers"][0])
    assert [one["secretKey"] for one in manifest["spec"]["data"]] == ["token2", "token"]
    assert manifest["spec"]["data"][0]["remoteRef"] == {"key": "s", "property": "second"}


def test_sources_that_share_a_file_are_one_release() -> None:
    sources = tuple(
        InventorySource(name, environment="e", senders=files)
        for name, files in (("A", ("a", "b")), ("B", ("c",)), ("C", ("b", "d")), ("D", ()))
    )

    assert senders_of(Config(sources=sources), "e") == (("a", "b", "d"), ("c",))
    assert senders_of(Config(sources=sources), "other") == ()


def test_where_no_environment_is_listed_the_line_to_write_is_named(team: Team) -> None:
    team.write("reconciler.yaml", "channels: {'#alerts': C06E4KQ7R2N}\n")

    for environment in ((), ENVIRONMENT):
        ended = team.run("sources", "render", *environment)

        assert ended.code == exit_codes.USAGE
        assert "error: there are no environments: add `environments:` to reco" in ended.err


def test_render_says_what_the_inventory_lacks(team: Team) -> None:
    ended = team.run("sources", "render", *ENVIRONMENT)
    places = (
        "  production:\n    aws: {account: '000000000042', region: r, secret: s}\n"
        "    kubernetes: {context: c, namespace: ns, secret: am}\n"
    )
    team.edit("reconciler.yaml", "  production:\n", places)
    token = "    token:\n      file: /etc/alertmanager/secrets/alertmanager-incidentio/token\n"
    team.write("reconciler.yaml", team.read("reconciler.yaml").replace(token, ""))
    more = team.run("sources", "render", *ENVIRONMENT)

    assert (ended.code, "no ExternalSecret" in ended.err) == (exit_codes.DONE, True)
    assert "credentials_file: /etc/alertmanager/secrets/am/token" in more.out
    assert "STORE stands for the ClusterSecretStore" in more.err


def test_tokens_without_places_or_sources_are_told(team: Team, incident_io: RunningSandbox) -> None:
    nothing = team.run(*TOKENS)
    nobody = team.run(*TOKENS, "Nobody")
    nowhere = team.run(*TOKENS, "--push", PRODUCTION, "--to", "aws")
    asked = team.run(*TOKENS, PRODUCTION, "--only", "file")

    assert [one.code for one in (nothing, nobody, nowhere, asked)] == [exit_codes.ERROR] * 4
    assert nothing.err == (
        "error: no token was compared: no file or variable of the inventory is on this machine, "
        "and it names no other place: write `token: {in: [aws]}` there, or name a source and "
        "use --file FILE\n"
    )
    assert "incident.io has no alert source Nobody; `reconciler sources` lists them" in nobody.err
    assert "does not name the place of the token" in nowhere.err
    assert "UNREADABLE: no such file" in asked.out


@pytest.mark.parametrize(
    ("command", "code", "words"),
    [
        (
            ("--environment", "prodution"),
            64,
            '`prodution` does not exist; did you mean "production"?',
        ),
        (("--environment", "xyz"), 64, "`xyz` does not exist; environments: production, staging"),
        (("Alertmanager (Producton)",), 1, 'did you mean "Alertmanager (Production)" or'),
        (("--push", "Axiomm", "--to", "aws"), 1, 'Axiomm; did you mean "Axiom"?'),
        (("Axiom",), 1, "Axiom was not compared: the inventory has no place for its token"),
        ((PRODUCTION, "--only", "aws"), 1, "the inventory has no aws place for its token"),
        (
            (PRODUCTION,),
            1,
            "its file /etc/alertmanager/secrets/alertmanager-incidentio/token is not",
        ),
        (("Checkly (Staging)",), 1, "its variable CHECKLY is not on this machine"),
        (("--only", "aws"), 1, "no source has a place of type aws"),
        (("--environment", "empty"), 1, "no source of empty has a place in the inventory"),
    ],
)
def test_why_nothing_is_compared_is_said(
    team: Team, command: tuple[str, ...], code: int, words: str
) -> None:
    team.edit("reconciler.yaml", "environments:\n", "environments:\n  empty: {}\n")
    team.edit(
        "reconciler.yaml",
        "  - name: Checkly (Staging)\n",
        "  - name: Checkly (Staging)\n    token: {variable: CHECKLY}\n",
    )
    if words.endswith("staging"):
        team.edit("reconciler.yaml", "  empty: {}\n", "")
    ended = team.run(*TOKENS, *command)

    assert ended.code == code
    assert words in ended.err


def test_a_source_that_is_named_and_not_compared_is_no_match(
    team: Team, incident_io: RunningSandbox
) -> None:
    account = incident_io.state.account
    token = account.secrets["01KHSNW67SZJ1KGWEMA9C0GPT7"]
    text = team.read("reconciler.yaml").replace("    token:\n", "    token:\n      variable: AM\n")
    team.write("reconciler.yaml", text)

    both = team.run(*TOKENS, PRODUCTION, "Checkly (Production)", AM=token)
    one = team.run(*TOKENS, PRODUCTION, AM=token)

    assert (one.code, both.code) == (exit_codes.DONE, exit_codes.ERROR)
    assert "Checkly (Production) was not compared" in both.err


def test_a_source_that_is_gone_keeps_no_other_from_being_compared(
    team: Team, incident_io: RunningSandbox
) -> None:
    token = incident_io.state.account.secrets["01KHSNW67SZJ1KGWEMA9C0GPT7"]
    text = team.read("reconciler.yaml").replace("    token:\n", "    token:\n      variable: AM\n")
    team.write("reconciler.yaml", text.replace("01KH7FNXWPMH6KPCQTYJJY947G", "01GONE"))

    ended = team.run(*TOKENS, AM=token)

    assert ended.code == exit_codes.ERROR
    assert "incident.io has no alert source Alertmanager (Staging)" in ended.err
    assert "variable    match" in ended.out


def test_a_file_that_is_here_and_cannot_be_read_is_no_match(
    team: Team, incident_io: RunningSandbox
) -> None:
    token = incident_io.state.account.secrets["01KHSNW67SZJ1KGWEMA9C0GPT7"]
    file = "file: /etc/alertmanager/secrets/alertmanager-incidentio/token\n"
    text = team.read("reconciler.yaml")
    text = text.replace(file, f"variable: AM\n      file: {team.folder}\n", 1)
    team.write("reconciler.yaml", text)

    ended = team.run(*TOKENS, PRODUCTION, AM=token)

    assert ended.code == exit_codes.ERROR
    assert "variable    match" in ended.out
    assert "file        UNREADABLE: this is not a token file" in ended.out


def test_a_name_that_two_sources_have_means_neither(
    team: Team, incident_io: RunningSandbox
) -> None:
    """Only the id tells them apart: the wrong one's token would be taken from its sender."""
    text = team.read("reconciler.yaml").replace(
        "name: Alertmanager (Staging)", f"name: {PRODUCTION}"
    )
    team.write("reconciler.yaml", text)
    (grafana,) = (
        row for row in incident_io.state.account.sources if row["name"] == "Grafana Cloud"
    )
    grafana["name"] = "Axiom"

    for command in (
        (*TOKENS, PRODUCTION),
        (*TOKENS, "--push", PRODUCTION, "--to", "aws"),
        (*TOKENS, "--blue-green", PRODUCTION, "Axiom"),
    ):
        ended = team.run(*command)
        assert (ended.code, "2 sources have the name" in ended.err) == (exit_codes.USAGE, True)
    live = team.run(*TOKENS, "Axiom")
    assert (live.code, "2 sources have the name Axiom in incident.io" in live.err) == (1, True)


def test_a_variable_is_compared_by_name_or_id(team: Team, incident_io: RunningSandbox) -> None:
    account = incident_io.state.account
    token = account.secrets["01KHSNW67SZJ1KGWEMA9C0GPT7"]
    text = team.read("reconciler.yaml").replace(
        "    token:\n", "    token:\n      variable: AM\n", 1
    )
    team.write("reconciler.yaml", text)

    assert team.run(*TOKENS, "--environment", "production", AM=token).code == exit_codes.DONE
    assert team.run(*TOKENS, "01KHSNW67SZJ1KGWEMA9C0GPT7", AM="other").code == exit_codes.ERROR
    assert team.run(*TOKENS, "--only", "variable").code == exit_codes.ERROR
