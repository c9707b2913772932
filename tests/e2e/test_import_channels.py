"""`reconciler import` writes the names of channels that labels tell."""

import pytest

from reconciler.sandbox.account.seed import ALERTS_CHANNEL
from reconciler.sandbox.http.running import RunningSandbox
from tests.e2e.team import Team
from tests.e2e.test_import import ACCOUNT


def test_the_names_of_channels_that_labels_tell_are_written(empty: Team) -> None:
    ended = empty.run("import", "Informational")

    assert ended.code == 0
    assert ended.out.startswith("wrote reconciler.yaml\n")
    assert empty.read("reconciler.yaml") == (f'{ACCOUNT}channels:\n  "#alerts": {ALERTS_CHANNEL}\n')
    assert 'slack: "#alerts"' in empty.read("routes/informational.yaml")
    assert "channels" not in ended.err
    assert empty.run("plan", "--detailed-exitcode").code == 0


def test_names_of_channels_are_added_below_those_that_are_there(empty: Team) -> None:
    said = "channels: # why\n    # ours\n    '#other': C0OTHER001 # another\n\nundeclared: report\n"
    empty.write("reconciler.yaml", said)

    assert empty.run("import", "Informational").code == 0

    line = f'    "#alerts": {ALERTS_CHANNEL}\n'
    assert empty.read("reconciler.yaml") == (
        ACCOUNT + said.replace("another\n", f"another\n{line}")
    )


@pytest.mark.parametrize("text", ["channels:\n", "max_deletes: 2\n...\n"])
def test_where_no_line_can_be_added_it_is_printed(empty: Team, text: str) -> None:
    empty.write("reconciler.yaml", text)

    ended = empty.run("import", "Informational")

    assert empty.read("reconciler.yaml") in (text, ACCOUNT + text)
    assert f'  "#alerts": {ALERTS_CHANNEL}' in ended.err
    assert f"slack: {ALERTS_CHANNEL}" in empty.read("routes/informational.yaml")


def test_names_of_channels_are_added_in_braces(empty: Team) -> None:
    empty.write("reconciler.yaml", "channels: {'#other': C0OTHER001}\n")

    assert empty.run("import", "Informational").code == 0

    names = f"{{\"#alerts\": {ALERTS_CHANNEL}, '#other': C0OTHER001}}"
    assert empty.read("reconciler.yaml") == f"{ACCOUNT}channels: {names}\n"
    assert 'slack: "#alerts"' in empty.read("routes/informational.yaml")


def test_without_v2_a_channel_has_no_name(empty: Team, incident_io: RunningSandbox) -> None:
    incident_io.fault("status", method="GET", path="/v2/alert_routes/", status=403)

    ended = empty.run("import", "Informational")

    assert ended.code == 0
    assert f'channels:\n  "#{ALERTS_CHANNEL}": {ALERTS_CHANNEL}' in ended.err
    assert empty.read("reconciler.yaml") == ACCOUNT
