"""The files, tables and findings that a command writes or prints, and its question.

A refusal (`FileRefused`, `BaseRefused`, …) is an OSError whose text says what to do. Commands let
it pass: `main` prints it.
"""

import os
import stat
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import click

from reconciler.cli.folders import check_apart
from reconciler.cli.questions import typed_line
from reconciler.cli.shell import Shell
from reconciler.directory import LOCK as NAMES
from reconciler.files import FileRefused, check_writable, read_text, write_atomically
from reconciler.files.cases import TESTS
from reconciler.files.config import CONFIG_FILE
from reconciler.files.tree import FOLDER, is_route_file
from reconciler.model import SEMANTICS_FILE, Finding
from reconciler.plan import exit_codes
from reconciler.plan.plan import Plan
from reconciler.report.findings import findings_text
from reconciler.runs.folder import LOCK
from reconciler.text import visible

_OUTPUT, _ERROR = 1, 2


def write_output(path: Path, text: str) -> None:
    """Write a whole file or none. `/dev/stdout` and its like are printed, so that no line is a
    command to a CI service. Raises FileRefused.
    """
    standard = _standard_stream(path)
    if standard is None:
        write_atomically(path, text)
    else:
        click.echo(text, nl=False, err=standard == _ERROR)


def _standard_stream(path: Path) -> int | None:
    """The descriptor of standard output or standard error, where the path leads to it."""
    try:
        found = path.stat()
        streams = {number: os.fstat(number) for number in (_OUTPUT, _ERROR)}
    except (OSError, ValueError):
        return None
    if stat.S_ISREG(found.st_mode):
        return None
    same = (number for number, stream in streams.items() if os.path.samestat(found, stream))
    return next(same, None)


def check_outputs(root: Path, outputs: Mapping[str, str | None]) -> None:
    """Before any other work: every output {option: its path, if given} can be written, and none
    replaces another.

    Raises click.UsageError for an empty path, for `-`, for a file that declares something, and for
    two outputs in one file, and
    FileRefused for a path that cannot be written.
    """
    given = {option: path for option, path in outputs.items() if path is not None}
    for option, path in given.items():
        if not path:
            raise click.UsageError(f"{option} needs a file name")
        if path == "-":
            raise click.UsageError(f"{option}: `-` is not supported; use /dev/stdout to print")
        if os.path.realpath(root / path) == os.path.realpath(root / LOCK):
            raise click.UsageError(f"{option}: {path} is this folder's lock; choose another file")
        if _is_declared(root, path):
            raise click.UsageError(
                f"{option}: {path} is a file of this folder that commands read; choose another file"
            )
        check_apart(root, option, path)
    _check_distinct(root, given)
    for option, path in given.items():
        try:
            check_writable(root / path)
        except FileRefused as error:
            raise FileRefused(f"{option}: {error}. Nothing was done.") from None


def _is_declared(root: Path, path: str) -> bool:
    """Whether people's own work stands there, or would be taken for it: an output replaces it."""
    top, real = Path(os.path.realpath(root)), Path(os.path.realpath(root / path))
    if real in (top / CONFIG_FILE, top / NAMES, top / SEMANTICS_FILE):
        return True
    below = any(top / folder in real.parents for folder in (FOLDER, TESTS))
    return below and is_route_file(real.name)


def _check_distinct(root: Path, outputs: Mapping[str, str]) -> None:
    """Pipes and devices take as many as a command likes."""
    taken: dict[Path, str] = {}
    for option, path in outputs.items():
        try:
            file = (root / path).resolve()
            if file.exists() and not file.is_file():
                continue
        except (OSError, ValueError, RuntimeError):
            continue  # it cannot be written, which `check_writable` reports
        if file in taken:
            raise click.UsageError(
                f"{taken[file]} and {option} have the same file, {path}: use two files"
            )
        taken[file] = option


def check_page(shell: Shell, page: str, table: str, command: str) -> int:
    """Compare a page with the Markdown table of a command; an exit code. Raises FileRefused."""
    from reconciler.report.table import holds_table

    if holds_table(read_text(shell.root / page), table):
        shell.note(f"{page} is up to date")
        return exit_codes.DONE
    shell.warn(
        f"error: the table in {page} is out of date; replace it with the output of:\n"
        f"  {command} --format markdown"
    )
    return exit_codes.ERROR


def allowed(shell: Shell, question: str) -> bool:
    """Ask on standard error; true for a yes, and for nothing else, an end of the input included."""
    click.echo(f"{visible(question)} Type `yes` to continue: ", nl=False, err=True)
    answer = typed_line(shell)
    if not (shell.interactive and answer.endswith("\n")):  # the end of this line was not typed
        click.echo("", err=True)
    return answer.strip().lower() == "yes"


def show_findings(shell: Shell, findings: Sequence[Finding]) -> None:
    """On standard error, for commands whose result is something else."""
    if findings:
        shell.warn(findings_text(findings, width=shell.width, unicode=shell.unicode))


def shown(plan: Plan, shell: Shell, form: str = "text") -> str:
    """The plan as `form`; its text as this terminal, or this pipe, shows it."""
    match form:
        case "json":
            from reconciler.report.plan_json import plan_json

            return plan_json(plan)
        case "markdown":
            from reconciler.report.plan_markdown import plan_markdown

            return plan_markdown(plan)
        case _:
            from reconciler.report.plan_text import plan_text

            return plan_text(plan, width=shell.width, colour=shell.colour, unicode=shell.unicode)


def say_junit(shell: Shell, findings: Sequence[Finding], files: Iterable[str]) -> None:
    """As JUnit's XML; `files`: those that were read."""
    from reconciler.report.findings_reports import findings_junit

    paths = [checkout_path(shell, file) for file in files]
    shell.say(findings_junit(_from_the_checkout(shell, findings), paths))


def say_findings(shell: Shell, findings: Sequence[Finding], form: str) -> None:
    """As the result itself: `text`, `json`, `github`, `codequality` or `markdown`."""
    if form == "json":
        from reconciler.report.findings import findings_json

        shell.say(findings_json(findings))
    elif form == "github":
        from reconciler.report.findings import findings_github

        shell.command(findings_github(_from_the_checkout(shell, findings)))
    elif form == "codequality":
        from reconciler.report.findings_reports import findings_codequality

        shell.say(findings_codequality(_from_the_checkout(shell, findings)))
    elif form == "markdown":
        from reconciler.report.plan_markdown import finding_lines

        shell.say("".join(f"{line}\n" for line in finding_lines(findings)))
    elif findings:
        shell.say(
            findings_text(findings, width=shell.width, colour=shell.colour, unicode=shell.unicode)
        )


def _from_the_checkout(shell: Shell, findings: Sequence[Finding]) -> Sequence[Finding]:
    """With paths from the root of the checkout: a forge knows no others."""
    return tuple(
        replace(
            finding,
            position=replace(finding.position, file=checkout_path(shell, finding.position.file)),
        )
        if finding.position
        else finding
        for finding in findings
    )


def checkout_path(shell: Shell, file: str) -> str:
    """The path of a file from the root of a job's checkout; outside of a job as it is."""
    places = ("GITHUB_WORKSPACE", "CI_PROJECT_DIR")
    workspace = next(filter(None, map(shell.environment.get, places)), "")
    folder = shell.root.resolve()
    if not workspace or not folder.is_relative_to(Path(workspace).resolve()):
        return file
    return (folder.relative_to(Path(workspace).resolve()) / file).as_posix()
