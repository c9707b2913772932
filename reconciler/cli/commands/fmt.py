"""`reconciler fmt`: the canonical spelling, comments kept."""

from dataclasses import dataclass
from pathlib import Path

import click

from reconciler.cli import exit_codes
from reconciler.cli.outputs import show_findings
from reconciler.cli.shell import Shell
from reconciler.files import FileRefused, read_text, route_paths
from reconciler.files.disk import write_inside
from reconciler.files.write.fmt import format_text
from reconciler.model import Finding, Position, has_errors
from reconciler.text import counted, difference


@dataclass(frozen=True, slots=True)
class _Formatted:
    path: Path
    before: str
    after: str

    @property
    def changed(self) -> bool:
        return self.before != self.after


@click.command("fmt", epilog="Example: reconciler fmt --check    (in CI: fails, writes nothing)")
@click.argument("files", nargs=-1, metavar="[FILE]...")
@click.option("--check", is_flag=True, help="Write nothing; fail if a file would change.")
@click.option("--diff", is_flag=True, help="Show the changed lines; write nothing.")
@click.pass_obj
def fmt_command(shell: Shell, files: tuple[str, ...], check: bool, diff: bool) -> int:
    """Rewrite route files in the canonical spelling. Comments stay.

    FILE: only these, else all of routes/. After rewriting, a file is read again and
    must mean the same, or it is left as it was.
    """
    paths, found = route_paths(shell.root, files)
    findings = list(found)
    changed = 0
    for path in paths:
        formatted = _format(shell.root, path, findings)
        if formatted is None or not formatted.changed:
            continue
        changed += 1
        if diff:
            old, new = f"{path} (current)", f"{path} (canonical)"
            shell.say(difference(formatted.before, formatted.after, old, new))
        elif check:
            shell.say(f"would change {path}")
        else:
            _write(shell, formatted, findings)
    show_findings(shell, findings)
    if has_errors(findings):
        return exit_codes.ERROR
    if not changed:
        shell.note(f"{counted(len(paths), 'file')} in canonical form")
    elif check and not diff:
        shell.note("run `reconciler fmt` to rewrite them")
    return exit_codes.ERROR if changed and (check or diff) else exit_codes.DONE


def _format(root: Path, path: Path, findings: list[Finding]) -> _Formatted | None:
    try:
        before = read_text(root / path)
    except FileRefused as error:
        findings.append(_refused(path, str(error)))
        return None
    after, found = format_text(before, str(path))
    findings += found
    return None if after is None else _Formatted(path, before, after)


def _write(shell: Shell, formatted: _Formatted, findings: list[Finding]) -> None:
    try:
        write_inside(shell.root, formatted.path.as_posix(), formatted.after)
    except FileRefused as error:
        findings.append(_refused(formatted.path, str(error)))
        return
    shell.say(f"wrote {formatted.path}")


def _refused(path: Path, message: str) -> Finding:
    return Finding("error", "file-refused", message, position=Position(str(path), 1, 1))
