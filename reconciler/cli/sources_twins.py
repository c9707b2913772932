"""`reconciler sources tokens --blue-green`: another source in the place of one, without a gap."""

import difflib
import sys
from collections.abc import Iterator, Sequence

import click

from reconciler.cli import exit_codes
from reconciler.cli.connection import CannotConnect, reading
from reconciler.cli.outputs import write_output
from reconciler.cli.project import Project
from reconciler.cli.shell import Shell
from reconciler.cli.sources_senders import verified_for
from reconciler.files import FileRefused, read_text
from reconciler.files.edit import edit_route
from reconciler.model.config import InventorySource
from reconciler.model.declaration import Declaration
from reconciler.report.visible import visible
from reconciler.sources.live import LiveSource, read_sources
from reconciler.sources.twins import Pair, alone, beside, unequal

NOTHING = "nothing was written"


def blue_green(
    shell: Shell, project: Project, names: Sequence[str], *, finish: bool, auto_approve: bool
) -> int:
    """Put the second source in the place of the first: beside it, or with `finish` alone.

    incident.io cannot rotate a source's token by API, so a new source of the same type and
    template takes over; the sender is switched between the two steps.
    """
    if len(names) != 2:
        raise click.UsageError("--blue-green takes two sources: SOURCE NEW_SOURCE")
    first, second = names
    with reading(shell) as client:
        lives = read_sources(client)
    pair = _pair(project, lives, first, second)
    declarations = project.files.declarations
    if not finish:
        edits = tuple(beside(declarations, pair))
        return _write(shell, project, edits, auto_approve) or _next_steps(shell, pair)
    if not any(alone(declarations, pair)):
        shell.say(f"{pair.first.name} is in no route file: nothing to do")
        return exit_codes.DONE
    different = unequal(declarations, pair)
    if different:
        shell.warn(f"refused: {', '.join(different)} treat the two differently; {NOTHING}")
        return exit_codes.REFUSED
    verified = verified_for(shell, project, pair.first.environment)
    still = [
        feed for feed in (verified.feeds if verified else ()) if feed.source is not None
        and pair.is_first(feed.source.name)
    ]  # fmt: skip
    if still:
        at = still[0].at
        shell.warn(f"refused: {at.file}:{at.line} still feeds {pair.first.name}; {NOTHING}")
        return exit_codes.REFUSED
    code = _write(shell, project, tuple(alone(declarations, pair)), auto_approve)
    if code == exit_codes.DONE:
        shell.say(
            f"Now `reconciler plan` and `apply`, then delete {pair.first.name} in incident.io and "
            "in reconciler.yaml."
        )
    return code


def _pair(project: Project, lives: Sequence[LiveSource], first: str, second: str) -> Pair:
    """Both sources, which must be live and of one type. Raises CannotConnect."""
    old, live_old = _known(project, lives, first)
    new, live_new = _known(project, lives, second)
    if live_old.type != live_new.type:
        raise CannotConnect(
            f"{live_old.name} is of type {live_old.type}, {live_new.name} of {live_new.type}: "
            "a sender cannot be switched between them"
        )
    if live_old.id == live_new.id:
        raise CannotConnect("name two sources")
    return Pair(old, new)


def _known(
    project: Project, lives: Sequence[LiveSource], name: str
) -> tuple[InventorySource, LiveSource]:
    listed = [one for one in project.config.sources if name in (one.name, one.alias, one.id)]
    wanted = {name, *(text for one in listed for text in (one.id or one.name,))}
    for live in lives:
        if live.id in wanted or live.name in wanted:
            source = listed[0] if listed else InventorySource(live.name, live.id, url=live.url)
            return source, live
    raise CannotConnect(f"no alert source {name} in incident.io: make it there first")


def _write(shell: Shell, project: Project, edits: Sequence[Declaration], auto_approve: bool) -> int:
    """Show the difference, ask, write. DONE also when nothing is to be written."""
    before = {declaration.file: declaration for declaration in project.files.declarations}
    texts: dict[str, str] = {}
    for after in edits:
        try:
            text = read_text(shell.root / after.file)
        except FileRefused as error:
            raise click.ClickException(str(error)) from None
        edited = edit_route(text, before[after.file], after)
        if edited is None:
            raise click.ClickException(f"{after.file}: no edit keeps its comments; edit it by hand")
        texts[after.file] = edited
        for line in _difference(after.file, text, edited):
            shell.say(visible(line))
    if not texts:
        return exit_codes.DONE
    if not auto_approve and not _yes(shell, len(texts)):
        shell.warn(f"declined; {NOTHING}")
        return exit_codes.ERROR
    for file, text in texts.items():
        write_output(shell.root / file, text)
        shell.note(f"wrote {file}")
    return exit_codes.DONE


def _next_steps(shell: Shell, pair: Pair) -> int:
    first, second = pair.first.name, pair.second.name
    shell.say(
        "Both are routed alike in the files. Then, each when the one before is done:\n"
        f"  1. reconciler plan, apply: {second} is routed like {first} in incident.io\n"
        f"  2. list {second} in reconciler.yaml: environment, url, token\n"
        f"  3. its URL into the sender's configuration; reconciler sources verify\n"
        f'  4. its token: reconciler sources tokens --push "{second}" --to aws --send-test-event\n'
        f"  5. roll the sender out: URL and token change together\n"
        f'  6. reconciler sources tokens --blue-green --finish "{first}" "{second}"'
    )
    return exit_codes.DONE


def _difference(file: str, before: str, after: str) -> Iterator[str]:
    lines = difflib.unified_diff(
        before.splitlines(), after.splitlines(), file, file, lineterm="", n=1
    )
    return iter(lines)


def _yes(shell: Shell, count: int) -> bool:
    what = f"these {count} files" if count > 1 else "this file"
    click.echo(f"Write {what}? Only `yes` is taken for a yes: ", nl=False, err=True)
    answer = sys.stdin.readline() if sys.stdin else ""
    if not shell.interactive:
        click.echo("", err=True)
    return answer.strip().lower() == "yes"
