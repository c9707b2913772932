"""`reconciler sources tokens --blue-green`: another source in the place of one, without a gap."""

from collections.abc import Sequence
from dataclasses import dataclass

import click

from reconciler.cli import exit_codes
from reconciler.cli.connection import CannotConnect, reading
from reconciler.cli.outputs import allowed, write_file
from reconciler.cli.project import Project
from reconciler.cli.shell import Shell
from reconciler.cli.sources.check import listed_source, live_source, quoted
from reconciler.cli.sources.senders import read_senders, senders_of
from reconciler.files import FileRefused, read_text
from reconciler.files.edit.route import edit_route
from reconciler.live.identity import check_account
from reconciler.live.survey import survey
from reconciler.model import Declaration, InventorySource, canonical_groups
from reconciler.sources.live import LiveSource, read_sources
from reconciler.sources.senders.feeds import Feed, Question
from reconciler.sources.senders.verify import Verified, verify
from reconciler.sources.tokens.twins import Pair, alone, beside, unequal
from reconciler.text import difference
from reconciler.text.visible import visible

NOTHING = "nothing was written"


def blue_green(
    shell: Shell, project: Project, names: Sequence[str], *, finish: bool, auto_approve: bool
) -> int:
    """Put the second source in the place of the first: beside it, or with `finish` alone.

    incident.io cannot rotate a source's token by API, so a new source of the same type and
    template takes over; the sender is switched between the two steps.
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
        return _write(shell, project, edits, auto_approve) or _next_steps(shell, pair)
    if not any(alone(declarations, pair)):
        shell.say(f"no route file has {pair.first.name}: nothing to do")
        return exit_codes.DONE
    still = _still_fed(shell, project, pair, ids)
    reason = _treated_differently(shell, project, pair, ids) or still.reason
    if reason:
        shell.warn(f"refused: {reason}; {NOTHING}")
        return exit_codes.REFUSED
    if still.unknown and not _confirmed_by_user(shell, pair, still.unknown, auto_approve):
        return exit_codes.REFUSED
    code = _write(shell, project, tuple(alone(declarations, pair)), auto_approve)
    if code == exit_codes.DONE:
        shell.say(
            f"Now `reconciler plan` and `apply`, then delete {pair.first.name} in incident.io and "
            "in reconciler.yaml."
        )
    return code


def _treated_differently(shell: Shell, project: Project, pair: Pair, ids: tuple[str, str]) -> str:
    """Why the second may not get all of the first's alerts yet, in the files or in incident.io; ""
    when it does.
    """
    with reading(shell) as client:
        seen = survey(client, project.files.declarations, project.config, undeclared=True)
    if seen.unreadable:
        return "a live route cannot be read, so it may not take the second's alerts"
    alike, different = set[str](), set[str]()
    for live in seen.lives.values():
        conditions = [
            [canonical_groups(one.when) for one in live.route.sources if one.source == identity]
            for identity in ids
        ]
        if conditions[0]:
            (alike if conditions[0] == conditions[1] else different).add(live.route.name)
    in_files = unequal(project.files.declarations, pair, alike - different)
    if in_files:
        return f"{', '.join(in_files)} treat the two sources differently"
    names = ", ".join(sorted(different))
    words = "treat the two sources differently in incident.io: apply first, or edit them there"
    return f"{names} {words}" if names else ""


@dataclass(frozen=True, slots=True)
class _StillFed:
    """Whether the first may still have a sender, by the inventory's files: `reason` says that it
    has one, or that a file cannot be read; `unknown` is what no file answers.
    """

    reason: str = ""
    unknown: tuple[str, ...] = ()


def _still_fed(shell: Shell, project: Project, pair: Pair, ids: tuple[str, str]) -> _StillFed:
    first = pair.first
    try:
        verified = _all_verified(shell, project)
    except FileRefused as error:
        return _StillFed(f"{error}, so {first.name} may still be fed")
    fed = {name: feed.at for one in verified for feed in one.feeds for name in _names(feed)}
    for name, at in fed.items():
        if name == ids[0] or pair.is_first(name):
            return _StillFed(f"{at.file}:{at.line} still feeds {first.name}")
    unknown = []
    for finding in (finding for one in verified for finding in one.findings):
        where = finding.position
        place = f"{where.file}:{where.line}" if where else "senders"
        if finding.code == "sender-unreadable":
            return _StillFed(f"{place}: {finding.message}, so {first.name} may still be fed")
        if finding.code == "url-elsewhere":
            unknown.append(f"{place}: {finding.message}")
    if not (first.senders or pair.second.senders):
        unknown.append(f"the inventory has no `senders:` of {first.name}, so it may still be fed")
    elif ids[1] not in fed and not any(map(pair.is_second, fed)):
        unknown.append(f"no file of `senders:` feeds {pair.second.name}, so its sender is unknown")
    return _StillFed(unknown=tuple(unknown))


def _all_verified(shell: Shell, project: Project) -> list[Verified]:
    """Of every environment: another one's sender may feed the first as well, if only by mistake.
    Raises FileRefused.
    """
    config, declarations = project.config, project.files.declarations
    return [
        verify(
            read_senders(shell, senders_of(config, environment)),
            Question(environment, config, declarations),
        )
        for environment in dict.fromkeys(one.environment for one in config.sources if one.senders)
    ]


def _names(feed: Feed) -> tuple[str, ...]:
    """A source that the inventory does not have yet is known by its id."""
    return (feed.address.id, *((feed.source.name,) if feed.source else ()))


def _confirmed_by_user(
    shell: Shell, pair: Pair, unknown: Sequence[str], auto_approve: bool
) -> bool:
    """What no file says, a person may know: one who is asked on a terminal, and nobody else."""
    for words in unknown:
        shell.warn(visible(f"warning: {words}"))
    first = pair.first.name
    if auto_approve or not shell.interactive:
        shell.warn(
            f"refused: it is unknown whether anything still feeds {first}; {NOTHING}\n"
            "  list its files as `senders:`, or answer on a terminal, without --auto-approve"
        )
        return False
    if allowed(shell, f"Did you check that nothing feeds {first} any more?"):
        return True
    shell.warn(f"refused: something may still feed {first}; {NOTHING}")
    return False


def _pair(
    project: Project, lives: Sequence[LiveSource], first: str, second: str
) -> tuple[Pair, tuple[str, str]]:
    """Both sources, which must be live and of one type, and their ids. Raises CannotConnect."""
    old, live_old = _known(project, lives, first)
    new, live_new = _known(project, lives, second)
    if live_old.type != live_new.type:
        raise CannotConnect(
            f"{live_old.name} is of type {live_old.type}, {live_new.name} of {live_new.type}: "
            "a sender cannot be switched between them"
        )
    if live_old.id == live_new.id:
        raise CannotConnect("name two sources")
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
        try:
            text = read_text(shell.root / after.file)
        except FileRefused as error:
            raise click.ClickException(str(error)) from None
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
        write_file(shell.root, file, text)
        shell.note(f"wrote {file}")
    return exit_codes.DONE


def _next_steps(shell: Shell, pair: Pair) -> int:
    first, second = pair.first.name, pair.second.name
    shell.say(
        "The files route both sources alike. Next, in this order:\n"
        "  1. run reconciler directory refresh, if you keep directory.lock.json; then reconciler\n"
        f"     plan and apply: incident.io then routes {second} like {first}\n"
        f"  2. list {second} in reconciler.yaml, with its own keys for its token (aws_key,\n"
        "     kubernetes_key): the first token stays valid\n"
        "  3. roll out the ExternalSecret of `reconciler sources render`: it copies both tokens,\n"
        "     and reports an error until AWS has the second\n"
        "  4. push the second token:\n"
        f"     reconciler sources tokens --push {quoted(second)} --to aws --send-test-event\n"
        "  5. put its URL and its token file into the sender's configuration, in one change; run\n"
        "     reconciler sources verify, then roll out\n"
        "  6. remove the first source from the files:\n"
        f"     reconciler sources tokens --blue-green --finish {quoted(first)} {quoted(second)}"
    )
    return exit_codes.DONE
