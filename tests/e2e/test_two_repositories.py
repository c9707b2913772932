"""Two repositories on one account: whatever their people do, neither touches the other's routes."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from reconciler import sandbox
from reconciler.sandbox.account.seed import ident
from reconciler.sandbox.http.running import RunningSandbox
from tests.e2e.team import Team
from tests.e2e.two_repositories import (
    DATABASE,
    OWN,
    PLATFORM,
    SHARED,
    bodies,
    everything,
    owner_of,
    repository,
    two,
)


@pytest.fixture
def running() -> Iterator[RunningSandbox]:
    with sandbox.start(sandbox.Settings(rate_limit=False)) as started:
        yield started


@pytest.fixture
def teams(tmp_path: Path, running: RunningSandbox) -> tuple[Team, Team]:
    return two(tmp_path, running)


def test_each_imports_and_sees_its_own_alone(
    teams: tuple[Team, Team], running: RunningSandbox
) -> None:
    platform, database = teams

    assert len(platform.route_files()) == len(database.route_files()) == 3
    assert not {*platform.route_files()} & {*database.route_files()}
    for team in teams:
        planned = team.run("plan")
        assert planned.code == 0
        assert "undeclared" not in planned.out.lower()
        assert "Plan: 3 unchanged." in planned.out
        assert "Not ours: 3 live routes of other owners." in planned.out


def test_a_file_outside_is_refused_without_and_with_a_key(
    teams: tuple[Team, Team], running: RunningSandbox
) -> None:
    platform, _ = teams
    platform.write("routes/new.yaml", SHARED.format(name="New", owner=DATABASE))
    before = bodies(running)

    checked = platform.run("validate", INCIDENT_API_KEY="")
    applied = platform.run("apply", "--auto-approve")

    assert checked.code == applied.code == 1
    for said in (checked.out, applied.out):
        assert "routes/new.yaml:2:" in said
        assert '"New" belongs to Database' in " ".join(said.split())
        assert "(reconciler.yaml:2)" in said
    assert bodies(running) == before


def test_an_unknown_team_is_told_with_its_place_and_the_near_one(
    teams: tuple[Team, Team],
) -> None:
    platform, _ = teams
    platform.edit("reconciler.yaml", "teams: [Platform]", "teams: [Platfrom]")

    planned = platform.run("plan")

    assert planned.code == 1
    assert "reconciler.yaml:2:16: error: " in planned.out
    assert "[unknown-team]" in planned.out
    assert "Platform" in planned.out
    assert "[not-owned]" not in planned.out


@pytest.mark.parametrize("how", ["id", "name", "previously", "absent"])
def test_a_file_for_a_route_of_the_other_is_told_and_writes_nothing(
    teams: tuple[Team, Team], running: RunningSandbox, how: str
) -> None:
    platform, database = teams
    theirs = running.state.find("Informational")
    owner, other = PLATFORM, platform
    if owner_of(theirs.body) == [ident("team", PLATFORM)]:
        owner, other = DATABASE, database
    text = SHARED.format(name="Informational", owner=owner)
    text = {
        "id": f"id: {theirs.id}\n{text}",
        "name": text,
        "previously": text.replace("Informational\n", "Mine\npreviously: Informational\n"),
        "absent": f"id: {theirs.id}\nname: Informational\nstate: absent\n",
    }[how]
    other.write("routes/informational.yaml", text)
    before = bodies(running)

    applied = other.run("apply", "--auto-approve")

    assert applied.code == (3 if how == "name" else 1), applied.out
    assert "routes/informational.yaml:" in applied.out
    code = "guard-second-route" if how == "name" else "not-owned"
    assert f"[{code}]" in applied.out
    assert bodies(running) == before


def test_a_route_that_leaves_is_told_to_one_and_enters_the_other(
    teams: tuple[Team, Team], running: RunningSandbox
) -> None:
    platform, database = teams
    for team in teams:
        assert team.run("apply", "--auto-approve").code == 0
    left = next(
        name
        for name in running.state.names()
        if owner_of(running.state.find(name).body) == [ident("team", PLATFORM)]
    )
    new = [ident("team", DATABASE)]
    running.state.edit(left, lambda body: body.update(owning_team_ids=new))
    before = bodies(running)

    told = platform.run("apply", "--auto-approve", "--revert-drift")
    issue = platform.run("plan", "--drift-issue", "issue.md")
    entered = database.run("plan")

    assert "[left-owns]" in told.out
    assert told.code == 0
    assert bodies(running) == before
    assert "it left what this repository owns" in platform.read("issue.md"), issue.err
    assert "make Platform its owning team" in platform.read("issue.md")
    assert "1 undeclared" in entered.out
    assert left in entered.out
    assert platform.run("plan", "--detailed-exitcode").code == 2
    assert "[not-owned]" in platform.run("pull").err


def test_a_way_back_leaves_the_other_repositorys_routes(
    teams: tuple[Team, Team], running: RunningSandbox
) -> None:
    platform, _ = teams
    platform.run("backup")
    for name in running.state.names():
        running.state.edit(name, lambda body: body.update(is_private=True))
    theirs = {
        route.id
        for route in everything(running)
        if owner_of(route.body) == [ident("team", DATABASE)]
    }
    before = {key: body for key, body in bodies(running).items() if key in theirs}

    restored = platform.run("restore", "--auto-approve")

    assert restored.code == 0
    assert "Restored" in restored.out or "3" in restored.out
    after = bodies(running)
    assert {key: after[key] for key in theirs} == before
    assert restored.out.count("[not-owned]") == 3


def test_a_rollback_leaves_a_route_that_left_since(
    teams: tuple[Team, Team], running: RunningSandbox
) -> None:
    platform, _ = teams
    names = [route.body["name"] for route in everything(running)]
    own = [name for name in names if owner_of(running.state.find(name).body) == OWN]
    for file in platform.route_files():
        platform.edit(f"routes/{file}", "sources:", "private: true\nsources:")
    assert platform.run("apply", "--auto-approve").code == 0
    running.state.edit(own[0], lambda body: body.update(owning_team_ids=[ident("team", DATABASE)]))
    before = bodies(running)[running.state.find(own[0]).id]
    run = platform.run("history").out.split()[0]

    rolled = platform.run("rollback", run, "--auto-approve")

    assert rolled.code == 4
    assert bodies(running)[running.state.find(own[0]).id] == before
    assert running.state.find(own[1]).body["is_private"] is False


def test_both_are_told_of_a_route_that_both_declare(
    teams: tuple[Team, Team], running: RunningSandbox
) -> None:
    """Their teams differ, so the route has owners of both."""
    text = SHARED.format(name="Shared", owner="Platform, Database")
    for team in teams:
        team.write("routes/shared.yaml", text)
    before = bodies(running)

    plans = [team.run("plan") for team in teams]

    assert bodies(running) == before
    for planned, other in zip(plans, (DATABASE, PLATFORM), strict=True):
        words = " ".join(planned.out.split())
        assert "routes/shared.yaml:2:1: warning: " in planned.out
        assert f'"Shared" belongs to {other}, too: another repository may declare it' in words


def test_both_are_told_of_rules_that_meet(teams: tuple[Team, Team]) -> None:
    platform, database = teams
    for team, other, theirs in ((platform, "db", DATABASE), (database, "infra", PLATFORM)):
        more = f", elsewhere: [{{repository: {other}, teams: [{theirs}, Engineering]}}]}}"
        team.edit("reconciler.yaml", "]}\n", f"]{more}\n")
        assert team.run("plan").code == 0
        team.write("routes/shared.yaml", SHARED.format(name="S", owner="Platform, Database"))

        planned = team.run("plan")

        assert planned.code == 1
        assert f"which {other} owns (reconciler.yaml:2)" in " ".join(planned.out.split())


def swapped(running: RunningSandbox) -> None:
    """Each of the two teams gets the name of the other."""
    for name, new in ((PLATFORM, "Between"), (DATABASE, PLATFORM), (PLATFORM, DATABASE)):
        running.state.rename(ident("team", name), new)


@pytest.mark.parametrize(
    "command",
    [
        ("apply", "--auto-approve"),
        ("apply", "--auto-approve", "--revert-drift"),
        ("restore", "--auto-approve"),
        ("rollback", "--auto-approve"),
        ("import", "--all"),
        ("pull",),
        ("init", "--yes"),
    ],
)
def test_a_team_whose_name_another_team_has_now_gives_no_right_to_its_routes(
    teams: tuple[Team, Team], running: RunningSandbox, command: tuple[str, ...]
) -> None:
    """Files that leave the owners to incident.io name no team, so only `owns` tells."""
    platform, _ = teams
    allowed = "undeclared: delete\nmax_deletes: 9\n"
    platform.write("reconciler.yaml", f"{allowed}{platform.read('reconciler.yaml')}")
    for file in platform.route_files():
        edited = "private: true\nignore_changes: [owners]"
        platform.edit(f"routes/{file}", "owners: [Platform]", edited)
    assert platform.run("apply", "--auto-approve").code == 0
    assert platform.run("directory", "refresh").code == 0
    assert platform.run("backup").code == 0
    before = bodies(running)
    theirs = {
        route.id
        for route in everything(running)
        if owner_of(route.body) == [ident("team", DATABASE)]
    }
    for identity in theirs:
        running.state.edit(identity, lambda body: body.update(is_private=True))
    before = bodies(running)
    files = platform.route_files()
    swapped(running)

    ended = platform.run(*command)

    said = " ".join((ended.out + ended.err).split())
    assert ended.code in (1, 3), said
    assert 'error: "Platform" is now another team: ' in said
    assert "reconciler.yaml:4:16:" in said
    assert {key: bodies(running)[key] for key in theirs} == {key: before[key] for key in theirs}
    assert platform.route_files() == files
    assert not theirs & {key for key in theirs if f"{key}  v" in ended.out}


def test_a_refresh_writes_the_new_name_of_the_team(
    teams: tuple[Team, Team], running: RunningSandbox
) -> None:
    platform, _ = teams
    assert platform.run("directory", "refresh").code == 0
    swapped(running)

    renamed = platform.run("directory", "refresh", "--rename")

    assert "teams: [Database]" in platform.read("reconciler.yaml"), renamed.err
    assert "Plan: 3 unchanged." in platform.run("plan").out


def test_prefixes_divide_an_account_without_teams(tmp_path: Path, running: RunningSandbox) -> None:
    production = repository(tmp_path / "a", running, '{prefixes: ["Production "]}')
    rest = repository(
        tmp_path / "b",
        running,
        '{elsewhere: [{repository: production, prefixes: ["Production "]}]}',
    )
    for team in (production, rest):
        assert team.run("import", "--all").code == 0
    assert sorted(production.route_files()) == [
        "production-alerts.yaml",
        "production-warnings.yaml",
    ]
    assert len(rest.route_files()) == 4
    running.state.edit("Production Alerts", lambda body: body.update(name="Alerts"))

    assert "[left-owns]" in production.run("plan").out
    assert "1 undeclared" in rest.run("plan").out
    named = production.run("import", "Informational")
    assert named.code == 1
    assert "[not-owned]" in named.err


def test_a_backup_of_before_a_rename_gives_no_route_back_to_the_other(
    tmp_path: Path, running: RunningSandbox
) -> None:
    staging = repository(tmp_path / "a", running, '{prefixes: ["Staging "]}')
    assert staging.run("backup").code == 0
    running.state.edit("Production Warnings", lambda body: body.update(name="Staging Warnings"))
    assert staging.run("import", "--all").code == 0

    restored = staging.run("restore", "--auto-approve")

    assert restored.code == 0
    assert running.state.find("Staging Warnings").body["enabled"]
    assert "[outside-owns]" in restored.out
    assert "written" not in restored.out


@pytest.mark.parametrize("command", ["validate", "plan", "apply", "import"])
def test_rules_that_overlap_are_told_once(
    tmp_path: Path, running: RunningSandbox, command: str
) -> None:
    owns = "{teams: [Platform], elsewhere: [{repository: x, teams: [Platform]}]}"
    team = repository(tmp_path / "a", running, owns)

    ended = team.run(command, *(["--all"] if command == "import" else []))

    assert ended.code == 1
    assert (ended.out + ended.err).count("[owns-overlap]") == 1
