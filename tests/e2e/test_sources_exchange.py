"""`reconciler sources tokens --blue-green`: one source takes over from another, without a gap."""

import pytest

from reconciler.plan import exit_codes
from reconciler.sandbox.http.running import RunningSandbox
from tests.e2e.team import Team
from tests.e2e.terminal import on_terminal

PRODUCTION = "Alertmanager (Production)"
SECOND = "Alertmanager (Production 2)"
EVENTS = "https://api.incident.io/v2/alert_events/alertmanager"
SECOND_ID = "01M8ZQ0X7V2N4K6T9B3D5F7H1J"
TOKENS = ("sources", "tokens")


def second_source(incident_io: RunningSandbox, kind: str = "alertmanager") -> None:
    account = incident_io.state.account
    (first,) = (row for row in account.sources if row["name"] == PRODUCTION)
    account.sources.append({**first, "id": SECOND_ID, "name": SECOND, "source_type": kind})
    account.secrets[SECOND_ID] = "another-token-of-the-second"
    account.index()


def switched(team: Team, text: str = f"url: {EVENTS}/{SECOND_ID}\n") -> None:
    """The sender's file, which the inventory names, as it is after the switch."""
    config = team.read("reconciler.yaml")
    team.write(
        "reconciler.yaml", config.replace("    token:", "    senders: [am.yaml]\n    token:", 1)
    )
    team.write("am.yaml", text)


def test_a_source_is_exchanged_for_another_without_a_gap(
    team: Team, incident_io: RunningSandbox
) -> None:
    second_source(incident_io)
    exchange = (*TOKENS, "--blue-green", PRODUCTION, SECOND)
    files = ("production-alerts", "production-warnings", "unrouted-alerts")
    before = {name: team.read(f"routes/{name}.yaml") for name in files}

    early = team.run(*exchange, "--finish")
    declined = team.process(*exchange, stdin="no\n")
    begun = team.run(*exchange, "--auto-approve")
    applied = team.run("apply", "--auto-approve")
    again = team.run(*exchange)
    switched(team)
    finished = team.process(*exchange, "--finish", stdin="yes\n")
    twice = team.run(*exchange, "--finish")

    assert (early.code, "treat the two sources differently" in early.err) == (
        exit_codes.REFUSED,
        True,
    )
    assert (declined.code, declined.err.endswith("declined; nothing was written\n")) == (1, True)
    assert begun.code == applied.code == again.code == finished.code == twice.code == 0
    assert f"+  - source: {SECOND}" in begun.out
    for name in ("Production Alerts", "Production Warnings", "Unrouted Alerts"):
        assert f"{name}: updated" in applied.out
    assert "@@" not in again.out
    assert "delete Alertmanager (Production) in incident.io" in finished.out
    assert "nothing to do" in twice.out
    for name, text in before.items():
        assert team.read(f"routes/{name}.yaml") == text.replace(PRODUCTION, SECOND)


def test_the_first_stays_while_a_sender_feeds_it(team: Team, incident_io: RunningSandbox) -> None:
    second_source(incident_io)
    team.write("am.yaml", f"url: {EVENTS}/01KHSNW67SZJ1KGWEMA9C0GPT7\n")
    text = team.read("reconciler.yaml")
    team.write(
        "reconciler.yaml", text.replace("    token:", "    senders: [am.yaml]\n    token:", 1)
    )
    exchange = (*TOKENS, "--blue-green", "Alertmanager (Prod)", SECOND_ID, "--auto-approve")

    assert team.run(*exchange).code == exit_codes.DONE
    early = team.run(*exchange, "--finish")
    team.run("apply", "--auto-approve")
    refused = team.run(*exchange, "--finish")

    assert early.code == exit_codes.REFUSED
    assert (
        "Unrouted Alerts treat the two sources differently in incident.io: apply first" in early.err
    )

    assert refused.code == exit_codes.REFUSED
    assert "am.yaml:1 still sends to Alertmanager (Production)" in refused.err


def test_the_first_stays_while_another_environment_s_sender_feeds_it(
    team: Team, incident_io: RunningSandbox
) -> None:
    second_source(incident_io)
    switched(team)
    staging = "    environment: staging\n"
    config = team.read("reconciler.yaml")
    team.write("reconciler.yaml", config.replace(staging, f"{staging}    senders: [st.yaml]\n", 1))
    team.write("st.yaml", f"url: {EVENTS}/01KHSNW67SZJ1KGWEMA9C0GPT7\n")
    exchange = (*TOKENS, "--blue-green", PRODUCTION, SECOND, "--auto-approve")
    team.run(*exchange)
    team.run("apply", "--auto-approve")

    refused = team.run(*exchange, "--finish")
    team.write("st.yaml", f"url: {EVENTS}/01KH7FNXWPMH6KPCQTYJJY947G\n")

    assert refused.code == exit_codes.REFUSED
    assert "st.yaml:1 still sends to Alertmanager (Production)" in refused.err
    assert team.run(*exchange, "--finish").code == exit_codes.DONE


