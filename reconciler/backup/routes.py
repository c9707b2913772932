"""The routes of a backup as a plan needs them: decoded, as far as one API version holds them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from reconciler.backup.read import Backup, Entry
from reconciler.model import (
    ApiVersion,
    Declaration,
    Finding,
    Level,
    Live,
    Positions,
    Route,
    did_you_mean,
    without,
)
from reconciler.wire.codec import codec
from reconciler.wire.reading import UnreadableRoute

OTHER: dict[ApiVersion, ApiVersion] = {"v2": "v3", "v3": "v2"}
NOT_IN = frozenset({"not-in-v2", "not-in-v3"})


@dataclass(frozen=True, slots=True)
class BackedUpRoute:
    """One route of a backup. `route` is what the API version of the plan can hold of it."""

    live: Live  # as it was when the backup was made
    route: Route
    file: str
    findings: tuple[Finding, ...] = ()  # what that version cannot hold

    @property
    def id(self) -> str:
        return self.live.id

    @property
    def name(self) -> str:
        return self.live.route.name

    def declaration(self, identity: str | None = None) -> Declaration:
        """The backup's file as a declaration of the route."""
        return Declaration(self.route, Positions(self.file), identity)

    def finding(self, level: Level, code: str, message: str, hint: str = "") -> Finding:
        """A finding about this file of the backup."""
        return Positions(self.file).locate(Finding(level, code, message, hint, route=self.name))


def kept_routes(
    backup: Backup, api: ApiVersion
) -> tuple[tuple[BackedUpRoute, ...], tuple[Finding, ...]]:
    """Every route of the backup once, by its body of this API version if there is one; an error
    for a body that cannot be read.
    """
    kept: list[BackedUpRoute] = []
    findings: list[Finding] = []
    by_id: dict[str, list[Entry]] = {}
    for entry in backup.entries:
        by_id.setdefault(entry.id, []).append(entry)
    for entries in by_id.values():
        entries.sort(key=lambda entry: entry.api != api)
        files = [backup.named(entry.file) for entry in entries]
        try:
            lives = [codec(entry.api).decode(entry.body) for entry in entries]
        except UnreadableRoute as error:
            findings.append(_unreadable(files[0], entries[0].name, str(error)))
        else:
            kept.append(_kept(lives, files[0], api))
    return tuple(kept), tuple(findings)


def through(api: ApiVersion) -> str:
    """How the other version is used: `rollback` has no option for it."""
    return f"`restore --api {api}`, or `api: {api}` in reconciler.yaml, can write it"


def held(route: Route, api: ApiVersion) -> tuple[Route, tuple[Finding, ...]]:
    """The route without what this version of the API has no words for, and what that was."""
    lost = [one for one in codec(api).expressible(route) if one.code in NOT_IN]
    for finding in lost:
        route = without(route, finding.path)
    findings = tuple(
        replace(
            one,
            level="warning",
            code="not-restored",
            message=f"{one.message}, so this part of the backup cannot be written",
            hint=through(OTHER[api]),
            route=route.name,
        )
        for one in lost
    )
    return route, findings


def not_shown(entries: Iterable[Entry]) -> tuple[str, ...]:
    """Names of routes that no backup can hold whole: the API's read hides what a step of an
    expression does. Such a route comes back as long as it is live, and not from nothing.
    """
    names: dict[str, None] = {}
    for entry in entries:
        try:
            hidden = codec(entry.api).decode(entry.body).hidden
        except UnreadableRoute:
            continue
        if hidden:
            names[entry.name] = None
    return tuple(sorted(names))


def choose(
    kept: Sequence[BackedUpRoute], only: Iterable[str]
) -> tuple[tuple[BackedUpRoute, ...], tuple[Finding, ...]]:
    """The routes that the words mean, by name, id or file; an error for a word that means none."""
    words = tuple(only)
    if not words:
        return tuple(kept), ()
    meant: dict[str, BackedUpRoute] = {}
    findings: list[Finding] = []
    for word in words:
        found = [one for one in kept if word in (one.name, one.id, one.file, _base(one.file))]
        meant |= {one.id: one for one in found}
        if not found:
            names = sorted(one.name for one in kept)
            listed = ", ".join(f'"{name}"' for name in names)
            hint = did_you_mean(word, names) or (f"it has {listed}" if listed else "it has none")
            message = f'the backup has no route "{word}"'
            findings.append(Finding("error", "unknown-route", message, hint))
    return tuple(meant.values()), tuple(findings)


def _base(file: str) -> str:
    return file.rpartition("/")[2]


def _kept(lives: Sequence[Live], file: str, api: ApiVersion) -> BackedUpRoute:
    route, lost = held(lives[0].route, api)
    more = [one for live in lives[1:] for one in held(live.route, api)[1]]
    position = Positions(file)
    return BackedUpRoute(
        lives[0], route, file, tuple(position.locate(one) for one in (*lost, *more))
    )


def _unreadable(file: str, name: str, message: str) -> Finding:
    finding = Finding(
        "error",
        "unreadable-route",
        f"{file} cannot be restored: {message}",
        "a newer version of reconciler may support it",
        route=name,
    )
    return Positions(file).locate(finding)
