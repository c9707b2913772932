"""Is the token that a place holds the one that incident.io takes? Compared by hash, in memory."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Literal

from reconciler.client import Token
from reconciler.model import AwsPlace, InventorySource, KubernetesPlace
from reconciler.sources.live import LiveSource
from reconciler.sources.tokens.places import (
    PlaceAbsent,
    PlaceRefused,
    StoredToken,
    held_in_variable,
    token_in_file,
)

State = Literal["match", "mismatch", "empty", "unreadable"]
WORDS: Mapping[State, str] = {
    "match": "match",
    "mismatch": "MISMATCH: another token than in incident.io",
    "empty": "EMPTY: no token",
    "unreadable": "UNREADABLE",
}


_NAMES = {"aws": "AWS", "kubernetes": "Kubernetes"}


@dataclass(frozen=True, slots=True)
class Place:
    """A place of a token, in words, and how to read it."""

    kind: Literal["aws", "kubernetes", "file", "variable"]
    where: str
    read: Callable[[], StoredToken]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What came of one comparison. `words` say why it was not made, `advice` what to do."""

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
    """Compare one place with the live token. Raises nothing. `push`: the command that brings the
    token on its way; `before`: what came of the places before this one on it; `owner`: the name
    of the source that has another token, "" where no source has it.
    """
    try:
        held = place.read()
    except PlaceRefused as refused:
        words, advice = (token.withheld_from(text) for text in (str(refused), refused.advice))
        absent = isinstance(refused, PlaceAbsent)
        return Verdict(place, "unreadable", words=words, advice=advice, absent=absent)
    if held.token and token.same_as(held.token):
        return Verdict(place, "match", held.since)
    state: State = "mismatch" if held.token else "empty"
    other = owner(held.token) if held.token else ""
    words = f"this is the token of {other}" if other else ""
    return Verdict(place, state, held.since, words, _next(place, push, before))


def owner_among(token: Token, sources: Iterable[LiveSource]) -> str:
    """The name of the source that takes this token; "" where none of them does."""
    owners = (one.name for one in sources if one.token and one.token.same_as(token))
    return next(owners, "")


def own_places(source: InventorySource, environment: Mapping[str, str]) -> Iterator[Place]:
    """The file and the variable of a source, as seen from this process."""
    if source.token.file:
        yield file_place(Path(source.token.file))
    if source.token.variable:
        name = source.token.variable
        yield Place("variable", name, lambda: held_in_variable(environment, name))


def file_place(path: Path) -> Place:
    """A mounted file."""
    return Place("file", str(path), lambda: token_in_file(path))


def aws_words(place: AwsPlace) -> str:
    """Where in AWS."""
    return f"{place.secret} ({place.key}) in account {place.account}, {place.region}"


def kubernetes_words(place: KubernetesPlace) -> str:
    """Where in Kubernetes."""
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
