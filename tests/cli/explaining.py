"""`explain` for the alerts of tests, and its output."""

import json
from typing import Any

from reconciler.sandbox.account.seed import ident
from tests.e2e.team import Ended, Team

ALERT = ident("alert", "PodNotRunning")
PRODUCTION = ("--source", "Alertmanager (Production)")
MAPPING = """
alertmanager:
  Alertmanager (Production):
    severity: $.commonLabels.severity
    title: $.commonAnnotations["summary"]
"""


def explain(team: Team, *arguments: str) -> Ended:
    """Without a key: the lock file is enough."""
    return team.run("explain", *arguments, INCIDENT_API_KEY="")


def lines(ended: Ended) -> list[str]:
    assert ended.code == 0, ended.err
    return ended.out.splitlines()


def document(ended: Ended) -> dict[str, Any]:
    assert ended.code == 0, ended.err
    found: dict[str, Any] = json.loads(ended.out)
    return found


def past(team: Team, *arguments: str) -> Ended:
    return team.run("explain", "--alert", ALERT, *arguments)
