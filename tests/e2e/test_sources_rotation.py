"""A rotation whose places are not there yet, do not answer, move meanwhile, or is interrupted."""

import errno
import signal

import pytest

from reconciler.cli.shell import Shell
from reconciler.cli.sources import tokens as sources_push
from reconciler.plan import exit_codes
from reconciler.sources.tokens.kubectl import Kubectl
from tests.client.clocks import FakeTime
from tests.client.loopback import HANG_UP, reply, serving
from tests.e2e.terminal import CTRL_C, on_terminal
from tests.sources.clouds import SECRET
from tests.sources.conftest import aws, cluster, place
from tests.sources.rotations import OLD, PRODUCTION, TOKEN, Place, leaks

__all__ = ["aws", "cluster", "place"]

PUSH = ("sources", "tokens", "--push", PRODUCTION, "--to", "aws")
THIRD = "a-third-token-of-the-source"
QUESTION = "Type `yes` to continue: "


def make_another(place: Place) -> None:
    """Somebody presses the button on the source's page."""
    account = place.incident_io.state.account
    (source,) = (row for row in account.sources if row["name"] == PRODUCTION)
    account.secrets[source["id"]] = THIRD


def test_the_first_token_is_pushed_before_the_operator_made_the_secret(place: Place) -> None:
    place.cluster.change(made=False)

    checked, pushed = place.tokens("--check", "--only", "kubernetes"), place.push()

    assert "UNREADABLE: secret alertmanager-incidentio does not exist in" in checked.out
    assert (pushed.code, place.cluster.token) == (exit_codes.DONE, TOKEN)


def test_a_secret_of_aws_that_nobody_filled_yet_is_filled(place: Place) -> None:
    place.aws.create_empty()

    checked, pushed = place.tokens("--check", "--only", "aws"), place.push()

    assert "EMPTY: no token" in checked.out
    assert pushed.code == exit_codes.DONE
    assert place.aws.values == {"alert_source_token": TOKEN}


