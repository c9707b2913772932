"""`kill -9` at any write: the journal tells what is unknown, and the next run converges."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from reconciler.runs.folder import open_run
from reconciler.runs.history import history
from reconciler.runs.journal import Intent, Journal
from reconciler.sandbox import Settings
from reconciler.sandbox.http.running import RunningSandbox
from tests.e2e.conftest import Later, Open
from tests.e2e.team import Team
from tests.standby.running import standby

NEW = """name: Made by a file
sources:
  - Grafana Cloud
notify:
  - slack: "#alerts"
"""
NOW = datetime(2026, 8, 21, 9, 12, tzinfo=UTC)
MOMENTS = [
    *((point, n) for point in ("line", "torn") for n in range(1, 10)),
    *((point, n) for point in ("send", "sent") for n in range(1, 4)),
]


@pytest.fixture
def changed(open_account: Open) -> tuple[Team, RunningSandbox]:
    """A checkout with a create, an update and a delete to apply. Sets come back as written, so
    that what is live can be compared with what was.
    """
    team, running = open_account(Settings(rate_limit=False, shuffle_seed=None))
    team.write("routes/new.yaml", NEW)
    team.write("routes/informational.yaml", "name: Informational\nstate: absent\n")
    team.approve("Informational", "delete")
    return team, running


def killed(team: Team, point: str, number: int, *command: str) -> int:
    arguments = (point, str(number), "-C", str(team.folder), *command)
    return standby().run("tests.e2e.killing", arguments, team.surroundings({})).returncode


def settled_names(team: Team) -> list[str]:
    return [write.name for run in history(team.folder) for write in run.unsettled]


@pytest.mark.parametrize(("point", "number"), MOMENTS)
def test_an_apply_that_was_killed_is_finished_by_the_next(
    changed: tuple[Team, RunningSandbox], later: Later, point: str, number: int
) -> None:
    team, running = changed

    code = killed(team, point, number, "apply", "--auto-approve")
    later(minutes=6)  # before that a create or a delete may still arrive

    assert code == 9, "the moment does not exist"
    (run,) = history(team.folder)
    assert run.interrupted
    open_ends = settled_names(team)
    again = team.run("apply", "--auto-approve")
    assert again.code == 0, again.out + again.err
    for name in open_ends:
        assert f'of "{name}" with an unknown outcome: ' in again.err
        assert "or from a later live edit" not in again.err
        assert "may be the created route" not in again.err
    assert sorted(running.state.names()) == sorted(
        ["Made by a file", "Production Alerts", "Production Warnings", "Unrouted Alerts",
         "Database Alerts", "Staging Notifications"]
    )  # fmt: skip
    last = team.run("apply", "--auto-approve")
    assert "Nothing to do: " in last.out
    assert "unknown outcome" not in last.err
    assert settled_names(team) == []


@pytest.mark.parametrize(("point", "number"), [("sent", 1), ("sent", 2), ("send", 2), ("line", 3)])
def test_a_restore_that_was_killed_makes_no_route_twice(
    open_account: Open, later: Later, point: str, number: int
) -> None:
    team, running = open_account(Settings(rate_limit=False))
    team.run("backup")
    names = running.state.names()
    for name in ("Database Alerts", "Informational"):
        running.state.delete(name)

    assert killed(team, point, number, "restore", "--auto-approve") == 9
    later(minutes=6)
    again = team.run("restore", "--auto-approve")

    assert again.code == 0
    assert sorted(running.state.names()) == sorted(names)
    assert settled_names(team) == []
    assert " to create" not in team.run("restore").out


def test_what_a_killed_run_wrote_can_be_rolled_back(
    changed: tuple[Team, RunningSandbox],
) -> None:
    team, running = changed
    before = running.state.names()
    assert killed(team, "sent", 3, "apply", "--auto-approve") == 9  # all three were carried out

    ended = team.run("rollback", "--auto-approve")

    assert ended.code == 0, ended.out + ended.err
    assert sorted(running.state.names()) == sorted(before)
    assert settled_names(team) == []


@pytest.mark.parametrize("action", ["update", "delete", "create"])
def test_an_edit_after_the_kill_is_told_apart_from_the_write(
    changed: tuple[Team, RunningSandbox], later: Later, action: str
) -> None:
    team, running = changed
    if action != "delete":
        (team.folder / "routes/informational.yaml").unlink()
    if action != "create":
        (team.folder / "routes/new.yaml").unlink()
    if action != "update":
        running.state.edit("Database Alerts", as_declared(running))
    name = {"update": "Database Alerts", "delete": "Informational", "create": "Made by a file"}
    point = "sent" if action == "create" else "send"
    assert killed(team, point, 1, "apply", "--auto-approve") == 9
    running.state.edit(name[action], lambda route: route.update(is_private=True))

    later(minutes=6)
    said = team.run("apply", "--auto-approve").err

    assert {
        "update": "live is v6: from this write, or from a later live edit",
        "delete": "it is live as v10, edited afterwards",
        "create": "has its name, and may be the created route",
    }[action] in said
    assert settled_names(team) == []


def as_declared(running: RunningSandbox) -> Callable[[dict[str, object]], None]:
    target = running.state.read("Production Alerts")["escalation_config"]
    return lambda route: route.update(escalation_config=target)


def test_a_create_that_was_never_sent_is_said_to_be_none(
    changed: tuple[Team, RunningSandbox], later: Later
) -> None:
    team, running = changed
    (team.folder / "routes/informational.yaml").unlink()
    running.state.edit("Database Alerts", as_declared(running))
    assert killed(team, "send", 1, "apply", "--auto-approve") == 9
    (team.folder / "routes/new.yaml").unlink()

    assert (
        "it is not live yet; it may still arrive until " in team.run("apply", "--auto-approve").err
    )
    later(minutes=6)
    assert "it was not created" in team.run("apply", "--auto-approve").err


def test_a_route_that_is_gone_since_leaves_the_write_unclear(
    changed: tuple[Team, RunningSandbox],
) -> None:
    team, running = changed
    (team.folder / "routes/informational.yaml").unlink()
    (team.folder / "routes/new.yaml").unlink()
    assert killed(team, "sent", 1, "apply", "--auto-approve") == 9
    running.state.delete("Database Alerts")

    assert "the route was deleted afterwards" in team.run("apply").err


def test_a_saved_plan_looks_after_earlier_creates_too(
    changed: tuple[Team, RunningSandbox],
) -> None:
    team, _running = changed
    (team.folder / "routes/informational.yaml").unlink()
    assert killed(team, "sent", 2, "apply", "--auto-approve") == 9
    team.write("routes/new.yaml", NEW.replace("sources", "private: true\nsources"))
    team.run("plan", "--out", "plan.json")

    ended = team.run("apply", str(team.folder / "plan.json"), "--auto-approve")

    assert ended.code == 0
    assert "it was created, as 01" in ended.err


def test_a_journal_that_takes_no_more_lines_is_read_again_by_the_next_run(
    changed: tuple[Team, RunningSandbox], monkeypatch: pytest.MonkeyPatch
) -> None:
    from reconciler.apply import settle
    from reconciler.runs.journal import JournalRefused

    team, _running = changed
    assert killed(team, "sent", 1, "apply", "--auto-approve") == 9

    def refused(*_arguments: object) -> None:
        raise JournalRefused("cannot write the journal: No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(Journal, "settle", refused)
        assert "unknown outcome" in team.run("apply").err
    with monkeypatch.context() as patch:
        patch.setattr(settle, "Journal", refused)
        assert "unknown outcome" in team.run("apply").err
    assert settled_names(team) != []


def test_a_run_that_is_still_at_work_is_not_looked_after(
    changed: tuple[Team, RunningSandbox],
) -> None:
    """Its writes are on their way. (The lock of the folder keeps an apply out; a plan looks.)"""
    team, _running = changed
    other = open_run(team.folder, NOW)
    journal = Journal(other.journal, lambda: NOW)
    journal.begin("apply", "", "v3", "0.1.0")
    journal.intend(Intent("create", "Made by a file", None, None, "d"))
    lines = other.journal.read_text()

    ended = team.run("apply")

    assert "unknown outcome" not in ended.err
    assert other.journal.read_text() == lines

    journal.close()  # as its end or a kill would
    assert "with an unknown outcome" in team.run("apply").err


def test_what_a_journal_says_steers_no_terminal(changed: tuple[Team, RunningSandbox]) -> None:
    team, _running = changed
    journal = Journal(open_run(team.folder, NOW).journal, lambda: NOW)
    journal.begin("apply\u202e", "", "v3", "0.1.0")
    journal.intend(Intent("create", "a\u202e\x9b31m", None, None, "d"))
    journal.close()

    ended = team.run("apply", "--auto-approve")
    undone = team.run("rollback", "--plan")

    assert 'left the create of "a\\u202e\\x9b31m" with an unknown outcome' in ended.err
    assert not {"\u202e", "\x9b"} & set(ended.out + ended.err + undone.out + undone.err)


def test_another_accounts_run_is_not_looked_after(
    changed: tuple[Team, RunningSandbox],
) -> None:
    team, running = changed
    team.name_no_account()
    assert killed(team, "sent", 1, "apply", "--auto-approve") == 9
    running.state.account.dashboard_url = "https://app.incident.io/other"

    assert "unknown outcome" not in team.run("apply").err
    assert settled_names(team) != []


@pytest.mark.parametrize("number", [1, 2, 3])
@pytest.mark.parametrize("point", ["send", "sent"])
def test_a_rollback_after_a_kill_undoes_what_was_carried_out(
    changed: tuple[Team, RunningSandbox], later: Later, point: str, number: int
) -> None:
    team, running = changed
    before = {name: running.state.find(name).body for name in running.state.names()}
    assert killed(team, point, number, "apply", "--auto-approve") == 9

    (run,) = history(team.folder)
    if (point, number) == ("send", 2):  # of a create that is not seen nobody knows yet
        assert team.run("rollback", "--auto-approve").code == 4
        later(minutes=6)
    ended = team.run("rollback", run.id, "--auto-approve")

    assert ended.code == 0, ended.out + ended.err
    assert {name: running.state.find(name).body for name in running.state.names()} == before


def test_a_rollback_leaves_what_may_be_somebodys_edit(
    changed: tuple[Team, RunningSandbox],
) -> None:
    team, running = changed
    assert killed(team, "sent", 3, "apply", "--auto-approve") == 9
    for name in ("Database Alerts", "Made by a file"):
        running.state.edit(name, lambda route: route.update(is_private=True))

    ended = team.run("rollback", "--auto-approve")

    assert ended.code == 4
    assert "2 conflicts" in ended.out
    assert "Informational" in running.state.names()
