"""Two runs in one folder: one after the other, however close together they begin."""

import signal

import pytest

from reconciler.sandbox.http.running import RunningSandbox
from tests.e2e.team import Team
from tests.e2e.test_interrupted import end, until

NEW = "name: New {0}\nsources: [Axiom]\nnotify:\n  - slack: C06E4KQ7R2N\n"


@pytest.fixture
def creating(team: Team) -> Team:
    for place in range(4):
        team.write(f"routes/new-{place}.yaml", NEW.format(place))
    return team


def news(incident_io: RunningSandbox) -> list[str]:
    return sorted(name for name in incident_io.state.names() if name.startswith("New "))


def test_two_applies_at_once_create_each_route_once(
    creating: Team, incident_io: RunningSandbox
) -> None:
    incident_io.fault("delay", method="POST", times=99, seconds=0.2)
    with (
        creating.start("apply", "--auto-approve") as one,
        creating.start("apply", "--auto-approve") as two,
    ):
        ended = [end(one), end(two)]

    assert [one.code for one in ended] == [0, 0]
    assert news(incident_io) == [f"New {place}" for place in range(4)]
    said = sorted(ended, key=lambda one: "waiting for" in one.err)
    assert "waiting for `apply` (process " in said[1].err
    assert said[1].out.startswith("Nothing to do")


def test_an_apply_that_waits_for_an_answer_keeps_others_out(
    creating: Team, incident_io: RunningSandbox
) -> None:
    with creating.start_python("apply") as asked:
        until(asked.stderr, "continue: ")
        late = creating.run("apply", "--auto-approve", "--lock-timeout", "0.2")
        assert news(incident_io) == []
        out, _ = asked.communicate("yes\n", timeout=60)

    assert late.code == 1
    assert f"error: `apply` (process {asked.pid}, since " in late.err
    assert "is using this folder. Nothing was written." in late.err
    assert "5 written." in out
    assert news(incident_io) == [f"New {place}" for place in range(4)]


def test_an_interrupt_ends_the_wait_for_another_run(
    team: Team, incident_io: RunningSandbox
) -> None:
    with team.start("apply") as asked:
        until(asked.stderr, "continue: ")
        with team.start("apply", "--auto-approve") as late:
            until(late.stderr, "waiting for `apply`")
            late.send_signal(signal.SIGINT)
            ended = end(late)

    assert ended.code == 130
    assert "nothing was written to incident.io" in ended.err
    assert incident_io.count("GET") == len(incident_io.requests)


@pytest.mark.parametrize("command", [("restore",), ("rollback",), ("apply", "plan.json")])
def test_every_command_that_writes_waits(team: Team, command: tuple[str, ...]) -> None:
    assert team.run("backup").code == 0
    assert team.run("apply", "--auto-approve").code == 0
    team.run("plan", "--out", "plan.json")
    team.edit("routes/informational.yaml", "sources:\n", "enabled: false\nsources:\n")
    arguments = [str(team.folder / one) if one.endswith("json") else one for one in command]
    with team.start("apply") as asked:
        until(asked.stderr, "continue: ")
        ended = team.run(*arguments, "--lock-timeout", "0")
        looked = team.run(command[0], "--plan") if len(command) == 1 else team.run("plan")

    assert ended.code == 1
    assert "is using this folder" in ended.err
    assert looked.code == 0


def test_a_folder_without_room_for_the_lock_is_one_line_before_anything_is_read(
    team: Team, incident_io: RunningSandbox
) -> None:
    team.write(".reconciler", "a file")

    ended = team.run("apply", "--auto-approve")

    assert ended.code == 1
    assert len(ended.err.splitlines()) == 1
    assert ended.err.startswith("error: cannot write ")
    assert incident_io.requests == []
