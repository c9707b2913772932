"""`init`: from a key to a folder whose plan is empty, whatever the account and the folder are."""

import json
import subprocess

import yaml

from reconciler.sandbox.account.seed import DASHBOARD
from reconciler.sandbox.http.running import RunningSandbox
from tests.e2e.new_folder import COMMIT, FROM, SAME, WORKFLOWS, files, git, repository, started
from tests.e2e.team import Team
from tests.e2e.terminal import on_terminal
from tests.e2e.test_import import simple


def test_an_account_becomes_a_repository_that_plans_to_no_changes(
    empty: Team, incident_io: RunningSandbox
) -> None:
    repository(empty, "git@github.com:acme/routes.git")

    ended = started(empty, *FROM, "--pre-commit")

    assert ended.code == 0, ended.err
    assert SAME in ended.out
    assert {*files(empty)} == {
        *(f"{WORKFLOWS}/{name}.yml" for name in ("validate", "plan", "apply", "drift")),
        *(f"routes/{name}" for name in empty.route_files()),
        ".github/dependabot.yml", ".gitignore", ".pre-commit-config.yaml", ".vscode/settings.json",
        "config.schema.json", "directory.lock.json", "reconciler.yaml", "route.schema.json",
    }  # fmt: skip
    assert len(empty.route_files()) == 6
    assert incident_io.count("GET") == len(incident_io.requests)
    for command in (
        ("plan", "--detailed-exitcode", "--record", "local"),
        ("validate",),
        ("fmt", "--check"),
        ("directory", "refresh", "--check"),
        ("sources", "--check"),
    ):
        assert empty.run(*command).code == 0, command
    assert empty.read("route.schema.json") == empty.run("schema", "--names").out
    assert empty.read("reconciler.yaml").startswith("# yaml-language-server: $schema=config.schema")
    assert f"\naccount: {DASHBOARD}\n" in empty.read("reconciler.yaml")
    assert incident_io.key not in "".join(files(empty).values())


def test_the_next_three_commands_run_as_they_are_printed(empty: Team) -> None:
    ended = started(empty, "--ci", "none")
    next_ = ended.out.partition("\nNext:\n")[2].splitlines()

    assert len(next_) == 3
    for command in next_:
        person = "-c user.name=a -c user.email=a@b.c -c commit.gpgsign=false commit"
        subprocess.run(command.replace(" commit ", f" {person} "), shell=True, check=True)  # noqa: S602
    assert git(empty, "status", "--porcelain") == ""


def test_a_second_init_says_that_nothing_is_to_do(empty: Team) -> None:
    repository(empty, "https://github.com/acme/routes")
    started(empty, *FROM)
    before = files(empty)

    again = started(empty)

    assert again.code == 0
    assert again.out.startswith(SAME)
    assert "Left to do" not in again.out
    assert "reconciler apply" not in again.err
    assert files(empty) == before


def test_a_second_init_names_what_no_commit_has_yet(empty: Team) -> None:
    repository(empty, "https://gitlab.com/acme/routes")
    assert "pre-commit install" not in started(empty).out

    again = started(empty, *FROM, "--pre-commit")

    assert "Run `pre-commit install` once in each clone." in again.out
    add = next(line for line in again.out.splitlines() if " add " in line)
    subprocess.run(add, shell=True, check=True)  # noqa: S602
    assert "?" not in git(empty, "status", "--porcelain")
    assert add in started(empty).out  # staged is not committed
    git(empty, "-c", "user.name=a", "-c", "user.email=a@b.c", "commit", "-qm", "all")
    assert " add " not in started(empty).out


def test_a_second_init_below_the_top_names_what_no_commit_has_yet(empty: Team) -> None:
    repository(empty, "https://github.com/acme/routes")
    below = Team(empty.folder / "alerts", empty.environment)
    below.folder.mkdir()
    started(below, *FROM)

    assert " add ../.github .gitignore .vscode config.schema.json" in started(below).out


def test_a_second_init_outside_of_a_repository_begins_one(empty: Team) -> None:
    first = started(empty)

    commands = first.out.partition("\nNext:\n")[2]
    assert f"git -C {empty.folder} init\n" in commands
    assert started(empty).out.partition("\nNext:\n")[2] == commands


def test_a_file_with_errors_is_corrected_before_a_commit(empty: Team) -> None:
    repository(empty, "https://github.com/acme/routes")
    empty.write("routes/broken.yaml", "name: [\n")

    ended = started(empty, "--ci", "none")

    assert ended.code == 1
    first, second = ended.out.partition("\nNext:\n")[2].splitlines()
    assert (first[-8:], second[-4:]) == ("validate", "init")


