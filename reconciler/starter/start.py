"""Which files a folder gets, from the account, the answers and what is there. Pure.

A file that is there as it should be is left alone. One that differs is `changed`, and is written
only when the user agrees. A file that other tools fill as well (`shared`) is never changed: the
lines that it lacks are among what is left.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from reconciler.directory import LOCK
from reconciler.files.config import CONFIG_FILE
from reconciler.files.edit.config import ending_of
from reconciler.files.schema import schema_text
from reconciler.files.write.route import PLACES, line_of, without_modeline
from reconciler.starter.filled import Place, filled, hook_entry, scalar, template, unfit
from reconciler.starter.program import Forge, Program

GITIGNORE, CODE, HOOKS = ".gitignore", ".vscode/settings.json", ".pre-commit-config.yaml"
CONFIG_SCHEMA = "config.schema.json"
WORKFLOWS = {
    f".github/workflows/{name}.yml": name for name in ("validate", "plan", "apply", "drift")
}
DEPENDABOT, GITLAB = ".github/dependabot.yml", ".gitlab-ci.yml"
OF_FOLDER = (CONFIG_FILE, LOCK, *PLACES, CONFIG_SCHEMA, GITIGNORE, CODE)
OF_REPOSITORY = (*WORKFLOWS, DEPENDABOT, GITLAB, HOOKS)
"""The files that `start` asks for: below the folder of the routes, and at the repository's top."""


@dataclass(frozen=True, slots=True)
class Answers:
    """The answers to the questions. `program` is pinned, or None where it is not known."""

    ci: Forge = "none"
    program: Program | None = None
    pre_commit: bool = False


@dataclass(frozen=True, slots=True)
class Content:
    """What the account tells: the text of reconciler.yaml, "" where it stays as it is; new route
    files, by path; the lock file; the schema of route files with the account's names.
    """

    settings: str
    routes: Mapping[str, str]
    lock: str
    schema: str


@dataclass(frozen=True, slots=True)
class File:
    """One file to write. `was` is its text, None for a new one; `at_top`: of the repository."""

    path: str
    text: str
    was: str | None = None
    at_top: bool = False


@dataclass(frozen=True, slots=True)
class Left:
    """What is left to the user; `lines` are to be pasted."""

    words: str
    lines: str = ""


@dataclass(frozen=True, slots=True)
class Start:
    """The files in the order in which they are written: what others need first."""

    files: tuple[File, ...]
    left: tuple[Left, ...]

    @property
    def changed(self) -> tuple[File, ...]:
        """Those that are there already."""
        return tuple(file for file in self.files if file.was is not None)


def start(content: Content, answers: Answers, place: Place, there: Mapping[str, str]) -> Start:
    """`there` are the texts of the files of OF_FOLDER and OF_REPOSITORY that exist."""
    left: list[Left] = []
    wanted = [*_of_folder(content, there, left), *_pipeline(answers, place, there, left)]
    if answers.pre_commit:
        wanted += _hooks(answers, place, there, left)
    files = (File(file.path, file.text, there.get(file.path), file.at_top) for file in wanted)
    return Start(tuple(file for file in files if file.was != file.text), tuple(left))


def _of_folder(content: Content, there: Mapping[str, str], left: list[Left]) -> Iterator[File]:
    if content.settings:
        yield File(CONFIG_FILE, content.settings)
    schema = next((place for place in PLACES if place in there), "")
    if not schema:
        schema = PLACES[0]
        yield File(schema, content.schema)
    if CONFIG_SCHEMA not in there:
        yield File(CONFIG_SCHEMA, schema_text("config"))
    for path, text in content.routes.items():
        yield File(path, line_of(schema, path) + without_modeline(text))
    if LOCK not in there:
        yield File(LOCK, content.lock)
    yield File(GITIGNORE, with_lines(there.get(GITIGNORE, ""), template("any/gitignore")))
    yield from _shared(CODE, template("any/vscode-settings.json"), PLACES[0], there, left)


def with_lines(text: str, lines: str) -> str:
    """The text with those of the lines that it does not have."""
    known = {line.strip().strip("/") for line in text.splitlines()}
    lacking = [line for line in lines.splitlines() if line.strip("/") not in known]
    end = ending_of(text)
    head = text if not text or text.endswith("\n") else f"{text}{end}"
    return (head + "".join(f"{line}{end}" for line in lacking)) if lacking else text


