"""No job of the template runs a file of the checkout, beside a key or without one.

The checkout is full of files that a job could import, source or start, and the job's environment
and git's settings lead to them. What runs, installs the program for real and talks to the sandbox.
"""

import re
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest
import yaml

from reconciler.sandbox.http.keys import FULL
from tests.e2e.gitlab.story import DATABASE, Story, disable
from tests.e2e.team import REPOSITORY
from tests.github.traps import arm, bare_repository, plant
from tests.gitlab.fake import JOB, NOTES, PROGRAM, PUSH
from tests.gitlab.runner import TEMPLATE, Job, interpolated
from tests.wheels import index_of, needed

INPUTS = {"program": "https://gitlab.example/tools/reconciler.git", "commit": "a" * 40}


@pytest.fixture
def sprung(tmp_path: Path) -> Path:
    return tmp_path / "sprung"


def armed(checkout: Path) -> Mapping[str, str]:
    """Without what the shell of GitLab's runner reads before the first line of a job."""
    return {name: value for name, value in arm(checkout).items() if name not in ("BASH_ENV", "ENV")}


@pytest.fixture
def trapped(story: Story, sprung: Path) -> Story:
    """The same repository with traps in its root, merged."""
    plant(story.team.folder, sprung)
    story.commit("main")
    story.runner.prepare = armed
    story.runner.program = Path(sys.prefix)  # a real start: what it reads is what is tested
    return story


def edited(story: Story) -> str:
    story.team.edit(DATABASE, "branch: main", "branch: [main, master]")
    story.write_table()
    return story.commit("wider")


def validate(story: Story) -> Job:
    return story.plan(7, edited(story), "reconciler-validate")


def plan(story: Story) -> Job:
    return story.plan(7, edited(story))


def apply(story: Story) -> Job:
    assert plan(story).ok
    return story.apply(story.merge(7, "wider"))


def drift(story: Story) -> Job:
    story.incident_io.state.edit("Database Alerts", disable)
    return story.drift()


def adopt(story: Story) -> Job:
    story.incident_io.state.edit("Database Alerts", disable)
    return story.adopt()


JOBS = (validate, plan, apply, drift, adopt)


@pytest.mark.parametrize("job", JOBS, ids=lambda job: job.__name__)
def test_no_job_runs_a_file_of_the_checkout(
    trapped: Story, sprung: Path, job: Callable[[Story], Job]
) -> None:
    ended = job(trapped)

    assert not sprung.exists(), sprung.read_text("utf-8")
    assert ended.ok, ended.log


