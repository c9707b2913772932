"""What refuses a plan, and what lets it through: never by accident."""

from reconciler.sandbox.http.running import RunningSandbox
from tests.e2e.team import Ended, Team

RETIRED = "state: absent\nname: {name}\n"


def silence(team: Team) -> None:
    """Production Alerts pages nobody any more."""
    team.edit("routes/production-alerts.yaml", "escalate:\n  - path: Engineering On-Call\n", "")


def nothing_written(incident_io: RunningSandbox) -> bool:
    return incident_io.count("GET") == len(incident_io.requests)


def test_a_plan_after_which_a_route_pages_nobody_is_refused(
    team: Team, incident_io: RunningSandbox
) -> None:
    silence(team)

    planned = team.run("plan")
    applied = team.run("apply", "--auto-approve")

    assert planned.code == 0  # looking is never refused
    assert team.run("plan", "--detailed-exitcode").code == 2
    assert "Refused: 1 guard, see below." in planned.out
    assert '"Production Alerts" pages Engineering On-Call; after this plan it pages nobody' in (
        planned.out
    )
    assert "[guard-pages-nobody]" in planned.out
    assert applied.code == 3
    assert nothing_written(incident_io)
    assert not (team.folder / ".reconciler" / "runs").exists()


def test_the_last_line_of_an_apply_that_writes_nothing_says_so(
    team: Team, incident_io: RunningSandbox
) -> None:
    team.run("plan", "--out", "plan.json")
    silence(team)
    refused = team.run("apply", "--auto-approve")
    of_other_files = team.run("apply", "plan.json", "--auto-approve")
    of_another_digest = team.run("apply", "--digest", "0" * 64, "--auto-approve")
    team.write("routes/informational.yaml", "name: [\n")
    with_an_error = team.run("apply", "--auto-approve")

    ends = (refused, of_other_files, of_another_digest, with_an_error)
    assert [ended.code for ended in ends] == [3, 3, 3, 1]
    assert {ended.err.splitlines()[-1] for ended in ends} == {"nothing was written to incident.io"}
    assert nothing_written(incident_io)


def test_an_approval_that_names_the_route_lets_it_through(
    team: Team, incident_io: RunningSandbox
) -> None:
    silence(team)
    team.approve("Production Alerts", "pages-nobody")

    applied = team.run("apply", "--auto-approve")

    assert applied.code == 0
    body = incident_io.state.find("Production Alerts").body
    assert body["escalation_config"]["escalation_targets"] == []


def test_an_approval_of_another_route_or_of_another_risk_is_none(
    team: Team, incident_io: RunningSandbox
) -> None:
    silence(team)
    team.approve("Production Warnings", "pages-nobody")
    team.approve("Production Alerts", "delete")

    assert team.run("apply", "--auto-approve").code == 3
    assert nothing_written(incident_io)


def test_an_approval_by_id_counts(team: Team, incident_io: RunningSandbox) -> None:
    silence(team)
    team.approve(incident_io.state.find("Production Alerts").id, "pages-nobody")

    assert team.run("apply", "--auto-approve").code == 0


def test_an_expired_approval_is_named(team: Team, incident_io: RunningSandbox) -> None:
    silence(team)
    team.approve("Production Alerts", "pages-nobody", expires="2026-01-31")

    applied = team.run("apply", "--auto-approve")

    assert applied.code == 3
    assert "the approval of `pages-nobody` expired on 2026-01-31" in applied.out
    assert nothing_written(incident_io)


def test_state_absent_needs_an_approval(team: Team, incident_io: RunningSandbox) -> None:
    team.write("routes/informational.yaml", RETIRED.format(name="Informational"))

    applied = team.run("apply", "--auto-approve")

    assert applied.code == 3
    assert '`state: absent` deletes "Informational"' in applied.out
    assert "routes/informational.yaml:1:8: error" in applied.out
    assert "Informational" in incident_io.state.names()
    assert nothing_written(incident_io)


def test_state_absent_with_an_approval_deletes_one_route(
    team: Team, incident_io: RunningSandbox
) -> None:
    team.write("routes/informational.yaml", RETIRED.format(name="Informational"))
    team.approve("Informational", "delete")
    known = set(incident_io.state.names())

    applied = team.run("apply", "--auto-approve")

    assert applied.code == 0
    assert "Informational: deleted" in applied.out
    assert set(incident_io.state.names()) == known - {"Informational"}
    again = team.run("plan", "--detailed-exitcode")
    assert again.code == 0
    assert '"Informational" is not live, as the file says [already-absent]' in again.out


