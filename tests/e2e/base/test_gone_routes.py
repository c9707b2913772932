"""Files that are gone, and routes that were deleted or renamed by hand."""

import re

from reconciler.sandbox.http.running import RunningSandbox
from tests.e2e.base.repository import git
from tests.e2e.team import Team


def test_a_file_that_is_gone_leaves_its_route_and_says_so(team: Team) -> None:
    (team.folder / "routes/informational.yaml").unlink()

    ended = team.run("plan", "--base", "HEAD")

    assert "file-removed" in ended.out
    assert not re.search(r"\d to delete", ended.out)
    assert "1 undeclared" in ended.out
    assert "the route stays live [file-removed]" in " ".join(ended.out.split())  # it pages nobody
    (team.folder / "routes/database-alerts.yaml").unlink()
    pages = team.run("plan", "--base", "HEAD")
    assert "the route stays live, and still pages" in " ".join(pages.out.split())


def test_a_file_that_is_gone_is_not_said_to_leave_a_route_that_the_plan_deletes(
    team: Team, sandbox: RunningSandbox
) -> None:
    config = team.read("reconciler.yaml")
    team.write(
        "reconciler.yaml",
        f"{config}\nundeclared: delete\nowns: {{teams: [Platform]}}\nmax_deletes: 1\n",
    )
    team.owned_by("Platform", sandbox)
    assert team.run("apply", "--auto-approve").code == 0
    git(team.folder, "add", "-A")
    git(team.folder, "commit", "-q", "-m", "owned")
    (team.folder / "routes/informational.yaml").unlink()

    ended = team.run("plan", "--base", "HEAD")

    assert "1 to delete" in ended.out
    assert "file-removed" not in ended.out


def test_a_route_deleted_by_hand_stays_deleted_unless_asked_for(
    team: Team, sandbox: RunningSandbox
) -> None:
    sandbox.state.delete("Informational")

    left = team.run("plan", "--base", "HEAD")
    reverted = team.run("plan", "--base", "HEAD", "--revert-drift")

    assert not re.search(r"\d to create", left.out)
    assert "deleted-by-hand" in left.out
    assert "1 to create" in reverted.out


def test_a_route_renamed_by_hand_is_not_said_to_be_deleted(
    team: Team, sandbox: RunningSandbox
) -> None:
    sandbox.state.edit("Informational", lambda route: route.update(name="For your information"))

    left = team.run("plan", "--base", "HEAD")
    alone = team.run("plan")

    assert not re.search(r"\d to create", left.out)
    assert "It was probably renamed in incident.io" in " ".join(left.out.split())
    assert "1 to create" in alone.out
    assert "guard-second-route" in alone.out
