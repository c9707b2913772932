"""Files become routes, and the routes are as their files say: in both versions, for all kinds."""

import shutil

import pytest

from reconciler import sandbox
from tests.e2e.conftest import Open
from tests.e2e.corpus_account import load

VARIED = 60  # routes at the least


@pytest.mark.parametrize("api", ["v2", "v3"])
def test_what_was_applied_plans_to_no_changes(open_account: Open, api: str) -> None:
    settings = sandbox.Settings(
        rate_limit=False, seeded=False, v3_available=api == "v3", hidden_bodies=True
    )
    team, there = open_account(settings)
    for path in (team.folder / "routes").iterdir():
        path.unlink()
    load(there)
    assert team.run("import", "--all").code == 0
    files = list((team.folder / "routes").rglob("*.yaml"))
    _, here = open_account(settings)
    team.environment["INCIDENT_ENDPOINT"] = here.url
    shutil.rmtree(team.folder / ".reconciler")  # the record is of the other account

    applied = team.run("apply", "--auto-approve")
    again = team.run("plan", "--detailed-exitcode")

    assert len(files) >= VARIED
    assert applied.code == 0, applied.out
    assert f"{len(files)} written." in applied.out
    assert here.count("POST", f"/{api}/alert_routes$") == len(files)
    assert again.code == 0, again.out
    assert sorted(here.state.names()) == sorted(there.state.names())
