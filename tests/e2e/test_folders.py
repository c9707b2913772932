"""Several folders of one repository: each with its own account and key, and one exit code."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from reconciler import sandbox
from reconciler.plan import exit_codes
from reconciler.sandbox.http.running import RunningSandbox
from tests.e2e.base.repository import git
from tests.e2e.team import Team

ROUTE = """\
name: {name}
sources: [Axiom]
notify:
  - slack: "#alerts"
"""
KEYS = {"production": "INCIDENT_API_KEY", "sandbox": "INCIDENT_API_KEY_SANDBOX"}


@pytest.fixture
def running() -> Iterator[RunningSandbox]:
    with sandbox.start(sandbox.Settings(rate_limit=False)) as started:
        yield started


@pytest.fixture
def team(tmp_path: Path, running: RunningSandbox) -> Team:
    """Both folders are of one account here, as there is one sandbox."""
    made = Team(tmp_path, {"INCIDENT_ENDPOINT": running.url, "INCIDENT_API_KEY": running.key})
    made.write("reconciler.yaml", "folders: [production, sandbox]\n")
    for folder, prefix in (("production", "Production "), ("sandbox", "Staging ")):
        made.write(
            f"{folder}/reconciler.yaml",
            f"account: {running.state.account.dashboard_url}\n"
            f'key_variable: {KEYS[folder]}\nowns: {{prefixes: ["{prefix}"]}}\n'
            'channels: {"#alerts": C06E4KQ7R2N}\n',
        )
        made.write(f"{folder}/routes/one.yaml", ROUTE.format(name=f"{prefix}one"))
    git(tmp_path, "init", "-q", "-b", "main")
    return made


def test_one_file_runs_a_command_in_each_folder(team: Team, running: RunningSandbox) -> None:
    checked = team.run("validate")
    planned = team.run("plan", "--out", "plan.json", INCIDENT_API_KEY_SANDBOX=running.key)
    applied = team.run("apply", "--auto-approve", INCIDENT_API_KEY_SANDBOX=running.key)

    assert (checked.code, planned.code, applied.code) == (0, 0, 0), applied.out + applied.err
    heads = [line for line in planned.out.splitlines() if line.startswith("== ")]
    assert [head.strip("= ").rsplit("/", 1)[-1] for head in heads] == ["production", "sandbox"]
    assert (team.folder / "production/plan.json").is_file()
    assert (team.folder / "sandbox/plan.json").is_file()
    assert {"Production one", "Staging one"} <= {*running.state.names()}


def test_a_folder_without_its_key_gets_no_other_ones(team: Team, running: RunningSandbox) -> None:
    planned = team.run("plan")

    assert planned.code == exit_codes.ERROR
    assert "Production one" in planned.out
    assert "Staging one" not in planned.out
    assert "no API key: set INCIDENT_API_KEY_SANDBOX" in planned.err
    assert Team(team.folder / "sandbox", team.environment).run("plan").code == 0  # of its own run


def test_the_most_serious_code_is_the_runs(team: Team, running: RunningSandbox) -> None:
    team.write("sandbox/routes/broken.yaml", "name: [\n")

    checked = team.run("validate")
    wrong = team.run("plan", "--no-such-option")

    assert checked.code == exit_codes.ERROR
    assert checked.out.count("== ") == 2
    assert wrong.code == exit_codes.USAGE
    assert wrong.out.count("== ") == 1


def test_folders_may_be_named_on_the_command_line(team: Team, running: RunningSandbox) -> None:
    here = Team(team.folder / "production", team.environment)
    (team.folder / "reconciler.yaml").unlink()

    both = here.run("-C", str(team.folder / "sandbox"), "table")
    missing = here.run("-C", str(team.folder / "no-such"), "table")
    twice = here.run("-C", str(team.folder / "production"), "table")
    for_programs = here.run("-C", str(team.folder / "sandbox"), "table", "--format", "csv")

    assert both.code == 0
    assert "Production one" in both.out
    assert "Staging one" in both.out
    assert missing.code == twice.code == exit_codes.USAGE
    assert "folder not found; nothing was done" in missing.err
    assert "names a folder twice" in twice.err
    assert missing.out == twice.out == ""
    assert "== " not in for_programs.out


def test_two_folders_that_declare_one_route_are_both_told_before_either_writes(
    team: Team, running: RunningSandbox
) -> None:
    team.write("sandbox/routes/twin.yaml", ROUTE.format(name="Production one"))
    before = len(running.requests)

    applied = team.run("apply", "--auto-approve", INCIDENT_API_KEY_SANDBOX=running.key)
    alone = Team(team.folder / "production", team.environment).run("validate")

    assert applied.code == exit_codes.ERROR
    words = " ".join(applied.out.split())
    assert "routes/one.yaml:1:7: error: " in applied.out
    assert '"Production one" is also declared in ../sandbox/routes/twin.yaml:1' in words
    assert "routes/twin.yaml:1:7: error: " in applied.out
    assert '"Production one" is also declared in ../production/routes/one.yaml:1' in words
    assert not [one for one in running.requests[before:] if one.method != "GET"]
    assert alone.code == exit_codes.ERROR
    assert "[two-folders]" in alone.out


def test_an_import_never_declares_a_route_of_another_folder_again(team: Team) -> None:
    for folder in ("production", "sandbox"):
        settings = team.read(f"{folder}/reconciler.yaml").splitlines(keepends=True)
        team.write(f"{folder}/reconciler.yaml", "".join(settings[:1]))
    first = Team(team.folder / "production", team.environment)
    second = Team(team.folder / "sandbox", team.environment)
    assert first.run("import", "Informational", "--record", "local").code == 0

    refused = second.run("import", "--all", "--record", "local")

    assert refused.code == exit_codes.ERROR
    assert second.route_files() == ["one.yaml"]
    words = " ".join(refused.err.split())
    assert 'nothing was written in this folder: "Informational" is also declared in' in words
    assert "and so are" not in words


def test_rules_of_one_account_that_meet_are_told(team: Team, running: RunningSandbox) -> None:
    team.edit("sandbox/reconciler.yaml", "Staging ", "Prod")

    met = team.run("validate")
    team.edit("sandbox/reconciler.yaml", 'owns: {prefixes: ["Prod"]}\n', "")
    silent = team.run("validate")

    assert met.out.count("[owns-overlap]") == 2
    assert "is also in `owns` of ../sandbox/reconciler.yaml:3" in " ".join(met.out.split())
    assert silent.out.count("warning: ") == 2
    assert silent.out.count("[owns-overlap]") == 2


def test_folders_of_other_accounts_share_nothing(team: Team) -> None:
    text = team.read("sandbox/reconciler.yaml").split("\n", 1)[1]
    team.write("sandbox/reconciler.yaml", f"account: https://app.incident.io/other\n{text}")
    team.write("sandbox/routes/twin.yaml", ROUTE.format(name="Production one"))

    assert "[two-folders]" not in team.run("validate").out


def test_one_file_of_all_folders_is_refused(team: Team, tmp_path: Path) -> None:
    ended = team.run("table", "--markdown", "x")
    planned = team.run("plan", "--out", str(tmp_path / "plan.json"))
    github = team.run("github", "drift", "--body", "x")

    assert ended.code == exit_codes.USAGE
    assert planned.code == exit_codes.USAGE
    assert "would write one file" in planned.err
    assert github.code == exit_codes.USAGE
    assert "works in one folder" in github.err


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("folders: [production, production]\n", "not a folder of its own"),
        ("folders: [../x]\n", "not a folder of its own"),
        ("folders: [production]\napi: v3\n", "stands beside `folders`"),
    ],
)
def test_a_wrong_list_says_where(team: Team, text: str, code: str) -> None:
    team.write("reconciler.yaml", text)

    ended = team.run("validate")

    assert ended.code == exit_codes.ERROR
    assert code in ended.err + ended.out
    assert "reconciler.yaml:" in ended.err + ended.out


@pytest.mark.parametrize("name", ["GITHUB_TOKEN", "incident_api_key", "INCIDENT_API_KEYS"])
def test_no_other_secret_is_taken_for_a_key(team: Team, name: str) -> None:
    team.edit("sandbox/reconciler.yaml", "INCIDENT_API_KEY_SANDBOX", name)

    assert "[key-variable]" in Team(team.folder / "sandbox", team.environment).run("validate").out


def test_a_wrong_key_is_named_by_its_own_variable(team: Team) -> None:
    planned = team.run("plan", INCIDENT_API_KEY_SANDBOX="not-a-key")

    assert "incident.io does not know the key in INCIDENT_API_KEY_SANDBOX" in " ".join(
        planned.err.split()
    )
