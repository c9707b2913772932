"""Reading past alerts: only what the cache lacks, resumed, paced, and what is private kept out."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest

from reconciler import sandbox
from reconciler.client import ApiError, Forbidden, Key, ReadClient, Refused
from reconciler.client.endpoint import parse_endpoint
from reconciler.client.errors import UnreadableAnswer
from reconciler.past.cache import Cache
from reconciler.past.fetch import fetch, public_sources
from reconciler.sandbox.account.seed import ident
from reconciler.sandbox.http.running import RunningSandbox
from tests.past.conftest import NOW, SINCE, Clock

ALERTS = "/v2/alerts"


def ids(cache: Cache, since: datetime = SINCE) -> set[str]:
    return {one.id for one in cache.alerts(since)}


def expected(running: RunningSandbox, since: datetime = SINCE) -> set[str]:
    past = running.past
    from_ = since.isoformat()[:19]
    return {
        one["id"]
        for one in past.alerts
        if one["created_at"] >= from_ and one["id"] not in past.held
    }


def pages(running: RunningSandbox) -> int:
    return running.count("GET", "^/v2/alerts\\?")


def test_all_alerts_are_read_once_but_for_those_of_windows(
    running: RunningSandbox, client: ReadClient, cache: Cache
) -> None:
    told: list[int] = []
    fetch(client, cache, SINCE, NOW, "https://d", told.append)

    assert ids(cache) == expected(running)
    assert len(ids(cache)) == 234
    assert told == [50, 100, 150, 200, 234]
    assert {one.url.partition("/alerts/")[0] for one in cache.alerts(SINCE)} == {"https://d"}
    assert not any(one.redacted for one in cache.alerts(SINCE))
    assert "Platform" in cache.names.values()
    assert pages(running) == 5
    assert all(one.method == "GET" for one in running.requests)


def test_the_next_run_reads_only_what_is_new(
    running: RunningSandbox, client: ReadClient, cache: Cache, clock: Clock
) -> None:
    fetch(client, cache, SINCE, NOW, "")
    clock.now = NOW + timedelta(hours=1)
    running.happen(60, seed=9)  # over the last 14 days: some come late
    before = pages(running)
    fetch(client, cache, SINCE + timedelta(hours=1), clock.now, "")

    assert pages(running) - before == 1
    assert expected(running, NOW - timedelta(minutes=10)) <= ids(cache)


def test_a_clock_that_is_ahead_of_the_account_s_loses_no_alert(
    running: RunningSandbox, client: ReadClient, cache: Cache, clock: Clock
) -> None:
    ahead = timedelta(hours=2)
    fetch(client, cache, SINCE, NOW + ahead, "")
    clock.now = NOW + timedelta(hours=1)
    running.happen(2_000, seed=9)
    late = {row["id"] for row in running.past.alerts if row["created_at"] < NOW.isoformat()[:19]}
    running.past.alerts[:] = [row for row in running.past.alerts if row["id"] not in late]
    fetch(client, cache, SINCE, clock.now + ahead, "")

    assert len(expected(running)) > 3
    assert expected(running) <= ids(cache)


def test_a_longer_window_is_read_whole(
    running: RunningSandbox, client: ReadClient, cache: Cache
) -> None:
    fetch(client, cache, NOW - timedelta(days=3), NOW, "")
    fetch(client, cache, SINCE, NOW, "")

    assert ids(cache) == expected(running)


def test_an_interrupted_reading_goes_on_where_it_ended(
    running: RunningSandbox, client: ReadClient, cache: Cache
) -> None:
    running.fault("status", status=403, path=ALERTS, skip=2)
    with pytest.raises(ApiError):
        fetch(client, cache, SINCE, NOW, "")
    kept = len(ids(cache))
    assert kept == 100
    before = pages(running)
    running.happen(30, seed=8)
    fetch(client, cache, SINCE, NOW + timedelta(minutes=1), "")

    assert ids(cache) >= {one for one in expected(running) if one in ids(cache)}
    assert len(ids(cache)) >= 234
    assert pages(running) - before <= 5  # three that were left, and what is new since


def test_the_count_begins_with_what_an_earlier_reading_kept(
    running: RunningSandbox, client: ReadClient, cache: Cache
) -> None:
    counts: list[int] = []
    running.fault("status", status=403, path=ALERTS, skip=2)
    with pytest.raises(ApiError):
        fetch(client, cache, SINCE, NOW, "", counts.append)
    assert counts == [50, 100]
    counts.clear()
    fetch(client, cache, SINCE, NOW, "", counts.append)
    assert counts[:3] == [150, 200, 234]

    counts.clear()
    longer = SINCE - timedelta(days=1)  # so all is read again, and counts once
    fetch(client, cache, longer, NOW, "", counts.append)
    assert (counts[0], counts[-1]) == (50, len([*cache.alerts(longer)]))


def test_a_cursor_that_is_no_longer_taken_begins_anew(
    running: RunningSandbox, client: ReadClient, cache: Cache
) -> None:
    running.fault("status", status=403, path=ALERTS, skip=2)
    with pytest.raises(ApiError):
        fetch(client, cache, SINCE, NOW, "")
    pending = cache.pending
    assert pending is not None
    running.past.alerts[:] = [one for one in running.past.alerts if one["id"] != pending.after]
    fetch(client, cache, SINCE, NOW, "")

    assert expected(running) <= ids(cache)
    assert cache.pending is None


def test_alerts_of_private_sources_have_no_texts(
    running: RunningSandbox, client: ReadClient, cache: Cache
) -> None:
    private = ident("source", "Axiom")
    fetch(client, cache, SINCE, NOW, "")
    assert not any(one.redacted for one in cache.alerts(SINCE, private))
    source = running.state.account.find("sources", private)
    assert source is not None
    source["template"]["is_private"] = True
    fetch(client, cache, SINCE, NOW, "")

    assert all(one.redacted for one in cache.alerts(SINCE, private))
    titles = {one["title"] for one in running.past.alerts if one["alert_source_id"] == private}
    others = {one["title"] for one in running.past.alerts if one["alert_source_id"] != private}
    content = cache.path.read_bytes()
    assert not any(one.encode() in content for one in titles - others if len(one) > 25)


def test_without_the_sources_every_alert_counts_as_private(tmp_path: Path, clock: Clock) -> None:
    missing = frozenset({"alert_sources.view"})
    settings = sandbox.Settings(rate_limit=False, past=20, clock=clock, missing_scopes=missing)
    with sandbox.start(settings) as running, Cache.open(tmp_path, "acme") as cache:
        with ReadClient(parse_endpoint(running.url), Key(running.key, "a test")) as client:
            assert public_sources(client) == frozenset()
            fetch(client, cache, SINCE, NOW, "")
        assert all(one.redacted for one in cache.alerts(SINCE))


def test_a_key_that_may_not_read_alerts_names_the_right(tmp_path: Path, clock: Clock) -> None:
    missing = frozenset({"alerts.view"})
    settings = sandbox.Settings(rate_limit=False, clock=clock, missing_scopes=missing)
    with sandbox.start(settings) as running, Cache.open(tmp_path, "acme") as cache:
        client = ReadClient(parse_endpoint(running.url), Key(running.key, "a test"))
        with client, pytest.raises(Forbidden) as refused:
            fetch(client, cache, SINCE, NOW, "")
    assert '"alerts.view"' in refused.value.advice


def test_a_first_page_that_is_refused_is_said(
    running: RunningSandbox, client: ReadClient, cache: Cache
) -> None:
    running.fault("status", status=422, path=ALERTS)
    with pytest.raises(Refused):
        fetch(client, cache, SINCE, NOW, "")
    assert ids(cache) == set()


def test_a_row_of_another_shape_is_refused(
    running: RunningSandbox, client: ReadClient, cache: Cache
) -> None:
    running.past.alerts[0]["id"] = ""
    with pytest.raises(UnreadableAnswer, match="of an alert: a row has no id"):
        fetch(client, cache, SINCE, NOW, "")
