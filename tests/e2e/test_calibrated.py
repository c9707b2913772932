"""Every verdict rests on semantics.lock.yaml, and names it."""

import pytest
import yaml

from reconciler import sandbox
from reconciler.plan import exit_codes
from reconciler.sandbox.http.running import RunningSandbox
from tests.e2e.base.repository import git
from tests.e2e.conftest import Open
from tests.e2e.team import Team
from tests.e2e.test_calibrate import LOCK, WHOLE, asked, left


@pytest.fixture
def settled(open_account: Open) -> tuple[Team, RunningSandbox]:
    """The team's own routes, and a lock file by their past in which case does not count."""
    reading = sandbox.PastReading(text_case=False)
    team, running = open_account(
        sandbox.Settings(rate_limit=False, past=300, past_seed=7, reading=reading)
    )
    assert "assume" not in yaml.safe_load(team.read("reconciler.yaml"))
    assert {one.text_case for one in left(asked(team, *WHOLE))} == {False}
    return team, running


def test_every_verdict_rests_on_the_file_and_says_so(settled: tuple[Team, RunningSandbox]) -> None:
    team, _ = settled
    assert team.run("apply", "--auto-approve").code == exit_codes.DONE
    route = team.read("routes/production-alerts.yaml")
    team.write(
        "routes/production-alerts.yaml", route.replace("severity: critical", "severity: warning")
    )
    for command in (
        ("plan", "--markdown", "plan.md"),
        ("who", "--live"),
        ("replay",),
        ("explain", "--source", "Alertmanager (Production)", "--set", "severity=WARNING"),
        ("cover",),
    ):
        ended = team.run(*command)
        assert LOCK in ended.out, (command, ended.err)
    assert team.run("page", "--out", "routes.html").code == exit_codes.DONE
    assert LOCK in team.read("plan.md")
    assert LOCK in team.read("routes.html")


CASE = """\
version: 1
tests:
- name: in another case
  alert: {source: Alertmanager (Production), attributes: {severity: CRITICAL}}
  expect: {pages: [Engineering On-Call]}
"""


def test_a_routing_test_is_judged_in_the_readings_that_are_left(
    settled: tuple[Team, RunningSandbox],
) -> None:
    team, _ = settled
    team.write("routing-tests/case.yaml", CASE)
    assert team.run("test", "routing-tests/case.yaml").code == exit_codes.DONE
    (team.folder / LOCK).unlink()
    assert team.run("test", "routing-tests/case.yaml").code == exit_codes.ERROR


def test_in_a_pull_request_the_file_of_the_base_counts(
    settled: tuple[Team, RunningSandbox],
) -> None:
    team, _ = settled
    text = team.read(LOCK)
    (team.folder / LOCK).unlink()
    git(team.folder, "init", "-q", "-b", "main")
    git(team.folder, "add", "-A")
    git(team.folder, "commit", "-q", "-m", "without")
    team.write(LOCK, text)
    route = team.read("routes/production-alerts.yaml")
    team.write(
        "routes/production-alerts.yaml", route.replace("severity: critical", "severity: CRITICAL")
    )
    planned = team.run("plan", "--base", "main")
    assert f"{LOCK} allows more than before." in " ".join(planned.out.split())
    ended = team.run("who", "--base", "main")
    shown = " ".join(ended.out.split())

    assert "only if case counts" in shown
    assert "Not counted yet: case does not count" in shown
    assert f"does not have it in {LOCK}" in shown.replace("`", "")
    git(team.folder, "add", LOCK)
    git(team.folder, "commit", "-q", "-m", "with")
    ended = team.run("who", "--base", "main")
    assert ended.code == exit_codes.DONE, ended.out
    assert LOCK in ended.out
