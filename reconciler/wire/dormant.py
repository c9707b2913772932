"""What a v2 route keeps although it counts for nothing: carried through a PUT.

v2 stores the template, the conditions and the choice to decline of an incident that is switched
off, the keys of a grouping that is off, and a defer time that no mode uses. None of it is meaning
(it is in no file and no drift), and none of it is ours to clear.
"""

import json
import re
from collections.abc import Sequence

from reconciler.model.json import Json, JsonObject
from reconciler.wire.bindings import decode_keys, encode_keys
from reconciler.wire.conditions import decode_groups, encode_groups
from reconciler.wire.reading import Reading, as_flag, as_object, as_whole
from reconciler.wire.v2 import decode_full_template, encode_full_template

_EXPRESSION = re.compile(r'expressions\[\\*"([^"\\]*)')


def carry_dormant(payload: JsonObject, body: JsonObject) -> dict[str, Json]:
    """The v2 payload with the dormant parts of the live body. A part that uses an expression
    which the payload no longer has stays as written: the API refuses such a reference.
    """
    config = dict(as_object(payload["incident_config"], None))
    kept = as_object(body["incident_config"], None)
    laid: dict[str, Json] = {**payload, "incident_config": config}
    names = _references(payload)
    if config["enabled"] is False:
        template = body.get("incident_template")
        if template is not None:
            _put(laid, "incident_template", _template(template), names)
        groups = decode_groups(kept.get("condition_groups"), None, Reading())
        _put(config, "condition_groups", encode_groups(groups), names)
        config["auto_decline_enabled"] = as_flag(
            kept.get("auto_decline_enabled"), None, default=True
        )
    if config["grouping_window_seconds"] == 0:
        keys = decode_keys(kept.get("grouping_keys"), None, Reading())
        _put(config, "grouping_keys", encode_keys(keys), names)
        config["auto_relate_grouped_alerts"] = as_flag(
            kept.get("auto_relate_grouped_alerts"), None, default=True
        )
        config["defer_time_seconds"] = as_whole(kept.get("defer_time_seconds"), None)
    elif config["auto_relate_grouped_alerts"] is True:
        config["defer_time_seconds"] = as_whole(kept.get("defer_time_seconds"), None)
    return laid


def _template(node: Json) -> dict[str, Json]:
    return encode_full_template(decode_full_template(node, None, Reading()))


def _put(laid: dict[str, Json], name: str, part: Json, names: Sequence[str]) -> None:
    if all(used in names for used in _EXPRESSION.findall(json.dumps(part))):
        laid[name] = part


def _references(payload: JsonObject) -> list[str]:
    expressions = payload["expressions"]
    listed = expressions if isinstance(expressions, list) else []
    return [str(as_object(expression, None).get("reference")) for expression in listed]
