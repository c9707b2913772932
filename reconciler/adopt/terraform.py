"""Routes out of `terraform show -json`: `incident_alert_route` resources of the official provider.

The provider's attributes are close to the API's payloads. An old resource is like API v2; one with
`grouping_config` is like v3. What differs is put right here, and then the API's own decoder reads
the route, so that an unknown attribute is noticed as everywhere.

Also here: routes out of a backup, of this tool or of a team's own script.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from reconciler.files import FileRefused, read_text
from reconciler.model import (
    BINDINGS,
    TEMPLATE,
    ApiVersion,
    Finding,
    Json,
    JsonObject,
    Live,
    Position,
)
from reconciler.wire.codec import codec
from reconciler.wire.reading import UnreadableRoute, api_of


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
    for body in bodies:
        try:
            live = codec(body.api).decode(body.body)
        except UnreadableRoute as error:
            findings.append(_unreadable(body.file, error))
            continue
        labels |= live.labels
        beside.append((body.file, live))
        if live.id not in lives or live.api == prefer:
            lives[live.id] = live
    for file, live in beside:
        findings += _only_there(file, live, lives[live.id].api)
    return Folder(tuple(lives.values()), tuple(findings), labels)


def _only_there(file: str, live: Live, api: ApiVersion) -> Iterator[Finding]:
    """Settings of this body that the body of the other version, which is taken, cannot express."""
    if live.api == api:
        return
    anyway = {(each.code, each.path) for each in codec(live.api).expressible(live.route)}
    for finding in codec(api).expressible(live.route):
        if (finding.code, finding.path) in anyway:
            continue  # no version's file could say it
        yield replace(
            finding,
            level="warning",
            code="not-imported",
            message=f"{finding.message}, so this part of {file} is not in the route's file",
            hint=f"set `api: {live.api}` in reconciler.yaml to include it",
            position=Position(file, 1, 1),
            route=live.route.name,
        )


def _unreadable(file: str, error: UnreadableRoute) -> Finding:
    message = f"{file} does not contain a route from the API: {error}"
    hint = "the other files were read"
    return Finding("error", "unreadable-route", message, hint, Position(file, 1, 1))


RESOURCE = "incident_alert_route"
_TEXTS = tuple(row.place("v2")[-1] for row in TEMPLATE if row.kind == "template")
_SLOTS = tuple(row.place("v2")[-1] for row in TEMPLATE if row.kind in BINDINGS)
_SHORTHANDS = frozenset({"value_literal", "value_reference", "values", "expression_ref"})
_TERRAFORMS_OWN = frozenset({"unlock_in_dashboard"})  # a lock of the provider, no setting
_HINT = "create it with `terraform show -json > FILE` in the Terraform folder"


def read_terraform(path: Path) -> Folder:
    """Every route resource of all modules. Raises nothing."""
    try:
        shown = json.loads(read_text(path).removeprefix("\ufeff"))  # some shells begin with it
    except FileRefused as error:
        return Folder((), (_wrong(path, str(error)),))
    except (ValueError, RecursionError):
        return Folder((), (_wrong(path, f"{path} is not JSON"),))
    root = _root_module(shown)
    if root is None:
        return Folder((), (_wrong(path, f"{path} is not output of `terraform show -json`"),))
    lives: dict[str, Live] = {}  # by id: two resources of one route make one file
    findings: list[Finding] = []
    for resource in _resources(root):
        found = _route(resource, path)
        if isinstance(found, Finding):
            findings.append(found)
        else:
            lives.setdefault(found.id, found)
    if not lives and not findings:
        findings.append(_wrong(path, f"{path} does not contain a `{RESOURCE}` resource"))
    return Folder(tuple(lives.values()), tuple(findings))


def _root_module(shown: object) -> Mapping[str, object] | None:
    """The values of a state, or those that a plan would make."""
    if not isinstance(shown, Mapping):
        return None
    for key in ("values", "planned_values"):
        values = shown.get(key)
        root = values.get("root_module") if isinstance(values, Mapping) else None
        if isinstance(root, Mapping):
            return root
    return None


def _resources(module: Mapping[str, object]) -> Iterator[Mapping[str, object]]:
    """Route resources of a module and of those inside it; data sources are none."""
    for resource in _mappings(module.get("resources")):
        if resource.get("type") == RESOURCE and resource.get("mode", "managed") == "managed":
            yield resource
    for child in _mappings(module.get("child_modules")):
        yield from _resources(child)


def _mappings(node: object) -> Iterator[Mapping[str, object]]:
    for entry in node if isinstance(node, list) else ():
        if isinstance(entry, Mapping):
            yield entry


def _route(resource: Mapping[str, object], path: Path) -> Live | Finding:
    address = str(resource.get("address") or resource.get("name") or RESOURCE)
    values = resource.get("values")
    if not isinstance(values, dict):
        return _wrong(path, f"{address} has no values")
    body = body_of(values)
    body.setdefault("id", address)  # one that is only planned has no id yet
    try:
        return codec(api_of(body) or "v2").decode(body)
    except UnreadableRoute as error:
        return _wrong(
            path, f"{address} is not a route that this version of reconciler supports: {error}"
        )


def body_of(values: Mapping[str, Json]) -> dict[str, Json]:
    """The resource as the API would return it."""
    body = {
        name: _spelled_out(value)
        for name, value in values.items()
        if name not in _TERRAFORMS_OWN and value is not None
    }
    body.setdefault("version", 0)
    config = body.get("incident_config")
    if api_of(body) == "v3":
        body.setdefault("grouping_config", {"default": {"enabled": False}})
        body.setdefault("message_config", {"destinations": []})
        template = config.get("template") if isinstance(config, dict) else None
        if isinstance(config, dict) and isinstance(template, dict):
            body["incident_config"] = {**config, "template": _template(template)}
    else:
        body.setdefault("channel_config", [])
        template = body.get("incident_template")
        if isinstance(template, dict):
            body["incident_template"] = _template(template)
    return body


def _spelled_out(node: Json) -> Json:
    """Without nulls, and with bindings in the API's long form."""
    if isinstance(node, list):
        return [_spelled_out(part) for part in node]
    if not isinstance(node, dict):
        return node
    given = {name: _spelled_out(value) for name, value in node.items() if value is not None}
    long: dict[str, Json] = {k: value for k, value in given.items() if k not in _SHORTHANDS}
    if "value_literal" in given:
        long["value"] = {"literal": given["value_literal"]}
    if "value_reference" in given:
        long["value"] = {"reference": given["value_reference"]}
    if "expression_ref" in given:
        long["value"] = {"reference": f'expressions["{given["expression_ref"]}"]'}
    values = given.get("values")
    if isinstance(values, list):
        long["array_value"] = [{"literal": value} for value in values]
    return long


def _template(template: JsonObject) -> dict[str, Json]:
    """Slots of the template are bare bindings in Terraform and wrapped ones in the API."""
    wrapped: dict[str, Json] = dict(template)
    for name in _SLOTS:
        if isinstance(template.get(name), dict):
            wrapped[name] = {"binding": template[name]}
    for name in _TEXTS:
        setting = template.get(name)
        if isinstance(setting, dict):
            binding = {key: value for key, value in setting.items() if key != "autogenerated"}
            kept = {key: value for key, value in setting.items() if key == "autogenerated"}
            wrapped[name] = {**kept, "binding": binding} if binding else kept
    return wrapped


def _wrong(path: Path, message: str) -> Finding:
    return Finding("error", "terraform-file", message, _HINT, Position(str(path), 1, 1))
