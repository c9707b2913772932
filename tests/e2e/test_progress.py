"""How far long work is, on a terminal: said while it goes on, and gone when it has ended."""

import re

import pytest

from reconciler import sandbox
from reconciler.cli.progress import Progress
from reconciler.cli.shell import Shell
from reconciler.client import Step, Wait
from reconciler.plan import exit_codes
from reconciler.sandbox.http.running import RunningSandbox
from tests.e2e.base.repository import git
from tests.e2e.conftest import Open
from tests.e2e.team import Team
from tests.e2e.terminal import CTRL_C, on_terminal

SLOWLY = 5  # seconds: the line comes after one, and the rest is room for a loaded machine
LIMIT = "for incident.io's rate limit"


LISTED, LIVE = ("reading", "listed routes"), ("reading", "live routes")
PROOF = ("proving who is paged by", "sources")


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> dict[tuple[str, str], Step]:
    """The last step of each work, whatever a terminal would show of it."""
    last: dict[tuple[str, str], Step] = {}

    def take(_self: Progress, event: Step | Wait) -> None:
        if isinstance(event, Step):
            last[event.verb, event.things] = event

    monkeypatch.setattr(Progress, "take", take)
    return last


@pytest.mark.parametrize(
    ("command", "works"),
    [
        ("plan", {LISTED, LIVE, PROOF}),
        ("plan --drift-issue drift.md", {LISTED, LIVE, PROOF}),
        ("apply --auto-approve", {LISTED, LIVE, PROOF, ("writing", "changes")}),
        ("backup kept", {LISTED, LIVE}),
        ("import --all", {LISTED, LIVE}),
        ("pull", {LISTED, LIVE}),
        ("migrate --to v2", {LISTED, LIVE}),
        ("init --yes", {LISTED, LIVE}),
        ("directory refresh", {("reading", "catalog entries"), ("reading", "teams")}),
    ],
)
def test_each_long_command_tells_how_many_of_how_many(
    team: Team, told: dict[tuple[str, str], Step], command: str, works: set[tuple[str, str]]
) -> None:
    assert team.run(*command.split()).code == exit_codes.DONE

    assert works <= told.keys()
    proof = told.pop(PROOF, Step("", "", 0, 1))
    assert (proof.done, proof.total) == (0, 1)  # told before each source
    assert all(step.done == step.total for step in told.values())


def test_a_restore_tells_both_its_reading_and_its_writing(
    team: Team, told: dict[tuple[str, str], Step]
) -> None:
    assert team.run("backup", "kept").code == exit_codes.DONE
    assert team.run("apply", "--auto-approve").code == exit_codes.DONE
    told.clear()
    assert team.run("restore", "kept", "--auto-approve").code == exit_codes.DONE

    assert {LISTED, LIVE, ("writing", "changes")} <= told.keys()
    assert told["writing", "changes"] == Step("writing", "changes", 1, 1)


def test_a_replay_tells_its_reading_without_a_total_and_its_judging_with_one(
    open_account: Open, told: dict[tuple[str, str], Step]
) -> None:
    team, _ = open_account(sandbox.Settings(rate_limit=False, past=300, past_seed=7))
    team.run("apply", "--auto-approve")
    team.edit("routes/production-alerts.yaml", "severity: critical", "severity: warning")
    team.run("replay")

    read = told["reading", "past alerts"]
    assert (read.done, read.total) == (293, None)
    assert re.fullmatch(r"back to [\d-]+ [\d:]+ of [\d-]+ [\d:]+", read.detail)
    judged = told["replaying", "past alerts"]
    assert (judged.done, judged.total) == (200, 293)


def test_a_check_of_tokens_tells_how_many_sources_are_done(
    team: Team, told: dict[tuple[str, str], Step]
) -> None:
    team.run("sources", "tokens", "--check", PATH="")

    read, compared = told["reading", "tokens"], told["comparing", "tokens"]
    assert read.total == compared.total
    assert read.done + 1 == read.total  # told before each source


