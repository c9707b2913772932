"""A journal that lost a line: nobody knows all that its run did, and nothing claims to know."""

from reconciler.sandbox.http.running import RunningSandbox
from tests.e2e.team import Team
from tests.e2e.test_rollback import NEW, run_id, state


def test_half_a_run_is_not_undone(team: Team, incident_io: RunningSandbox) -> None:
    team.write("routes/new.yaml", NEW)
    assert team.run("apply", "--auto-approve").code == 0
    after, run = state(incident_io), run_id(team)
    journal = team.folder / ".reconciler" / "runs" / run / "journal.jsonl"
    lines = journal.read_text().splitlines()
    torn = next(number for number, line in enumerate(lines) if '"event": "intent"' in line)
    journal.write_text("\n".join([*lines[:torn], lines[torn][:30], *lines[torn + 1 :]]))

    for ended in (team.run("rollback", "--auto-approve"), team.run("rollback", run)):
        assert ended.code == 1
        assert "is damaged: 1 write cannot be read" in ended.err

    assert state(incident_io) == after
    assert "1 written, 1 unreadable" in team.run("history").out
    assert "1 more write cannot be read." in team.run("history", run).out
    folder = f".reconciler/runs/{run}/backup"
    assert f"`reconciler restore {folder} --plan`" in ended.err
    assert team.run("restore", folder, "--auto-approve").code == 0
    assert "1 unchanged" in team.run("restore", folder, "--plan").out
