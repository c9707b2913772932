"""The routes of a backup, and how live ones differ from them. Pure.

A plan needs them decoded, as far as one API version holds them.

Some differences no plan compares. Settings that are switched off mean nothing, and fields that are
newer than this tool mean nothing to it, so they are no change of their own; they go back with the
next change of the route. Until then the route is not as it was.

The other version of the API may show more of a route than the one that a backup keeps. Workspaces
of incidents are v2's alone; fixed windows, summaries of groups and some ways to join a group v3's
(part 4 of the API facts). What is switched off is not looked at.

If two reads of a route say the same, the file of a backup stays as it is. Lists come back in any
order, empty parts come and go, and labels follow the names of other things (facts 3.4 and 3.8).
"""

import json
from collections import Counter
from collections.abc import Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from reconciler.backup.read import Backup, Entry
from reconciler.model import (
    ApiVersion,
    Declaration,
    Finding,
    Json,
    JsonObject,
    Level,
    Live,
    Positions,
    Route,
    canonical,
    did_you_mean,
    object_at,
    without,
)
from reconciler.plan.compare.places import keyed_path
from reconciler.wire.codec import codec
from reconciler.wire.reading import UnreadableRoute
from reconciler.wire.v2 import carry_dormant

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
    """Every route once, by its body of this API version if there is one; an error if unreadable."""
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
    lost = [loss for loss in codec(api).expressible(route) if loss.code in NOT_IN]
    for finding in lost:
        route = without(route, finding.path)
    findings = tuple(
        replace(
            loss,
            level="warning",
            code="not-restored",
            message=f"{loss.message}, so this part of the backup cannot be written",
            hint=through(OTHER[api]),
            route=route.name,
        )
        for loss in lost
    )
    return route, findings


def not_shown(entries: Iterable[Entry]) -> tuple[str, ...]:
    """Routes that no backup can hold whole: the API hides what a step of an expression does. Such a
    route comes back only while it is live.
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
        found = [
            backed_up
            for backed_up in kept
            if word
            in (backed_up.name, backed_up.id, backed_up.file, backed_up.file.rpartition("/")[2])
        ]
        meant |= {backed_up.id: backed_up for backed_up in found}
        if not found:
            names = sorted(backed_up.name for backed_up in kept)
            listed = ", ".join(f'"{name}"' for name in names)
            hint = did_you_mean(word, names) or (f"it has {listed}" if listed else "it has none")
            message = f'the backup has no route "{word}"'
            findings.append(Finding("error", "unknown-route", message, hint))
    return tuple(meant.values()), tuple(findings)


def _kept(lives: Sequence[Live], file: str, api: ApiVersion) -> BackedUpRoute:
    route, lost = held(lives[0].route, api)
    more = [finding for live in lives[1:] for finding in held(live.route, api)[1]]
    position = Positions(file)
    return BackedUpRoute(
        lives[0], route, file, tuple(position.locate(finding) for finding in (*lost, *more))
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


OFF = {
    "incident_template": "the template of incidents, which are off",
    "condition_groups": "the conditions of incidents, which are off",
    "auto_decline_enabled": "the declining of incidents, which are off",
    "grouping_keys": "the keys of grouping, which is off",
    "auto_relate_grouped_alerts": "how alerts join a group, which is off",
    "defer_time_seconds": "a defer time that nothing uses",
}


def beyond(kept: BackedUpRoute, now: Live) -> Finding | None:
    """A warning with all such parts of one route, if any; without fields of one version alone."""
    if kept.live.api != now.api:
        parts = list(_of_one_version(kept.live, now))
        apis = f"API {now.api} and {kept.live.api}"
        what = f"may differ from the backup, because {apis} show it differently"
    else:
        parts = [*_unknown(kept.live, now), *_dormant(kept.live, now)]
        what = "differs from the backup"
    if not parts:
        return None
    return kept.finding(
        "warning",
        "not-compared",
        f'"{kept.name}" {what}: {", ".join(parts)}; these parts are not written',
        f"compare it with {kept.file}, and set it in the dashboard",
    )


def _of_one_version(before: Live, now: Live) -> Iterator[str]:
    """Unknown fields. Inactive ones are left out: v2 keeps some in every route."""
    names = {field.name for side in (before, now) for field in side.unknown}
    yield from (_newer(name) for name in sorted(names))


def _unknown(before: Live, now: Live) -> Iterator[str]:
    """By name and value: the place in a list is no meaning."""

    def counted(live: Live) -> Counter[tuple[str, str]]:
        return Counter(
            (field.name, json.dumps(field.value, sort_keys=True)) for field in live.unknown
        )

    was, is_ = counted(before), counted(now)
    names = {name for name, _ in (was - is_) | (is_ - was)}
    yield from (_newer(name) for name in sorted(names))


def _newer(name: str) -> str:
    return f"`{name}`, which is newer than this version of reconciler"


def _dormant(before: Live, now: Live) -> Iterator[str]:
    """In what v2 shows of settings that are off; v3 shows none. Order is no meaning."""
    if now.api != "v2":
        return
    payload = codec("v2").encode(now.route)
    was, is_ = (_settled(carry_dormant(payload, live.body)) for live in (before, now))
    for name, words in OFF.items():
        if _part(was, name) != _part(is_, name):
            yield words


def _part(payload: Json, name: str) -> tuple[object, object]:
    return object_at(payload).get(name), object_at(payload, "incident_config").get(name)


def may_show_more(api: ApiVersion, body: JsonObject) -> bool:
    """Whether the other version may show more than this body of `api`: where incidents start,
    alerts are grouped, or messages are sent.
    """
    incident = object_at(body, "incident_config")
    if api == "v3":
        return incident.get("enabled") is True
    return bool(incident.get("grouping_window_seconds") or body.get("channel_config"))


def shows_more(other: Entry, kept: Entry) -> bool:
    """Whether a body says something that `kept`, of the other version, does not."""
    try:
        theirs, ours = (codec(entry.api).decode(entry.body) for entry in (other, kept))
    except UnreadableRoute:
        return True  # its content is unknown
    lost = held(theirs.route, ours.api)[1]
    return bool(lost or _unknown_names(theirs) - _unknown_names(ours))


def _unknown_names(live: Live) -> set[str]:
    return {field.name for field in live.unknown}


def says_the_same(before: Entry, now: Entry) -> bool:
    """Equal version and meaning, with inactive settings and unknown fields; False if unreadable."""
    if before.api != now.api or before.body.get("version") != now.body.get("version"):
        return False
    try:
        was, is_ = (codec(entry.api).decode(entry.body) for entry in (before, now))
    except UnreadableRoute:
        return False
    return (
        was.id == is_.id
        and canonical(was.route) == canonical(is_.route)
        and _unknown_values(was) == _unknown_values(is_)
        and len(was.hidden) == len(is_.hidden)
        and not any(_dormant(was, is_))
    )


def _unknown_values(live: Live) -> Counter[Hashable]:
    """By the element that has it, its name and its value; the place in a list is no meaning."""
    return Counter(
        (
            keyed_path(live.route, field.path),
            field.name,
            json.dumps(field.value, sort_keys=True),
        )
        for field in live.unknown
    )


def _settled(node: Json) -> Json:
    """Lists sorted by their JSON: only equal parts are equal then, in whatever order."""
    if isinstance(node, dict):
        return {key: _settled(value) for key, value in node.items()}
    if isinstance(node, list):
        return sorted((_settled(item) for item in node), key=_spelled)
    return node


def _spelled(node: object) -> str:
    return json.dumps(node, sort_keys=True)
