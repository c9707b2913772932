"""On a terminal, in a pipe, and where the reader has gone away."""

import json
import re
import subprocess

import pytest

from reconciler.sandbox.http.running import RunningSandbox
from tests.e2e.team import ANEW, REPOSITORY, Team, quickly
from tests.e2e.terminal import CTRL_C, CTRL_D, on_terminal
from tests.e2e.test_interrupted import until

ESCAPE = "\x1b["
DATABASE_ALERTS = "01J2WYM7C5QKF9T3B8D6RAXE04"
QUESTION = "Type `yes` to continue: "


@pytest.mark.parametrize("answer", ["yes", "Yes", " yes "])
def test_yes_applies(team: Team, incident_io: RunningSandbox, answer: str) -> None:
    with on_terminal(team, "apply") as terminal:
        terminal.until(QUESTION)
        assert incident_io.count("GET") == len(incident_io.requests)
        terminal.type(f"{answer}\r")
        code = terminal.end()

    assert code == 0, terminal.said
    assert "updated v6" in terminal.said
    assert incident_io.state.find("Database Alerts").version == 6


@pytest.mark.parametrize("answer", ["", "y", "no", "yes please", "yes, but"])
def test_anything_else_declines(team: Team, incident_io: RunningSandbox, answer: str) -> None:
    with on_terminal(team, "apply") as terminal:
        terminal.until(QUESTION)
        terminal.type(f"{answer}\r")
        code = terminal.end()

    assert code == 1
    assert "declined; nothing was written" in terminal.said
    assert incident_io.count("GET") == len(incident_io.requests)


@pytest.mark.parametrize(("key", "code"), [(CTRL_C, 130), (CTRL_D, 1)])
def test_leaving_the_question_writes_nothing(
    team: Team, incident_io: RunningSandbox, key: str, code: int
) -> None:
    with on_terminal(team, "apply") as terminal:
        terminal.until(QUESTION)
        ended = terminal.leave(key)

    assert ended == code
    assert re.search(r"^(declined|interrupted); nothing was written", terminal.said, re.MULTILINE)
    assert "Traceback" not in terminal.said
    assert incident_io.count("GET") == len(incident_io.requests)


@pytest.mark.parametrize("columns", [60, 80, 132])
def test_a_plan_fits_the_terminal_and_is_coloured(team: Team, columns: int) -> None:
    with on_terminal(team, "plan", columns=columns) as terminal:
        assert terminal.end() == 0

    assert ESCAPE in terminal.said
    lines = re.sub(r"\x1b\[[0-9;]*m", "", "\n".join(terminal.screen)).splitlines()
    assert "~ Database Alerts" in "\n".join(lines)
    assert max(map(len, lines)) <= columns
    assert max(map(len, lines)) > columns / 2


@pytest.mark.parametrize("command", ["plan", "doctor"])
def test_an_error_breaks_no_word_at_the_edge_of_the_terminal(team: Team, command: str) -> None:
    with on_terminal(team, command, columns=60, INCIDENT_API_KEY="") as terminal:
        assert terminal.end() == 1

    lines = terminal.screen
    assert max(len(line) for line in lines) <= 60
    assert "set INCIDENT_API_KEY (`reconciler help api-key` explains how" in " ".join(
        terminal.said.split()
    )
    piped = team.run("plan", INCIDENT_API_KEY="").err
    assert len(piped.splitlines()) == 1


@pytest.mark.parametrize(("no_color", "term"), [("1", "xterm"), ("", "dumb")])
def test_no_color_is_heeded(team: Team, no_color: str, term: str) -> None:
    with on_terminal(team, "plan", NO_COLOR=no_color, TERM=term) as terminal:
        assert terminal.end() == 0

    assert "~ Database Alerts" in terminal.said
    assert ESCAPE not in "\n".join(terminal.screen)


def test_a_pipe_gets_no_escape_codes_and_eighty_columns(team: Team) -> None:
    team.edit("routes/informational.yaml", "  - Axiom\n", "  - Axium\n")

    for arguments in (("plan",), ("validate",), ("table",), ("doctor",)):
        ended = team.process(*arguments, COLUMNS="300")
        assert ESCAPE not in ended.out + ended.err
    planned = team.run("plan").out
    assert max(len(line) for line in planned.splitlines() if "error:" not in line) <= 80


def test_output_that_cannot_carry_arrows_gets_plain_signs(team: Team) -> None:
    ended = team.process("plan", PYTHONIOENCODING="ascii")

    assert ended.code == 0
    assert "v5 -> v6" in ended.out
    assert ended.out.isascii()


