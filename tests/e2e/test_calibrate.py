"""`reconciler calibrate` over HTTP: the reading of a sandbox is found in its past."""

import json
import random
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import yaml

from reconciler import sandbox
from reconciler.files.semantics import parse_semantics
from reconciler.model import READINGS, Reading
from reconciler.plan import exit_codes
from reconciler.routing.reading import QUESTIONS
from reconciler.sandbox.account.seed import ESCALATION_PATHS, ident
from reconciler.sandbox.http.running import RunningSandbox
from reconciler.sandbox.jsontype import Body
from reconciler.sandbox.past.make import stamp
from reconciler.sandbox.routes.store import Route, Store
from tests.e2e.conftest import Open
from tests.e2e.team import Team
from tests.e2e.terminal import CTRL_C, on_terminal
from tests.sandbox.past.probes import NAMES, probe

LOCK = "semantics.lock.yaml"
NOW = datetime.now(UTC)
WRITTEN = NOW - timedelta(days=20)
WHOLE = ("--whole-since", f"{WRITTEN:%Y-%m-%d}")
IGNORED = Reading(text_case=False)


@pytest.fixture
def past_of(open_account: Open) -> Callable[..., tuple[Team, RunningSandbox]]:
    """A team whose account has probing routes for 20 days, and a past in this reading."""

    def make(
        reading: Reading, count: int = 200, *, incidents: bool = False
    ) -> tuple[Team, RunningSandbox]:
        own = sandbox.PastReading(*(reading.answer(question) for question in QUESTIONS))
        at = [WRITTEN]
        settings = sandbox.Settings(rate_limit=False, reading=own, clock=lambda: at[-1].timestamp())
        team, running = open_account(settings)
        probe(running, incidents=incidents)
        at.append(NOW)
        running.happen(count, seed=7)
        running.requests.clear()
        return team, running

    return make


Make = Callable[..., tuple[Team, RunningSandbox]]


def asked(team: Team, *arguments: str, code: int = exit_codes.DONE) -> Any:
    ended = team.run("calibrate", "--format", "json", *arguments)
    assert ended.code == code, ended.err + ended.out
    return json.loads(ended.out)


def left(document: Any) -> list[Reading]:
    return [Reading(**row) for row in document["left"]]


@pytest.mark.parametrize("reading", READINGS, ids=str)
def test_the_reading_of_the_sandbox_is_found_in_200_alerts(past_of: Make, reading: Reading) -> None:
    team, running = past_of(reading)
    found = asked(team, *WHOLE)

    assert left(found) == [reading]
    assert found["wrong"] == found["disagreeing"] == []
    assert found["lock"] == "written"
    lock, findings = parse_semantics(team.read(LOCK))
    assert findings == ()
    assert lock is not None
    assert lock.left == (reading,)
    assert {request.method for request in running.requests} == {"GET"}


@pytest.mark.parametrize("reading", [Reading(), IGNORED, Reading(False, False, False, False)])
def test_without_a_word_about_deleted_routes_the_right_one_is_still_among_those_left(
    past_of: Make, reading: Reading
) -> None:
    team, _ = past_of(reading)
    ended = team.run("calibrate")

    assert ended.code == exit_codes.DONE
    readings = left(asked(team))
    assert reading in readings
    unsettled = "Pages did not count: a route that was deleted" in " ".join(ended.out.split())
    assert unsettled == (len(readings) > 1)


@pytest.mark.parametrize("reading", [Reading(False, False, False, False), IGNORED])
def test_an_incident_names_its_route_so_it_tells_without_any_word(
    past_of: Make, reading: Reading
) -> None:
    """What is ruled out is what denies an incident: a missing one tells nothing."""
    team, running = past_of(reading, incidents=True)
    found = asked(team)

    assert reading in left(found)
    assert {one.text_case for one in left(found)} == {False}
    assert found["questions"][0]["alerts"]["incident"] >= 2
    assert found["questions"][0]["alerts"]["paged"] == 0
    requests = running.count("GET", "^/v2/incident_alerts\\?")
    assert 0 < requests < 100
    asked(team)
    assert running.count("GET", "^/v2/incident_alerts\\?") == requests


