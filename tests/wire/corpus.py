"""The corpus: routes as the API returns them, and edits that nobody may miss."""

import copy
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from reconciler.model import ApiVersion

ROOT: Final = Path(__file__).parent.parent / "corpus"
VERSIONS: Final[tuple[ApiVersion, ...]] = ("v2", "v3")
Body = dict[str, Any]
Tokens = tuple[str | int, ...]

SERVER_OWNED = ("id", "version", "created_at", "updated_at")


def slugs(api: ApiVersion) -> list[str]:
    """The names of a version's routes."""
    return sorted(path.stem for path in (ROOT / api).glob("*.json"))


CORPUS: Final[list[tuple[ApiVersion, str]]] = [(api, s) for api in VERSIONS for s in slugs(api)]


def body_of(api: ApiVersion, slug: str) -> Body:
    """One route's `alert_route`, fresh."""
    answer = json.loads((ROOT / api / f"{slug}.json").read_text(encoding="utf-8"))
    body: Body = answer["alert_route"]
    return body


def at(body: Any, tokens: Tokens) -> Any:
    """What stands at a place."""
    for token in tokens:
        body = body[token]
    return body


def pointer(tokens: Tokens) -> str:
    """The place as a JSON pointer."""
    return "".join(f"/{token}" for token in tokens)


def places(node: Any, tokens: Tokens = ()) -> Iterator[Tokens]:
    """Every place of a body, outermost first."""
    yield tokens
    if isinstance(node, dict):
        for name, child in node.items():
            yield from places(child, (*tokens, name))
    elif isinstance(node, list):
        for index, child in enumerate(node):
            yield from places(child, (*tokens, index))


def is_display(body: Body, tokens: Tokens) -> bool:
    """Whether only the dashboard is served: labels, echoes, what the server computes."""
    if tokens and tokens[0] in SERVER_OWNED:
        return True
    for depth, token in enumerate(tokens):
        holder = at(body, tokens[:depth])
        if not isinstance(holder, dict):
            continue
        if token in ("label", "reference_label") and "root_reference" not in holder:
            return True
        if token == "returns" and ("operation_type" in holder or "root_reference" in holder):
            return True
    return False


def is_dormant(body: Body, tokens: Tokens) -> bool:
    """Whether a setting counts for nothing because another one is off."""
    config = body["incident_config"]
    start, name = tokens[:1], tokens[1:2]
    if start == ("incident_template",):
        return not config["enabled"]
    if start == ("incident_config",) and name in (("auto_decline_enabled",), ("condition_groups",)):
        return not config["enabled"]
    if "grouping_window_seconds" in config and start == ("incident_config",):
        off: bool = config["grouping_window_seconds"] == 0
        if name in (("grouping_keys",), ("auto_relate_grouped_alerts",)):
            return off
        if name == ("defer_time_seconds",):
            return off or config["auto_relate_grouped_alerts"] is True
    if tokens[-1:] == ("grace_period_seconds",):
        mode: str = at(body, tokens[:-1])["mode"]
        return mode != "on_each_new_alert"
    grouping = body.get("grouping_config", {}).get("default", {})
    return tokens[:3] == ("grouping_config", "default", "grouping_keys") and not grouping["enabled"]


def edits(body: Body) -> Iterator[tuple[str, Body]]:
    """Single edits of what a read shows: each value changed, each element of a list dropped."""
    for tokens in places(body):
        if not tokens or is_display(body, tokens) or is_dormant(body, tokens):
            continue
        value = at(body, tokens)
        if isinstance(value, bool):
            yield pointer(tokens), _edited(body, tokens, not value)
        elif isinstance(value, int):
            yield pointer(tokens), _edited(body, tokens, value + 1)
        elif isinstance(value, str):
            yield pointer(tokens), _edited(body, tokens, f"{value} edited")
        elif isinstance(value, list) and not _is_echo(body, tokens):
            for index, element in enumerate(value):
                if element != {} and value.count(element) == 1:
                    rest = value[:index] + value[index + 1 :]
                    yield f"drop {pointer((*tokens, index))}", _edited(body, tokens, rest)


def _is_echo(body: Body, tokens: Tokens) -> bool:
    """Users that repeat a path (fact 3.1): without them the target is the same."""
    return "users" in tokens and "escalation_paths" in at(body, tokens[: tokens.index("users")])


def _edited(body: Body, tokens: Tokens, value: Any) -> Body:
    changed = copy.deepcopy(body)
    at(changed, tokens[:-1])[tokens[-1]] = value
    return changed


def carriers(body: Body) -> list[Tokens]:
    """The objects of a body that a PUT can carry unknown fields in."""
    return [tokens for tokens in places(body) if _carries(body, tokens)]


def _carries(body: Body, tokens: Tokens) -> bool:
    if not isinstance(at(body, tokens), dict) or is_display(body, tokens):
        return False
    if tokens[-1:] in (("subject",), ("operation",)) or _is_echo_part(body, tokens):
        return False
    return not any(_is_new(at(body, tokens[:depth])) for depth in range(1, len(tokens) + 1))


def _is_echo_part(body: Body, tokens: Tokens) -> bool:
    return "users" in tokens and _is_echo(body, tokens)


def _is_new(node: Any) -> bool:
    """An operation or a field that we do not know is kept as a whole."""
    return isinstance(node, dict) and node.get("operation_type") == "deduplicate"
