"""The plan as JSON text: `--format json` and `--out` write the same bytes."""

from reconciler.plan.document import plan_document
from reconciler.plan.plan import Plan
from reconciler.report.json_text import json_text


def plan_json(plan: Plan) -> str:
    """The document of `plan.document`."""
    return json_text(plan_document(plan))