@pytest.mark.parametrize(
    ("command", "verb"),
    [
        ("cover", "looking for gaps of"),
        ("page", "judging the alerts of"),
        ("page --live", "judging the alerts of"),
        ("page --base main", "proving who is paged by"),
        ("who --base main", "proving who is paged by"),
    ],
)
def test_judging_without_incident_io_tells_how_many_sources_are_done(
    team: Team,
    told: dict[tuple[str, str], Step],
    monkeypatch: pytest.MonkeyPatch,
    command: str,
    verb: str,
) -> None:
    git(team.folder, "init", "-q", "-b", "main")
    git(team.folder, "add", "-A")
    git(team.folder, "commit", "-q", "-m", "routes")
    team.edit("routes/database-alerts.yaml", "branch: main", "branch: trunk")
    team.run(*command.split())
    assert not {work for work in told if work[1] == "sources"}  # no terminal, no line
    monkeypatch.setattr(Shell, "progress", property(lambda _: True))
    monkeypatch.setattr("reconciler.cli.progress.FIRST_SECONDS", 1000.0)
    team.run(*command.split())

    step = told[verb, "sources"]
    assert step.total is not None
    assert step.done + 1 == step.total


def test_a_terminal_that_cannot_erase_gets_no_control_characters(
    team: Team, incident_io: RunningSandbox
) -> None:
    incident_io.fault("delay", method="GET", path="RAXE04", seconds=2)
    with on_terminal(team, "plan", TERM="dumb") as terminal:
        assert terminal.end() == exit_codes.DONE

    assert "\x1b" not in terminal.said
    assert "live routes" not in terminal.said  # the first line comes after ten seconds


def drawn(text: str) -> list[str]:
    """Every state of the line."""
    return re.findall(r"\r\x1b\[K([^\r\n]+)(?=\r\x1b\[K)", text)


@pytest.mark.parametrize("no_color", ["", "1"])
def test_reading_says_how_many_of_how_many(
    team: Team, incident_io: RunningSandbox, no_color: str
) -> None:
    incident_io.fault("delay", method="GET", path="RAXE04", seconds=SLOWLY)
    with on_terminal(team, "plan", NO_COLOR=no_color) as terminal:
        terminal.until("reading 5 of 6 live routes")
        code = terminal.end()

    assert code == exit_codes.DONE
    assert max(map(len, drawn(terminal.said))) < 80
    screen = "\n".join(terminal.screen)
    assert "live routes" not in screen
    assert "~ Database Alerts" in re.sub(r"\x1b\[[0-9;]*m", "", screen)


def test_writing_says_how_many_of_how_many_beside_the_outcomes(
    team: Team, incident_io: RunningSandbox
) -> None:
    for place in range(3):
        text = f"name: New {place}\nsources: [Axiom]\nnotify:\n  - slack: C06E4KQ7R2N\n"
        team.write(f"routes/new-{place}.yaml", text)
    incident_io.fault("delay", method="POST", skip=2, seconds=SLOWLY)
    with on_terminal(team, "apply", "--auto-approve", NO_COLOR="1") as terminal:
        terminal.until("writing 3 of 4 changes")
        code = terminal.end()

    assert code == exit_codes.DONE
    screen = terminal.screen
    assert not [line for line in screen if "writing 3" in line]
    assert len([line for line in screen if re.match(r"\S.*(created v1|updated v6)", line)]) == 4


def test_a_pipe_has_results_and_nothing_else(team: Team, incident_io: RunningSandbox) -> None:
    incident_io.fault("delay", method="GET", path="RAXE04", seconds=2)
    ended = team.process("plan", "--format", "json")

    assert ended.err == ""
    assert ended.out.startswith("{")


def test_an_interrupt_of_a_replay_says_what_it_keeps_and_the_next_run_goes_on(
    open_account: Open,
) -> None:
    team, running = open_account(sandbox.Settings(rate_limit=False, past=300, past_seed=7))
    assert team.run("apply", "--auto-approve").code == exit_codes.DONE
    team.edit("routes/production-alerts.yaml", "severity: critical", "severity: warning")
    running.fault("status", status=429, path="/v2/alerts$", skip=3, retry_after=250)
    with on_terminal(team, "replay") as terminal:
        terminal.until(LIMIT)
        code = terminal.leave(CTRL_C)

    assert code == exit_codes.INTERRUPTED
    assert re.search(rf"reading 150 past alerts so far; waiting 2\d\d s {LIMIT}", terminal.said)
    assert max(map(len, drawn(terminal.said))) < 80
    screen = [line for line in terminal.screen if line]
    assert screen == [
        "150 alerts are kept: run it again to go on from there",
        "interrupted; nothing was written to incident.io",
    ]
    running.requests.clear()
    ended = team.run("replay")
    assert ended.code == exit_codes.CHANGES_PENDING
    assert " of 293 alerts in 14 days" in ended.out
    assert running.count("GET", "^/v2/alerts\\?") == 4  # three that were left, and what is new
