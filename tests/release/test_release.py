"""What `make release` refuses, and that what it builds works in a new environment."""

import re
import tarfile
from pathlib import Path

import pytest
import yaml

from reconciler import __version__
from release import __main__ as release
from release.state import git, notes_of, refusals, sections_of, version_of
from release.trial import Failed, build, check, first_day, install
from tests.e2e.team import REPOSITORY
from tests.wheels import index_of, needed

LOG = """# Changelog

## [Unreleased]

## [1.2.0] - 2026-11-29

### Added

- A thing.

## [1.1.0] - 2026-10-01

- An older thing.
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A repository whose commit can be released."""
    root = tmp_path / "project"
    (root / "reconciler").mkdir(parents=True)
    (root / "reconciler" / "__init__.py").write_text('__version__ = "1.2.0"\n', "utf-8")
    (root / "CHANGELOG.md").write_text(LOG, "utf-8")
    git(root, "init", "-q")
    git(root, "config", "user.name", "n")
    git(root, "config", "user.email", "e@example.com")
    commit(root)
    return root


def commit(root: Path) -> None:
    git(root, "add", "-A")
    git(root, "commit", "-q", "--allow-empty", "-m", "change")


def change(root: Path, file: str, old: str, new: str) -> None:
    text = (root / file).read_text("utf-8")
    assert old in text
    (root / file).write_text(text.replace(old, new), "utf-8")
    commit(root)


def why(root: Path, *, tagged: bool = False) -> str:
    return "\n".join(refusals(root, tagged=tagged))


def test_a_sound_commit_is_refused_nothing_and_its_notes_are_those_of_its_version(
    project: Path,
) -> None:
    assert why(project) == ""
    assert version_of(project) == "1.2.0"
    assert notes_of(project, "1.2.0") == "### Added\n\n- A thing."


def test_a_dirty_tree_is_refused_with_what_is_dirty(project: Path) -> None:
    (project / "left.txt").write_text("x", "utf-8")

    assert "not committed" in why(project)
    assert "?? left.txt" in why(project)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("## [1.2.0]", "## [1.1.9]", "CHANGELOG.md says nothing of 1.2.0"),
        ("### Added\n\n- A thing.\n", "", "CHANGELOG.md says nothing of 1.2.0"),
        (" - 2026-11-29", "", "CHANGELOG.md names no day of 1.2.0"),
        (" - 2026-11-29", " - soon", "CHANGELOG.md names no day of 1.2.0"),
        (
            "[Unreleased]\n",
            "[Unreleased]\n\n- Later.\n",
            "CHANGELOG.md has lines under [Unreleased]",
        ),
    ],
)
def test_a_changelog_without_the_version_is_refused(
    project: Path, old: str, new: str, said: str
) -> None:
    change(project, "CHANGELOG.md", old, new)

    assert said in why(project)


@pytest.mark.parametrize("version", ["1.2", "1.2.0.dev1", "v1.2.0"])
def test_a_version_that_is_none_is_refused(project: Path, version: str) -> None:
    change(project, "reconciler/__init__.py", "1.2.0", version)

    assert f"says the version '{version}'" in why(project)


def test_a_tag_that_is_there_is_refused_and_the_published_one_has_to_be_there(
    project: Path,
) -> None:
    assert "does not have the tag v1.2.0" in why(project, tagged=True)

    git(project, "tag", "v1.2.0")

    assert "the tag v1.2.0 is there already" in why(project)
    assert why(project, tagged=True) == ""
    commit(project)
    assert "does not have the tag v1.2.0" in why(project, tagged=True)


def test_a_refused_release_makes_no_tag_and_says_all_at_once(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    change(project, "CHANGELOG.md", "## [1.2.0] - 2026-11-29", "## [1.2.0]")
    (project / "left.txt").write_text("x", "utf-8")

    assert release.main([], project) == 1

    told = capsys.readouterr().err
    assert told.count("error: ") == 2
    assert git(project, "tag") == ""
    assert release.main(["--now"], project) == 64


def test_the_tag_is_made_last_with_the_notes(
    project: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    tags: list[str] = []
    monkeypatch.setattr(release, "_try", lambda root, _: tags.append(git(root, "tag")))

    assert release.main([], project) == 0

    assert tags == [""]
    assert git(project, "tag", "--points-at", "HEAD") == "v1.2.0"
    message = git(project, "tag", "--list", "--format=%(contents)", "v1.2.0")
    assert message == "reconciler 1.2.0\n\n### Added\n\n- A thing."
    assert "git push origin v1.2.0" in capsys.readouterr().out


def test_what_does_not_work_makes_no_tag(
    project: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(root: Path, version: str) -> None:
        raise Failed(f"{version} does not start")

    monkeypatch.setattr(release, "_try", fail)

    assert release.main([], project) == 1
    assert "1.2.0 does not start\nno tag was made" in capsys.readouterr().err
    assert git(project, "tag") == ""


def test_what_is_built_passes_the_checks_and_works_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """From the files of this folder, installed from an index on the disk."""
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    wheel, sdist = build(REPOSITORY, tmp_path / "dist", "1700000000")
    monkeypatch.setenv("PIP_INDEX_URL", index_of(tmp_path / "index", *needed(), "aiohttp"))
    monkeypatch.setenv("PIP_CONFIG_FILE", "/dev/null")

    check(wheel, sdist, scratch)
    program = install(wheel, REPOSITORY / "requirements.lock", scratch)
    first_day(program, __version__, scratch)

    assert program.is_relative_to(scratch)
    assert [*(scratch / "routes-of-a-team" / "routes").glob("*.yaml")]
    with pytest.raises(Failed, match=r"and not 9\.9\.9"):
        first_day(program, "9.9.9", scratch)


def test_an_sdist_that_lacks_a_file_is_noticed(tmp_path: Path) -> None:
    scratch, less = tmp_path / "scratch", tmp_path / "less.tar.gz"
    scratch.mkdir()
    wheel, sdist = build(REPOSITORY, tmp_path / "dist", "1700000000")
    with tarfile.open(sdist) as packed, tarfile.open(less, "w:gz") as repacked:
        for member in packed:
            if not member.name.endswith("/py.typed"):
                repacked.addfile(member, packed.extractfile(member))

    with pytest.raises(Failed, match=r"differ in .*py\.typed"):
        check(wheel, less, scratch)


def test_only_the_job_that_publishes_can_ask_for_a_token() -> None:
    text = (REPOSITORY / ".github/workflows/release.yml").read_text("utf-8")
    jobs = yaml.safe_load(text)["jobs"]

    assert jobs["build"]["permissions"] == {"contents": "read"}
    assert jobs["publish"]["permissions"] == {"id-token": "write"}
    assert jobs["publish"]["environment"] == "pypi"
    assert jobs["publish"]["needs"] == "build"
    assert all("run" not in step for step in jobs["publish"]["steps"])
    assert "secrets." not in text
    (publish,) = (step for step in jobs["publish"]["steps"] if "pypi-publish" in step["uses"])
    assert re.fullmatch(r"pypa/gh-action-pypi-publish@[0-9a-f]{40}", publish["uses"])
    assert publish["with"] == {"attestations": True}


def test_this_changelog_can_be_read_by_a_release() -> None:
    sections = sections_of((REPOSITORY / "CHANGELOG.md").read_text("utf-8"))

    assert "Unreleased" in sections
    released = [name for name in sections if name != "Unreleased"]
    assert released == sorted(released, reverse=True)
    assert __version__ in released or sections["Unreleased"][1]
