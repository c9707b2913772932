"""`reconciler init`: from a key to a repository of routes.

Everything is read and decided before the first file is written. A file at a time is written, so an
`init` that was interrupted is completed by the next one.
"""

import shlex
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import click

from reconciler.adopt.importable import Importable, drafts_of, of_account
from reconciler.adopt.importing import Imported
from reconciler.cli.connection import AccountRefused, reading, recorder_of
from reconciler.cli.imported import check_imported
from reconciler.cli.options import record_option
from reconciler.cli.outputs import allowed, show_findings
from reconciler.cli.project import Project, read_project, settings_text
from reconciler.cli.questions import ask_yes
from reconciler.cli.shell import Shell
from reconciler.cli.starting import Options, answers_of, place_of, to_commit
from reconciler.client import Forbidden, ReadClient
from reconciler.directory import LOCK, Directory, emit_lock, parse_lock, with_labels
from reconciler.directory.directory import KINDS
from reconciler.directory.lock import FULL
from reconciler.directory.needs import needs_for_lock
from reconciler.files import FileRefused, check_writable, read_text
from reconciler.files.cases import read_cases
from reconciler.files.config import CONFIG_FILE
from reconciler.files.disk import (
    check_below,
    check_new,
    left_behind,
    make_folder,
    write_below,
    write_inside,
)
from reconciler.files.tree import FOLDER
from reconciler.files.write.inventory import inventory_lines
from reconciler.files.write.route import PLACES
from reconciler.live.identity import Identity, own_identity
from reconciler.live.lists import read_addresses
from reconciler.live.survey import Survey, survey, with_lists
from reconciler.model import Declaration, Finding, has_errors, same_account
from reconciler.plan import exit_codes
from reconciler.plan.plan import GUARD
from reconciler.planning.named_schema import schema_for_editors
from reconciler.planning.planning import Planned, plan_seen
from reconciler.report.start import different_text, left_text, next_text, same_text, written_lines
from reconciler.starter.filled import Place
from reconciler.starter.settings import Settings, settings_of
from reconciler.starter.start import (
    OF_FOLDER,
    OF_REPOSITORY,
    Answers,
    Content,
    File,
    Left,
    start,
)
from reconciler.text import difference, visible

FIRST_ROUTE = (
    "Write a first route, routes/NAME.yaml: without any, `validate` and the pipeline fail."
)

NO_SHARED_RECORD = (
    "Git's remote did not take the record of what is live now (see the note). Run `reconciler "
    "init` again when it does: until then, a plan on another machine cannot tell live edits from "
    "changes of files."
)


@dataclass(frozen=True, slots=True)
class Account:
    """What was read of the account, and the route files and settings that tell it."""

    seen: Survey
    importable: Importable
    directory: Directory
    imported: Imported
    settings: Settings


@click.command("init", epilog="Example: reconciler init --ci github --from OWNER/reconciler@v0.2.0")
@click.option("--ci", type=click.Choice(["github", "gitlab", "none"]),
              help="The pipeline to write; by default that of git's remote.")  # fmt: skip
@click.option("--from", "program", metavar="REPO@REF",
              help="The repository of reconciler, and the tag or commit to run.")  # fmt: skip
@click.option("--pre-commit/--no-pre-commit", "hooks", default=None,
              help="Write .pre-commit-config.yaml; not by default.")  # fmt: skip
@click.option("--account", metavar="URL", help="Refuse a key of any other account.")
@click.option("--yes", is_flag=True, help="Ask nothing, and replace files whose diff is shown.")
@record_option
@click.pass_obj
def init_command(
    shell: Shell,
    ci: str | None,
    program: str | None,
    hooks: bool | None,
    account: str | None,
    yes: bool,
    record: str | None,
) -> int:
    """Set a folder up for the routes of an account. Changes nothing in incident.io.

    Writes a file for each live route, reconciler.yaml, the lock file, what editors
    need, and the pipeline of the forge. On a terminal it asks at most five
    questions; each has an option. A second init writes only what is missing, and
    replaces nothing without showing a diff and asking.
    """
    if account == "":  # an unset variable of a script must not mean "any account"
        raise click.UsageError("--account is empty: name an account, or leave it out")
    options = Options(ci, program, hooks, silent=yes)
    _check_folder(shell.root)
    project = read_project(shell)
    for file in (CONFIG_FILE, FOLDER):
        found = [finding for finding in project.findings_of(file) if finding.code != "no-routes"]
        if has_errors(found):
            show_findings(shell, found)
            shell.warn(f"error: nothing was written: correct {file} first")
            return exit_codes.ERROR
    place, remote = place_of(shell.root)
    there = dict(_there(shell, place))
    identity = _identity(shell, project, account)
    if not _is_meant(shell, project, identity, options, account):
        shell.note("nothing was written")
        return exit_codes.DONE
    answers, left = answers_of(shell, options, place, remote, there)
    with reading(shell) as client:
        read = _read(client, shell, project, there.get(CONFIG_FILE, ""))
    check_imported(shell.root, read.settings.config, read.seen.identity.account, read.imported)
    make = partial(_make, shell, project, read, answers, place, there)
    made = _agreed(shell, make, silent=yes)
    _write(shell, place, made.files)
    made = replace(made, left=(*made.left, *left, *_left_behind(shell.root, place)))
    return _end(shell, read, made, place, record)


