"""Which files a folder gets; and that the pipelines fit what they call."""

import json
import re
import textwrap
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest
import yaml

from reconciler.directory import LOCK
from reconciler.starter.filled import Place
from reconciler.starter.program import Forge, Program
from reconciler.starter.start import (
    CODE,
    DEPENDABOT,
    GITIGNORE,
    GITLAB,
    HOOKS,
    WORKFLOWS,
    Answers,
    Content,
    Start,
    start,
    with_lines,
    without_jobs,
)
from tests.e2e.team import REPOSITORY

COMMIT = "0123456789abcdef0123456789abcdef01234567"
PROGRAM = Program("github.com", "acme/reconciler", COMMIT, "v0.2.0")
ROUTE = "# yaml-language-server: $schema=../elsewhere.json\nname: A\n"
CONTENT = Content("account: https://x.org/acme\n", {"routes/a.yaml": ROUTE}, "{}\n", "{}\n")
GITHUB = Answers("github", PROGRAM, pre_commit=True)


def made(
    answers: Answers = GITHUB,
    place: Place | None = None,
    there: Mapping[str, str] | None = None,
) -> Start:
    return start(CONTENT, answers, place or Place("", "main", "github.com", "origin"), there or {})


def texts(started: Start) -> dict[str, str]:
    return {one.path: one.text for one in started.files}


def test_an_empty_folder_gets_everything_what_others_need_first() -> None:
    started = made()

    paths = list(texts(started))
    assert paths.index("reconciler.yaml") < paths.index("routes/a.yaml") < paths.index(LOCK)
    assert {*WORKFLOWS, DEPENDABOT, HOOKS, CODE, GITIGNORE} <= {*paths}
    assert all(one.was is None for one in started.files)
    assert texts(started)["routes/a.yaml"] == (
        "# yaml-language-server: $schema=../route.schema.json\nname: A\n"
    )


@pytest.mark.parametrize("answers", [GITHUB, Answers("gitlab", PROGRAM), Answers()])
def test_a_second_start_writes_nothing(answers: Answers) -> None:
    there = texts(made(answers))

    again = start(Content("", {}, "{}\n", "{}\n"), answers, Place(""), there)

    assert again.files == ()


def test_a_folder_and_a_branch_keep_their_characters() -> None:
    """YAML knows no pairs of surrogates, which JSON writes."""
    started = made(place=Place("pages-😀", "réléase-😀", "github.com", "origin"))

    apply = yaml.safe_load(texts(started)[".github/workflows/apply.yml"])
    assert apply["jobs"]["apply"]["with"] == {"path": "pages-😀", "default-branch": "réléase-😀"}
    assert apply[True]["push"]["paths"][0] == "pages-😀/routes/**"


def test_a_pin_that_dependabot_moved_stays() -> None:
    there = {path: text.replace(COMMIT, "f" * 40) for path, text in texts(made()).items()}

    assert made(there=there).files == ()


def test_a_workflow_of_another_tool_is_among_the_changes() -> None:
    path = ".github/workflows/plan.yml"

    started = made(there={path: "name: terraform\n"})

    (changed,) = (one for one in started.files if one.was is not None)
    assert (changed.path, changed.was) == (path, "name: terraform\n")


@pytest.mark.parametrize(
    ("path", "answers"),
    [(GITLAB, Answers("gitlab", PROGRAM)), (HOOKS, GITHUB), (CODE, GITHUB), (DEPENDABOT, GITHUB)],
)
def test_a_file_of_several_tools_is_never_changed(path: str, answers: Answers) -> None:
    started = made(answers, there={path: "# theirs\n"})

    assert path not in texts(started)
    (left,) = (one for one in started.left if path in one.words)
    assert left.lines == texts(made(answers))[path]


def test_gitignore_gets_only_what_it_lacks() -> None:
    assert with_lines("", "a/\nb\n") == "a/\nb\n"
    assert with_lines("x\n/a\n", "a/\nb\n") == "x\n/a\nb\n"
    assert with_lines("b", "a/\nb\n") == "b\na/\n"
    assert with_lines("a/\r\nb\r\n", "a/\nb\n") == "a/\r\nb\r\n"
    assert with_lines("x\r\na/", "a/\nb\n") == "x\r\na/\r\nb\r\n"


def test_without_a_program_there_is_no_pipeline() -> None:
    assert not {*WORKFLOWS, GITLAB, HOOKS} & {*texts(made(Answers("github")))}


def test_hooks_that_would_look_at_the_wrong_folder_are_not_written() -> None:
    started = made(place=Place("ops/pages"))

    assert HOOKS not in texts(started)
    assert any(HOOKS in one.words for one in started.left)


@pytest.mark.parametrize("ci", ["github", "gitlab"])
@pytest.mark.parametrize(
    ("first", "second", "lacking"),
    [
        ("production", "sandbox", True),
        ("production", "product", True),
        ("", "sandbox", True),
        ("sandbox", "sandbox", False),
        ("ops/a b", "ops/a b", False),
        ("12", "12", False),
        ("production", "", False),
    ],
)
def test_a_second_folder_is_told_that_the_pipeline_of_the_first_has_no_jobs_for_it(
    ci: Forge, first: str, second: str, lacking: bool
) -> None:
    there = texts(made(replace(GITHUB, ci=ci), Place(first, "main", "github.com", "origin")))

    told = [*without_jobs(ci, Place(second), there)]

    assert [f"has no jobs for {second}/" in one.words for one in told] == [True] * lacking
    assert [*without_jobs(ci, Place(second), {})] == []
    assert [*without_jobs("none", Place(second), there)] == []


