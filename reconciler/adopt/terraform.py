"""Routes out of `terraform show -json`: `incident_alert_route` resources of the official provider.

The provider's attributes are close to the API's payloads. An old resource is like API v2; one with
`grouping_config` is like v3. What differs is put right here, and then the API's own decoder reads
the route, so that an attribute which nobody knows is noticed as everywhere.
"""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path

from reconciler.adopt.folders import Folder
from reconciler.files import FileRefused, read_text
from reconciler.model.declaration import Live
from reconciler.model.finding import Finding, Position
from reconciler.model.json import Json, JsonObject
from reconciler.model.setting import BINDINGS
from reconciler.model.settings import TEMPLATE
from reconciler.wire.codec import codec
from reconciler.wire.reading import UnreadableRoute
from reconciler.wire.version import api_of

RESOURCE = "incident_alert_route"
_TEXTS = tuple(row.place("v2")[-1] for row in TEMPLATE if row.kind == "template")
_SLOTS = tuple(row.place("v2")[-1] for row in TEMPLATE if row.kind in BINDINGS)
_SHORTHANDS = frozenset({"value_literal", "value_reference", "values", "expression_ref"})
_TERRAFORMS_OWN = frozenset({"unlock_in_dashboard"})  # a lock of the provider, no setting
_HINT = "write it with `terraform show -json > FILE`, in the folder of the state"


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
        return Folder((), (_wrong(path, f"{path} is no output of `terraform show -json`"),))
    lives: dict[str, Live] = {}  # by id: two resources of one route make one file
    findings: list[Finding] = []
    for resource in _resources(root):
        found = _route(resource, path)
        if isinstance(found, Finding):
            findings.append(found)
        else:
            lives.setdefault(found.id, found)
    if not lives and not findings:
        findings.append(_wrong(path, f"{path} holds no `{RESOURCE}` resource"))
    return Folder(tuple(lives.values()), tuple(findings))


def _root_module(shown: object) -> Mapping[str, object] | None:
    """Of a state its values, of a plan what it would make."""
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
        return _wrong(path, f"{address} is no route that this version of reconciler knows: {error}")


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
    said: dict[str, Json] = {
        name: _spelled_out(value) for name, value in node.items() if value is not None
    }
    if not _SHORTHANDS.intersection(said):
        return said
    long = {name: value for name, value in said.items() if name not in _SHORTHANDS}
    if "value_literal" in said:
        long["value"] = {"literal": said["value_literal"]}
    if "value_reference" in said:
        long["value"] = {"reference": said["value_reference"]}
    if "expression_ref" in said:
        long["value"] = {"reference": f'expressions["{said["expression_ref"]}"]'}
    values = said.get("values")
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
            said = {key: value for key, value in setting.items() if key == "autogenerated"}
            wrapped[name] = {**said, "binding": binding} if binding else said
    return wrapped


def _wrong(path: Path, message: str) -> Finding:
    return Finding("error", "terraform-file", message, _HINT, Position(str(path), 1, 1))
