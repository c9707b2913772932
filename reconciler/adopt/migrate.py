"""The effects of moving one route between API v2 and v3, before anything is written.

Both versions are views of one route, so reading through the other changes nothing; the first
write through it does. Four things can be in the way: what the other version cannot say, what only
the old one keeps although it is switched off, what it shows and the old one hides, and fields that
this version does not know. Pure.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal, cast

from reconciler.adopt.draft import Names
from reconciler.directory import resolve
from reconciler.model import (
    ApiVersion,
    Binding,
    Declaration,
    Incident,
    Json,
    JsonObject,
    Listed,
    Live,
    Position,
    Reference,
    Route,
    TextSetting,
    TextTemplate,
    canonical_incident,
    canonical_text,
)
from reconciler.plan.change import FieldChange
from reconciler.plan.compare.differences import differences
from reconciler.plan.compare.places import title_of
from reconciler.plan.identify import identify
from reconciler.wire.codec import codec
from reconciler.wire.reading import UnreadableRoute

Kind = Literal["lost", "differs", "dormant", "unknown"]
_TITLE = Reference("alert.title")
_EMPTY_NAMES = (
    TextSetting(),
    TextSetting(TextTemplate(((_TITLE,),))),
    TextSetting(Binding((_TITLE,))),
)
"""The name in the template that API v2 requires of a route without an incident."""


@dataclass(frozen=True, slots=True)
class Point:
    """One thing to know. `lost`: the new version cannot say it; `differs`: it shows something
    else; `dormant`: switched off, and gone with the first write; `unknown`: a field of the old
    version that is unknown.
    """

    kind: Kind
    title: str
    words: str
    position: Position | None = None

    @property
    def loses(self) -> bool:
        """Whether the first write through the new version takes something away."""
        return self.kind != "differs"


@dataclass(frozen=True, slots=True)
class Move:
    """One route. Without points it moves as it is."""

    name: str
    id: str
    points: tuple[Point, ...]


@dataclass(frozen=True, slots=True)
class Moves:
    """All live routes. `compared`: the account answers the other version. `unread`: a live route or
    a file that cannot be read may hold what the new version refuses.
    """

    moves: tuple[Move, ...]
    compared: bool
    unread: bool

    @property
    def affected(self) -> bool:
        """Whether anything would be lost or differ."""
        return any(move.points for move in self.moves)

    @property
    def unknown(self) -> bool:
        """Whether there may be more than is shown."""
        return self.unread or not self.compared


def moves_of(
    lives: Mapping[str, Live],
    others: Mapping[str, Live],
    target: ApiVersion,
    declarations: Sequence[Declaration],
    listed: Sequence[Listed] | None,
    names: Names,
) -> tuple[Move, ...]:
    """Every live route, by name. `others`: the same routes through the new version, by id."""
    pairs = identify(declarations, listed, complete=False).pairs
    declared = {pair.id: pair.declaration for pair in pairs if not pair.declaration.absent}
    by_name = sorted(lives.values(), key=lambda live: (live.route.name, live.id))
    return tuple(
        move_of(live, others.get(live.id), target, declared.get(live.id), names) for live in by_name
    )


def move_of(
    old: Live, new: Live | None, target: ApiVersion, declaration: Declaration | None, names: Names
) -> Move:
    """`old` and `new` are the route's reads through both versions; `new` is None where the other
    version does not show the route. `declaration` is its file's, as read.
    """
    shown = {**old.labels, **names.display}
    route = names.typed(old).route
    points = [*_cannot_say(old, route, target, names)]
    if new is not None:
        titles = {point.title for point in points}
        points += [
            point
            for point in _differs(differences(names.typed(new).route, route, shown), target)
            if point.title not in titles
        ]
    if old.api == "v2":
        points += _dormant(old)
    points += _unknown(old, new)
    if declaration is not None:
        points += _in_file(declaration, target, names, {point.title for point in points})
    return Move(route.name, old.id, tuple(points))


def _cannot_say(old: Live, route: Route, target: ApiVersion, names: Names) -> Iterator[Point]:
    shown = {**old.labels, **names.display}
    for finding in codec(target).expressible(route):
        if not any(finding == other for other in codec(old.api).expressible(route)):
            yield Point("lost", title_of(route, finding.path, shown), finding.message)


def _differs(found: tuple[FieldChange, ...], target: ApiVersion) -> Iterator[Point]:
    for change in found:
        before = "nothing" if change.from_ is None else change.from_.words
        after = "nothing" if change.to is None else change.to.words
        yield Point("differs", change.title, f"{before} → {after} as API {target} shows it")


def _dormant(old: Live) -> Iterator[Point]:
    """Settings that v2 keeps although they are off: decoded as if they were on, then compared."""
    config = _object(old.body.get("incident_config"))
    if old.route.incident is None:
        awake = _decoded(old, {**config, "enabled": True})
        if awake is not None and awake.incident is not None and _says(awake.incident):
            words = "v2 stores an incident template although incidents are off"
            yield Point("dormant", "incident", words)
    if old.route.group is None:
        awake = _decoded(old, {**config, "grouping_window_seconds": 60})
        if awake is not None and awake.group is not None and awake.group.by:
            words = "v2 stores grouping keys although grouping is off"
            yield Point("dormant", "group.by", words)
    defer = config.get("defer_time_seconds")
    used = old.route.group is not None and config.get("auto_relate_grouped_alerts") is False
    if isinstance(defer, int) and defer > 0 and not used:
        words = f"v2 stores a defer time of {defer}s that is not used"
        yield Point("dormant", "escalate.again", words)


def _says(incident: Incident) -> bool:
    """Whether there is more in it than what every template must have."""
    named = canonical_text(incident.name) not in (*_EMPTY_NAMES, None)
    rest = replace(incident, name=None, decline_when_resolved=True)
    return named or canonical_incident(rest) != Incident()


def _decoded(old: Live, config: JsonObject) -> Route | None:
    body = cast("Mapping[str, object]", {**old.body, "incident_config": config})
    try:
        return codec(old.api).decode(body).route
    except UnreadableRoute:
        return None


def _object(node: Json) -> JsonObject:
    return node if isinstance(node, Mapping) else {}


def _unknown(old: Live, new: Live | None) -> Iterator[Point]:
    kept = {unknown.name for unknown in new.unknown} if new else set()
    for unknown in old.unknown:
        if unknown.name not in kept:
            words = f"an unknown field of API {old.api} that the other version does not show"
            yield Point("unknown", unknown.pointer, words)


def _in_file(
    declaration: Declaration, target: ApiVersion, names: Names, listed: set[str]
) -> Iterator[Point]:
    """Lines of the file that the new version refuses."""
    resolved, _ = resolve(declaration, names.directory, names.config)
    for finding in codec(target).expressible(resolved.route):
        located = declaration.positions.locate(finding)
        title = title_of(resolved.route, finding.path, names.display)
        if title in listed:
            title = f"{title} (in the file)"
        yield Point("lost", title, finding.message, located.position)