def test_a_token_that_is_made_anew_during_the_sync_is_no_success(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    sync = Kubectl.force_sync

    def slow(self: Kubectl, stamp: int) -> None:
        make_another(place)
        sync(self, stamp)

    with monkeypatch.context() as patched:
        patched.setattr(Kubectl, "force_sync", slow)
        ended = place.push("--send-test-event")

    assert ended.code == exit_codes.PARTLY_APPLIED
    assert f"{PRODUCTION} got another token in incident.io meanwhile" in ended.out
    assert place.incident_io.events == []
    again = place.push()
    assert (again.code, place.cluster.token) == (exit_codes.DONE, THIRD)


def test_a_token_that_is_made_anew_at_the_question_is_not_written(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    def think(_shell: Shell, _question: str) -> bool:
        make_another(place)
        return True

    monkeypatch.setattr(sources_push, "allowed", think)
    ended = place.tokens(*PUSH[2:])

    assert ended.code == exit_codes.ERROR
    assert "nothing was written. Run the same command again" in ended.out
    assert place.aws.values["alert_source_token"] == OLD


def test_an_account_that_cannot_be_asked_again_is_no_success(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    def revoke(_shell: Shell, _question: str) -> bool:
        place.incident_io.fault("status", method="GET", path="alert_sources", status=401)
        return True

    monkeypatch.setattr(sources_push, "allowed", revoke)
    ended = place.tokens(*PUSH[2:])

    assert ended.code == exit_codes.ERROR
    assert "while reading the token again" in ended.out
    assert place.aws.values["alert_source_token"] == OLD


def test_a_write_without_an_answer_may_have_been_done(place: Place) -> None:
    held = reply({"SecretString": '{"alert_source_token": "' + OLD + '"}', "Name": SECRET})
    with serving(held, held, HANG_UP, HANG_UP, HANG_UP, HANG_UP, HANG_UP) as manager:
        ended = place.push(AWS_ENDPOINT_URL_SECRETS_MANAGER=manager.url)

    assert ended.code == exit_codes.PARTLY_APPLIED
    assert "whether the write to AWS was done is unknown. Run the same" in ended.out


@pytest.mark.parametrize("answer", [reply(b"<html>proxy</html>"), reply(b""), reply({})])
@pytest.mark.parametrize("service", ["AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_SECRETS_MANAGER"])
def test_what_is_no_answer_of_aws_is_told(place: Place, answer: bytes, service: str) -> None:
    with serving(*[answer] * 4) as proxy:
        ended = place.push(**{service: proxy.url})

    assert ended.code == exit_codes.ERROR
    assert "nothing was written. Run the same command again" in ended.out
    assert place.cluster.token == OLD


def test_an_address_of_aws_that_is_none_is_told(place: Place) -> None:
    assert place.push(AWS_ENDPOINT_URL="nowhere").code == exit_codes.ERROR


NOTHING = "interrupted; nothing was written. Run the same command again"
IN_AWS = "interrupted; AWS has the token. Run the same command again"
IN_BOTH = "interrupted; AWS and Kubernetes have the token. Run the same command again"


@pytest.mark.parametrize(
    ("after", "words", "code"),
    [
        ((), NOTHING, exit_codes.INTERRUPTED),
        (("AWS has the token",), IN_AWS, exit_codes.PARTLY_APPLIED),
        (("AWS has the token", "Kubernetes has the token"), IN_BOTH, exit_codes.PARTLY_APPLIED),
    ],
)
def test_ctrl_c_at_a_question_says_how_things_stand(
    place: Place, after: tuple[str, ...], words: str, code: int
) -> None:
    with on_terminal(place.team, *PUSH, "--send-test-event") as terminal:
        for done in after:
            terminal.until(QUESTION)
            terminal.type("yes\r")
            terminal.until(done)
        terminal.until("?")
        ended = terminal.leave(CTRL_C)

    assert ended == code
    assert words in terminal.said
    assert ("nothing was written to incident.io" in terminal.said) is (after == ())
    assert leaks(terminal.said) == []
    assert place.push().code == exit_codes.DONE


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_end_from_outside_while_waiting_says_how_things_stand(place: Place, number: int) -> None:
    place.cluster.change(syncs=False)
    with place.team.start(*PUSH, "--auto-approve") as running:
        assert running.stdout
        said = ""
        while "3. waiting for" not in said:
            said += running.stdout.readline()
        running.send_signal(number)
        out, err = running.communicate(timeout=60)

    assert running.returncode == exit_codes.PARTLY_APPLIED
    assert (out.strip().startswith(IN_AWS), err) == (True, "")


def test_an_end_during_a_write_says_that_it_may_have_been_done(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(_self: Kubectl, _stamp: int) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(Kubectl, "force_sync", interrupted)
        ended = place.push()

    assert ended.code == exit_codes.PARTLY_APPLIED
    words = "interrupted; whether the annotation was done is unknown; AWS has the token. Run"
    assert words in ended.out
    assert place.push().code == exit_codes.DONE


@pytest.mark.parametrize(
    ("template", "words"),
    [
        ({"attributes": [{"binding": {"value": {"literal": "critical"}}}]}, "might page on a test"),
        (None, "does not show the template"),
    ],
)
def test_a_template_that_may_set_a_severity_gets_no_test_event(
    place: Place, template: dict[str, object] | None, words: str
) -> None:
    account = place.incident_io.state.account
    (source,) = (row for row in account.sources if row["name"] == PRODUCTION)
    source["template"] = template

    ended = place.push("--send-test-event")

    assert (ended.code, words in ended.err) == (exit_codes.REFUSED, True)
    assert (place.incident_io.events, place.cluster.token) == ([], OLD)


def test_a_source_of_an_unknown_shape_gets_no_test_event(place: Place) -> None:
    account = place.incident_io.state.account
    (source,) = (row for row in account.sources if row["name"] == PRODUCTION)
    source["source_type"] = "nagios"

    ended = place.push("--send-test-event")

    assert ended.code == exit_codes.REFUSED
    assert "this version cannot send a test event to a source of type nagios" in ended.err


def test_what_does_not_match_stands_out_on_a_terminal_and_fits_it(place: Place) -> None:
    check = ("sources", "tokens", "--check", "--environment", "production")
    with on_terminal(place.team, *check, columns=60) as coloured:
        coloured.end()
    with on_terminal(place.team, *check, columns=60, NO_COLOR="1") as plain:
        plain.end()

    shown = plain.said[plain.said.index(PRODUCTION) :]  # after the line of progress
    assert "\x1b[1;31mMISMATCH" in coloured.said
    assert "\x1b" not in shown
    command = f'reconciler sources tokens --push "{PRODUCTION}" --to aws'
    assert max(len(row) for row in shown.splitlines() if row.strip() != command) <= 60
    assert f"\r\n              next:\r\n              {command}\r\n" in shown
    assert leaks(coloured.said + shown) == []


@pytest.mark.parametrize(
    ("change", "words", "code"),
    [
        ({"hangs": "config"}, "\nnothing was written. Run the same command", exit_codes.ERROR),
        ({"hangs": "get"}, "\nnothing was written. Run the same command", exit_codes.ERROR),
        (
            {"hangs": "annotate"},
            "\nwhether the annotation was done is unknown; AWS has the token. Run the same",
            exit_codes.PARTLY_APPLIED,
        ),
        (
            {"hangs_then": "get", "syncs": False},
            "\nAWS has the token. Run the same command",
            exit_codes.PARTLY_APPLIED,
        ),
    ],
)
def test_a_kubectl_that_hangs_is_left_in_time_and_the_end_says_how_things_stand(
    place: Place, change: dict[str, object], words: str, code: int
) -> None:
    place.cluster.change(**change)

    ended = place.push("--timeout", "1")

    assert ended.code == code
    assert "error: kubectl did not answer within 5 seconds\n  is the cluster reachable" in ended.out
    assert words in ended.out
    place.cluster.change(hangs="", hangs_then="", syncs=True)
    assert place.push().code == exit_codes.DONE


@pytest.mark.parametrize(
    ("line", "code", "holds"),
    [
        ("The live token of", exit_codes.ERROR, OLD),
        ("1. AWS has the token", exit_codes.PARTLY_APPLIED, TOKEN),
    ],
)
def test_a_reader_that_goes_away_ends_it_with_the_code_of_what_was_written(
    place: Place, monkeypatch: pytest.MonkeyPatch, line: str, code: int, holds: str
) -> None:
    say = Shell.say

    def broken(self: Shell, text: str) -> None:
        if text.startswith(line):
            raise OSError(errno.ENOSPC, "No space left on device")
        say(self, text)

    with monkeypatch.context() as patched:
        patched.setattr(Shell, "say", broken)
        ended = place.push()

    assert (ended.code, place.aws.values["alert_source_token"]) == (code, holds)
    assert place.push().code == exit_codes.DONE


def test_a_wait_has_an_end_whatever_its_length_is(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sources_push, "CLOCK", FakeTime().clock)
    place.cluster.change(syncs=False)

    assert place.push("--timeout", "nan").code == exit_codes.PARTLY_APPLIED