def piped(team: Team, script: str) -> "subprocess.CompletedProcess[str]":
    """A line of a shell. $R is the command; $P is a new Python, for what R has none of: a stream
    that is closed, and a fourth one.
    """
    words = {"R": quickly(), "P": ANEW}
    names = {name: " ".join((*call, "-C", str(team.folder))) for name, call in words.items()}
    return subprocess.run(
        ["bash", "-c", script],
        env=team.surroundings(names),
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        timeout=60,
    )


def test_a_reader_that_takes_one_line_is_no_error(team: Team) -> None:
    ended = piped(team, "$R plan | head -1")

    assert ended.stdout == (
        "Who is paged: 1 kind of alert pages another target. Proved for every alert of 1\n"
    )
    assert ended.stderr == ""


def test_a_full_disk_behind_the_output_is_one_line(team: Team) -> None:
    ended = piped(team, "$R plan > /dev/full")

    assert ended.returncode == 1
    assert ended.stderr == "error: standard output: No space left on device\n"


@pytest.mark.parametrize(
    ("command", "code"),
    [
        ("${R% -C *}", 1),
        ("$R --help", 1),
        ("$R", 64),
        ("$R plan --nothing", 64),
        ("$R pla", 64),
        ("$R apply nofile.json", 1),
    ],
)
def test_no_full_disk_makes_a_traceback_or_another_code_of_an_error(
    team: Team, command: str, code: int
) -> None:
    ended = piped(team, f"{command} > /dev/full")
    silent = piped(team, f"{command} > /dev/full 2> /dev/full")

    assert ended.returncode == silent.returncode == code
    assert "Traceback" not in ended.stderr


@pytest.mark.parametrize("closed", [">&-", "2>&-", ">&- 2>&-", "<&-", "<&- >&- 2>&-"])
@pytest.mark.parametrize("command", ["plan", "validate --format json"])
def test_a_stream_that_the_shell_closed_is_no_traceback(
    team: Team, command: str, closed: str
) -> None:
    ended = piped(team, f'$P {command} {closed}; echo "ended with $?"')

    assert ended.stdout.endswith("ended with 0\n")
    assert "Traceback" not in ended.stderr


@pytest.mark.parametrize("reader", ["head -c 1", "true"])
@pytest.mark.parametrize(
    ("command", "code"),
    [
        ("plan -v", 0),
        ("plan --detailed-exitcode", 2),
        ("table", 0),
        ("backup kept", 0),
        ("plan --scope changed", 64),
        ("--help", 0),
    ],
)
def test_a_reader_that_goes_away_leaves_the_code_as_it_is(
    team: Team, command: str, code: int, reader: str
) -> None:
    ended = piped(team, f'$R {command} 2>&1 | {reader} >/dev/null; echo "${{PIPESTATUS[0]}}"')

    assert (ended.stdout, ended.stderr) == (f"{code}\n", "")


EVERY_COMMAND = (
    *("plan", "plan --detailed-exitcode", "backup kept", "history", "validate", "fmt", "table"),
    *("compile routes/database-alerts.yaml", "schema", "doctor", "directory refresh", "pull"),
    *(
        "import --all",
        "migrate --to v2",
        "github folder .",
        "completion bash",
        "help",
        "rollback x",
    ),
    *("apply --auto-approve", "restore kept --auto-approve", "-v plan"),
)


@pytest.mark.parametrize("command", EVERY_COMMAND)
def test_no_stream_that_fails_gives_a_command_a_code_of_python(team: Team, command: str) -> None:
    """Python ends with 120 where a stream fails as it is closed. No command does."""
    script = f"""
        $R {command} >/dev/null 2>&1 </dev/null; echo $?
        $R {command} </dev/null 2>&1 | true; echo "${{PIPESTATUS[0]}}"
        $R {command} </dev/null >/dev/full 2>/dev/null; echo $?
        $R {command} </dev/null >/dev/null 2>/dev/full; echo $?
    """
    plain, unread, *full = piped(team, script).stdout.split()

    assert plain in ("0", "1", "2")
    assert unread == plain
    assert len(full) == 2
    assert {*full} <= {plain, "1"}  # a full disk is an error


@pytest.mark.parametrize("closed", [">&-", "2>&-", ">&- 2>&-", "<&- >&- 2>&-"])
def test_an_apply_without_streams_writes_and_ends_as_ever(
    team: Team, incident_io: RunningSandbox, closed: str
) -> None:
    team.edit("routes/informational.yaml", "sources:\n", "enabled: false\nsources:\n")
    ended = piped(team, f'$P -v apply --auto-approve {closed}; echo "ended with $?"')

    assert ended.stdout.endswith("ended with 0\n")
    assert incident_io.state.find("Database Alerts").version == 6
    assert incident_io.state.find("Informational").body["enabled"] is False
    (run,) = (team.folder / ".reconciler/runs").iterdir()
    for path in (run / "journal.jsonl", *(run / "backup").glob("*.json")):
        text = path.read_text()
        for document in [text] if path.suffix == ".json" else text.splitlines():
            json.loads(document)  # no word for the screen went into a file