def test_the_job_installs_the_pinned_commit_beside_traps(
    trapped: Story, sprung: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "index"
    folder.mkdir()
    index = index_of(folder, *needed())
    program, commit = served_program(trapped, tmp_path)
    runner = trapped.runner
    runner.program = None
    runner.inputs |= {"program": program, "commit": commit}
    runner.prepare = lambda checkout: {**armed(checkout), "PIP_INDEX_URL": index}

    ended = validate(trapped)

    assert not sprung.exists(), sprung.read_text("utf-8")
    assert ended.ok, ended.log
    assert "6 routes valid" in ended.log
    assert f"POST /{PROGRAM}.git/git-upload-pack" in trapped.gitlab.asked


def served_program(story: Story, tmp_path: Path) -> tuple[str, str]:
    """A repository of the program, on the same GitLab; its address and commit."""
    folder = tmp_path / "program"
    files = subprocess.run(
        ["git", "ls-files", "-z"], cwd=REPOSITORY, check=True, capture_output=True, text=True
    ).stdout.split("\0")
    for file in filter(None, files):
        if file.startswith(("reconciler/", "pyproject", "requirements", "README", "LICENSE")):
            target = folder / file
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes((REPOSITORY / file).read_bytes())
    for command in (
        ["init", "-q", "-b", "main"],
        ["add", "-A"],
        ["-c", "user.name=n", "-c", "user.email=e@example.com", "commit", "-q", "-m", "program"],
        ["config", "uploadpack.allowReachableSHA1InWant", "true"],
    ):
        subprocess.run(["git", *command], cwd=folder, check=True)
    head = subprocess.run(
        ["git", "rev-parse", "HEAD"], cwd=folder, check=True, capture_output=True, text=True
    )
    story.gitlab.program = folder
    return f"{story.gitlab.url}/tools/reconciler.git", head.stdout.strip()


def test_a_folder_that_looks_like_a_repository_is_not_asked(trapped: Story, sprung: Path) -> None:
    team = trapped.team
    (team.folder / "alerts").mkdir()
    for path in ("routes", "reconciler.yaml", "directory.lock.json"):
        trapped.git("mv", path, f"alerts/{path}")
    bare_repository(team.folder / "alerts", team.folder / "git-trap")
    trapped.commit("main")
    trapped.incident_io.state.edit("Database Alerts", disable)
    trapped.runner.inputs |= {"path": "alerts"}

    ended = trapped.adopt()

    assert not sprung.exists(), sprung.read_text("utf-8")
    assert not ended.ok
    assert "looks like a git repository of its own" in ended.log


@pytest.mark.parametrize("job", ["reconciler-validate", "reconciler-plan"])
def test_a_link_in_the_place_of_the_folder_is_refused(
    trapped: Story, sprung: Path, job: str
) -> None:
    (trapped.team.folder / "alerts").symlink_to(".")
    trapped.runner.inputs |= {"path": "alerts"}

    ended = trapped.plan(7, trapped.commit("link"), job)

    assert not sprung.exists(), sprung.read_text("utf-8")
    assert not ended.ok
    assert "alerts is a link" in ended.log


def test_the_artifacts_go_through_no_link_of_the_checkout(story: Story, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "kept").write_text("mine")
    (story.team.folder / "reconciler-artifacts").symlink_to(outside)

    ended = story.plan(7, story.commit("link"))

    assert ended.ok, ended.log
    assert [one.name for one in outside.iterdir()] == ["kept"]
    assert "reconciler-artifacts/plan.json" in ended.files


@pytest.mark.parametrize("ends", ["the folder", "the base"])
def test_a_job_that_ends_early_keeps_no_plan_of_the_checkout(story: Story, ends: str) -> None:
    """As its artifact it would count as reviewed."""
    forged = story.team.folder / "reconciler-artifacts" / "plan.json"
    forged.parent.mkdir()
    forged.write_text("{}")
    if ends == "the folder":
        story.runner.inputs |= {"path": "gone"}
    else:
        story.runner.cancel_before = "base=$(checkout merge-base"

    ended = story.plan(7, story.commit("forged"))

    assert not ended.ok
    assert ended.files == {}


def test_each_call_has_the_one_key_or_token_that_it_needs(story: Story, tmp_path: Path) -> None:
    """A program in the place of ours writes down what it was given."""
    seen = tmp_path / "seen"
    python = tmp_path / "fake" / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.write_text(
        f"#!/bin/sh\necho \"$*|$(env | tr '\\n' ' ')\" >> '{seen}'\n"
        f'case "$*" in *"gitlab folder"*) echo "$5" ;; esac\n'
    )
    python.chmod(0o755)
    story.runner.program = python.parents[1]
    head = story.commit("one")
    for job in ("reconciler-validate", "reconciler-plan"):
        story.plan(7, head, job)
    story.apply()
    story.drift()
    story.adopt()

    secrets = {FULL.secret: "key", NOTES: "note", PUSH: "push", JOB: "job"}
    given: dict[str, set[str]] = {}
    for line in seen.read_text().splitlines():
        call, _, environment = line.partition("|")
        words = re.sub(r"^-I -m reconciler -C \S+ ", "", call)
        name = re.match(r"(?:gitlab )?[a-z]+(?: (?:push|fetch))?", words)
        assert name, call
        given.setdefault(name[0], set()).add(
            " ".join(what for secret, what in secrets.items() if secret in environment)
        )
    assert given == {
        "gitlab folder": {""},
        "gitlab suffix": {""},
        "validate": {""},
        "fmt": {""},
        "table": {""},
        "compile": {""},
        "who": {""},
        "page": {""},
        "gitlab record fetch": {"job", "push job"},
        "plan": {"key"},
        "gitlab note": {"note"},
        "gitlab reviewed": {"note"},
        "apply": {"key"},
        "gitlab record push": {"push job"},
        "gitlab outcome": {"note"},
        "gitlab drift": {"note"},
        "pull": {"key"},
        "gitlab adopt": {"push"},
    }


def test_every_job_leaves_the_checkout_with_its_first_line() -> None:
    jobs = interpolated(INPUTS)

    assert set(jobs) == {f"reconciler-{name}" for name in ("validate", "plan", "apply", "drift",
                                                           "adopt")}  # fmt: skip
    for job in jobs.values():
        assert job["before_script"][0].splitlines()[0] == "cd /"
        assert job["variables"]["GIT_STRATEGY"] == "clone"
        assert not [line for line in lines_of(job) if re.match(r"\s*(cd|source|\.) (?!/)", line)]


def test_only_an_apply_that_is_cancelled_has_more_to_do() -> None:
    jobs = interpolated(INPUTS)

    assert [name for name, job in jobs.items() if "after_script" in job] == ["reconciler-apply"]
    first, begin, _ = jobs["reconciler-apply"]["after_script"]
    clean = 'command -p rm -rf "/tmp/reconciler-$CI_JOB_ID"'
    assert first == f'if [ "$CI_JOB_STATUS" != canceled ]; then {clean}; exit 0; fi'
    assert begin == jobs["reconciler-apply"]["before_script"]


def lines_of(job: Mapping[str, list[str]]) -> Iterator[str]:
    for part in (*job["before_script"], *job["script"]):
        yield from part.splitlines()


def test_no_input_stands_in_a_script() -> None:
    """GitLab puts its text into the shell's as it is; a variable is one word there."""
    _, _, body = TEMPLATE.read_text("utf-8").partition("\n---\n")
    for job in yaml.safe_load(body).values():
        for part in (*job.get("before_script", ()), *job.get("script", ())):
            assert "$[[" not in part


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("commit", "main"),
        ("commit", "a" * 39),
        ("program", "ssh://git@example.com/x"),
        ("program", "https://x --upload-pack=y"),
        ("digest", "$(id)"),
        ("base", "a b"),
        ("branch", "x;y"),
        ("path", "$HOME"),
        ("table", "`id`"),
        ("scope", "everything"),
        ("replay", "91"),
        ("replay", "$(id)"),
        ("adopt", "yes"),
    ],
)
def test_an_input_that_could_act_is_refused(name: str, value: str) -> None:
    with pytest.raises(ValueError, match=name):
        interpolated({**INPUTS, name: value})


def test_the_page_uses_inputs_that_there_are() -> None:
    page = (REPOSITORY / "docs" / "how-to" / "gitlab.md").read_text("utf-8")
    text = re.search(r"```yaml\n(   spec:.*?)```", page, re.S)
    assert text
    lines = (line.removeprefix("   ") for line in text[1].splitlines())
    head, body = yaml.safe_load_all("\n".join(lines))
    (include,) = body["include"]
    given = {name: value for name, value in include["inputs"].items() if "$[[" not in value}
    passed = set(include["inputs"]) - set(given)

    assert passed == set(head["spec"]["inputs"])
    jobs = interpolated({**given, "commit": "a" * 40})
    listed = set(re.findall(r"^\| `([\w-]+)`(?:, `([\w-]+)`)? \|", page, re.M))
    spec = yaml.safe_load(TEMPLATE.read_text("utf-8").partition("\n---\n")[0])["spec"]["inputs"]
    assert set(spec) <= {word for pair in listed for word in pair}
    assert all(name in page for name in jobs)
