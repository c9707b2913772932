"""Which version of the API a body is of."""

from collections.abc import Mapping

from reconciler.model.declaration import ApiVersion


def api_of(body: Mapping[str, object]) -> ApiVersion | None:
    """The version whose read has this shape; None for what is no full read of a route (part 4 of
    the API facts: v3 always has a message_config, v2 an incident_template).
    """
    if "message_config" in body or "grouping_config" in body:
        return "v3"
    if "incident_template" in body or "channel_config" in body:
        return "v2"
    return None
