"""`init`: from a key to a folder whose plan is empty, whatever the account and the folder are."""

import json
import subprocess
from pathlib import Path

import pytest
import yaml

from reconciler import sandbox
from reconciler.cli.commands import init
from reconciler.files import FileRefused, disk
from reconciler.sandbox.account.seed import DASHBOARD
from reconciler.sandbox.http.running import RunningSandbox
from tests.e2e.conftest import Open
from tests.e2e.team import Ended, Team
from tests.e2e.terminal import on_terminal
from tests.e2e.test_import import simple

COMMIT = "0123456789abcdef0123456789abcdef01234567"
FROM = ("--from", f"acme/reconciler@{COMMIT}")
SAME = "No changes: the files say what is live.\n"
WORKFLOWS = ".github/workflows"


def git(team: Team, *arguments: str) -> str:
    ended = subprocess.run(
        ["git", *arguments], cwd=team.folder, check=True, capture_output=True, text=True
    )
    return ended.stdout


def repository(team: Team, remote: str = "") -> None:
    git(team, "init", "-q", "-b", "main")
    if remote:
        git(team, "remote", "add", "origin", remote)


def bare(team: Team) -> Team:
    """The same account, and a folder with nothing in it."""
    folder = team.folder.parent / "bare"
    folder.mkdir()
    return Team(folder, team.environment)


def started(team: Team, *arguments: str) -> Ended:
    """`init` that exchanges no record, as no test has a remote that answers."""
    return team.run("init", "--record", "local", *arguments)


def files(team: Team) -> dict[str, str]:
    found = (path for path in team.folder.rglob("*") if path.is_file())
    own = (path.relative_to(team.folder).as_posix() for path in found)
    return {path: team.read(path) for path in own if not path.startswith((".git/", ".reconciler/"))}


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

    assert ended.code == 1
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


def test_a_folder_that_is_half_set_up_is_completed(team: Team) -> None:
    """Routes without settings, one of them broken, and a file of another tool."""
    config = team.folder / "reconciler.yaml"
    config.unlink()
    (team.folder / "routes/informational.yaml").unlink()
    team.write("routes/broken.yaml", "name: [\n")
    team.write(".vscode/settings.json", "{}\n")

    ended = started(team)

    assert ended.code == 1
    assert "routes/broken.yaml:" in ended.err
    assert "wrote reconciler.yaml\n" in ended.out
    assert "wrote routes/informational.yaml\n" in ended.out
    assert "wrote directory.lock.json" not in ended.out
    assert "- .vscode/settings.json is there, and not changed. Add to it:\n    {" in ended.out
    assert team.read("routes/broken.yaml") == "name: [\n"
    assert team.read(".vscode/settings.json") == "{}\n"


def test_settings_with_a_mistake_end_it_before_a_request(
    empty: Team, incident_io: RunningSandbox
) -> None:
    empty.write("reconciler.yaml", "chanels: {}\n")

    ended = started(empty)

    assert ended.code == 1
    assert "error: nothing was written: correct reconciler.yaml first\n" in ended.err
    assert incident_io.requests == []


def test_what_is_there_is_changed_only_with_yes(empty: Team) -> None:
    repository(empty, "git@github.com:acme/routes.git")
    empty.write("reconciler.yaml", "# ours\nmax_deletes: 2\n")
    empty.write(f"{WORKFLOWS}/plan.yml", "name: terraform\n")

    ended = started(empty, *FROM)

    assert ended.code == 0, ended.err
    assert f"+account: {DASHBOARD}\n" in ended.err
    assert "-name: terraform\n" in ended.err
    assert f"- Not changed: reconciler.yaml, {WORKFLOWS}/plan.yml. `reconciler init" in ended.out
    assert empty.read("reconciler.yaml") == "# ours\nmax_deletes: 2\n"
    assert empty.read(f"{WORKFLOWS}/plan.yml") == "name: terraform\n"
    assert (empty.folder / f"{WORKFLOWS}/apply.yml").exists()
    assert empty.run("plan", "--detailed-exitcode", "--record", "local").code == 0

    again = started(empty, *FROM, "--yes")

    assert again.code == 0, again.err
    assert "# ours\n" in empty.read("reconciler.yaml")
    assert "max_deletes: 2\n" in empty.read("reconciler.yaml")
    assert f"account: {DASHBOARD}\n" in empty.read("reconciler.yaml")
    assert "plan-routes.yml" in empty.read(f"{WORKFLOWS}/plan.yml")
    assert "Not changed" not in again.out