def called(name: str) -> Mapping[Any, Any]:
    text = (REPOSITORY / f".github/workflows/{name}-routes.yml").read_text("utf-8")
    workflow: Mapping[Any, Any] = yaml.safe_load(text)
    return workflow


@pytest.mark.parametrize("place", [Place(""), Place("ops/my pages", "trunk")])
@pytest.mark.parametrize(("path", "name"), WORKFLOWS.items())
def test_the_workflows_fit_those_that_they_call(path: str, name: str, place: Place) -> None:
    text = texts(made(place=place))[path]
    (job,) = yaml.safe_load(text)["jobs"].values()
    workflow = called(name)
    takes = workflow[True]["workflow_call"]  # YAML 1.1 reads `on` as true
    (inner,) = workflow["jobs"].values()

    assert job["uses"] == f"acme/reconciler/.github/workflows/{name}-routes.yml@{COMMIT}"
    assert f"@{COMMIT} # v0.2.0\n" in text
    given = job.get("with", {})
    assert given == {key: value for key, value in place.inputs.items() if key in takes["inputs"]}
    assert {*job.get("secrets", {})} == {*takes["secrets"]} - {"PROGRAM_TOKEN"}
    assert job["permissions"] == inner["permissions"]


def test_apply_starts_for_the_branch_and_the_folder() -> None:
    text = texts(made(place=Place("ops/my pages", "release: 1")))[".github/workflows/apply.yml"]

    assert yaml.safe_load(text)[True]["push"] == {
        "branches": ["release: 1"],
        "paths": [
            "ops/my pages/routes/**",
            "ops/my pages/reconciler.yaml",
            "ops/my pages/semantics.lock.yaml",
        ],
    }


def test_the_pages_show_the_same_workflows() -> None:
    page = (REPOSITORY / "docs/how-to/pull-requests.md").read_text("utf-8")
    blocks = re.findall(r"^ *```yaml\n(.*?)^ *```$", page, re.DOTALL | re.MULTILINE)
    shown = [yaml.safe_load(textwrap.dedent(block)) for block in blocks]
    ours = texts(made(Answers("github", Program("github.com", "OWNER/reconciler", "COMMIT"))))

    for path in (*WORKFLOWS, DEPENDABOT):
        assert yaml.safe_load(ours[path]) in shown, path


@pytest.mark.parametrize(
    ("program", "host", "include"),
    [
        (
            PROGRAM,
            "gitlab.com",
            {"remote": f"https://raw.githubusercontent.com/acme/reconciler/{COMMIT}/templates/reconciler.yml"},
        ),
        (
            Program("gitlab.com", "a/b", COMMIT),
            "gitlab.com",
            {"component": f"$CI_SERVER_FQDN/a/b/reconciler@{COMMIT}"},
        ),
        (
            Program("gitlab.com", "a/b", COMMIT),
            "gitlab.acme.com",
            {"remote": f"https://gitlab.com/a/b/-/raw/{COMMIT}/templates/reconciler.yml"},
        ),
    ],
)  # fmt: skip
@pytest.mark.parametrize("folder", ["", "ops/pages"])
def test_the_pipeline_of_gitlab_fits_the_component(
    program: Program, host: str, include: Mapping[str, str], folder: str
) -> None:
    text = texts(made(Answers("gitlab", program), Place(folder, "main", host)))[GITLAB]
    own, pipeline = yaml.safe_load_all(text)
    ((entry,),) = pipeline.values()
    component = (REPOSITORY / "templates/reconciler.yml").read_text("utf-8")
    inputs = next(yaml.safe_load_all(component))["spec"]["inputs"]

    assert include.items() <= entry.items()
    assert entry["inputs"]["commit"] == COMMIT
    assert entry["inputs"].get("path", "") == folder
    assert {*entry["inputs"]} <= {*inputs}
    assert {key for key, one in inputs.items() if "default" not in one} <= {*entry["inputs"]}
    for key in ("program", "commit", "path"):
        given = entry["inputs"].get(key)
        assert given is None or re.fullmatch(inputs[key]["regex"], given)
    for key in own["spec"]["inputs"]:
        assert entry["inputs"][key] == f"$[[ inputs.{key} ]]"


def test_the_page_of_gitlab_shows_the_same_pipeline() -> None:
    page = (REPOSITORY / "docs/how-to/gitlab.md").read_text("utf-8")
    blocks = re.findall(r"^ *```yaml\n(.*?)^ *```$", page, re.DOTALL | re.MULTILINE)
    program = Program("github.com", "OWNER/reconciler", "COMMIT")

    text = texts(made(Answers("gitlab", program), Place("", "main", "gitlab.com")))[GITLAB]

    shown = [[*yaml.safe_load_all(textwrap.dedent(block))] for block in blocks]
    assert [*yaml.safe_load_all(text)] in shown


def test_the_hooks_are_those_of_the_repository() -> None:
    hooks = yaml.safe_load((REPOSITORY / ".pre-commit-hooks.yaml").read_text("utf-8"))
    (repository,) = yaml.safe_load(texts(made())[HOOKS])["repos"]

    assert repository["repo"] == "https://github.com/acme/reconciler"
    assert repository["rev"] == COMMIT
    assert {one["id"] for one in repository["hooks"]} <= {one["id"] for one in hooks}


def test_the_editor_s_settings_name_schemas_that_are_written() -> None:
    written = texts(made())

    schemas = json.loads(written[CODE])["yaml.schemas"]

    assert {*schemas} <= {*written}
