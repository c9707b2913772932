"""What a restore cannot hold, or does not compare, is never called as it was."""

from typing import Any

from reconciler.sandbox import Settings
from tests.e2e.conftest import Open
from tests.e2e.corpus_account import load
from tests.sandbox.payloads import rich_v2


def without_words(route: dict[str, Any]) -> None:
    template = route["incident_config"]["template"]
    template.update(summary=None, workspace=None)


def test_a_setting_that_is_off_and_differs_is_said(open_account: Open) -> None:
    team, running = open_account(Settings(seeded=False, rate_limit=False))
    body = rich_v2()
    body["incident_config"]["enabled"] = False
    running.state.create(body, "v2")
    assert team.run("backup", "--api", "both").code == 0
    assert "every route matches its backup" in team.run("restore", "--api", "v2").out
    running.state.edit(body["name"], without_words)

    ended = team.run("restore", "--api", "v2")

    assert ended.code == 0
    assert "[not-compared]" in ended.out
    assert "the template of incidents, which are off" in " ".join(ended.out.split())
    assert "every route matches its backup" not in ended.out


def test_a_newer_field_that_differs_is_said(open_account: Open) -> None:
    team, running = open_account(Settings(rate_limit=False))
    assert team.run("backup").code == 0
    running.state.edit("Informational", lambda route: route.update(is_newer="yes"))

    ended = team.run("restore", "--plan")

    assert "`is_newer`, which is newer than this version of reconciler" in " ".join(
        ended.out.split()
    )
    assert "every route matches its backup" not in ended.out


def test_a_name_that_was_taken_meanwhile_is_said(open_account: Open) -> None:
    team, running = open_account(Settings(rate_limit=False))
    assert team.run("backup").code == 0
    running.state.edit("Informational", lambda route: route.update(name="Was Informational"))
    running.state.edit("Unrouted Alerts", lambda route: route.update(name="Informational"))
    taken = running.state.find("Informational").id

    ended = team.run("restore", "--plan", "--only", "Informational")
    whole = team.run("restore", "--plan")

    assert "[name-taken]" in ended.out
    assert f'{taken} is named "Informational" too' in " ".join(ended.out.split())
    assert "[name-taken]" not in whole.out  # both go back


def test_a_route_that_kept_its_name_beside_a_twin_is_no_news(open_account: Open) -> None:
    team, running = open_account(Settings(rate_limit=False))
    running.state.edit("Unrouted Alerts", lambda route: route.update(name="Informational"))
    assert team.run("backup").code == 0
    running.state.edit("Informational", lambda route: route.update(is_private=True))

    assert "name-taken" not in team.run("restore", "--plan").out


def test_what_v3_cannot_hold_of_a_v2_backup_is_said(open_account: Open) -> None:
    team, running = open_account(Settings(seeded=False, rate_limit=False))
    load(running)
    team.run("backup", "--api", "v2")

    ended = team.run("restore", "--plan", "--api", "v3", "--only", "incident-workspace of v2")

    assert ended.code == 0
    assert "[not-restored]" in ended.out
    assert "API v3 does not support a workspace for incidents" in ended.out
    assert "`restore --api v2`" in ended.out


def test_what_v2_cannot_hold_of_a_v3_backup_is_said(open_account: Open) -> None:
    team, running = open_account(Settings(seeded=False, rate_limit=False))
    load(running)
    team.run("backup", "--api", "v3")

    said = team.run("restore", "--plan", "--api", "v2").out

    assert "API v2 does not support summaries of groups" in said
    assert "API v2 does not support `fixed` windows" in said