def test_a_second_init_keeps_what_was_edited_since(empty: Team) -> None:
    started(empty)
    empty.edit("routes/informational.yaml", "sources:", "enabled: false\nsources:")
    empty.write("reconciler.yaml", empty.read("reconciler.yaml") + "max_deletes: 1\n")
    before = files(empty)

    again = started(empty)

    assert again.code == 0
    assert "1 route differs from its file: `reconciler plan` shows how.\n" in again.out
    assert SAME not in again.out
    assert files(empty) == before


def test_a_route_that_came_is_added_by_the_second_init(
    empty: Team, incident_io: RunningSandbox
) -> None:
    started(empty)
    incident_io.state.create(simple("New one"), "v3")

    again = started(empty)

    assert again.out.startswith(f"wrote routes/new-one.yaml\n{SAME}")


def test_the_commit_says_what_its_files_do(empty: Team) -> None:
    repository(empty)
    person = ("-c", "user.name=a", "-c", "user.email=a@b.c", "-c", "commit.gpgsign=false")

    def subject(*arguments: str) -> str:
        out = started(empty, *arguments).out
        git(empty, "add", "-A")
        git(empty, *person, "commit", "-qm", "x", "--allow-empty")
        return out.partition('commit -m "')[2].partition('"')[0]

    assert subject("--ci", "none") == "Add the live routes"
    assert subject(*FROM, "--ci", "github") == "Plan and apply the routes in a pipeline"
    assert subject(*FROM, "--ci", "github", "--pre-commit") == "Set reconciler up"
    assert subject() == ""


def test_a_folder_in_no_repository_is_told(empty: Team) -> None:
    ended = started(empty)

    assert "- This folder is in no git repository, so the record" in ended.out
    assert f"  git -C {empty.folder} init\n" in ended.out


def test_the_record_begins_with_what_was_imported(empty: Team, incident_io: RunningSandbox) -> None:
    repository(empty)
    started(empty)

    def disable(body: dict[str, object]) -> None:
        body["enabled"] = False

    incident_io.state.edit("Informational", disable)

    ended = empty.run("plan", "--detailed-exitcode")
    assert ended.code == 2
    assert "Informational" in ended.out
    assert "Plan: 5 unchanged, 1 drifted." in ended.out  # the dashboard's edit, not the file's


def test_a_remote_that_did_not_take_the_record_is_left_to_do(empty: Team) -> None:
    remote = empty.folder.parent / "later.git"
    repository(empty, str(remote))

    ended = empty.run("init", "--ci", "none")

    assert "- Git's remote did not take the record of what is live now" in ended.out
    assert ended.err.count("note: what other machines applied is unknown") == 1

    git(empty, "init", "-q", "--bare", str(remote))
    again = empty.run("init", "--ci", "none")
    assert "the record of what is live now" not in again.out
    assert "refs/reconciler/" in git(empty, "ls-remote", "origin")


def test_a_terminal_asks_five_questions_at_most(empty: Team) -> None:
    repository(empty)
    empty.write(".gitignore", "mine\n")

    with on_terminal(empty, "init", "--record", "local") as terminal:
        terminal.until("Import the routes of this account? [yes] ")
        terminal.type("maybe\n")
        terminal.until("Type `yes` or `no`.")
        terminal.type("\n")
        terminal.until("Pipeline: github, gitlab or none? [none] ")
        terminal.type("github\n")
        terminal.until("with pre-commit? [no] ")
        terminal.type("y\n")
        terminal.until("(OWNER/NAME@TAG)? [none] ")
        terminal.type(f"acme/reconciler@{COMMIT}\n")
        terminal.until("Change this file as shown? Type `yes` to continue: ")
        terminal.type("yes\n")
        assert terminal.end() == 0, terminal.said

    assert terminal.said.count("? [") + terminal.said.count("as shown?") == 6  # one asked again
    report = terminal.said.partition("wrote reconciler.yaml")[2].splitlines()
    prose = (row for row in report if not row.startswith(("  git", "  reconciler", "  http")))
    assert [row for row in prose if len(row) > 80] == []
    assert empty.read(".gitignore") == "mine\n.reconciler/\nplan.json\n"
    assert f"rev: {COMMIT}\n" in empty.read(".pre-commit-config.yaml")
    assert f"plan-routes.yml@{COMMIT}\n" in empty.read(f"{WORKFLOWS}/plan.yml")


def test_a_no_to_the_first_question_writes_nothing(empty: Team) -> None:
    with on_terminal(empty, "init") as terminal:
        terminal.until("Import the routes of this account? [yes] ")
        terminal.type("no\n")
        assert terminal.end() == 0
    assert "nothing was written" in terminal.said
    assert files(empty) == {}


def test_the_schema_of_the_settings_accepts_what_init_writes(empty: Team) -> None:
    started(empty)

    import jsonschema

    schema = json.loads(empty.read("config.schema.json"))
    jsonschema.validate(yaml.safe_load(empty.read("reconciler.yaml")), schema)