def test_a_second_run_reads_what_is_new_and_leaves_the_file_to_the_byte(past_of: Make) -> None:
    team, running = past_of(IGNORED)
    asked(team, *WHOLE)
    text, changed = team.read(LOCK), (team.folder / LOCK).stat().st_mtime_ns
    lists = "^/v2/(alerts|escalations|incident_alerts)\\?"
    first = running.count("GET", lists)
    running.requests.clear()
    found = asked(team, *WHOLE)

    assert found["lock"] == "unchanged"
    assert (team.read(LOCK), (team.folder / LOCK).stat().st_mtime_ns) == (text, changed)
    assert running.count("GET", lists) < first / 2
    ended = team.run("calibrate", "--check", *WHOLE)
    assert ended.code == exit_codes.DONE
    assert "semantics.lock.yaml stays as it is." in ended.out


def test_a_check_says_that_the_file_would_change_and_writes_nothing(past_of: Make) -> None:
    team, _ = past_of(IGNORED)
    found = asked(team, "--check", *WHOLE, code=exit_codes.ERROR)

    assert found["lock"] == "outdated"
    assert not (team.folder / LOCK).exists()


def test_what_was_ruled_out_once_stays_so_when_its_alerts_are_gone(past_of: Make) -> None:
    team, running = past_of(IGNORED)
    asked(team, *WHOLE)
    text = team.read(LOCK)
    for rows in (running.past.alerts, running.past.escalations, running.past.incident_alerts):
        rows.clear()
    ended = team.run("calibrate", "--refresh", *WHOLE)

    assert ended.code == exit_codes.DONE
    assert ended.out.startswith("There was no alert to compare in 30 days.\n")
    assert f"as {LOCK}:" in ended.out
    assert team.read(LOCK) == text


@pytest.mark.parametrize("trap", ["edit", "delete", "groups", "late", "by hand"])
@pytest.mark.parametrize("seed", [1, 2])
def test_no_trap_makes_a_wrong_reading(past_of: Make, trap: str, seed: int) -> None:
    """Windows hold some alerts and people page for some in each past."""
    chance = random.Random(seed)  # noqa: S311 - the same in every run
    hidden = chance.choice(READINGS)
    team, running = past_of(hidden, 120)
    if trap == "edit":
        running.state.edit(chance.choice(NAMES[:4]), lambda body: body.update(condition_groups=[]))
    elif trap == "delete":
        running.state.delete(chance.choice(NAMES[:4]))
    for alert in running.past.alerts:
        if chance.random() < 0.5:
            fall_into(trap, alert, running, chance)
    word = WHOLE if trap != "delete" else ()
    ended = team.run("calibrate", "--format", "json", *word)
    found = json.loads(ended.out)

    assert hidden in left(found)
    assert found["wrong"] == found["disagreeing"] == []


def fall_into(trap: str, alert: Any, running: RunningSandbox, chance: random.Random) -> None:
    """Of one alert: its group paged already; it was updated since; a person paged for it."""
    if trap == "groups":
        alert["alert_group_ids"] = ["01GROUP"]
        for pages in (running.past.escalations, running.past.incident_alerts):
            pages[:] = [row for row in pages if alert["id"] not in str(row)]
    elif trap == "late":
        alert["status"] = "firing"
        alert["updated_at"] = stamp(datetime.fromisoformat(alert["created_at"]) + timedelta(1))
        for row in alert["attributes"]:
            if "literal" in row.get("value", {}):
                row["value"] = {"literal": chance.choice(["", "critical", "Critical"])}
    elif trap == "by hand":
        path = ident("escalation path", chance.choice([*ESCALATION_PATHS]))
        page = {
            **running.past.escalations[0],
            "id": f"HAND{alert['id']}",
            "created_at": alert["created_at"],
            "creator": {"user": {"id": "01USER"}},
            "escalation_path_id": path,
            "related_alerts": [{"id": alert["id"]}],
        }
        running.past.escalations.insert(0, page)