def _shared(
    path: str,
    text: str,
    sign: str,
    there: Mapping[str, str],
    left: list[Left],
    *,
    at_top: bool = False,
) -> Iterator[File]:
    """`sign` stands in the file where it has our lines."""
    if path not in there:
        yield File(path, text, at_top=at_top)
    elif sign not in there[path]:
        left.append(Left(f"{path} is there, and not changed. Add to it:", text))


def _pipeline(
    answers: Answers, place: Place, there: Mapping[str, str], left: list[Left]
) -> Iterator[File]:
    program = answers.program
    if answers.ci == "none" or program is None:
        return
    if why := unfit(answers.ci, place):
        left.append(Left(f"No pipeline was written: {why}"))
        return
    if not has_pipeline(answers.ci, there):
        left.append(_on_the_forge(answers.ci, program))
    if answers.ci == "gitlab":
        text = filled("gitlab/gitlab-ci.yml", program, place)
        yield from _shared(GITLAB, text, "reconciler", there, left, at_top=True)
        return
    for path, name in WORKFLOWS.items():
        text = filled(f"github/{name}.yml", program, place)
        if not calls(there.get(path, ""), name):
            yield File(path, text, at_top=True)
    text = template("github/dependabot.yml")
    yield from _shared(DEPENDABOT, text, "github-actions", there, left, at_top=True)


def has_pipeline(ci: Forge, there: Mapping[str, str]) -> bool:
    """Whether the files of a pipeline are there, whatever the pin: Dependabot moves that."""
    if ci == "github":
        return all(calls(there.get(path, ""), name) for path, name in WORKFLOWS.items())
    return ci == "none" or "reconciler" in there.get(GITLAB, "")


def without_jobs(ci: Forge, place: Place, there: Mapping[str, str]) -> Iterator[Left]:
    """The folder, if the pipeline that is there was written for another one."""
    if not place.folder or ci == "none" or not has_pipeline(ci, there):
        return
    texts = [there.get(path, "") for path in ((GITLAB,) if ci == "gitlab" else WORKFLOWS)]
    spellings = (place.folder, scalar(place.folder), f'"{place.folder}"', f"'{place.folder}'")
    named = rf"\bpath: *({'|'.join(map(re.escape, spellings))})(?=[\s,}}]|$)"
    if not any(re.search(named, text) for text in texts):
        yield Left(
            f"The pipeline that is there has no jobs for {place.folder}/, and is not changed. "
            "The page about sharing an account, in the repository of reconciler, shows them."
        )


def _on_the_forge(ci: Forge, program: Program) -> Left:
    """Only the forge itself holds secrets."""
    if ci == "gitlab":
        page = program.page("how-to/gitlab.md")
        return Left(
            f"On GitLab, set two keys and two tokens as variables, and make a schedule: {page}"
        )
    page = program.page("how-to/pull-requests.md")
    return Left(f"On GitHub, put two keys into two environments, and require the checks: {page}")


def kept_pins(program: Program, there: Mapping[str, str]) -> Iterator[Left]:
    """The files of a pipeline that stay at another commit than this one."""
    ours = [path for path, name in WORKFLOWS.items() if calls(there.get(path, ""), name)]
    ours += [path for path in (GITLAB, HOOKS) if "reconciler" in there.get(path, "")]
    kept = [path for path in ours if program.ref not in there[path]]
    if kept:
        pin = program.ref if program.is_pinned else f"the full hash of {program.ref}"
        yield Left(
            f"`--from` moves no pin that is there. To move it, put {program.path} and {pin} into "
            f"{', '.join(kept)}, or wait for Dependabot."
        )


def calls(text: str, name: str) -> bool:
    """Whether a workflow calls ours."""
    return f"/.github/workflows/{name}-routes.yml@" in text


def _hooks(
    answers: Answers, place: Place, there: Mapping[str, str], left: list[Left]
) -> Iterator[File]:
    if place.folder:
        words = (
            f"No {HOOKS} was written: hooks run at the top of the repository, and the routes are "
            f"in {place.folder}/. Write it, with `{hook_entry(place.folder)}`."
        )
        left.append(Left(words))
    elif answers.program is not None:
        text = filled("any/pre-commit-config.yaml", answers.program, place)
        yield from _shared(HOOKS, text, "reconciler", there, left, at_top=True)
        if "reconciler" not in there.get(HOOKS, ""):
            left.append(Left("Run `pre-commit install` once in each clone."))
