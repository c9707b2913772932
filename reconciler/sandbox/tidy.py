"""What the server takes for nothing in a payload, taken out before the payload is looked at.

The official Terraform provider writes every binding with a list, `{"array_value": [], "value": …}`,
and `{"array_value": []}` where nothing is bound. The server takes both (fact 3.10).
"""

from reconciler.sandbox.jsontype import Node

_BINDING = {"array_value", "value"}
_CHANNELS = ("slack_targets", "ms_teams_targets")


def tidied(node: Node) -> Node:
    """A copy of a payload in which no binding has an empty list, and no destination a target
    that is bound to nothing, as reads have it.
    """
    if isinstance(node, list):
        return [tidied(child) for child in node]
    if not isinstance(node, dict):
        return node
    inner = {name: tidied(child) for name, child in node.items()}
    if inner.get("array_value") == [] and _BINDING.issuperset(inner):
        del inner["array_value"]
    for name in _CHANNELS:
        target = inner.get(name)
        if isinstance(target, dict) and target.get("binding") == {}:
            del inner[name]
    return inner
