"""Settings that a version of the API lacks, found before anything is sent (part 4)."""

import json
from collections.abc import Iterator

from reconciler.model import (
    GRACE_SECONDS,
    JOIN_MODES,
    ROOT_OF_ALERT,
    WINDOW_SECONDS,
    Again,
    ApiVersion,
    Branches,
    Concatenate,
    Expression,
    Finding,
    Path,
    RawStep,
    Route,
    Setting,
    beyond,
)
from reconciler.wire.expressions import BODIES
from reconciler.wire.templates import has_template


def expressible_v3(route: Route) -> tuple[Finding, ...]:
    """Errors for everything that v3 would refuse."""
    only = (
        _error("not-in-v3", _no_field("v3", row, value), "remove it, or use `api: v2`", path)
        for path, row, value in beyond(route, "v3")
    )
    return (*_everywhere(route), *only)


def expressible_v2(route: Route) -> tuple[Finding, ...]:
    """Errors for everything that v2 would refuse, or has no field for."""
    return (*_everywhere(route), *_only_v2(route))


def _everywhere(route: Route) -> Iterator[Finding]:
    if route.group is not None:
        yield from _window(route.group.window_seconds)
    yield from _again(route)
    if route.incident is not None and route.incident.name is None and has_template(route.incident):
        message = "an incident with settings of its own needs a name"
        hint = 'write `name: "{{ title }}"` under `incident`'
        yield _error("incident-needs-name", message, hint, ("incident",))
    for expression in route.expressions:
        yield from _expression(expression)


def _window(seconds: int) -> Iterator[Finding]:
    least, most = WINDOW_SECONDS
    if not least <= seconds <= most:
        message = f"a grouping window of {seconds}s is outside the range that the API accepts"
        yield _error("window-range", message, "write 60s to 48h", ("group", "window"))


def _again(route: Route) -> Iterator[Finding]:
    again = route.escalate.again
    if again is None or not again.grace_seconds:
        return
    path: Path = ("escalate", "again")
    least, most = GRACE_SECONDS
    if again.mode != "on_each_new_alert":
        message = f"`{again.mode}` has no grace period"
        yield _error("grace-without-each-alert", message, "remove it", path)
    elif not least <= again.grace_seconds <= most:
        message = (
            f"a grace period of {again.grace_seconds}s is outside the range that the API accepts"
        )
        yield _error("grace-range", message, "write 0s to 60m", path)


def _expression(expression: Expression) -> Iterator[Finding]:
    root = expression.root == ROOT_OF_ALERT
    path: Path = ("expressions", expression.reference)
    for index, step in enumerate(expression.steps):
        at: Path = (*path, "steps", index)
        if isinstance(step, Branches) and not (root and index == 0):
            hint = "write `branches` in place of `from` and `steps`"
            yield _error("branches-root", "branches start at the alert itself", hint, at)
        if step == Concatenate(None) or _bodiless(step):
            message = "the API does not return this step's settings, so it cannot be written back"
            yield _error("hidden-step", message, "write the step in the file", at)


def _bodiless(step: object) -> bool:
    if not isinstance(step, RawStep):
        return False
    raw = json.loads(step.json)
    return raw.get("operation_type") in BODIES


def _only_v2(route: Route) -> Iterator[Finding]:
    again = route.escalate.again or Again()
    if route.group is None and again.mode != Again().mode:
        message = "API v2 does not support `again` without grouping"
        yield _not_in_v2(message, ("escalate", "again"))
    elif again.mode not in JOIN_MODES:
        yield _not_in_v2(f"API v2 does not support `{again.mode}`", ("escalate", "again"))
    for path, row, value in beyond(route, "v2"):
        yield _not_in_v2(_no_field("v2", row, value), path)


def _no_field(api: ApiVersion, row: Setting, value: object) -> str:
    return f"API {api} does not support {row.lacks.format(value) or f'`{row.key}`'}"


def _not_in_v2(message: str, path: Path) -> Finding:
    return _error("not-in-v2", message, "remove it, or use `api: v3`", path)


def _error(code: str, message: str, hint: str, path: Path) -> Finding:
    return Finding("error", code, message, hint, path=path)