def _check_folder(root: Path) -> None:
    """Raises FileRefused where no file can be written."""
    try:
        check_writable(root / ".reconciler-init")
    except FileRefused as error:
        why = str(error).partition("not written: ")[2] or str(error)
        raise FileRefused(f"{root.resolve()}: nothing was written: {why}") from None


def _there(shell: Shell, place: Place) -> Iterator[tuple[str, str]]:
    """The texts of the files that `start` asks for. Raises FileRefused."""
    for root, paths in ((shell.root, OF_FOLDER), (_top(shell.root, place), OF_REPOSITORY)):
        for path in paths:
            if path != CONFIG_FILE and (root / path).exists():
                yield path, read_text(root / path)
    if text := settings_text(shell):
        yield CONFIG_FILE, text


def _top(root: Path, place: Place) -> Path:
    """The folder at the top of the repository."""
    return root.joinpath(*[".."] * len(Path(place.folder or "").parts))


def _identity(shell: Shell, project: Project, account: str | None) -> Identity:
    with reading(shell) as client:
        identity = own_identity(client, project.config)
    if account and not same_account(account, identity.account):
        whose = identity.account or "an account that incident.io does not report"
        why = f"--account: this key belongs to {visible(whose)}; nothing was written"
        raise AccountRefused(why, why)
    return identity


def _is_meant(
    shell: Shell, project: Project, identity: Identity, options: Options, account: str | None
) -> bool:
    whose = identity.account or "an account that incident.io does not report"
    name = f", key named {identity.name!r}" if identity.name else ""
    shell.note(f"account: {visible(whose + name)}")
    if options.silent or account or project.config.account:
        return True
    return ask_yes(shell, "Import the routes of this account?", default=True)


def _read(client: ReadClient, shell: Shell, project: Project, now: str) -> Account:
    """All routes, and the names that they and the lock file need; `now` is the text of
    reconciler.yaml. Raises ApiError.
    """
    declared = project.files.declarations
    seen = survey(client, declared, project.config, undeclared=True)
    importable = of_account(client, seen, project.config, project.lock)
    inventory = "" if project.config.sources else _inventory(client)
    account = seen.identity.account
    settings = settings_of(
        now, project.config, account, importable.lives, importable.labels, inventory
    )
    project = replace(project, config=settings.config)
    imported = drafts_of(shell.root, project.files, project.config, importable, force=False)
    found = _declared(project, imported)
    tests = read_cases(shell.root)[0] or ()
    directory = with_lists(
        client, seen.directory, lambda known: needs_for_lock(known, found, project.config, tests)
    )
    return Account(seen, importable, directory, imported, settings)


def _inventory(client: ReadClient) -> str:
    """The lines below `sources:`; "" where the key may not read them, which `_unread` tells."""
    try:
        return inventory_lines(read_addresses(client), local=client.endpoint.is_loopback)
    except Forbidden:
        return ""


def _declared(project: Project, imported: Imported) -> tuple[Declaration, ...]:
    drafts = (draft.declaration for draft in imported.drafts)
    return (*project.files.declarations, *drafts)


def _unread(directory: Directory, lock: Directory | None) -> Iterator[Left]:
    """The lists that the key may not read, or that of an earlier `init` could not: the files have
    ids in place of such names.
    """
    plurals = {kind.field: kind.plural for kind in KINDS.values()}
    run = (
        "run `reconciler import --all --force`, `reconciler directory refresh` and `reconciler "
        f"schema --names > {PLACES[0]}`."
    )
    for field in FULL:
        reason = getattr(directory, field).reason
        if reason:
            words = f"The files have ids in place of names of {plurals[field]}. {reason}"
            yield Left(f"{words} With a key that can read them, {run}")
        elif lock and getattr(lock, field).reason:
            words = f"{LOCK} has no {plurals[field]}, so the files may have ids in place of names."
            yield Left(f"{words} Your key can read them: {run}")


@dataclass(frozen=True, slots=True)
class Made:
    """What was imported, what to write, and what is left."""

    imported: Imported
    files: tuple[File, ...]
    left: tuple[Left, ...]