@pytest.mark.parametrize("output", ["--outcome", "--markdown"])
def test_an_output_that_is_a_pipe_may_lose_its_reader(
    team: Team, incident_io: RunningSandbox, output: str
) -> None:
    script = f"$P apply --auto-approve {output} /dev/fd/3 3> >(true) >/dev/null"
    ended = piped(team, f'{script}; echo "ended with $?"')

    assert (ended.stdout, "error" in ended.stderr) == ("ended with 0\n", False)
    assert incident_io.state.find("Database Alerts").version == 6


@pytest.mark.parametrize("stream", ["stdout", "stderr"])
@pytest.mark.parametrize("code", [0, 4])
def test_streams_that_break_before_the_writes_change_nothing(
    team: Team, incident_io: RunningSandbox, stream: str, code: int
) -> None:
    """The reader is gone from the beginning: not one byte is taken."""
    team.edit("routes/informational.yaml", "sources:\n", "enabled: false\nsources:\n")
    if code:
        incident_io.fault("status", method="PUT", path=DATABASE_ALERTS, status=409)
    with team.start("-v", "apply", "--auto-approve") as process:
        pipe = getattr(process, stream)
        assert pipe
        pipe.close()
        other = process.stderr if stream == "stdout" else process.stdout
        assert other
        said = other.read()
        ended = process.wait(timeout=60)

    assert ended == code, said
    assert "Traceback" not in said
    assert incident_io.state.find("Informational").body["enabled"] is False


def test_without_an_input_nobody_says_yes(team: Team, incident_io: RunningSandbox) -> None:
    ended = piped(team, "$P apply <&-")

    assert ended.returncode == 1
    assert "declined; nothing was written" in ended.stderr
    assert incident_io.count("GET") == len(incident_io.requests)


def test_a_reader_that_goes_away_ends_no_write(team: Team, incident_io: RunningSandbox) -> None:
    team.edit("routes/informational.yaml", "sources:\n", "enabled: false\nsources:\n")
    incident_io.fault("delay", method="PUT", times=2, seconds=0.5)
    totals = "Plan: 2 to update, 4 unchanged.\n"
    with team.start("apply", "--auto-approve") as process:
        until(process.stdout, totals)
        until(process.stdout, totals)  # the last line of the plan
        assert process.stdout
        process.stdout.close()
        assert process.stderr
        err = process.stderr.read()
        code = process.wait(timeout=60)

    assert code == 0, err
    assert "Traceback" not in err
    assert incident_io.state.find("Informational").body["enabled"] is False
    assert incident_io.state.find("Database Alerts").version == 6


def test_a_reader_of_the_requests_that_goes_away_ends_no_write(
    team: Team, incident_io: RunningSandbox
) -> None:
    team.edit("routes/informational.yaml", "sources:\n", "enabled: false\nsources:\n")
    incident_io.fault("delay", method="PUT", times=2, seconds=0.5)
    with team.start("-v", "apply", "--auto-approve") as process:
        until(process.stderr, "backup and journal in")
        assert process.stderr
        process.stderr.close()
        assert process.stdout
        out = process.stdout.read()
        code = process.wait(timeout=60)

    assert code == 0, out
    assert "2 written." in out


def test_verbose_shows_requests_with_ids_and_never_the_key(
    team: Team, incident_io: RunningSandbox
) -> None:
    ended = team.run("-v", "apply", "--auto-approve")

    for request in incident_io.requests:
        assert request.request_id
        path = request.path.partition("?")[0]
        assert re.search(
            rf"^{request.method} {path}  {request.status}  \d+ ms  request {request.request_id}$",
            ended.err,
            re.MULTILINE,
        )
    assert incident_io.key not in ended.out + ended.err
    assert incident_io.key not in "".join(
        path.read_text(encoding="utf-8")
        for path in (team.folder / ".reconciler").rglob("*")
        if path.is_file()
    )


def test_quiet_drops_what_is_beside_the_result(team: Team) -> None:
    loud = team.run("apply", "--auto-approve")
    quiet = team.run("-q", "apply", "--auto-approve")
    silent = team.run("-q", "validate")

    assert "backup and journal in" in loud.err
    assert quiet.err == ""
    assert quiet.out.startswith("Nothing to do: ")
    assert (silent.code, silent.out, silent.err) == (0, "", "")


def test_quiet_still_says_what_is_wrong(team: Team) -> None:
    team.edit("routes/informational.yaml", "sources:", "sorces:")

    assert "sorces" in team.run("-q", "validate").out
    assert "no API key" in team.run("-q", "plan", INCIDENT_API_KEY="").err