def test_settings_in_braces_name_the_account_and_keep_their_form(empty: Team) -> None:
    empty.write("reconciler.yaml", "{max_deletes: 2}  # ours\n")

    ended = started(empty, "--yes")

    assert ended.code == 0, ended.err
    assert empty.read("reconciler.yaml").startswith("{")
    assert empty.read("reconciler.yaml").endswith("max_deletes: 2}  # ours\n")
    assert yaml.safe_load(empty.read("reconciler.yaml"))["account"] == DASHBOARD
    assert "got no `sources`, because it is in braces" in ended.out
    assert "one name or id" not in ended.out


def test_an_init_that_was_interrupted_is_completed(
    empty: Team, monkeypatch: pytest.MonkeyPatch
) -> None:
    written: list[str] = []

    def interrupted(root: Path, file: str, text: str) -> None:
        if len(written) == 5:
            raise KeyboardInterrupt
        written.append(file)
        disk.write_inside(root, file, text)

    monkeypatch.setattr(init, "write_inside", interrupted)
    ended = started(empty)
    assert ended.code == 130
    assert ended.out == "".join(f"wrote {file}\n" for file in written)
    monkeypatch.undo()

    again = started(empty)

    assert again.code == 0, again.err
    assert SAME in again.out
    assert not {*written} & {*again.out.splitlines()}
    assert len(empty.route_files()) == 6
    assert empty.run("directory", "refresh", "--check").code == 0


