"""Names of folders and branches in pipelines: exactly the name, never an expression, or words."""

import shlex
from collections.abc import Iterator
from typing import Any

import pytest
import yaml
from hypothesis import example, given, strategies as st

from reconciler.starter.filled import Place, filled, hook_entry, unfit
from reconciler.starter.program import Program
from reconciler.starter.start import WORKFLOWS

PROGRAM = Program("github.com", "acme/reconciler", "a" * 40, "v0.2.0")
HOSTILE = [
    "${{ secrets.X }}", "$[[ inputs.base ]]", "$CI_JOB_TOKEN", "<settings>", "<path>", "<branch>",
    "*", "**", "a[0-9]", "!main", "a+", "a?", "\\", "-x", "--upload-pack=x", "on", "Yes", "null",
    "~", "2024", "1e3", "0x1f", "2026-11-29", "a: b", "a #b", "#", "&a", "*a", "!!int", "%x", "@x",
    "`x`", "'", '"', "a\nrun: x", "a\r", "\x7f", "a\x85b", "a\u2028b", "\u202eb", "\ufeff", " a ",
    "{a}", "[a]", "a, b", "}}, x: {", "é-😀", "\ud800", "-", "---", "...", "?", "=", "<<", "a\\+b",
    "$" + "{" * 3 + " x",
]  # fmt: skip
NAMES = st.one_of(
    st.sampled_from(HOSTILE),
    st.text(st.characters(), min_size=1, max_size=20),
    st.lists(st.sampled_from(HOSTILE), min_size=1, max_size=3).map("".join),
)


def texts(value: Any) -> Iterator[str]:
    """All texts of a document, keys too."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from (*texts(key), *texts(inner))
    elif isinstance(value, list):
        for inner in value:
            yield from texts(inner)
    elif isinstance(value, str):
        yield value


def expressions(text: str, opens: str) -> list[str]:
    """What a forge would evaluate, from `opens` on."""
    found = texts([*yaml.safe_load_all(text)])
    return [one[one.index(opens) :] for one in found if opens in one]


def matched(pattern: str) -> str:
    """The one name that a filter of GitHub matches; fails for a filter of several."""
    found, rest = "", pattern
    while rest:
        escaped = rest[0] == "\\"
        assert escaped or rest[0] not in "*?+[]!", pattern
        found, rest = found + rest[escaped], rest[1 + escaped :]
    return found


@given(NAMES, NAMES)
@example("<settings>", "<routes>")
@example("a", "release+[1]")
def test_a_workflow_holds_exactly_the_names_or_none(folder: str, branch: str) -> None:
    place = Place(folder, branch, "github.com", "origin")
    if why := unfit("github", place):
        assert why.startswith(("the folder `", "the branch `"))
        return
    for name in WORKFLOWS.values():
        text = filled(f"github/{name}.yml", PROGRAM, place)
        read = yaml.safe_load(text)
        (job,) = read["jobs"].values()

        inputs = place.inputs if name in ("apply", "drift") else {"path": folder}
        assert job["with"] == inputs
        key = ["${{ secrets.INCIDENT_API_KEY }}"] if name != "validate" else []
        assert expressions(text, "${{") == key
        assert job["uses"] == f"acme/reconciler/.github/workflows/{name}-routes.yml@{'a' * 40}"
        if name == "apply":
            (only,) = read[True]["push"]["branches"]
            routes, *others = read[True]["push"]["paths"]
            assert matched(only) == branch
            assert matched(routes.removesuffix("/**")) == f"{folder}/routes"
            assert matched(others[0]) == f"{folder}/reconciler.yaml"
            assert {matched(other).rpartition("/")[0] for other in others} == {folder}


@pytest.mark.parametrize("name", ["${{ secrets.X }}", "a\nb", "a\x85b", "\ud800", "\x7f"])
@pytest.mark.parametrize("part", ["folder", "branch"])
def test_a_name_that_no_workflow_can_hold_is_refused(name: str, part: str) -> None:
    words = unfit("github", Place("") if part == "branch" else Place(name))
    if part == "branch":
        words = unfit("github", Place("", name))

    assert words.startswith(f"the {part} `{name}` cannot stand in a workflow: ")
    assert words.endswith(" Rename it.")


@pytest.mark.parametrize("name", ["main", "-x", "a b", "é-😀", "$X", "*", "!a", "'", "2024", "on"])
def test_a_strange_name_is_no_reason_to_refuse(name: str) -> None:
    assert unfit("github", Place(name, name)) == ""


@given(NAMES)
def test_the_pipeline_of_gitlab_holds_exactly_the_folder_or_none(folder: str) -> None:
    place = Place(folder, "${{ any }}", "gitlab.com", "origin")
    if why := unfit("gitlab", place):
        assert "does not take" in why
        return
    text = filled("gitlab/gitlab-ci.yml", PROGRAM, place)
    *_, pipeline = yaml.safe_load_all(text)

    (entry,) = pipeline["include"]
    assert entry["inputs"]["path"] == folder
    inputs = ("base", "digest", "revert-drift")
    assert expressions(text, "$[[") == [f"$[[ inputs.{name} ]]" for name in inputs]


@given(NAMES)
def test_a_hook_is_told_with_its_folder_in_quotes(folder: str) -> None:
    if unfit("github", Place(folder)):
        return
    entry = yaml.safe_load(hook_entry(folder))["entry"]

    assert shlex.split(entry) == ["reconciler", "-C", folder, "validate"]


@pytest.mark.parametrize("ref", ["0" * 40, "1" * 39 + "e", "1" * 20 + "e" + "1" * 19, "a" * 40])
def test_a_hash_of_digits_stays_a_text(ref: str) -> None:
    text = filled("any/pre-commit-config.yaml", Program("github.com", "a/b", ref), Place(""))

    assert yaml.safe_load(text)["repos"][0]["rev"] == ref
