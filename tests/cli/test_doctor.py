"""What stands in the way of a plan is said, with what to do about it; nothing is written."""

import shutil

import pytest

from reconciler import sandbox
from reconciler.sandbox.http.running import RunningSandbox
from tests.e2e.conftest import Open
from tests.e2e.team import Ended, Team


def lines(ended: Ended) -> dict[str, tuple[str, str]]:
    """Subject -> (sign, words)."""
    found = {}
    for line in ended.out.splitlines():
        sign, _, rest = line.partition("  ")
        if sign.strip():
            subject, _, words = rest.strip().partition(": ")
            found[subject] = (sign.strip(), words)
    return found


def test_all_is_well(team: Team, incident_io: RunningSandbox) -> None:
    assert team.run("directory", "refresh").code == 0

    ended = team.run("doctor")

    assert ended.code == 0
    found = lines(ended)
    assert found["files"] == ("ok", "6 routes, reconciler.yaml and lock file readable")
    assert found["endpoint"] == ("ok", incident_io.url)
    assert found["key"] == ("ok", "read from INCIDENT_API_KEY")
    assert found["account"] == ("ok", "https://sandbox.invalid/acme, key named 'GitOps apply'")
    assert found["API"] == ("ok", "v3 answers, as `api: auto` asks")
    assert found["writing routes"][0] == "ok"
    assert {sign for sign, _ in found.values()} == {"ok"}
    assert incident_io.count("GET") == len(incident_io.requests)
    assert incident_io.key not in ended.out + ended.err
    assert "         keys: https://sandbox.invalid/acme/settings/api-keys\n" in ended.out
    assert "alert sources: https://sandbox.invalid/acme/settings/alert-sources\n" in ended.out


@pytest.mark.parametrize(
    ("locked", "words"),
    [
        (True, "6 routes and lock file readable; no reconciler.yaml, which is optional"),
        (False, "6 routes readable; no directory.lock.json yet"),
    ],
)
def test_files_that_are_not_there_are_not_called_readable(
    team: Team, locked: bool, words: str
) -> None:
    (team.folder / "reconciler.yaml").unlink()
    (team.folder / "directory.lock.json").unlink()
    for file in (team.folder / "routes").iterdir():
        team.write(f"routes/{file.name}", file.read_text("utf-8").replace("#alerts", "C06E4KQ7R2N"))
    if locked:
        assert team.run("directory", "refresh").code == 0

    assert lines(team.run("doctor"))["files"] == ("ok", words)


def test_a_read_only_key_is_fine_for_plans(team: Team, incident_io: RunningSandbox) -> None:
    ended = team.run("doctor", INCIDENT_API_KEY=incident_io.read_only_key)

    assert ended.code == 0
    assert lines(ended)["writing routes"] == ("note", "not allowed by the key's roles (viewer)")
    assert "`apply` needs *Create and manage on-call resources*" in ended.out


def test_a_powerless_key_is_a_problem_that_names_the_right(
    team: Team, incident_io: RunningSandbox
) -> None:
    ended = team.run("doctor", INCIDENT_API_KEY=incident_io.powerless_key)

    assert ended.code == 1
    assert 'The key lacks the right "alert_routes.view"' in ended.out


def test_a_right_that_is_missing_for_one_list_is_named(open_account: Open) -> None:
    team, _ = open_account(
        sandbox.Settings(rate_limit=False, missing_scopes=frozenset({"escalation_paths.view"}))
    )

    ended = team.run("doctor")

    assert ended.code == 1
    found = lines(ended)
    assert found["reading escalation paths"] == ("PROBLEM", "refused")
    assert found["reading routes"] == ("ok", "allowed")
    assert "escalation_paths.view" in ended.out


def test_a_list_that_cannot_be_read_for_another_reason_is_a_problem(
    team: Team, incident_io: RunningSandbox
) -> None:
    incident_io.fault("status", path="/alert_sources", status=410, times=9)

    ended = team.run("doctor")

    assert ended.code == 1
    assert lines(ended)["reading alert sources"][0] == "PROBLEM"


def test_no_key_says_how_to_make_one(team: Team) -> None:
    ended = team.run("doctor", INCIDENT_API_KEY="")

    assert ended.code == 1
    assert lines(ended)["key"] == ("PROBLEM", "none")
    assert "reconciler help api-key" in ended.out


def test_a_key_that_nobody_knows_is_a_problem(team: Team) -> None:
    ended = team.run("doctor", INCIDENT_API_KEY="of-nobody")

    assert ended.code == 1
    assert "401" in lines(ended)["incident.io"][1]
    assert "of-nobody" not in ended.out


def test_an_address_in_clear_is_refused_and_gets_no_key(team: Team) -> None:
    ended = team.run("doctor", INCIDENT_ENDPOINT="http://example.com")

    assert ended.code == 1
    assert "sends the key unencrypted to example.com" in lines(ended)["settings"][1]


def test_nothing_at_the_endpoint_is_a_problem(team: Team, no_waiting: object) -> None:
    ended = team.run("doctor", INCIDENT_ENDPOINT="http://127.0.0.1:9")

    assert ended.code == 1
    assert lines(ended)["incident.io"][0] == "PROBLEM"