def test_a_folder_that_takes_no_file_is_told_before_a_request(
    empty: Team, incident_io: RunningSandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(path: Path) -> None:
        raise FileRefused(f"{path}: not written: read-only file system; mount it otherwise")

    monkeypatch.setattr(init, "check_writable", refuse)

    ended = started(empty)

    assert ended.code == 1
    assert f"{empty.folder}: nothing was written: read-only file system" in ended.err
    assert incident_io.requests == []


@pytest.mark.parametrize("link", [".vscode", ".gitignore", ".github"])
def test_a_link_is_refused_before_the_first_file(empty: Team, tmp_path: Path, link: str) -> None:
    repository(empty)
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    target = elsewhere / "file" if link == ".gitignore" else elsewhere
    (elsewhere / "file").write_text("secret\n", encoding="utf-8")
    (empty.folder / link).symlink_to(target)

    ended = started(empty, *FROM, "--ci", "github", "--yes")

    assert ended.code == 1
    assert "not written" in ended.err
    assert (elsewhere / "file").read_text(encoding="utf-8") == "secret\n"
    assert [path.name for path in elsewhere.iterdir()] == ["file"]
    assert not (empty.folder / "reconciler.yaml").exists()


@pytest.mark.parametrize("path", ["route.schema.json", "config.schema.json", "directory.lock.json"])
def test_what_is_in_the_way_is_found_before_the_first_file(empty: Team, path: str) -> None:
    (empty.folder / path).symlink_to("nothing")

    ended = started(empty)

    assert ended.code == 1
    assert f"{path}: not written: " in ended.err
    assert [one.name for one in empty.folder.iterdir()] == [path]


@pytest.mark.parametrize("target", ["../elsewhere", "nothing", ".git", "file"])
def test_a_folder_of_routes_that_is_elsewhere_is_told_before_a_request(
    empty: Team, incident_io: RunningSandbox, target: str
) -> None:
    repository(empty)
    (empty.folder.parent / "elsewhere").mkdir()
    if target == "file":
        empty.write("routes", "a file\n")
    else:
        (empty.folder / "routes").symlink_to(target)

    ended = started(empty)

    assert ended.code == 1
    assert ended.err.endswith("error: nothing was written: correct routes first\n")
    assert "[file-exists]" not in ended.err
    assert incident_io.requests == []
    assert {path.name for path in empty.folder.iterdir()} == {".git", "routes"}
    assert list((empty.folder.parent / "elsewhere").iterdir()) == []


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


def test_the_commit_says_what_its_files_do(empty: Team) -> None:
    repository(empty)
    person = ("-c", "user.name=a", "-c", "user.email=a@b.c", "-c", "commit.gpgsign=false")

    def subject(*arguments: str) -> str:
        out = started(empty, *arguments).out
        git(empty, "add", "-A")
        git(empty, *person, "commit", "-qm", "x", "--allow-empty")
        return out.partition('commit -m "')[2].partition('"')[0]

    assert subject("--ci", "none") == "Add the routes as they are live"
    assert subject(*FROM, "--ci", "github") == "Plan and apply the routes in a pipeline"
    assert subject(*FROM, "--ci", "github", "--pre-commit") == "Set reconciler up"
    assert subject() == ""


def test_an_account_whose_routes_are_all_of_another_repository(empty: Team) -> None:
    empty.write("reconciler.yaml", "owns: {prefixes: [Nobody has this]}\n")

    ended = started(empty, "--yes")

    assert "by `owns`, none of the 6 live routes of the account belongs to this" in ended.out
    assert "the account has no route" not in ended.out


def test_a_pin_that_stays_is_told_with_what_moves_it(empty: Team) -> None:
    repository(empty, "git@github.com:acme/routes.git")
    started(empty, *FROM, "--pre-commit")
    before = files(empty)
    newer = "f" * 40

    again = started(empty, "--from", f"acme/reconciler@{newer}", "--yes")

    assert again.code == 0, again.err
    assert files(empty) == before
    (words,) = (line for line in again.out.splitlines() if "moves no pin" in line)
    assert f"put acme/reconciler and {newer} into {WORKFLOWS}/validate.yml, " in words
    assert ".pre-commit-config.yaml, or wait for Dependabot." in words
    assert "moves no pin" not in started(empty, *FROM).out
    assert "moves no pin" not in started(empty).out


def test_names_that_a_workflow_would_evaluate_get_no_pipeline(empty: Team) -> None:
    repository(empty, "git@github.com:acme/routes.git")
    below = Team(empty.folder / "${{ secrets.X }}", empty.environment)
    below.folder.mkdir()

    ended = started(below, *FROM)

    assert ended.code == 0, ended.err
    assert (
        "- No pipeline was written: the folder `${{ secrets.X }}` cannot stand in a workflow: "
        "GitHub would evaluate `${{`. Rename it."
    ) in ended.out
    assert not (empty.folder / ".github").exists()
    assert len(below.route_files()) == 6


def test_the_default_branch_is_that_of_the_remote_whatever_its_name(empty: Team) -> None:
    repository(empty)
    git(empty, "remote", "add", "up;stream", "git@github.com:acme/routes.git")
    person = ("-c", "user.name=a", "-c", "user.email=a@b.c", "-c", "commit.gpgsign=false")
    git(empty, *person, "commit", "-q", "--allow-empty", "-m", "x")
    git(empty, "symbolic-ref", "refs/remotes/up;stream/HEAD", "refs/remotes/up;stream/release+1")
    git(empty, "update-ref", "refs/remotes/up;stream/release+1", "HEAD")

    ended = started(empty, *FROM)

    apply = yaml.safe_load(empty.read(f"{WORKFLOWS}/apply.yml"))
    assert apply["jobs"]["apply"]["with"] == {"default-branch": "release+1"}
    assert apply[True]["push"]["branches"] == ["release\\+1"]
    assert " push 'up;stream' HEAD\n" in ended.out


def test_a_github_of_a_company_is_told(empty: Team) -> None:
    repository(empty, "git@github.acme.com:acme/routes.git")

    ended = started(empty, *FROM)

    assert ended.code == 0, ended.err
    assert "No pipeline was written: github.acme.com looks like GitHub Enterprise." in ended.out
    assert "Call the action in a workflow of your own" in ended.out
    assert "If it is a GitLab" not in ended.out
    assert not (empty.folder / ".github").exists()

    asked = started(empty, *FROM, "--ci", "github")
    assert "- If github.acme.com is GitHub Enterprise: GitHub Enterprise Server does" in asked.out
    assert (empty.folder / f"{WORKFLOWS}/plan.yml").exists()


def test_a_remote_of_an_unknown_forge_is_told(empty: Team) -> None:
    repository(empty, "https://me:secret@bitbucket.org/acme/routes.git")

    ended = started(empty, *FROM)

    assert ended.code == 0, ended.err
    assert "- No pipeline was written: `init` does not know the forge bitbucket.org." in ended.out
    assert "run `reconciler plan --out plan.json` for a change" in ended.out
    assert "secret" not in ended.out + ended.err
    assert not (empty.folder / ".github").exists()


def test_a_folder_below_the_top_of_its_repository(empty: Team) -> None:
    repository(empty, "git@gitlab.com:acme/ops.git")
    below = Team(empty.folder / "pages", empty.environment)
    below.folder.mkdir()

    ended = started(below, *FROM)

    assert ended.code == 0, ended.err
    assert "path: pages\n" in empty.read(".gitlab-ci.yml")
    assert "\n  git -C" in ended.out
    assert " add ../.gitlab-ci.yml .gitignore" in ended.out
    assert len(below.route_files()) == 6


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


def tagged(folder: Path, url: str, *, annotated: bool) -> tuple[str, dict[str, str]]:
    """A repository of the program with a tag, which git finds below the address."""
    team = Team(folder)
    folder.mkdir()
    repository(team)
    who = ("-c", "user.name=a", "-c", "user.email=a@b.c")
    git(team, *who, "-c", "commit.gpgsign=false", "commit", "-q", "--allow-empty", "-m", "x")
    git(team, *who, "tag", *(["-a", "-m", "x"] if annotated else []), "v0.2.0")
    settings = {"GIT_CONFIG_COUNT": "1", "GIT_CONFIG_KEY_0": f"url.{folder}.insteadOf",
                "GIT_CONFIG_VALUE_0": url}  # fmt: skip
    return git(team, "rev-parse", "HEAD").strip(), settings


@pytest.mark.parametrize("annotated", [True, False])
def test_a_tag_is_pinned_by_its_commit(empty: Team, tmp_path: Path, annotated: bool) -> None:
    commit, settings = tagged(
        tmp_path / "program", "https://github.com/acme/reconciler", annotated=annotated
    )
    arguments = ("init", "--ci", "github", "--record", "local")
    repository(empty)

    ended = empty.run(*arguments, "--from", "acme/reconciler@v9", **settings)
    assert "https://github.com/acme/reconciler has no tag v9, or git could not" in ended.out
    assert not (empty.folder / ".github").exists()

    ended = empty.run(*arguments, "--from", "acme/reconciler@v0.2.0", **settings)
    assert ended.code == 0, ended.err
    assert f"/plan-routes.yml@{commit} # v0.2.0\n" in empty.read(f"{WORKFLOWS}/plan.yml")


def test_an_installation_that_names_no_repository_is_told(
    empty: Team, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("reconciler.cli.starting._installed", lambda: None)
    repository(empty, "git@github.com:acme/routes.git")

    ended = started(empty)

    assert ended.code == 0, ended.err
    assert "this installation does not say which repository it is from" in ended.out
    assert "`reconciler init --from OWNER/NAME@COMMIT`" in ended.out


def test_a_program_that_is_none_is_a_usage_error(empty: Team) -> None:
    ended = started(empty, "--from", "nope", "--ci", "github")

    assert ended.code == 64
    assert "--from nope: write OWNER/NAME@TAG" in ended.err
    assert files(empty) == {}


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


def test_only_the_routes_that_the_settings_own_are_imported(empty: Team) -> None:
    empty.write("reconciler.yaml", "owns:\n  prefixes: [Production]\n")

    ended = started(empty, "--yes")

    assert ended.code == 0, ended.err
    assert SAME in ended.out
    assert empty.route_files() == ["production-alerts.yaml", "production-warnings.yaml"]
