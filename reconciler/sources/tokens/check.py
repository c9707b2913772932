"""Is a stored token the one that incident.io takes? Compared by hash, in memory.

Which tokens a check compares, each comparison, and how it is shown.
"""

import re
import shlex
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

from reconciler.client import Token
from reconciler.model import AwsPlace, Config, InventorySource, KubernetesPlace
from reconciler.sources.live import LiveSource
from reconciler.sources.tokens.places import (
    PlaceAbsent,
    PlaceRefused,
    StoredToken,
    token_in_file,
    token_in_variable,
)
from reconciler.text import Line, Span, Style, fitted, line

State = Literal["match", "mismatch", "empty", "unreadable"]
WORDS: Mapping[State, str] = {
    "match": "match",
    "mismatch": "MISMATCH: another token than in incident.io",
    "empty": "EMPTY: no token",
    "unreadable": "UNREADABLE",
}
_NAMES = {"aws": "AWS", "kubernetes": "Kubernetes"}
INDENT = " " * 14
_STYLES: Mapping[State, Style] = {
    "match": "create",
    "mismatch": "error",
    "empty": "error",
    "unreadable": "error",
}


@dataclass(frozen=True, slots=True)
class Place:
    """A place of a token, in words, and how to read it."""

    kind: Literal["aws", "kubernetes", "file", "variable"]
    where: str
    read: Callable[[], StoredToken]


@dataclass(frozen=True, slots=True)
class Verdict:
    """The result of one comparison. `words` say why it was not made, `advice` what to do."""

    place: Place
    state: State
    since: datetime | None = None
    words: str = ""
    advice: str = ""
    absent: bool = False  # there is nothing that could be read


def judge(
    token: Token,
    place: Place,
    push: str,
    before: Sequence[Verdict] = (),
    owner: Callable[[Token], str] = lambda _: "",
) -> Verdict:
    """Compare one place with the live token. Raises nothing. `push`: the command that writes the
    token to AWS; `before`: the results of the places that the token reaches before this one;
    `owner`: the name of the source that has another token, "" where no source has it.
    """
    try:
        stored = place.read()
    except PlaceRefused as refused:
        words, advice = (token.withheld_from(text) for text in (str(refused), refused.advice))
        absent = isinstance(refused, PlaceAbsent)
        return Verdict(place, "unreadable", words=words, advice=advice, absent=absent)
    if stored.token and token.same_as(stored.token):
        return Verdict(place, "match", stored.since)
    state: State = "mismatch" if stored.token else "empty"
    other = owner(stored.token) if stored.token else ""
    words = f"this is the token of {other}" if other else ""
    return Verdict(place, state, stored.since, words, _next(place, push, before))


def owner_among(token: Token, sources: Iterable[LiveSource]) -> str:
    """The name of the source that takes this token; "" where none of them does."""
    owners = (source.name for source in sources if source.token and source.token.same_as(token))
    return next(owners, "")


def own_places(source: InventorySource, environment: Mapping[str, str]) -> Iterator[Place]:
    """The file and the variable of a source, as seen from this process."""
    if source.token.file:
        yield file_place(Path(source.token.file))
    if source.token.variable:
        name = source.token.variable
        yield Place("variable", name, lambda: token_in_variable(environment, name))


def file_place(path: Path) -> Place:
    return Place("file", str(path), lambda: token_in_file(path))


def aws_words(place: AwsPlace) -> str:
    return f"{place.secret} ({place.key}) in account {place.account}, {place.region}"


def kubernetes_words(place: KubernetesPlace) -> str:
    return f"{place.namespace}/{place.secret} ({place.key}) in context {place.context}"


def _next(place: Place, push: str, before: Sequence[Verdict]) -> str:
    if place.kind == "variable":
        return "copy it again from the source's page in incident.io, and restart the sender"
    if place.kind == "aws":
        return f"`{push}`"
    source, late = (
        ("aws", f"the ExternalSecret has not synced yet; run `{push}`")
        if place.kind == "kubernetes"
        else ("kubernetes", "the file follows within about a minute")
    )
    states = [verdict.state for verdict in before if verdict.place.kind == source]
    if states == ["match"]:
        return f"{_NAMES[source]} matches: {late}"
    if states in (["mismatch"], ["empty"]):
        return f"`{push}` brings it here too"
    rest = "" if push in late else f"; else `{push}`"
    return f"if {_NAMES[source]} matches, {late}{rest}"


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
    """A name quoted for a command to be pasted: the name of a source is no part of a command."""
    return f'"{name}"' if re.fullmatch(r"[\w ().,:@#/+-]+", name) else shlex.quote(name)


def push_command(source: InventorySource, options: Check) -> str:
    """The command that puts the live token into AWS, to be pasted."""
    given = (("--profile", options.profile), ("--region", options.region))
    more = "".join(f" {option} {shlex.quote(value)}" for option, value in given if value)
    return f"reconciler sources tokens --push {quoted(source.name)} --to aws{more}"


def with_a_place(config: Config, environment: str | None) -> Iterator[InventorySource]:
    """The sources whose token the inventory has a place for, of one environment or of all."""
    for source in config.sources:
        if environment in (None, source.environment) and source.token:
            yield source


def why_not(source: InventorySource, places: Sequence[Place], options: Check) -> str:
    """Why no token of a source was compared."""
    if places:
        absent = " and ".join(f"its {place.kind} {place.where}" for place in places)
        return f"{absent} {'are' if len(places) > 1 else 'is'} not on this machine"
    if options.only and source.token:
        return f"the inventory has no {' or '.join(options.only)} place for its token"
    return "the inventory has no place for its token; add `token:` there, or use --file FILE"


def why_none(known: Sequence[InventorySource], options: Check) -> str:
    """Why no token of any source was compared."""
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
    is_named = options.file or verdict.place.kind in options.only
    return verdict.absent and verdict.place.kind in ("file", "variable") and not is_named


def verdict_lines(name: str, verdicts: Sequence[Verdict], width: int | None) -> Iterator[Line]:
    """The results of one source. Without a width no line is wrapped."""
    rows = [line(Span(name, "strong"))] if verdicts else []
    for verdict in verdicts:
        kind = verdict.place.kind
        why = f": {verdict.words}" if verdict.words else ""
        done = "copied" if kind == "kubernetes" else "written"
        age = f", {done} {_age(verdict.since)}" if verdict.since else ""
        state = Span(WORDS[verdict.state], _STYLES[verdict.state])
        rows.append(line(f"  {kind:<10}  ", state, f"{why}{age}"))
        rows.append(line(INDENT, Span(verdict.place.where, "dim")))
        if verdict.advice and verdict.state != "match":
            rows.append(line(f"{INDENT}next: {verdict.advice}"))
    for row in rows:
        yield from fitted(row, width, INDENT) if width else [row]


def _age(since: datetime) -> str:
    seconds = max((datetime.now(UTC) - since).total_seconds(), 0)
    for size, unit in ((86_400, "day"), (3_600, "hour"), (60, "minute")):
        count = int(seconds // size)
        if count:
            return f"{count} {unit}{'s' if count > 1 else ''} ago"
    return "just now"
