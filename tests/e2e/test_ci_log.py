"""In a CI service no command prints a line that the service would obey, whatever a route's name."""

import json
from collections.abc import Iterator

import pytest

from reconciler.sandbox.http.running import RunningSandbox
from tests.e2e.team import Ended, Team
from tests.github.commands import obeyed

FILE = "routes/database-alerts.yaml"
NAME = f"##[add-mask]e {'words ' * 11}::warning::forged"
LIVE = "##[error]live"

READING = (
    ("plan",),
    ("plan", "--format", "json"),
    ("plan", "--format", "markdown"),
    ("plan", "--detailed-exitcode", "-v"),
    ("validate",),
    ("validate", "--format", "json"),
    ("validate", "--format", "markdown"),
    ("validate", "--format", "github"),
    ("table",),
    ("table", "--format", "json"),
    ("table", "--format", "markdown"),
    ("compile", FILE),
    ("fmt", "--check"),
    ("doctor",),
    ("migrate", "--to", "v2"),
    ("pull", "--diff"),
    ("import", "--all", "--dry-run"),
    ("sources",),
    ("directory", "refresh", "--check"),
    ("backup", "backups"),
)
WRITING = (
    ("apply",),
    ("apply", "--auto-approve"),
    ("history",),
    ("rollback", "--auto-approve"),
    ("restore", "backups", "--auto-approve"),
)


@pytest.fixture
def forged(team: Team, incident_io: RunningSandbox) -> Team:
    team.edit(FILE, "name: Database Alerts", f"name: {json.dumps(NAME)}")
    team.edit("reconciler.yaml", "    - Database Alerts\n", f"    - {json.dumps(NAME)}\n")
    incident_io.state.edit("Production Alerts", lambda body: body.update(name=LIVE))
    return team


def ended(team: Team, **environment: str) -> Iterator[Ended]:
    for command in (*READING, *WRITING):
        one = team.run(*command, **environment)
        assert one.code != 64, one.err
        yield one


def test_no_line_of_any_command_is_obeyed(forged: Team) -> None:
    for one in ended(forged, CI="true"):
        assert obeyed(one.out) + obeyed(one.err) == []


def test_without_a_ci_service_the_names_are_as_they_are(forged: Team) -> None:
    lines = [line for one in ended(forged) for line in obeyed(one.out) + obeyed(one.err)]

    assert len(lines) > 20


@pytest.mark.parametrize("stream", ["/dev/stdout", "/dev/stderr"])
def test_a_file_that_is_a_standard_stream_is_guarded(forged: Team, stream: str) -> None:
    plain = forged.process("plan", "--out", stream)
    one = forged.process("plan", "--out", stream, CI="true")

    assert obeyed(plain.out) + obeyed(plain.err) != []
    assert "format_version" in (one.out if stream == "/dev/stdout" else one.err)
    assert obeyed(one.out) + obeyed(one.err) == []
