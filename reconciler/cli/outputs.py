"""Files that a command writes beside its result.

Also here: findings on this terminal, or as the reader of a pipe wants them.
"""

import os
import stat
import sys
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import click

from reconciler.cli.shell import Shell
from reconciler.files import FileRefused, check_writable, write_atomically
from reconciler.files.disk import write_inside
from reconciler.model import Finding
from reconciler.report.findings import findings_text
from reconciler.runs.folder import LOCK
from reconciler.text import visible

_OUTPUT, _ERROR = 1, 2


def write_output(path: Path, text: str) -> None:
    """Write a whole file or none. Raises click.ClickException with what to do.

    `/dev/stdout` and its like are printed, so that no line is a command to a CI service.
    """
    standard = _standard_stream(path)
    if standard is not None:
        click.echo(text, nl=False, err=standard == _ERROR)
        return
    try:
        write_atomically(path, text)
    except FileRefused as error:
        raise click.ClickException(str(error)) from None


def write_file(root: Path, file: str, text: str) -> None:
    """Write a file of the project, a link's where it leads. Raises click.ClickException."""
    try:
        write_inside(root, file, text)
    except FileRefused as error:
        raise click.ClickException(str(error)) from None


def _standard_stream(path: Path) -> int | None:
    """The descriptor of standard output or standard error, where the path leads to it."""
    try:
        asked = path.stat()
        streams = {number: os.fstat(number) for number in (_OUTPUT, _ERROR)}
    except (OSError, ValueError):
        return None
    if stat.S_ISREG(asked.st_mode):
        return None
    same = (number for number, stream in streams.items() if os.path.samestat(asked, stream))
    return next(same, None)


def check_outputs(root: Path, outputs: Mapping[str, str | None]) -> None:
    """Before anything is read or written: every output of a command can be written, and none
    replaces another one. {option: its path, from `root`; None: not asked for}.

    Raises click.UsageError for an empty path, for `-`, and for two outputs in one file, and
    click.ClickException for a path that cannot be written.
    """
    asked = {option: path for option, path in outputs.items() if path is not None}
    for option, path in asked.items():
        if not path:
            raise click.UsageError(f"{option} needs a file name")
        if path == "-":
            raise click.UsageError(f"{option}: `-` is not supported; use /dev/stdout to print")
        if os.path.realpath(root / path) == os.path.realpath(root / LOCK):
            raise click.UsageError(f"{option}: {path} is this folder's lock; choose another file")
    _check_distinct(root, asked)
    for option, path in asked.items():
        try:
            check_writable(root / path)
        except FileRefused as error:
            raise click.ClickException(f"{option}: {error}. Nothing was done.") from None


def _check_distinct(root: Path, outputs: Mapping[str, str]) -> None:
    """Pipes and devices take as many as a command likes."""
    taken: dict[Path, str] = {}
    for option, path in outputs.items():
        try:
            file = (root / path).resolve()
            if file.exists() and not file.is_file():
                continue
        except (OSError, ValueError, RuntimeError):
            continue  # no path that can be written: that is said then
        if file in taken:
            raise click.UsageError(
                f"{taken[file]} and {option} have the same file, {path}: use two files"
            )
        taken[file] = option


def allowed(shell: Shell, question: str) -> bool:
    """Ask on standard error; true for a yes, and for nothing else, an end of the input included."""
    click.echo(f"{visible(question)} Type `yes` to continue: ", nl=False, err=True)
    answer = sys.stdin.readline() if sys.stdin else ""  # None: closed by whoever started us
    if not (shell.interactive and answer.endswith("\n")):  # nobody typed the end of this line
        click.echo("", err=True)
    return answer.strip().lower() == "yes"


def show_findings(shell: Shell, findings: Sequence[Finding]) -> None:
    """On standard error, for commands whose result is something else."""
    if findings:
        shell.warn(findings_text(findings, width=shell.width, unicode=shell.unicode))


def say_findings(shell: Shell, findings: Sequence[Finding], form: str) -> None:
    """As the result itself: `text`, `json`, `github` or `markdown`."""
    if form == "json":
        from reconciler.report.findings import findings_json

        shell.say(findings_json(findings))
    elif form == "github":
        from reconciler.report.findings import findings_github

        shell.command(findings_github(_from_the_checkout(shell, findings)))
    elif form == "markdown":
        from reconciler.report.plan_markdown import finding_lines

        shell.say("".join(f"{line}\n" for line in finding_lines(findings)))
    elif findings:
        shell.say(
            findings_text(findings, width=shell.width, colour=shell.colour, unicode=shell.unicode)
        )


def _from_the_checkout(shell: Shell, findings: Sequence[Finding]) -> Sequence[Finding]:
    """With files as they are called from the root of the checkout: GitHub knows no other names."""
    workspace = shell.environment.get("GITHUB_WORKSPACE", "")
    folder = shell.root.resolve()
    if not workspace or not folder.is_relative_to(Path(workspace).resolve()):
        return findings
    below = folder.relative_to(Path(workspace).resolve())
    return tuple(
        replace(one, position=replace(one.position, file=(below / one.position.file).as_posix()))
        if one.position
        else one
        for one in findings
    )