@pytest.mark.parametrize("api", ["v2", "v3"])
def test_the_version_that_answers_is_named(open_account: Open, api: str) -> None:
    team, _ = open_account(sandbox.Settings(rate_limit=False, v3_available=api == "v3"))

    assert lines(team.run("doctor"))["API"] == ("ok", f"{api} answers, as `api: auto` asks")


def test_a_version_that_is_not_there_is_a_problem(open_account: Open) -> None:
    team, _ = open_account(sandbox.Settings(rate_limit=False, v3_available=False))
    team.write("reconciler.yaml", team.read("reconciler.yaml") + "api: v3\n")

    ended = team.run("doctor")

    assert ended.code == 1
    assert "use `api: v2` or `api: auto`" in ended.out


def test_errors_in_files_are_counted(team: Team) -> None:
    team.edit(
        "routes/informational.yaml",
        "name: Informational",
        "name: Informational\nnme: x\nsuorces: []",
    )

    ended = team.run("doctor")

    assert ended.code == 1
    assert lines(ended)["files"] == ("PROBLEM", "2 errors")
    assert "`reconciler validate` lists them" in ended.out


def test_one_error_of_the_files_is_said(team: Team) -> None:
    shutil.rmtree(team.folder / "routes")

    assert lines(team.run("doctor"))["files"] == ("PROBLEM", "routes:1:1: routes/ is missing")


def test_without_a_lock_it_says_how_to_get_one(team: Team) -> None:
    (team.folder / "directory.lock.json").unlink(missing_ok=True)

    ended = team.run("doctor")

    assert ended.code == 0
    assert lines(ended)["files"][1] == (
        "6 routes and reconciler.yaml readable; no directory.lock.json yet"
    )
    assert "`reconciler directory refresh` writes it" in ended.out


def test_a_lock_of_another_account_is_named(team: Team, incident_io: RunningSandbox) -> None:
    team.name_no_account()
    assert team.run("directory", "refresh").code == 0
    incident_io.state.account.dashboard_url = "https://app.incident.io/another"

    found = lines(team.run("doctor"))

    assert found["lock file"][0] == "note"
    assert "https://sandbox.invalid/acme" in found["lock file"][1]


def test_a_key_that_may_not_ask_who_it_is_is_only_a_note(
    team: Team, incident_io: RunningSandbox
) -> None:
    team.name_no_account()
    incident_io.fault("status", path="/identity", status=403, times=9)

    ended = team.run("doctor")

    assert ended.code == 0
    assert lines(ended)["account"] == ("note", "the API does not report the key's account")


@pytest.mark.parametrize(
    ("file", "text", "place"),
    [
        ("reconciler.yaml", "channels: [\n", "reconciler.yaml:2:1: "),
        ("routes/informational.yaml", "name: Informational\n when: 1\n",
         "routes/informational.yaml:2:6: "),
    ],
)  # fmt: skip
def test_the_place_of_a_broken_file_is_named(team: Team, file: str, text: str, place: str) -> None:
    team.write(file, text)

    sign, words = lines(team.run("doctor"))["files"]

    assert sign == "PROBLEM"
    assert words.startswith(place)


@pytest.mark.parametrize(
    ("owns", "name"),
    [
        ("{teams: [Platfrom]}", "Platfrom"),
        ("{elsewhere: [{repository: other, teams: [Nobody]}]}", "Nobody"),
    ],
)
def test_a_team_of_owns_that_the_account_lacks_is_a_problem_as_in_a_plan(
    team: Team, owns: str, name: str
) -> None:
    team.write("reconciler.yaml", team.read("reconciler.yaml") + f"owns: {owns}\n")

    ended = team.run("doctor")

    assert (ended.code, team.run("plan").code) == (1, 1)
    sign, words = lines(ended)["owns"]
    assert sign == "PROBLEM"
    assert f'"{name}"' in words
    assert words.startswith("reconciler.yaml:")


def test_teams_of_owns_that_are_there_are_named(team: Team) -> None:
    team.write("reconciler.yaml", team.read("reconciler.yaml") + "owns: {teams: [Platform]}\n")

    sign, words = lines(team.run("doctor"))["owns"]

    assert (sign, words.split(" (")[0]) == ("ok", "routes of Platform")


def test_prefixes_of_owns_need_no_account(team: Team) -> None:
    team.write("reconciler.yaml", team.read("reconciler.yaml") + "owns: {prefixes: [Prod]}\n")

    found = lines(team.run("doctor", INCIDENT_API_KEY=""))

    assert found["owns"][0] == "ok"


def test_teams_of_owns_that_the_key_may_not_list_are_no_ok(open_account: Open) -> None:
    team, _ = open_account(
        sandbox.Settings(rate_limit=False, missing_scopes=frozenset({"catalog_entries.view"}))
    )
    team.write("reconciler.yaml", team.read("reconciler.yaml") + "owns: {teams: [Platform]}\n")

    ended = team.run("doctor")

    assert lines(ended)["owns"][0] != "ok"
    assert (ended.code == 1) == (team.run("plan").code == 1)
