"""The pipeline that `init` writes: its forge, its pin, and the names in it."""

from pathlib import Path

import pytest
import yaml

from tests.e2e.new_folder import FROM, WORKFLOWS, files, git, repository, started
from tests.e2e.team import Team


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
    assert "the page *Run in CI* in the repository of reconciler has the jobs" in ended.out
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
