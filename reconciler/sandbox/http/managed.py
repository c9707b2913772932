"""`POST /v2/managed_resources`: who keeps a thing, as the official Terraform provider says it.

The provider calls it after every create and update, and on an import. The dashboard then locks the
thing; the API goes on taking writes from every key, and no read of a route shows it (fact 1.18).
"""

from reconciler.sandbox.errors import refusal, require_none
from reconciler.sandbox.jsontype import Body, Node
from reconciler.sandbox.routes.shapes import AnyThing, Text, Thing, look
from reconciler.sandbox.routes.store import Store

TERRAFORM = "incident.io/terraform/version"
TYPES = frozenset(
    {
        "alert_route",
        "alert_source",
        "api_key",
        "escalation_path",
        "escalation_path_template",
        "incident_form",
        "incident_template",
        "policy",
        "schedule",
        "schedule_sync_rule",
        "schedule_sync_target",
        "secret",
        "status_page_component",
        "status_page_structure",
        "team_grouping_preference",
        "workflow",
    }
)
PAYLOAD = Thing(
    required={
        "annotations": AnyThing(),
        "resource_id": Text(may_be_empty=False),
        "resource_type": Text(TYPES),
    }
)
_TABLES = {"alert_source": "sources", "escalation_path": "escalation_paths"}


class ManagedResources:
    """Things that are managed from outside, by type and id; each as the API shows it."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self.claims: dict[tuple[str, str], Body] = {}

    def claim(self, payload: Node) -> Body:
        """A later claim replaces the one before; one without annotations hands the thing back.

        Raises RefusedError: 422 for a payload of another shape, 404 for what is not there.
        """
        require_none(look(PAYLOAD, payload))
        require_none(
            problem
            for name, value in payload["annotations"].items()
            for problem in look(Text(), value, f"/annotations/{name}")
        )
        kind, thing_id = payload["resource_type"], payload["resource_id"]
        self._find(kind, thing_id)
        claim = {**payload, "managed_by": _manager(payload["annotations"])}
        self.claims[kind, thing_id] = claim
        return {"managed_resource": claim}

    def _find(self, kind: str, thing_id: str) -> None:
        """A type that the sandbox does not have, e.g. a schedule, is taken on trust."""
        if kind == "alert_route":
            self._store.show(thing_id)
        elif kind in _TABLES and self._store.account.find(_TABLES[kind], thing_id) is None:
            raise refusal(404, "not_found", f"There is no {kind} {thing_id}")


def _manager(annotations: Body) -> str:
    if not annotations:
        return "dashboard"
    return "terraform" if TERRAFORM in annotations else "external"
