"""The answers that `init` needs: from options, from git, and from the user."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from importlib import metadata
from pathlib import Path

import click

from reconciler import __version__
from reconciler.cli.questions import ask, ask_yes
from reconciler.cli.shell import Shell
from reconciler.git.git import NoGit
from reconciler.git.remote import (
    commit_of_tag,
    default_branch,
    remote_name,
    remote_url,
    uncommitted,
)
from reconciler.record.repository import folder_in_repository
from reconciler.starter.filled import Place
from reconciler.starter.program import (
    ENTERPRISE,
    GITHUB,
    Forge,
    Program,
    Remote,
    installed_from,
    may_be_enterprise,
    pipeline_of,
    program_of,
    remote_of,
)
from reconciler.starter.start import (
    HOOKS,
    OF_FOLDER,
    OF_REPOSITORY,
    Answers,
    File,
    Left,
    has_pipeline,
    kept_pins,
    without_jobs,
)

PACKAGE = "incidentio-reconciler"
TAG = f"v{__version__}"
NO_REPOSITORY = (
    "This folder is in no git repository, so the record of what was applied stays on this machine. "
    "After `git init` and `git remote add origin URL`, run `reconciler init` again."
)
FORGES = ("github", "gitlab", "none")
_FORM = "OWNER/NAME@TAG, or https://HOST/PATH@COMMIT with the full hash"


@dataclass(frozen=True, slots=True)
class Options:
    """The options; None for what was not given. `silent`: no question."""

    ci: str | None
    program: str | None
    hooks: bool | None
    silent: bool


def place_of(root: Path) -> tuple[Place, Remote | None]:
    """The repository around a folder, and its remote."""
    try:
        folder = folder_in_repository(root)
    except NoGit:
        folder = None
    if folder is None:
        return Place(), None
    remote = remote_of(remote_url(root))
    host = remote.host if remote else ""
    return Place(folder, default_branch(root), host, remote_name(root)), remote


def to_commit(root: Path, place: Place, written: Sequence[File]) -> tuple[File, ...]:
    """What this `init` wrote, and the files of an earlier one that no commit has."""
    ours = [File(path, "") for path in (*OF_FOLDER, "routes")]
    if place.folder is None:
        return (*written, *(file for file in ours if (root / file.path).exists()))
    ours += [File(path, "", at_top=True) for path in OF_REPOSITORY]
    below = f"{place.folder}/" if place.folder else ""
    paths = {file.path if file.at_top else below + file.path: file for file in ours}
    new = uncommitted(root, [*paths])
    earlier = (
        file
        for path, file in paths.items()
        if any(each == path or each.startswith(f"{path}/") for each in new)
    )
    return (*written, *earlier)


def answers_of(
    shell: Shell, options: Options, place: Place, remote: Remote | None, there: Mapping[str, str]
) -> tuple[Answers, tuple[Left, ...]]:
    """Asks what neither the options nor the files that are there answer, up to three questions.
    Raises click.UsageError for `--from` that is no program.
    """
    given = _given(options.program)
    forge, words = pipeline_of(options.ci, remote)
    open_ = options.ci is None and not options.silent and shell.interactive
    if open_ and (forge == "none" or not has_pipeline(forge, there)):
        forge = _asked_forge(shell, forge, remote)
        words = "" if forge != "none" else words
    hooks = bool(options.hooks)
    if options.hooks is None and not options.silent and HOOKS not in there:
        hooks = ask_yes(
            shell, "Check the files before each commit, with pre-commit?", default=False
        )
    if place.folder is None:
        words = NO_REPOSITORY
    left = [*([Left(words)] if words else []), *without_jobs(forge, place, there)]
    lacking = [] if has_pipeline(forge, there) else ["no pipeline"]
    lacking += ["no hook"] if hooks and HOOKS not in there else []
    if not lacking and given is None:
        return Answers(), tuple(left)
    program = _pinned(shell, given or _installed() or _asked_program(shell, options))
    if given and program:
        left += kept_pins(program, there)
    if not lacking:
        return Answers(), tuple(left)
    left += _unpinned(program, " and ".join(lacking).capitalize())
    if program is None or not program.is_pinned:
        return Answers(), tuple(left)
    if forge == "github" and program.host != GITHUB:
        left.append(
            Left(f"No pipeline was written: GitHub cannot call a workflow on {program.host}.")
        )
        forge = "none"
    elif forge == "github" and may_be_enterprise(place.host):
        left.append(Left(f"If {place.host} is GitHub Enterprise: {ENTERPRISE}"))
    return Answers(forge, program, hooks), tuple(left)


def _asked_forge(shell: Shell, forge: Forge, remote: Remote | None) -> Forge:
    where = f" (git's remote is on {remote.host})" if remote and forge != "none" else ""

    def takes(answer: str) -> str:
        return "" if answer in FORGES else "Type `github`, `gitlab` or `none`."

    answer = ask(shell, f"Pipeline: github, gitlab or none{where}?", forge, takes)
    return pipeline_of(answer, remote)[0]


def _given(text: str | None) -> Program | None:
    program = None if text is None else program_of(text, TAG)
    if text is not None and program is None:
        raise click.UsageError(f"--from {text}: write {_FORM}")
    return program


def _installed() -> Program | None:
    """As pip noted it beside the package, else as the package says."""
    try:
        package = metadata.distribution(PACKAGE)
    except metadata.PackageNotFoundError:  # run from a folder, and not installed
        return None
    return installed_from(package.read_text("direct_url.json") or "", dict(_urls(package)), TAG)


def _urls(package: metadata.Distribution) -> Iterator[tuple[str, str]]:
    for row in package.metadata.get_all("Project-URL") or ():
        label, _, url = row.partition(",")
        yield label.strip(), url.strip()


def _asked_program(shell: Shell, options: Options) -> Program | None:
    def takes(answer: str) -> str:
        return "" if answer == "none" or program_of(answer, TAG) else f"Type {_FORM}."

    if options.silent:
        return None
    question = "Which reconciler does the pipeline run (OWNER/NAME@TAG)?"
    return program_of(ask(shell, question, "none", takes), TAG)


def _pinned(shell: Shell, program: Program | None) -> Program | None:
    """With the hash of the tag's commit: a tag can be moved to another program."""
    if program is None or program.is_pinned:
        return program
    commit = commit_of_tag(shell.root, program.url, program.ref)
    return replace(program, ref=commit, version=program.ref) if commit else program


def _unpinned(program: Program | None, lacking: str) -> Iterator[Left]:
    again = "Run `reconciler init --from OWNER/NAME@COMMIT`, with the full hash of a commit."
    if program is None:
        yield Left(
            f"{lacking} was written, because this installation does not say which repository it is "
            f"from. {again}"
        )
    elif not program.is_pinned:
        whose = f"{program.url} has no tag {program.ref}, or git could not reach it"
        yield Left(f"{lacking} was written: {whose}. {again}")