def test_a_removed_file_leaves_its_route_live(team: Team, incident_io: RunningSandbox) -> None:
    (team.folder / "routes/informational.yaml").unlink()

    planned = team.run("plan", "--detailed-exitcode")
    applied = team.run("apply", "--auto-approve")

    assert "Plan: 1 to update, 4 unchanged, 1 undeclared." in planned.out
    assert "Undeclared (live and in no file; left as they are)" in planned.out
    assert applied.code == 0
    assert "Informational" in incident_io.state.names()
    # Undeclared routes alone are no change.
    assert team.run("plan", "--detailed-exitcode").code == 0


def owned(team: Team, incident_io: RunningSandbox, *names: str, max_deletes: int) -> None:
    """`undeclared: delete` for Platform, who own all live routes; the files of these are gone."""
    team.owned_by("Platform", incident_io)
    for name in names:
        (team.folder / "routes" / f"{name.lower().replace(' ', '-')}.yaml").unlink()
    team.write(
        "reconciler.yaml",
        team.read("reconciler.yaml")
        + f"undeclared: delete\nowns: {{teams: [Platform]}}\nmax_deletes: {max_deletes}\n",
    )


def test_undeclared_delete_deletes_only_what_the_teams_own(
    team: Team, incident_io: RunningSandbox
) -> None:
    owned(team, incident_io, "Informational", max_deletes=1)
    (team.folder / "routes/staging-notifications.yaml").unlink()  # nobody's
    incident_io.state.edit("Staging Notifications", lambda body: body.update(owning_team_ids=[]))

    planned = team.run("plan")
    applied = team.run("apply", "--auto-approve")

    assert "- Informational" in planned.out
    assert "Not ours: 1 live route of other owners." in planned.out
    assert "undeclared" not in planned.out.splitlines()[1]
    assert applied.code == 0, applied.out
    assert "Informational" not in incident_io.state.names()
    assert "Staging Notifications" in incident_io.state.names()


def test_more_deletes_than_max_deletes_are_refused(team: Team, incident_io: RunningSandbox) -> None:
    owned(team, incident_io, "Informational", "Staging Notifications", max_deletes=1)

    applied = team.run("apply", "--auto-approve")

    assert applied.code == 3
    assert '2 routes ("Informational", "Staging Notifications"); `max_deletes` allows 1' in (
        applied.out
    )
    assert nothing_written(incident_io)


def test_undeclared_delete_of_a_route_that_pages_needs_an_approval(
    team: Team, incident_io: RunningSandbox
) -> None:
    owned(team, incident_io, "Production Alerts", max_deletes=1)

    refused = team.run("apply", "--auto-approve")
    team.approve("Production Alerts", "delete")
    approved = team.run("apply", "--auto-approve")

    assert refused.code == 3
    assert '`undeclared: delete` deletes "Production Alerts", which pages' in refused.out
    assert approved.code == 0
    assert "Production Alerts" not in incident_io.state.names()


def test_undeclared_delete_without_an_owner_is_refused(
    team: Team, incident_io: RunningSandbox
) -> None:
    team.write("reconciler.yaml", team.read("reconciler.yaml") + "undeclared: delete\n")
    (team.folder / "routes/informational.yaml").unlink()

    applied = team.run("apply", "--auto-approve")

    assert applied.code == 1  # reconciler.yaml itself says too little
    assert "owns: {teams: [NAME]}" in applied.out
    assert nothing_written(incident_io)


def test_nothing_is_deleted_while_a_file_has_an_error(
    team: Team, incident_io: RunningSandbox
) -> None:
    # The file that cannot be read may be the one that declares what looks undeclared.
    owned(team, incident_io, "Informational", max_deletes=5)
    team.write("routes/broken.yaml", "name: Informational\nsources: [\n")

    applied = team.run("apply", "--auto-approve")

    assert applied.code == 1
    assert "- Informational" not in applied.out
    assert nothing_written(incident_io)


def test_an_empty_or_missing_routes_folder_deletes_nothing(
    team: Team, incident_io: RunningSandbox
) -> None:
    owned(team, incident_io, "Informational", max_deletes=50)
    for path in (team.folder / "routes").iterdir():
        path.unlink()
    ended: list[Ended] = [team.run("apply", "--auto-approve")]
    (team.folder / "routes").rmdir()
    ended.append(team.run("apply", "--auto-approve"))

    assert [one.code for one in ended] == [1, 1]
    assert nothing_written(incident_io)
