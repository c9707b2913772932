"""The reading of a sandbox is found in its past; windows and people confuse nothing."""

from datetime import UTC, datetime

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
from reconciler.routing.reading import QUESTIONS, Reading, admissible
from reconciler.sandbox.account.seed import ident
from reconciler.wire.past import decode_attached, decode_page, decode_past_alert, moment
from tests.sandbox.past.probes import NAMES, probe

WRITTEN = datetime(2026, 11, 1, tzinfo=UTC)
NOW = datetime(2026, 11, 29, 12, tzinfo=UTC)


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