def test_a_finish_that_was_interrupted_between_two_files_goes_on(
    team: Team, incident_io: RunningSandbox
) -> None:
    second_source(incident_io)
    switched(team)
    exchange = (*TOKENS, "--blue-green", PRODUCTION, SECOND, "--auto-approve")
    begun = team.run(*exchange)
    team.run("apply", "--auto-approve")
    text = team.read("routes/unrouted-alerts.yaml")
    team.write("routes/unrouted-alerts.yaml", text.replace(f"  - {PRODUCTION}\n", ""))

    finished = team.run(*exchange, "--finish")

    assert "reconciler directory refresh" in begun.out  # or `validate` knows no such source
    assert finished.code == exit_codes.DONE
    for name in ("production-alerts", "production-warnings", "unrouted-alerts"):
        route = team.read(f"routes/{name}.yaml")
        assert (PRODUCTION in route, SECOND in route) == (False, True)


@pytest.mark.parametrize(
    ("text", "code", "words"),
    [
        (None, exit_codes.REFUSED, "no such file"),
        (
            "a: [",
            exit_codes.REFUSED,
            "this is not plain YAML, so Alertmanager (Production) may still have a sender",
        ),
        (f"url: '{EVENTS}/{{{{ .Values.id }}}}'", exit_codes.REFUSED, "filled in later"),
        (f"url: {EVENTS}/{SECOND_ID}\nb: '{EVENTS}/$ID'", exit_codes.REFUSED, "filled in later"),
        ("nothing: here", exit_codes.REFUSED, "no file in `senders:` sends to"),
        (f"url: {EVENTS}/{SECOND_ID}", exit_codes.DONE, ""),
    ],
)
def test_the_first_stays_while_nobody_knows_what_feeds_it(
    team: Team, incident_io: RunningSandbox, text: str | None, code: int, words: str
) -> None:
    second_source(incident_io)
    config = team.read("reconciler.yaml")
    team.write(
        "reconciler.yaml", config.replace("    token:", "    senders: [am.yaml]\n    token:", 1)
    )
    if text is not None:
        team.write("am.yaml", text)
    exchange = (*TOKENS, "--blue-green", PRODUCTION, SECOND, "--auto-approve")
    team.run(*exchange)
    team.run("apply", "--auto-approve")

    ended = team.run(*exchange, "--finish")

    assert (ended.code, words in ended.err) == (code, True)


@pytest.mark.parametrize(("answer", "code"), [("yes", exit_codes.DONE), ("no", exit_codes.REFUSED)])
def test_where_the_inventory_has_no_senders_a_person_on_a_terminal_must_know(
    team: Team, incident_io: RunningSandbox, answer: str, code: int
) -> None:
    second_source(incident_io)
    exchange = (*TOKENS, "--blue-green", PRODUCTION, SECOND)
    team.run(*exchange, "--auto-approve")
    team.run("apply", "--auto-approve")
    before = team.read("routes/production-alerts.yaml")

    unseen = team.run(*exchange, "--finish", "--auto-approve")
    piped = team.process(*exchange, "--finish", stdin="yes\nyes\n")
    assert team.read("routes/production-alerts.yaml") == before
    with on_terminal(team, *exchange, "--finish") as terminal:
        terminal.until("nothing sends to Alertmanager (Production) any more? Type `yes`")
        terminal.type(f"{answer}\r")
        if answer == "yes":
            terminal.until("Write these 3 files? Type `yes`")
            terminal.type("yes\r")
        ended = terminal.end()

    assert (unseen.code, piped.code, ended) == (exit_codes.REFUSED, exit_codes.REFUSED, code)
    for one in (unseen, piped):
        assert "has no `senders:` for Alertmanager (Production)" in one.err
        assert "Alertmanager (Production) may still have a sender" in one.err
    assert (team.read("routes/production-alerts.yaml") == before) is (code != exit_codes.DONE)


def test_a_name_with_signs_of_a_shell_is_quoted_in_the_commands_to_paste(
    team: Team, incident_io: RunningSandbox
) -> None:
    second_source(incident_io)
    incident_io.state.account.rename(SECOND_ID, "New `id` $(id)")

    begun = team.run(*TOKENS, "--blue-green", PRODUCTION, SECOND_ID, "--auto-approve")

    assert f"--finish \"{PRODUCTION}\" 'New `id` $(id)'" in begun.out
    assert "--push 'New `id` $(id)' --to aws" in begun.out


@pytest.mark.parametrize(
    ("second", "kind", "words"),
    [
        (SECOND, "http", "a sender cannot move between these types"),
        (PRODUCTION, "alertmanager", "name two different sources"),
        ("Nobody", "alertmanager", "incident.io has no alert source Nobody"),
    ],
)
def test_only_two_live_sources_of_one_type_are_exchanged(
    team: Team, incident_io: RunningSandbox, second: str, kind: str, words: str
) -> None:
    second_source(incident_io, kind)
    ended = team.run(*TOKENS, "--blue-green", PRODUCTION, second)

    assert (ended.code, words in ended.err) == (exit_codes.ERROR, True)