def test_an_alert_that_no_reading_explains_is_reported_for_a_bug_without_its_title(
    past_of: Make,
) -> None:
    team, running = past_of(IGNORED)
    alert = next(
        row for row in running.past.alerts if "Replica lag" in row["title"] and row["id"]
        not in running.past.held
    )  # fmt: skip
    page = {
        **running.past.escalations[0],
        "id": "01ODD",
        "created_at": alert["created_at"],
        "creator": {"alert": {"id": alert["id"]}},
        "escalation_path_id": "01NOPATH",
        "related_alerts": [{"id": alert["id"]}],
    }
    running.past.escalations.insert(0, page)
    ended = team.run("calibrate", *WHOLE)
    shown = " ".join(ended.out.split())

    assert ended.code == exit_codes.CHANGES_PENDING
    assert "The model is wrong here: no reading explains what happened to 1 alert." in shown
    assert "01NOPATH was paged, but no route pages that target" in shown
    assert f"/alerts/{alert['id']}" in shown
    assert "Report it as a bug, with --format json." in shown
    found = asked(team, *WHOLE, code=exit_codes.CHANGES_PENDING)
    (wrong,) = found["wrong"]
    assert (wrong["alert"], wrong["saw"], wrong["readings"]) == (alert["id"], "paged", 16)
    assert {row["name"] for row in wrong["routes"]} == {*NAMES}
    assert "01ODD" in [page["id"] for page in wrong["pages"]]
    assert wrong["values"]
    for text in (ended.out, json.dumps(found)):
        assert not [row["title"] for row in running.past.alerts if row["title"] in text]


def test_a_past_that_contradicts_the_file_writes_nothing(past_of: Make) -> None:
    team, _ = past_of(IGNORED)
    asked(team, *WHOLE)
    other = team.read(LOCK).replace("text_case: ignored", "text_case: COUNTS")
    other = other.replace("text_case: counts", "text_case: ignored").replace("COUNTS", "counts")
    team.write(LOCK, other)
    ended = team.run("calibrate", *WHOLE)

    assert ended.code == exit_codes.ERROR
    assert "these alerts rule out every reading that the file leaves" in " ".join(ended.out.split())
    assert team.read(LOCK) == other
    assert asked(team, *WHOLE, code=exit_codes.ERROR)["lock"] == "contradicted"


PIN = "assume:\n  text_case: {answer: counts, because: a guess, since: 2026-01-01}\n"


def test_a_pin_that_the_past_rules_out_is_named_and_nothing_is_written(past_of: Make) -> None:
    team, _ = past_of(IGNORED)
    settings = yaml.safe_load(team.read("reconciler.yaml"))
    settings.pop("assume", None)
    team.write("reconciler.yaml", f"account: {settings['account']}\n{PIN}")
    ended = team.run("calibrate", *WHOLE)

    assert ended.code == exit_codes.ERROR
    assert "reconciler.yaml:3" in ended.err
    assert "`assume` says `text_case: counts`" in ended.err
    assert "[semantics-assume]" in ended.err
    assert not (team.folder / LOCK).exists()


def test_a_file_that_cannot_be_read_is_never_overwritten(past_of: Make) -> None:
    team, running = past_of(IGNORED)
    team.write(LOCK, "version: 1\nleft: [\n")
    ended = team.run("calibrate", *WHOLE)

    assert ended.code == exit_codes.ERROR
    assert f"{LOCK}:3:1: error: this is not YAML" in ended.err
    assert team.read(LOCK) == "version: 1\nleft: [\n"
    assert running.requests == []


def test_without_an_account_in_the_settings_it_says_which_line_to_add(past_of: Make) -> None:
    team, running = past_of(IGNORED)
    team.write("reconciler.yaml", "api: auto\n")
    ended = team.run("calibrate")

    assert ended.code == exit_codes.ERROR
    assert "add `account: https://sandbox.invalid/acme` to it" in ended.err
    assert running.count("GET", "^/v2/alerts") == 0


