"""Routes that ask the four questions, in a sandbox: what happens then tells its reading."""

from typing import Any

from reconciler.routing.reading import Question
from reconciler.sandbox.account.seed import ESCALATION_PATHS, SOURCES, ident
from reconciler.sandbox.http.running import RunningSandbox

SEVERITY = f"alert.attributes.{ident('attribute', 'severity')}"


def check(subject: str, operation: str, *operands: str) -> dict[str, Any]:
    literals = [{"literal": one} for one in operands]
    bound = {"value": literals[0]} if operation == "contains" else {"array_value": literals}
    return {
        "subject": subject,
        "operation": operation,
        "param_bindings": [bound] if operands else [],
    }


PROBES: dict[Question, list[dict[str, Any]]] = {
    "text_case": [check("alert.title", "contains", "certificate")],
    "text_one_of": [check(SEVERITY, "one_of", "i")],
    "empty_text_is_set": [check(SEVERITY, "is_set")],
    "empty_group": [],
}
CONTROL = [check("alert.title", "contains", "Disk")]
"""Pages in each reading, so that a page which does not come is known to be visible."""


REPLICA = [check("alert.title", "contains", "Replica")]
NAMES = (
    "Production Alerts", "Database Alerts", "Production Warnings", "Unrouted Alerts",
    "Staging Notifications", "Informational",
)  # fmt: skip


def grouped(*groups: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{"conditions": one} for one in groups]


def probe(running: RunningSandbox, *, incidents: bool = False) -> None:
    """The first routes ask one question each; the rest is off. Two share a path, so
    the last of them takes other titles. With `incidents` each makes one and pages nobody."""
    paths = [ident("escalation path", one) for one in ESCALATION_PATHS]
    questions = list(PROBES)
    for number, name in enumerate(NAMES):

        def edit(body: dict[str, Any], number: int = number) -> None:
            body["enabled"] = number < len(questions)
            narrow = [REPLICA, CONTROL] if number == len(paths) else []
            body["alert_sources"] = [
                {"alert_source_id": ident("source", one), "condition_groups": grouped(*narrow)}
                for one in SOURCES
            ]
            asked = PROBES[questions[number % len(questions)]]
            body["condition_groups"] = grouped(asked, CONTROL)
            path = {"literal": paths[number % len(paths)]}
            body["escalation_config"]["escalation_targets"] = [
                {"escalation_paths": {"array_value": [path]}}
            ] * (not incidents)
            body["incident_config"]["enabled"] = incidents

        running.state.edit(name, edit)