def _agreed(shell: Shell, make: Callable[[bool], Made], *, silent: bool) -> Made:
    """With the files that the user lets `init` change; all of these, or none."""
    made = make(True)
    changed = [file for file in made.files if file.was is not None]
    for file in changed:
        shell.note(
            difference(file.was or "", file.text, f"{file.path} (there)", f"{file.path} (init)")
        )
    question = f"Change {'this file' if len(changed) == 1 else 'these files'} as shown?"
    if not changed or silent or (shell.interactive and allowed(shell, question)):
        return made
    names = ", ".join(file.path for file in changed)
    kept = Left(f"Not changed: {names}. `reconciler init --yes` changes what the diff shows.")
    made = make(False)
    new = tuple(file for file in made.files if file.was is None)
    return replace(made, files=new, left=(*made.left, kept))


def _make(
    shell: Shell,
    project: Project,
    read: Account,
    answers: Answers,
    place: Place,
    there: Mapping[str, str],
    change: bool,  # of what is there
) -> Made:
    """All that is to be written. Without `change` a reconciler.yaml that is there stays."""
    settings, imported = read.settings, read.imported
    if CONFIG_FILE in there and not change:
        settings = Settings(project.config)
        imported = drafts_of(
            shell.root, project.files, project.config, read.importable, force=False
        )
    found = _declared(project, imported)
    tests = read_cases(shell.root)[0] or ()
    dated = replace(with_labels(read.directory, ()), read_on=shell.now().date().isoformat())
    lock = emit_lock(dated, found, settings.config, tests=tests)
    routes = {draft.file: draft.text for draft in imported.drafts}
    known = project.lock or parse_lock(lock, LOCK)[0] or Directory()
    schema = schema_for_editors(known, settings.config)
    started = start(Content(settings.text, routes, lock, schema), answers, place, there)
    first = () if found else (Left(FIRST_ROUTE),)
    left = (*first, *_unread(read.directory, project.lock), *settings.left, *started.left)
    return Made(imported, started.files, left)


def _write(shell: Shell, place: Place, files: Sequence[File]) -> None:
    """Raises FileRefused: before the first file where a link or a folder is in the way."""
    strict = [file for file in files if file.at_top or file.path.startswith(".")]
    tops = {True: _top(shell.root, place), False: shell.root}
    for file in strict:
        check_below(tops[file.at_top], file.path)
    for file in files:
        if file not in strict:
            check_new(shell.root, file.path)
    written: list[str] = []
    try:
        for file in files:
            if file in strict:
                write_below(tops[file.at_top], file.path, file.text)
            else:
                make_folder((shell.root / file.path).parent)
                write_inside(shell.root, file.path, file.text)
            written.append(file.path)
    finally:
        for line in written_lines(written):
            shell.say(line)


def _left_behind(root: Path, place: Place) -> Iterator[Left]:
    """Of an `init` that was killed: the next commands would commit it."""
    top = _top(root, place)
    ours = {(root / path).parent for path in OF_FOLDER} | {root / FOLDER}
    ours |= {(top / path).parent for path in OF_REPOSITORY}
    found = sorted({path for folder in ours for path in left_behind(folder)})
    if found:
        yield Left(
            "A run that was killed left these files. Unless one runs now, remove them:",
            f"rm {shlex.join(str(path) for path in found)}\n",
        )


def _end(shell: Shell, read: Account, made: Made, place: Place, record: str | None) -> int:
    """The plan of what is there now, what is left, and the next commands."""
    project = read_project(shell)
    recorder = recorder_of(shell, project.config, record)
    shared = recorder.exchanged
    planned = plan_seen(read.seen, project.request(complete=True, recorded=recorder.recorded()))
    findings = _findings(project, read, made, planned)
    show_findings(shell, findings)
    recorder.record_files(project.files.texts, planned, "import")
    left = made.left
    if shared and not recorder.exchanged:
        left = (*left, Left(NO_SHARED_RECORD))
    wrong = has_errors(findings) or read.importable.unreadable
    different = {change.name for change in planned.plan.changes}
    different |= {declaration.route.name for declaration, _ in planned.others}
    if different:
        shell.say(different_text(len(different)))
    elif not wrong:
        ours = len(read.importable.listed)
        shell.say(same_text(ours, others=len(read.seen.listed or ()) - ours))
    shell.say(left_text(left, shell.columns))
    files = to_commit(shell.root, place, made.files)
    broken = has_errors(project.mistakes)
    shell.say(f"\nNext:\n{next_text(shell.root, place, files, broken=broken)}")
    return exit_codes.ERROR if wrong else exit_codes.DONE


def _findings(project: Project, read: Account, made: Made, planned: Planned) -> tuple[Finding, ...]:
    """Each once. What guards refuse waits for an apply."""
    errors = [
        finding
        for finding in planned.plan.errors
        if not finding.code.startswith(("no-routes", GUARD))
    ]
    found = [*project.mistakes, *read.importable.findings, *made.imported.findings, *errors]
    return tuple(dict.fromkeys(found))
