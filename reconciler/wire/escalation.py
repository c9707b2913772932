"""Sources and escalation targets, equal in both versions."""

from collections.abc import Iterable

from reconciler.model.json import Json
from reconciler.model.route import RouteSource, Target
from reconciler.wire.bindings import decode_binding, encode_binding
from reconciler.wire.conditions import decode_groups, encode_groups
from reconciler.wire.reading import Place, Reading, as_list, as_object, as_text

SOURCE = frozenset({"alert_source_id", "condition_groups"})
TARGET = frozenset({"escalation_paths", "users"})


def encode_source(source: RouteSource) -> dict[str, Json]:
    """A source with the route's conditions on it."""
    return {
        "alert_source_id": source.source,
        "condition_groups": encode_groups(source.when),
    }


def decode_sources(node: Json, at: Place, reading: Reading) -> tuple[RouteSource, ...]:
    """The sources in the order of the read."""
    return tuple(
        decode_source(source, (at, index), reading)
        for index, source in enumerate(as_list(node, at))
    )


def decode_source(node: Json, at: Place, reading: Reading) -> RouteSource:
    """One source."""
    body = as_object(node, at)
    reading.notice(body, SOURCE, at)
    return RouteSource(
        as_text(body.get("alert_source_id"), (at, "alert_source_id")),
        decode_groups(body.get("condition_groups"), (at, "condition_groups"), reading),
    )


def encode_targets(targets: Iterable[Target]) -> list[dict[str, Json]]:
    """Without those that page nobody, which are nothing (fact 3.10)."""
    return [encode_target(target) for target in targets if target.binding.values]


def encode_target(target: Target) -> dict[str, Json]:
    """Paths or users, never both (fact 3.1)."""
    name = "escalation_paths" if target.kind == "path" else "users"
    return {name: encode_binding(target.binding)}


def decode_targets(node: Json, at: Place, reading: Reading) -> tuple[Target, ...]:
    """The targets in the order of the read. One to which nothing is bound is none (fact 3.10);
    what else it has is kept whole.
    """
    found = [
        _decode_element(target, (at, index), reading)
        for index, target in enumerate(as_list(node, at))
    ]
    return tuple(target for target in found if target is not None)


def _decode_element(node: Json, at: Place, reading: Reading) -> Target | None:
    inside = Reading()
    target = decode_target(node, at, inside)
    if target.binding.values:
        reading.add(inside)
        return target
    reading.skipped.append(at)
    reading.element(node, TARGET, at, {})
    return None


def decode_target(node: Json, at: Place, reading: Reading) -> Target:
    """Users that echo the paths fall away (fact 3.1); other users beside paths are unknown."""
    body = as_object(node, at)
    reading.notice(body, TARGET, at)
    paths = decode_binding(body.get("escalation_paths"), (at, "escalation_paths"), reading)
    users = decode_binding(body.get("users"), (at, "users"), Reading() if paths.values else reading)
    if not paths.values and (users.values or body.get("escalation_paths") is None):
        return Target("user", users)
    if users.values and set(users.values) != set(paths.values):
        written: Json = encode_binding(users)
        reading.unknown.append(((at, "users"), written))
    return Target("path", paths)
