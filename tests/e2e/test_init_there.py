"""What is in the folder before `init`: kept, completed, or refused before the first file."""

from pathlib import Path

import pytest
import yaml

from reconciler.cli.commands import init
from reconciler.files import FileRefused, disk
from reconciler.sandbox.account.seed import DASHBOARD
from reconciler.sandbox.http.running import RunningSandbox
from tests.e2e.new_folder import FROM, SAME, WORKFLOWS, repository, started
from tests.e2e.team import Team


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
    assert "got no `sources`, because the file is in braces" in ended.out
    assert "share a name or id" not in ended.out


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
