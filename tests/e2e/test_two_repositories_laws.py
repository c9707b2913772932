"""Two repositories with routes of one account, and random edits on both sides."""

import json

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from reconciler import sandbox
from reconciler.sandbox.account.seed import ident
from reconciler.sandbox.http.running import RunningSandbox
from tests.e2e.team import Team
from tests.e2e.two_repositories import DATABASE, PLATFORM, SHARED, bodies, everything, owner_of, two

ACTIONS = st.lists(
    st.tuples(
        st.integers(0, 1),
        st.sampled_from(
            ["edit", "drop", "absent", "twin", "steal", "rename", "live-owner", "live-name",
             "apply", "revert", "pull", "import", "restore"]
        ),
        st.integers(0, 5),
    ),
    min_size=3,
    max_size=9,
)  # fmt: skip


def act(team: Team, owner: str, action: str, number: int, running: RunningSandbox) -> None:
    """What people do, in one of the repositories or in the dashboard."""
    files = team.route_files()
    file = f"routes/{files[number % len(files)]}" if files else ""
    names = running.state.names()
    name = names[number % len(names)]
    route = running.state.find(name)
    commands = {
        "apply": ("apply", "--auto-approve"),
        "revert": ("apply", "--auto-approve", "--revert-drift"),
        "pull": ("pull",),
        "import": ("import", "--all", "--force"),
        "restore": ("restore", "--auto-approve"),
    }
    if action in commands:
        team.run(*commands[action])
    elif action == "twin":
        team.write(f"routes/twin-{number}.yaml", SHARED.format(name=name, owner=owner))
    elif action == "steal":
        text = SHARED.format(name=name, owner=owner)
        team.write(f"routes/steal-{number}.yaml", f"id: {route.id}\n{text}")
    elif action == "absent":
        text = f"id: {route.id}\nname: {name}\nstate: absent\n"
        team.write(f"routes/steal-{number}.yaml", text)
    elif action == "live-owner":
        own = [[ident("team", PLATFORM)], [ident("team", DATABASE)], []][number % 3]
        running.state.edit(name, lambda body: body.update(owning_team_ids=own))
    elif action == "live-name":
        running.state.edit(name, lambda body: body.update(name=f"{name} {number}"))
    elif file and action == "edit":
        text = team.read(file)
        team.write(file, f"enabled: false\n{text}" if "enabled" not in text else text)
    elif file and action == "drop":
        (team.folder / file).unlink()
    elif file and action == "rename":
        text = team.read(file)
        old = next(line for line in text.splitlines() if line.startswith("name: "))
        team.write(file, text.replace(old, f"name: N{number}\npreviously: {old[6:]}"))


@settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(ACTIONS, st.booleans())
def test_neither_ever_touches_the_others_routes(
    tmp_path_factory: pytest.TempPathFactory,
    actions: list[tuple[int, str, int]],
    deletes: bool,
) -> None:
    with sandbox.start(sandbox.Settings(rate_limit=False)) as running:
        teams = two(tmp_path_factory.mktemp("two"), running)
        for team in teams:
            team.run("backup")
            if deletes:
                team.write(
                    "reconciler.yaml",
                    f"undeclared: delete\nmax_deletes: 9\n{team.read('reconciler.yaml')}",
                )
        for which, action, number in [*actions, (0, "apply", 0), (1, "revert", 0)]:
            owner = (PLATFORM, DATABASE)[which]
            before = {route.id: route for route in everything(running)}
            theirs = {
                key: json.dumps(route.body, sort_keys=True)
                for key, route in before.items()
                if ident("team", owner) not in route.body["owning_team_ids"]
            }
            asked = len(running.requests)
            act(teams[which], owner, action, number, running)
            if action.startswith("live"):
                continue
            after = bodies(running)
            assert {key: after.get(key) for key in theirs} == theirs, (owner, action)
            new = [route for route in everything(running) if route.id not in before]
            assert all(owner_of(route.body) == [ident("team", owner)] for route in new)
            wrote = [one.path for one in running.requests[asked:] if one.method != "GET"]
            assert not [path for path in wrote if path.rsplit("/", 1)[-1] in theirs]
