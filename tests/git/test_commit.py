"""What is a route file in a checkout is one in its commit, whatever leads to it."""

import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given, settings, strategies as st

from reconciler.files.disk import routes_of
from reconciler.files.tree import find_routes
from reconciler.git.commit import BaseRefused, commit_tree, contents
from reconciler.model import Finding
from tests.git.test_base import commit, git

names = st.sampled_from(["routes", "teams", "a.yaml", "b.YML", ".c.yaml", "d.txt", "e"])
paths = st.lists(names, min_size=1, max_size=3).map("/".join)
targets = st.one_of(
    paths,
    paths.map(lambda path: f"../{path}"),
    st.sampled_from([".", "..", "../..", "/", "/etc/hostname", "../.git/config", "TOP/teams"]),
)


def make(root: Path, files: list[str], links: dict[str, str]) -> None:
    git(root, "init", "-q")
    for file in files:
        put_if_free(root / file)
    for link, target in links.items():
        place = root / link
        through = [above for above in place.parents if above.is_symlink() or above.is_file()]
        if not through and not place.is_symlink() and not place.exists():
            place.parent.mkdir(parents=True, exist_ok=True)
            place.symlink_to(target.replace("TOP", str(root)))


def put_if_free(place: Path) -> None:
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text("x", encoding="utf-8")
    except OSError:
        return


@settings(max_examples=60)
@given(st.lists(paths.map(lambda path: f"routes/{path}"), max_size=4), st.lists(paths, max_size=3),
       st.dictionaries(st.one_of(paths, paths.map(lambda path: f"routes/{path}")), targets,
                       max_size=4))  # fmt: skip
def test_the_checkout_and_its_commit_have_the_same_route_files(
    routes: list[str], others: list[str], links: dict[str, str]
) -> None:
    root = Path(tempfile.mkdtemp())
    try:
        make(root, [*routes, *others], links)
        sha = commit(root, {})

        found, in_the_way = routes_of(root)
        committed, told = find_routes(commit_tree(root, sha, ("routes", "reconciler.yaml")))

        assert committed == found
        assert _routes_in(told) == _routes_in(in_the_way)
    finally:
        shutil.rmtree(root)


def _routes_in(findings: Sequence[Finding]) -> list[tuple[str, str]]:
    """What is wrong with what has the name of a route file."""
    told = [(one.position.file, one.code) for one in findings if one.position]
    return sorted(one for one in told if one[0].lower().endswith((".yaml", ".yml")))


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    git(tmp_path, "init", "-q")
    return tmp_path


def test_contents_over_the_limit_are_not_read(repository: Path) -> None:
    commit(repository, {"a": "x" * 10, "b": "x" * 11})
    listed = git(repository, "ls-files", "-s").split("\n")
    small, large = (line.split()[1] for line in listed)

    assert contents(repository, [small, large, small], 10) == {small: b"x" * 10, large: None}


def test_a_submodule_is_a_folder_whose_files_nobody_knows(repository: Path) -> None:
    inner = repository / "routes" / "inner"
    inner.mkdir(parents=True)
    subprocess.run(["git", "init", "-q"], cwd=inner, check=True)
    commit(inner, {"a.yaml": "x"})
    sha = commit(repository, {"routes/b.yaml": "x"})

    found, (finding,) = find_routes(commit_tree(repository, sha, ("routes",)))

    assert [one.file for one in found] == ["routes/b.yaml"]
    assert finding.code == "unreadable"
    assert finding.position is not None
    assert finding.position.file == "routes/inner"


@pytest.mark.parametrize("limit", [0, 10])
def test_a_lost_object_is_refused_by_its_name(repository: Path, limit: int) -> None:
    with pytest.raises(BaseRefused, match="git has lost the object 0123456789"):
        contents(repository, ["0123456789" * 4], limit)
