"""Which tokens a check compares, and why it compares none. Pure."""

import re
import shlex
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from reconciler.model import Config, InventorySource
from reconciler.sources.tokens.check import Place, Verdict


@dataclass(frozen=True, slots=True)
class Check:
    """The options of a check."""

    names: tuple[str, ...]
    environment: str | None
    only: tuple[str, ...]
    file: str | None
    profile: str | None
    region: str | None


def quoted(name: str) -> str:
    """A name as it stands in a command to be pasted: whoever names a source writes no command."""
    return f'"{name}"' if re.fullmatch(r"[\w ().,:@#/+-]+", name) else shlex.quote(name)


def push_command(source: InventorySource, options: Check) -> str:
    """The command that puts the live token into AWS, to be pasted."""
    said = (("--profile", options.profile), ("--region", options.region))
    more = "".join(f" {option} {shlex.quote(value)}" for option, value in said if value)
    return f"reconciler sources tokens --push {quoted(source.name)} --to aws{more}"


def with_a_place(config: Config, environment: str | None) -> Iterator[InventorySource]:
    """The sources whose token the inventory has a place for, of one environment or of all."""
    for source in config.sources:
        token = source.token
        if environment in (None, source.environment) and (
            token.aws or token.kubernetes or token.file or token.variable
        ):
            yield source


def why_not(source: InventorySource, places: Sequence[Place], options: Check) -> str:
    """Why nothing of a source was compared."""
    if places:
        absent = " and ".join(f"its {place.kind} {place.where}" for place in places)
        return f"{absent} {'are' if len(places) > 1 else 'is'} not on this machine"
    token = source.token
    if options.only and (token.aws or token.kubernetes or token.file or token.variable):
        return f"the inventory has no {' or '.join(options.only)} place for its token"
    return "the inventory has no place for its token; add `token:` there, or use --file FILE"


def why_none(known: Sequence[InventorySource], options: Check) -> str:
    """Why nothing of any source was compared."""
    whose = f" of {options.environment}" if options.environment else ""
    if not known:
        nowhere = f"no source{whose} has a place in the inventory"
        return f"{nowhere}: add `token:` there, or use --file FILE"
    if options.only:
        return f"no source{whose} has a place of type {' or '.join(options.only)}"
    return (
        f"no file or variable of the inventory{whose} is on this machine, and it names no other "
        "place: write `token: {in: [aws]}` there, or name a source and use --file FILE"
    )


def is_elsewhere(verdict: Verdict, options: Check) -> bool:
    """A file or a variable of another machine is compared there, not here."""
    asked = options.file or verdict.place.kind in options.only
    return verdict.absent and verdict.place.kind in ("file", "variable") and not asked
