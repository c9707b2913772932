"""`reconciler sources tokens --blue-green`: another source in the place of one, without a gap."""

from collections.abc import Sequence

import click

from reconciler.cli.connection import CannotConnect, reading
from reconciler.cli.outputs import allowed
from reconciler.cli.project import Project
from reconciler.cli.shell import Shell
from reconciler.cli.sources.senders import listed_source, live_source, read_senders
from reconciler.files import FileRefused, read_text
from reconciler.files.disk import write_inside
from reconciler.files.edit.route import edit_route
from reconciler.live.identity import check_account
from reconciler.live.survey import survey
from reconciler.model import Declaration, InventorySource
from reconciler.plan import exit_codes
from reconciler.sources.live import LiveSource, read_sources
from reconciler.sources.senders.feeds import Question, senders_of
from reconciler.sources.senders.verify import Verified, verify
from reconciler.sources.tokens.twins import (
    Pair,
    StillFed,
    alone,
    beside,
    last_steps,
    next_steps,
    no_pair,
    still_fed,
    treated_differently,
    unreadable,
)
from reconciler.text import difference, visible

NOTHING = "nothing was written"


def blue_green(
    shell: Shell, project: Project, names: Sequence[str], *, finish: bool, auto_approve: bool
) -> int:
    """Put the second source beside the first, or with `finish` in its place. incident.io cannot
    rotate a token by API, so a new source takes over; the sender is switched between the two steps.
    """
    if len(names) != 2:
        raise click.UsageError("--blue-green needs two sources: SOURCE NEW_SOURCE")
    first, second = names
    with reading(shell) as client:
        check_account(client, project.config)
        lives = read_sources(client)
    pair, ids = _pair(project, lives, first, second)
    declarations = project.files.declarations
    if not finish:
        edits = tuple(beside(declarations, pair))
        code = _write(shell, project, edits, auto_approve)
        if code == exit_codes.DONE:
            shell.say(next_steps(pair))
        return code
    if not any(alone(declarations, pair)):
        shell.say(f"the route files do not use {pair.first.name}: nothing to do")
        return exit_codes.DONE
    still = _still_fed(shell, project, pair, ids)
    with reading(shell) as client:
        seen = survey(client, project.files.declarations, project.config, undeclared=True)
    reason = treated_differently(declarations, seen.lives.values(), seen.unreadable, pair, ids)
    reason = reason or still.reason
    if reason:
        shell.warn(f"refused: {reason}; {NOTHING}")
        return exit_codes.REFUSED
    if still.unknown and not _confirmed_by_user(shell, pair, still.unknown, auto_approve):
        return exit_codes.REFUSED
    code = _write(shell, project, tuple(alone(declarations, pair)), auto_approve)
    if code == exit_codes.DONE:
        shell.say(last_steps(pair))
    return code


def _still_fed(shell: Shell, project: Project, pair: Pair, ids: tuple[str, str]) -> StillFed:
    try:
        return still_fed(pair, ids, _all_verified(shell, project))
    except FileRefused as error:
        return unreadable(str(error), pair)


def _all_verified(shell: Shell, project: Project) -> list[Verified]:
    """Of every environment, as another one's sender may feed the first, too. Raises FileRefused."""
    config, declarations = project.config, project.files.declarations
    return [
        verify(
            read_senders(shell, senders_of(config, environment)),
            Question(environment, config, declarations),
        )
        for environment in dict.fromkeys(
            source.environment for source in config.sources if source.senders
        )
    ]


def _confirmed_by_user(
    shell: Shell, pair: Pair, unknown: Sequence[str], auto_approve: bool
) -> bool:
    """Ask a user on a terminal, who may know what no file says."""
    for words in unknown:
        shell.warn(visible(f"warning: {words}"))
    first = pair.first.name
    if auto_approve or not shell.interactive:
        shell.warn(
            f"refused: {first} may still have a sender; {NOTHING}\n"
            "  add its files to `senders:`, or answer on a terminal without --auto-approve"
        )
        return False
    if allowed(shell, f"Did you check that nothing sends to {first} any more?"):
        return True
    shell.warn(f"refused: {first} may still have a sender; {NOTHING}")
    return False


def _pair(
    project: Project, lives: Sequence[LiveSource], first: str, second: str
) -> tuple[Pair, tuple[str, str]]:
    """Both sources, which must be live and of one type, and their ids. Raises CannotConnect."""
    old, live_old = _known(project, lives, first)
    new, live_new = _known(project, lives, second)
    why = no_pair(live_old, live_new)
    if why:
        raise CannotConnect(why)
    return Pair(old, new), (live_old.id, live_new.id)


def _known(
    project: Project, lives: Sequence[LiveSource], name: str
) -> tuple[InventorySource, LiveSource]:
    source = listed_source(project, name)
    live = live_source(lives, source)
    if source not in project.config.sources:
        source = InventorySource(live.name, live.id, url=live.url)
    return source, live


def _write(shell: Shell, project: Project, edits: Sequence[Declaration], auto_approve: bool) -> int:
    """Show the difference, ask, write. DONE also when nothing is to be written."""
    before = {declaration.file: declaration for declaration in project.files.declarations}
    texts: dict[str, str] = {}
    for after in edits:
        text = read_text(shell.root / after.file)
        edited = edit_route(text, before[after.file], after)
        if edited is None:
            raise click.ClickException(
                f"{after.file}: an edit would lose comments; edit it yourself"
            )
        texts[after.file] = edited
        for line in difference(text, edited, after.file, after.file, around=1).splitlines():
            shell.say(visible(line))
    if not texts:
        return exit_codes.DONE
    what = f"these {len(texts)} files" if len(texts) > 1 else "this file"
    if not auto_approve and not allowed(shell, f"Write {what}?"):
        shell.warn(f"declined; {NOTHING}")
        return exit_codes.ERROR
    for file, text in texts.items():
        write_inside(shell.root, file, text)
        shell.note(f"wrote {file}")
    return exit_codes.DONE
