"""Ten pull requests leave a merge queue in a row, while people edit routes by hand."""

import io
import json
import random
import re
import zipfile
from collections.abc import Iterator
from typing import Any

import pytest

from tests.e2e.github.story import DATABASE, STAGING, WARNINGS, Story, disable, opened
from tests.e2e.github.test_called import CALLERS
from tests.e2e.github.test_late_runs import critical
from tests.e2e.github.test_record import issue, live

INFORMATIONAL = "routes/informational.yaml"
PRODUCTION = "routes/production-alerts.yaml"
UNROUTED = "routes/unrouted-alerts.yaml"
TEN = {
    11: (DATABASE, "branch: main", "branch: [main, master]"),
    12: (WARNINGS, "severity: warning", "severity: [warning, info]"),
    13: (STAGING, "  - Checkly (Staging)\n", ""),
    14: (INFORMATIONAL, "name: Informational\n", "name: Informational\nprivate: true\n"),
    15: (DATABASE, "name: Database Alerts\n", "name: Database Alerts\nprivate: true\n"),
    16: (UNROUTED, "  - Alertmanager (Production)\n", "  - Alertmanager (Production)\n  - sev0@\n"),
    17: (PRODUCTION, "name: Production Alerts\n", "name: Production Alerts\nprivate: true\n"),
    18: (PRODUCTION, "  - Grafana Cloud\n", "  - Grafana Cloud\n  - Axiom\n"),
    19: (STAGING, "name: Staging Notifications\n", "name: Staging Notifications\nprivate: true\n"),
    20: (INFORMATIONAL, "  - Status Page Views\n", ""),
}

Row = dict[str, Any]


@pytest.fixture
def ten(story: Story) -> Story:
    """All are open, and each has its plan of the same main."""
    story.runner.callers = CALLERS
    for number, edit in TEN.items():
        opened(story, number, f"change-{number}", *edit)
    return story


def queue(story: Story, *numbers: int) -> None:
    """The queue merges them, one after another; all checks are green."""
    for number in numbers:
        valid, plan, _ = story.queue(number, f"change-{number}")
        assert (valid.ran, valid.ok) == (plan.ran, plan.ok) == (True, True), valid.log + plan.log


def apply(story: Story, **inputs: str) -> str:
    """The run of the newest commit: those in between, GitHub dropped. Returns its log."""
    return story.apply(story.git("rev-parse", "main"), **inputs).log


def state(story: Story, number: int) -> str:
    (comment,) = story.github.comments_of(number)
    found = re.search(r"state=([\w-]+)", comment.splitlines()[0])
    return found[1] if found else ""


def kept(story: Story, name: str, file: str) -> Iterator[Row]:
    """The documents of that name in the artifacts that begin with a word."""
    for row in story.github.artifacts:
        if row["name"].startswith(name):
            with zipfile.ZipFile(io.BytesIO(story.github.archives[row["id"]])) as packed:
                yield json.loads(packed.read(file))


def fields(row: Row) -> str:
    """A change without what moves by itself: versions and lines."""
    values = [[one["path"], one["from"], one["to"]] for one in row["fields"]]
    return json.dumps([row["name"], sorted(values)])


def written(story: Story) -> list[Row]:
    """The changes that all runs wrote, by their outcomes, the oldest first."""
    outcomes = (document["outcomes"] for document in kept(story, "run-", "outcome.json"))
    return [row for rows in outcomes for row in rows if row["outcome"] == "written"]


def reviewed(story: Story) -> set[str]:
    """The changes in the plans of the ten."""
    plans = kept(story, "plan-", "plan.json")
    return {fields(row) for plan in plans for row in plan["changes"]}


def trunk(body: dict[str, object]) -> None:
    text = json.dumps(body["condition_groups"])
    assert '"master"' in text
    body["condition_groups"] = json.loads(text.replace('"master"', '"trunk"'))