def test_a_route_that_this_version_does_not_know_whole_makes_pages_no_evidence(
    past_of: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It may page for anything."""

    def of_a_later_version(store: Store, route: Route, api: str) -> Body:
        body = read(store, route, api)
        if route.body["name"] == "Informational":
            return body | {"message_config": "none"}
        if route.body["name"] == "Database Alerts":
            bound = {"array_value": [{"literal": "01X"}]}
            return body | {"escalation_config": {**body["escalation_config"], "pagers": bound}}
        return body

    team, _ = past_of(IGNORED)
    read = Store.read
    monkeypatch.setattr(Store, "read", of_a_later_version)
    ended = team.run("calibrate", *WHOLE)
    words = "this version of reconciler does not know all of Database Alerts, Informational."

    assert words in " ".join(ended.out.split())
    found = asked(team, *WHOLE)
    assert IGNORED in left(found)
    assert {question["alerts"]["paged"] for question in found["questions"]} == {0}


def test_an_edit_since_is_named_as_the_reason_why_pages_tell_nothing(past_of: Make) -> None:
    team, running = past_of(IGNORED)
    running.state.edit("Unrouted Alerts", lambda body: body.update(enabled=True))
    found = asked(team, *WHOLE)

    assert IGNORED in left(found)
    words = "Pages count since the last change of a route: Unrouted Alerts, "
    assert any(note.startswith(words) for note in found["notes"])


def test_a_key_of_another_account_is_refused(past_of: Make) -> None:
    team, _ = past_of(IGNORED)
    team.write("reconciler.yaml", "account: https://app.incident.io/other\n")

    assert team.run("calibrate").code == exit_codes.REFUSED


def test_a_day_on_which_the_record_knows_of_a_deleted_route_is_refused(
    open_account: Open,
) -> None:
    team, running = open_account(sandbox.Settings(rate_limit=False))
    assert team.run("apply", "--auto-approve").code == exit_codes.DONE
    running.state.delete("Database Alerts")
    ended = team.run("calibrate", *WHOLE)

    assert ended.code == exit_codes.ERROR
    assert 'the record shows that "Database Alerts" was live on that day or later' in ended.err
    later = NOW + timedelta(days=2)
    assert team.run("calibrate", "--whole-since", f"{later:%Y-%m-%d}").code == exit_codes.USAGE
    refused = team.run("calibrate", "--whole-since", "yesterday")
    assert refused.code == exit_codes.USAGE
    assert "'yesterday' is not a day; write it like 2026-11-01" in refused.err


def test_an_interrupted_reading_says_what_it_keeps_and_goes_on(past_of: Make) -> None:
    team, running = past_of(IGNORED)
    running.fault("status", status=403, path="/v2/escalations$", skip=1)
    ended = team.run("calibrate", *WHOLE)

    assert ended.code == exit_codes.ERROR
    assert "alerts are kept: run it again to go on from there" in ended.err
    assert '"escalations.view"' in ended.err
    running.requests.clear()
    assert left(asked(team, *WHOLE)) == [IGNORED]
    assert running.count("GET", "^/v2/alerts\\?") == 1
    assert running.count("GET", "^/v2/escalations\\?.*after=") >= 1


def test_an_interrupt_keeps_what_was_read_and_the_next_run_goes_on(past_of: Make) -> None:
    team, running = past_of(IGNORED)
    running.fault("status", status=429, path="/v2/escalations$", skip=1, retry_after=250)
    with on_terminal(team, "calibrate", *WHOLE) as terminal:
        terminal.until("for incident.io's rate limit")
        code = terminal.leave(CTRL_C)

    assert code == exit_codes.INTERRUPTED
    assert [line for line in terminal.screen if line] == [
        "195 alerts are kept: run it again to go on from there",
        "interrupted; nothing was written to incident.io",
    ]
    assert not (team.folder / LOCK).exists()
    running.requests.clear()
    assert left(asked(team, *WHOLE)) == [IGNORED]
    assert running.count("GET", "^/v2/alerts\\?") == 1
