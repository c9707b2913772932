"""The plan as JSON text."""

import json

from jsonschema import Draft202012Validator

from reconciler.plan.document import plan_schema
from reconciler.plan.saved import SavedPlan, parse_plan
from reconciler.report.plan_json import plan_document, plan_json
from tests.report.plans import full_plan


def test_it_is_the_document_and_can_be_applied() -> None:
    plan = full_plan()
    text = plan_json(plan)

    assert json.loads(text) == plan_document(plan)
    Draft202012Validator(plan_schema()).validate(json.loads(text))
    saved = parse_plan(text)
    assert isinstance(saved, SavedPlan)
    assert saved.digest == plan.digest