def test_ten_merges_in_a_queue_write_what_was_reviewed_and_lose_no_edit(ten: Story) -> None:
    live_edit = ten.incident_io.state.edit
    before = ten.incident_io.count("PUT")

    queue(ten, 11)
    apply(ten)
    live_edit("Database Alerts", trunk)
    live_edit("Informational", disable)
    queue(ten, 12, 13)
    live_edit("Production Warnings", critical)  # the field that 12 changes
    apply(ten)
    queue(ten, 14, 15)
    apply(ten)
    queue(ten, 16, 17, 18, 19)  # 17 and 18 change one route
    apply(ten)
    live_edit("Staging Notifications", disable)
    queue(ten, 20)
    log = apply(ten)

    # Every write was reviewed, and no other was sent.
    changes = written(ten)
    assert [row["name"] for row in changes] == [
        "Database Alerts",
        "Staging Notifications",
        "Database Alerts",
        "Informational",
        "Staging Notifications",
        "Unrouted Alerts",
        "Informational",
    ]
    assert {fields(row) for row in changes} <= reviewed(ten)
    assert ten.incident_io.count("PUT") == before + len(changes)

    # No edit is lost: neither a reviewed one nor one by hand.
    assert {number: state(ten, number) for number in TEN} == {
        number: "not-applied" if number in (12, 17, 18) else "applied" for number in TEN
    }
    assert '"trunk"' in live(ten, "Database Alerts")
    assert '"master"' not in live(ten, "Database Alerts")
    assert '"critical"' in live(ten, "Production Warnings")
    for name in ("Informational", "Staging Notifications"):
        body = ten.incident_io.state.find(name).body
        assert (body["enabled"], body["is_private"]) == (False, True)
        assert len(body["alert_sources"]) == 1
    told = issue(ten)
    assert "**4 routes have live edits" in told
    edited = ("Database Alerts", "Informational", "Production Warnings", "Staging Notifications")
    assert sorted(re.findall(r"^### `(.*)`$", told, re.M)) == [*edited]

    # What became stale is said where it was reviewed, with the way on.
    (conflict,) = ten.github.comments_of(12)
    assert "`Production Warnings` was not written: changed in the file and in" in conflict
    (digest,) = set(re.findall(r"--digest\s+([0-9a-f]{64})", log))
    for number in (17, 18):
        (comment,) = ten.github.comments_of(number)
        assert "another merge changed this route too" in comment
        assert "now `private`: `False` → `True`" in comment
        assert 'now `sources["Axiom"]`: nothing → ' in comment
        assert f"`digest` = `{digest}`" in comment

    # A person reads both changes, and starts the run.
    apply(ten, digest=digest)

    assert [row["name"] for row in written(ten)[len(changes) :]] == ["Production Alerts"]
    assert {state(ten, number) for number in (17, 18)} == {"applied"}
    assert state(ten, 12) == "not-applied"
    assert '"critical"' in live(ten, "Production Warnings")


def test_in_any_order_no_write_is_unread_and_no_edit_is_lost(ten: Story) -> None:
    """Merges, applies and live edits by chance; GitHub may drop any run but the last."""
    chance = random.Random(2)  # noqa: S311 — with it, two routes get two merges in one run
    before = ten.incident_io.count("PUT")
    edited: list[str] = []
    names = ["Database Alerts", "Informational", "Production Alerts", "Staging Notifications"]
    for number in chance.sample([*TEN], len(TEN)):
        if names and chance.random() < 0.4:
            edited.append(names.pop(chance.randrange(len(names))))
            ten.incident_io.state.edit(edited[-1], disable)
        queue(ten, number)
        if chance.random() < 0.5:
            apply(ten)
    apply(ten)

    for name in edited:
        assert ten.incident_io.state.find(name).body["enabled"] is False
        assert f"### `{name}`" in issue(ten)
    changes = {fields(row) for row in written(ten)}
    assert changes <= reviewed(ten)
    assert ten.incident_io.count("PUT") == before + len(written(ten))
    for number in TEN:
        head = ten.git("rev-parse", f"change-{number}")
        (plan,) = kept(ten, f"plan-{head}", "plan.json")
        is_written = {fields(row) for row in plan["changes"]} <= changes
        assert state(ten, number) == ("applied" if is_written else "not-applied")
        (comment,) = ten.github.comments_of(number)
        assert ("was not written: " in comment) == (not is_written)
