"""Escalations and incidents in the cache: resumed, read again for a day, and never invented."""

from datetime import datetime

import pytest

from reconciler.client import Forbidden, ReadClient
from reconciler.client.errors import UnreadableAnswer
from reconciler.past.cache import Cache
from reconciler.past.fetch import fetch
from reconciler.past.happened import OVERLAP, fetch_incidents, fetch_pages
from reconciler.sandbox.http.running import RunningSandbox
from reconciler.wire.past import decode_page
from tests.past.conftest import NOW, SINCE

ESCALATIONS = "^/v2/escalations\\?"


def test_escalations_come_back_as_the_api_has_them_also_those_by_hand(
    running: RunningSandbox, client: ReadClient, cache: Cache
) -> None:
    fetch_pages(client, cache, SINCE, NOW)
    kept = list(cache.pages(SINCE))

    wanted = [decode_page(row) for row in running.past.escalations]
    assert sorted(kept, key=lambda page: page.id) == sorted(wanted, key=lambda page: page.id)
    assert {page.by for page in kept} == {"alert", "user"}
    assert len(kept) > 50
    assert list(cache.pages(NOW)) == []


def test_the_next_run_reads_the_last_day_again(
    running: RunningSandbox, client: ReadClient, cache: Cache
) -> None:
    fetch_pages(client, cache, SINCE, NOW)
    changed = running.past.escalations[0]
    changed["related_alerts"].append({"id": "01LATE"})
    running.requests.clear()
    fetch_pages(client, cache, SINCE, NOW)

    assert running.count("GET", ESCALATIONS) == 1
    newest = datetime.fromisoformat(changed["created_at"])
    start = (newest - OVERLAP).isoformat().replace("+00:00", "Z").replace(":", "%3A")
    assert start in running.requests[-1].path
    assert "01LATE" in {alert for page in cache.pages(SINCE) for alert in page.alerts}


def test_an_interrupted_reading_goes_on_and_a_cursor_that_is_gone_begins_anew(
    running: RunningSandbox, client: ReadClient, cache: Cache
) -> None:
    running.fault("status", status=403, path="/v2/escalations$", skip=1)
    with pytest.raises(Forbidden):
        fetch_pages(client, cache, SINCE, NOW)
    assert len(list(cache.pages(SINCE))) == 50
    assert cache.window("covered", "pages") is None
    pending = cache.window("pending", "pages")
    assert pending is not None
    running.past.escalations[:] = [
        row for row in running.past.escalations if row["id"] != pending.after
    ]
    fetch_pages(client, cache, SINCE, NOW)

    kept = {page.id for page in cache.pages(SINCE)}
    assert kept - {pending.after} == {row["id"] for row in running.past.escalations}
    assert cache.window("pending", "pages") is None


def test_incidents_are_asked_once_for_an_alert(
    running: RunningSandbox, client: ReadClient, cache: Cache
) -> None:
    fetch(client, cache, SINCE, NOW, "")
    some = list(cache.alerts(SINCE))[:3]
    row = {"alert": {"id": some[0].id}, "incident": {"id": "01I"}, "alert_route_id": "01R"}
    running.past.incident_alerts[:] = [{"id": "01X", **row}]
    fetch_incidents(client, cache, some)
    fetch_incidents(client, cache, some)

    assert running.count("GET", "^/v2/incident_alerts\\?") == 3
    kept = cache.incidents
    assert [(one.incident, one.route) for one in kept[some[0].id]] == [("01I", "01R")]
    assert kept[some[1].id] == ()
    cache.prune(NOW)
    assert (dict(cache.incidents), list(cache.pages(SINCE))) == ({}, [])


def test_an_answer_of_another_shape_is_named(
    running: RunningSandbox, client: ReadClient, cache: Cache
) -> None:
    running.past.escalations[3]["id"] = ""
    with pytest.raises(UnreadableAnswer, match="of an escalation: a row has no id"):
        fetch_pages(client, cache, SINCE, NOW)


def test_an_incident_of_another_shape_is_named(
    running: RunningSandbox, client: ReadClient, cache: Cache
) -> None:
    fetch(client, cache, SINCE, NOW, "")
    some = list(cache.alerts(SINCE))[:1]
    running.past.incident_alerts[:] = [{"id": "", "alert": {"id": some[0].id}, "incident": {}}]
    with pytest.raises(UnreadableAnswer, match="of an incident"):
        fetch_incidents(client, cache, some)
