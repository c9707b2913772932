"""The reading of a sandbox is found in its past; windows and people confuse nothing."""

from datetime import UTC, datetime
from typing import Any

import pytest

from reconciler import sandbox
from reconciler.client import Key, ReadClient
from reconciler.client.endpoint import parse_endpoint
from reconciler.directory.needs import needs_to_route
from reconciler.live.survey import survey, with_lists
from reconciler.model import Config
from reconciler.planning.world import world_of
from reconciler.routing.calibrate import Calibrated, Dated, History, calibrate
from reconciler.routing.past import observed
from reconciler.routing.reading import QUESTIONS, Question, Reading, admissible
from reconciler.sandbox.account.seed import ESCALATION_PATHS, SOURCES, ident
from reconciler.sandbox.http.running import RunningSandbox
from reconciler.wire.past import decode_attached, decode_page, decode_past_alert, moment

WRITTEN = datetime(2026, 11, 1, tzinfo=UTC)
NOW = datetime(2026, 11, 29, 12, tzinfo=UTC)


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


def probe(running: RunningSandbox) -> None:
    """The first routes ask one question each; the rest is off. Two share a path, so
    the last of them takes other titles."""
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
            ]

        running.state.edit(name, edit)


def calibrated(reading: Reading, *, edited: bool = False) -> Calibrated:
    """From 200 alerts of 14 days. `edited`: the routes change at their end."""
    own = sandbox.PastReading(*(reading.answer(one) for one in QUESTIONS))
    now = WRITTEN
    settings = sandbox.Settings(rate_limit=False, reading=own, clock=lambda: now.timestamp())
    with sandbox.start(settings) as running:
        probe(running)
        now = NOW
        running.happen(200, seed=7)
        if edited:
            for name in NAMES:
                running.state.edit(name, lambda body: body.update(enabled=not body["enabled"]))
        with ReadClient(parse_endpoint(running.url), Key(running.key, "a test")) as client:
            seen = survey(client, (), Config(), undeclared=True)
            lives = {live.id: live for live in seen.lives.values()}
            some = [live.route for live in lives.values()]
            directory = with_lists(
                client, seen.directory, lambda known: needs_to_route(some, known)
            )
    past = running.past
    alerts = [
        decode_past_alert(row, {row["alert_source_id"]})[0]
        for row in past.alerts
        if row["id"] not in past.held and row["id"] != ident("alert", "PodNotRunning")
    ]
    happened = observed(
        [one.id for one in alerts],
        map(decode_page, past.escalations),
        map(decode_attached, past.incident_alerts),
    )
    dated = {key: Dated(live.route, moment(live.updated_at)) for key, live in lives.items()}
    history = History(alerts, happened, NOW, whole_since=WRITTEN)
    return calibrate(dated, history, world_of(directory, Config(), {}))


@pytest.mark.parametrize("reading", admissible(), ids=str)
def test_the_reading_of_the_sandbox_is_found(reading: Reading) -> None:
    found = calibrated(reading)

    assert found.wrong == ()
    assert found.disagreeing == ()
    assert found.left == (reading,)
    assert all(settled.evidence for settled in found.questions.values())


def test_a_past_before_the_last_change_of_the_routes_tells_nothing() -> None:
    found = calibrated(Reading(text_case=False), edited=True)

    assert (found.evidence, found.wrong, found.left) == (0, (), admissible())
