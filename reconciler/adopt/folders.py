"""Routes that are no live reads: bodies out of a backup, of this tool or of a team's own script."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from reconciler.model.declaration import ApiVersion, Live
from reconciler.model.finding import Finding, Position
from reconciler.model.json import JsonObject
from reconciler.wire.codec import codec
from reconciler.wire.reading import UnreadableRoute


@dataclass(frozen=True, slots=True)
class Folder:
    """The routes of a file or folder, what is wrong with the rest, and the names that it shows of
    channels and templates.
    """

    lives: tuple[Live, ...]
    findings: tuple[Finding, ...]
    labels: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Body:
    """One route as one version of the API showed it, and the file it stands in."""

    file: str
    api: ApiVersion
    body: JsonObject


def routes_in(bodies: Iterable[Body], prefer: ApiVersion) -> Folder:
    """The routes; where both versions of one are there, the preferred. Raises nothing."""
    lives: dict[str, Live] = {}
    beside: list[tuple[str, Live]] = []
    findings: list[Finding] = []
    labels: dict[str, str] = {}
    for one in bodies:
        try:
            live = codec(one.api).decode(one.body)
        except UnreadableRoute as error:
            findings.append(_unreadable(one.file, error))
            continue
        labels |= live.labels
        beside.append((one.file, live))
        if live.id not in lives or live.api == prefer:
            lives[live.id] = live
    for file, live in beside:
        findings += _only_there(file, live, lives[live.id].api)
    return Folder(tuple(lives.values()), tuple(findings), labels)


def _only_there(file: str, live: Live, api: ApiVersion) -> Iterator[Finding]:
    """What the body of one version says and the other, which is taken, has no words for."""
    if live.api == api:
        return
    anyway = {(one.code, one.path) for one in codec(live.api).expressible(live.route)}
    for finding in codec(api).expressible(live.route):
        if (finding.code, finding.path) in anyway:
            continue  # no version's file could say it
        yield replace(
            finding,
            level="warning",
            code="not-imported",
            message=f"{finding.message}, so this part of {file} is not in the route's file",
            hint=f"with `api: {live.api}` in reconciler.yaml it is",
            position=Position(file, 1, 1),
            route=live.route.name,
        )


def _unreadable(file: str, error: UnreadableRoute) -> Finding:
    message = f"{file} holds no route as incident.io returns it: {error}"
    hint = "the other files are read all the same"
    return Finding("error", "unreadable-route", message, hint, Position(file, 1, 1))
