"""`init` for accounts and keys of all kinds."""

import pytest
import yaml

from reconciler import sandbox
from reconciler.sandbox.account.seed import DASHBOARD
from reconciler.sandbox.http.running import RunningSandbox
from tests.e2e.conftest import Open
from tests.e2e.new_folder import SAME, bare, files, started
from tests.e2e.team import Team
from tests.e2e.test_import import simple


def test_an_account_without_routes(open_account: Open) -> None:
    team, _ = open_account(sandbox.Settings(rate_limit=False, seeded=False))
    team = bare(team)

    ended = started(team)

    assert ended.code == 0, ended.err
    assert "No changes: the account has no route, and no file declares one.\n" in ended.out
    assert "- Write a first route, routes/NAME.yaml" in ended.out
    assert not (team.folder / "routes").exists()
    assert len(yaml.safe_load(team.read("reconciler.yaml"))["sources"]) == 9


@pytest.mark.usefixtures("no_waiting")
def test_three_thousand_routes_are_counted(open_account: Open) -> None:
    team, _ = open_account(sandbox.Settings(rate_limit=False, routes=3000))
    team = bare(team)

    ended = started(team)

    assert ended.code == 0, ended.err
    assert len(team.route_files()) == 3006
    assert "\nwrote 2994 more files in routes/\nwrote directory.lock.json\n" in ended.out
    assert len(ended.out.splitlines()) < 40
    assert SAME in ended.out


@pytest.mark.parametrize(
    ("scope", "plural"),
    [
        ("alert_sources.view", "alert sources"),
        ("alert_schema.view", "alert attributes"),
        ("escalation_paths.view", "escalation paths"),
        ("catalog_types.view", "catalog types"),
    ],
)
def test_what_the_key_may_not_read_has_ids_and_is_told(
    open_account: Open, scope: str, plural: str
) -> None:
    team, _ = open_account(sandbox.Settings(rate_limit=False, missing_scopes=frozenset({scope})))
    team = bare(team)

    ended = started(team)

    assert ended.code == 0, ended.err
    assert SAME in ended.out
    assert f"- The files have ids in place of names of {plural}. The key lacks" in ended.out
    assert "`reconciler import --all --force`" in ended.out
    assert team.run("plan", "--detailed-exitcode").code == 0
    assert ("sources" in yaml.safe_load(team.read("reconciler.yaml"))) == (
        scope != "alert_sources.view"
    )


def test_a_later_key_that_can_read_more_is_told_what_the_folder_lacks(
    open_account: Open,
) -> None:
    scopes = frozenset({"escalation_paths.view"})
    team, _ = open_account(sandbox.Settings(rate_limit=False, missing_scopes=scopes))
    whole, _ = open_account(sandbox.Settings(rate_limit=False))
    team = bare(team)
    started(team)
    team.environment |= whole.environment

    again = started(team)

    words = "- directory.lock.json has no escalation paths, so the files may have ids in place of"
    assert words in again.out
    assert "Your key can read them: run `reconciler import --all --force`, " in again.out
    assert team.run("import", "--all", "--force", "--record", "local").code == 0
    assert team.run("directory", "refresh").code == 0
    team.write("route.schema.json", team.run("schema", "--names").out)
    assert words not in started(team).out
    assert "path: Database On-Call" in team.read("routes/database-alerts.yaml")
    assert "Database On-Call" in team.read("route.schema.json")


@pytest.mark.parametrize("key", ["wrong", ""])
def test_without_a_key_that_is_known_nothing_is_written(empty: Team, key: str) -> None:
    ended = empty.run("init", INCIDENT_API_KEY=key)

    assert ended.code == 1
    assert "INCIDENT_API_KEY" in ended.err
    assert files(empty) == {}


def test_a_key_that_cannot_read_routes_writes_nothing(open_account: Open) -> None:
    scopes = frozenset({"alert_routes.view"})
    team, _ = open_account(sandbox.Settings(rate_limit=False, missing_scopes=scopes))
    team = bare(team)

    ended = started(team)

    assert ended.code == 1
    assert '"alert_routes.view"' in ended.err
    assert files(team) == {}


def test_the_key_of_another_account_is_refused(empty: Team) -> None:
    ended = started(empty, "--account", "https://app.incident.io/other")

    assert ended.code == 3
    assert f"--account: this key belongs to {DASHBOARD}; nothing was written" in ended.err
    assert files(empty) == {}
    assert started(empty, "--account", f"{DASHBOARD}/").code == 0
    empty.edit("reconciler.yaml", DASHBOARD, "https://app.incident.io/other")
    assert started(empty).code == 3


def test_names_that_differ_in_case_get_files_that_do_not_collide(
    empty: Team, incident_io: RunningSandbox
) -> None:
    for name in ("PAGES", "pages", "Pages", "con"):
        incident_io.state.create(simple(name), "v3")

    ended = started(empty)

    assert ended.code == 0, ended.err
    names = empty.route_files()
    assert len({name.lower() for name in names}) == len(names) == 10
    assert "con.yaml" not in names
    assert empty.run("plan", "--detailed-exitcode").code == 0


def test_two_folders_of_one_account_never_get_the_same_routes(
    empty: Team, incident_io: RunningSandbox
) -> None:
    empty.write("reconciler.yaml", "folders: [a, b]\n")
    for name in ("a", "b"):
        (empty.folder / name).mkdir()

    ended = started(empty, "--yes", "--ci", "none")

    assert ended.code == 1
    second = Team(empty.folder / "b", empty.environment)
    assert files(second) == {}
    words = " ".join(ended.err.split())
    assert "nothing was written in this folder: " in words
    assert " is also declared in ../a/routes/database-alerts.yaml:2, for the same account" in words
    assert "and so are 5 more live routes. Say in the reconciler.yaml of both folders" in words

    first = Team(empty.folder / "a", empty.environment)
    first.write("reconciler.yaml", first.read("reconciler.yaml") + "owns: {prefixes: [Prod]}\n")
    second.write("reconciler.yaml", "owns: {prefixes: [Database]}\n")
    for name in set(first.route_files()) - {"production-alerts.yaml", "production-warnings.yaml"}:
        (first.folder / "routes" / name).unlink()

    again = started(empty, "--yes", "--ci", "none")

    assert again.code == 0, again.out + again.err
    assert second.route_files() == ["database-alerts.yaml"]
    assert len(first.route_files()) == 2


def test_an_account_whose_routes_are_all_of_another_repository(empty: Team) -> None:
    empty.write("reconciler.yaml", "owns: {prefixes: [Nobody has this]}\n")

    ended = started(empty, "--yes")

    assert "by `owns`, none of the 6 live routes of the account belongs to this" in ended.out
    assert "the account has no route" not in ended.out


def test_only_the_routes_that_the_settings_own_are_imported(empty: Team) -> None:
    empty.write("reconciler.yaml", "owns:\n  prefixes: [Production]\n")

    ended = started(empty, "--yes")

    assert ended.code == 0, ended.err
    assert SAME in ended.out
    assert empty.route_files() == ["production-alerts.yaml", "production-warnings.yaml"]
