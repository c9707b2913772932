"""A plan of changed routes reads those alone, and never less than it has to."""

import json

from reconciler.sandbox.http.running import RunningSandbox
from tests.e2e.base.repository import git
from tests.e2e.team import Team


def details(sandbox: RunningSandbox) -> list[str]:
    return [one.path for one in sandbox.requests if "/alert_routes/" in one.path]


def test_the_scope_changed_reads_the_routes_of_changed_files_alone(
    team: Team, sandbox: RunningSandbox
) -> None:
    team.edit("routes/production-warnings.yaml", "\nname:", "\nprivate: true\nname:")
    team.edit("routes/informational.yaml", "name:", "# only a comment\nname:")

    ended = team.run("plan", "--base", "HEAD", "--scope", "changed", "--format", "json")

    plan = json.loads(ended.out)
    assert (plan["scope"], plan["summary"]["undeclared"]) == ("changed", None)
    assert [change["name"] for change in plan["changes"]] == ["Production Warnings"]
    assert details(sandbox) == [f"/v3/alert_routes/{sandbox.state.find('Production Warnings').id}"]


def test_where_routing_changes_all_other_routes_count_and_are_read_once(
    team: Team, sandbox: RunningSandbox
) -> None:
    team.edit("routes/production-warnings.yaml", "warning", "[warning, info]")

    ended = team.run("plan", "--base", "HEAD", "--scope", "changed", "--format", "json")

    plan = json.loads(ended.out)
    assert [change["name"] for change in plan["changes"]] == ["Production Warnings"]
    assert plan["who"]["complete"]
    assert sorted(details(sandbox)) == sorted({*details(sandbox)})
    assert len(details(sandbox)) == 6


def test_where_undeclared_routes_are_deleted_the_scope_is_all(
    team: Team, sandbox: RunningSandbox
) -> None:
    team.owned_by("Platform", sandbox)
    git(team.folder, "commit", "-q", "-a", "-m", "owned")
    deleting = "undeclared: delete\nowns: {teams: [Platform]}\nmax_deletes: 1\n"
    team.write("reconciler.yaml", f"{deleting}{team.read('reconciler.yaml')}")
    git(team.folder, "rm", "-q", "routes/informational.yaml")
    git(team.folder, "commit", "-q", "-a", "-m", "gone")

    ended = team.run("plan", "--base", "HEAD", "--scope", "changed", "--comment", "comment.md")
    whole = team.run("plan", "--base", "HEAD")

    assert "with `undeclared: delete` all routes are read" in ended.err
    assert ended.out == whole.out
    assert "1 to delete" in ended.out
    assert "declared routes." in team.read("comment.md")


def test_with_an_id_in_the_file_no_list_is_read(team: Team, sandbox: RunningSandbox) -> None:
    """Unless the change is one of routing: then every route counts."""
    pinned = f"id: {sandbox.state.find('Production Warnings').id}\nname: Production Warnings"
    team.edit("routes/production-warnings.yaml", "name: Production Warnings", pinned)
    config = team.read("reconciler.yaml")
    team.write("reconciler.yaml", f"api: v3\n{config}")
    git(team.folder, "commit", "-q", "-a", "-m", "pin")
    team.edit("routes/production-warnings.yaml", "\nname:", "\nprivate: true\nname:")

    ended = team.run("plan", "--base", "HEAD", "--scope", "changed")

    assert "1 to update" in ended.out
    assert "proved for every alert" in ended.out
    assert sandbox.count("GET", "/alert_routes$") == 0
    assert len(details(sandbox)) == 1


def test_settings_that_translate_names_touch_every_route(
    team: Team, sandbox: RunningSandbox
) -> None:
    team.edit("reconciler.yaml", "C06E4KQ7R2N", "C06E4KQ7R2M")

    assert team.run("plan", "--base", "HEAD", "--scope", "changed").code == 0

    assert len(details(sandbox)) == 6


def test_a_plan_of_changed_routes_can_be_applied_as_it_is(
    team: Team, sandbox: RunningSandbox
) -> None:
    team.edit("routes/production-warnings.yaml", "warning", "[warning, info]")
    saved = str(team.folder / "plan.json")
    options = ("--base", "HEAD", "--scope", "changed", "--out", saved)

    assert team.run("plan", *options).code == 0
    assert team.run("apply", saved, "--auto-approve").code == 0

    assert sandbox.state.find("Production Warnings").version == 8
    assert team.run("plan", "--scope", "changed").code == 64
