"""Keys: none, a wrong one, and keys that may do less than a command needs."""

import pytest

from reconciler import sandbox
from reconciler.sandbox.account.account import Account
from reconciler.sandbox.http import lookups
from reconciler.sandbox.http.keys import Key
from reconciler.sandbox.http.running import RunningSandbox
from tests.e2e.conftest import Open
from tests.e2e.team import Team


def test_a_read_only_key_plans(team: Team, incident_io: RunningSandbox) -> None:
    assert team.run("plan", INCIDENT_API_KEY=incident_io.read_only_key) == team.run("plan")


def test_a_read_only_key_that_applies_is_told_which_right_is_missing(
    team: Team, incident_io: RunningSandbox
) -> None:
    for arguments in (("apply",), ("apply", "--auto-approve")):
        ended = team.run(*arguments, INCIDENT_API_KEY=incident_io.read_only_key)

        assert ended.code == 1
        assert "~ Database Alerts" in ended.out
        assert ended.err.startswith("error: this key can only read (roles: viewer) [")
        assert ended.err.endswith("nothing was written to incident.io\n")
        assert '"Create and manage on-call resources"' in ended.err
        assert "Write this change" not in ended.err
    assert incident_io.count("GET") == len(incident_io.requests)


def test_restore_and_rollback_say_so_before_they_ask_too(
    team: Team, incident_io: RunningSandbox
) -> None:
    team.run("backup")
    assert team.run("apply", "--auto-approve").code == 0
    incident_io.requests.clear()

    for command in ("restore", "rollback"):
        ended = team.run(command, INCIDENT_API_KEY=incident_io.read_only_key)
        assert ended.code == 1
        assert "[key-cannot-write]" in ended.err
        assert "Write this change" not in ended.err
        looked = team.run(command, "--plan", INCIDENT_API_KEY=incident_io.read_only_key)
        assert looked.code == 0

    assert incident_io.count("GET") == len(incident_io.requests)


def test_nothing_to_write_needs_no_right(team: Team, incident_io: RunningSandbox) -> None:
    assert team.run("apply", "--auto-approve").code == 0

    ended = team.run("apply", "--auto-approve", INCIDENT_API_KEY=incident_io.read_only_key)

    assert ended.code == 0


@pytest.mark.parametrize(
    ("field", "roles", "code"),
    [
        ("team_roles", ["on_call_editor"], 0),  # it may write what its teams own
        ("roles", ["viewer", "manage_settings"], 0),  # what this role may is written down nowhere
        ("roles", [], 0),
        ("roles", ["viewer", "on_call_viewer", "schedules_reader"], 1),
    ],
)
def test_only_roles_that_are_known_to_read_are_refused(
    team: Team,
    incident_io: RunningSandbox,
    monkeypatch: pytest.MonkeyPatch,
    field: str,
    roles: list[str],
    code: int,
) -> None:
    def answer(account: Account, key: Key) -> dict[str, object]:
        said = identity(account, key)
        said["identity"] = {**said["identity"], "roles": ["viewer"], field: roles}
        return said

    identity = lookups.identity
    monkeypatch.setattr(lookups, "identity", answer)

    ended = team.run("apply", "--auto-approve")

    assert ended.code == code
    assert (
        "cannot tell from this key's roles (viewer, manage_settings) whether it can write"
        in ended.err
    ) == ("manage_settings" in roles)


def test_a_key_that_is_revoked_meanwhile_ends_the_run(
    team: Team, incident_io: RunningSandbox
) -> None:
    for slug in ("informational", "staging-notifications", "unrouted-alerts"):
        team.edit(f"routes/{slug}.yaml", "sources:\n", "private: true\nsources:\n")
    incident_io.fault("status", method="PUT", status=401, times=9)

    ended = team.run("apply", "--auto-approve")

    assert ended.code == 1
    assert incident_io.count("PUT") == 1
    assert "1 failed, 3 not sent" in ended.out


@pytest.mark.parametrize(
    ("action", "code", "counts"),
    [
        ("create", 5, "1 written, 1 failed, 14 not sent"),  # an update went before it
        ("update", 1, "1 failed, 15 not sent"),
    ],
)
def test_the_first_refusal_ends_the_run(
    open_account: Open, action: str, code: int, counts: str
) -> None:
    missing = frozenset({f"alert_route.{action}"})
    team, incident_io = open_account(sandbox.Settings(rate_limit=False, missing_scopes=missing))
    for number in range(12):
        text = f"name: New {number}\nsources: [Axiom]\nnotify:\n  - slack: C06E4KQ7R2N\n"
        team.write(f"routes/new-{number}.yaml", text)
    for slug in ("informational", "staging-notifications", "unrouted-alerts"):
        team.edit(f"routes/{slug}.yaml", "sources:\n", "private: true\nsources:\n")

    ended = team.run("apply", "--auto-approve")

    assert ended.code == code
    method = {"create": "POST", "update": "PUT"}[action]
    assert incident_io.count(method) == 1
    assert ended.out.count(": failed.") == 1
    assert (
        "not sent (stopped: incident.io refused a write, because the key lacks a permission"
        in " ".join(ended.out.split())
    )
    assert counts in ended.out


def test_a_powerless_key_is_one_clear_error(team: Team, incident_io: RunningSandbox) -> None:
    ended = team.run("plan", INCIDENT_API_KEY=incident_io.powerless_key)

    assert (ended.code, ended.out) == (1, "")
    evidence, advice = ended.err.splitlines()
    assert evidence.startswith("error: GET /v3/alert_routes: 403 ")
    assert 'The key lacks the right "alert_routes.view"' in advice
    assert incident_io.powerless_key not in ended.err


def test_no_key_says_how_to_get_one(team: Team, incident_io: RunningSandbox) -> None:
    for arguments in (("plan",), ("apply", "--auto-approve"), ("directory", "refresh")):
        ended = team.run(*arguments, INCIDENT_API_KEY="")
        assert (ended.code, ended.out) == (1, "")
        assert ended.err == (
            "error: no API key: set INCIDENT_API_KEY (`reconciler help api-key` explains "
            "how), or try it without an account: reconciler sandbox\n"
        )
    assert incident_io.requests == []


def test_a_key_that_nobody_knows_is_one_clear_error(team: Team) -> None:
    ended = team.run("plan", INCIDENT_API_KEY="not-a-key-of-this-account")

    assert ended.code == 1
    assert "401" in ended.err
    assert "incident.io does not know the key in INCIDENT_API_KEY" in ended.err
    assert "not-a-key-of-this-account" not in ended.err


@pytest.mark.parametrize("text", ["two words", "line\nbreak", "ключ"])
def test_text_that_cannot_be_a_key_is_never_sent(
    team: Team, incident_io: RunningSandbox, text: str
) -> None:
    ended = team.run("plan", INCIDENT_API_KEY=text)

    assert ended.code == 1
    assert ended.err.startswith("error: ")
    assert text not in ended.err
    assert incident_io.requests == []


def test_the_other_variable_counts_too(team: Team, incident_io: RunningSandbox) -> None:
    ended = team.run("plan", INCIDENT_API_KEY="", INCIDENT_IO_TOKEN=incident_io.key)

    assert ended.code == 0


@pytest.mark.parametrize(
    "endpoint", ["http://example.com", "ftp://127.0.0.1", "nonsense", "https://user:pw@example.com"]
)
@pytest.mark.parametrize("command", [("plan",), ("apply", "--auto-approve"), ("doctor",)])
def test_the_key_is_sent_to_https_or_to_this_machine_only(
    team: Team, endpoint: str, command: tuple[str, ...]
) -> None:
    ended = team.run(*command, INCIDENT_ENDPOINT=endpoint)

    assert ended.code == 1
    assert "INCIDENT_ENDPOINT" in ended.out + ended.err
    assert team.environment["INCIDENT_API_KEY"] not in ended.out + ended.err
    assert "Traceback" not in ended.out + ended.err


def test_a_list_that_may_not_be_read_leaves_ids_and_a_finding(open_account: Open) -> None:
    settings = sandbox.Settings(rate_limit=False, missing_scopes=frozenset({"users.view"}))
    team, incident_io = open_account(settings)
    lead = next(
        one["id"] for one in incident_io.state.account.users if one["email"] == "lead@example.com"
    )
    team.edit(
        "routes/production-alerts.yaml",
        "  - path: Engineering On-Call\n",
        f"  - path: Engineering On-Call\n  - user: {lead}\n",
    )

    ended = team.run("plan")

    assert ended.code == 0, ended.out + ended.err
    assert f"+ user {lead}" in ended.out
    assert "routes/production-alerts.yaml:12:11: note: ids of users are not checked" in (ended.out)
    assert "`users.view`" in ended.out
    assert "~ Database Alerts" in ended.out


def test_a_name_of_a_list_that_may_not_be_read_is_an_error_that_names_the_right(
    open_account: Open,
) -> None:
    settings = sandbox.Settings(rate_limit=False, missing_scopes=frozenset({"users.view"}))
    team, _ = open_account(settings)
    team.edit(
        "routes/production-alerts.yaml",
        "  - path: Engineering On-Call\n",
        "  - path: Engineering On-Call\n  - user: lead@example.com\n",
    )

    ended = team.run("plan")

    assert ended.code == 1
    assert "routes/production-alerts.yaml:12:11: error:" in ended.out
    assert "users.view" in ended.out
    assert "~ Database Alerts" in ended.out  # the rest of the plan goes on


def test_without_the_paths_ids_stand_for_names_of_live_routes(open_account: Open) -> None:
    settings = sandbox.Settings(
        rate_limit=False, missing_scopes=frozenset({"escalation_paths.view"})
    )
    team, incident_io = open_account(settings)
    (team.folder / "directory.lock.json").unlink()  # which would tell the names
    paths = {one["name"]: one["id"] for one in incident_io.state.account.escalation_paths}
    for slug in ("database-alerts", "production-alerts"):
        team.edit(f"routes/{slug}.yaml", "Engineering On-Call", paths["Engineering On-Call"])

    ended = team.run("plan")

    assert ended.code == 0, ended.out + ended.err
    assert f"+ {paths['Engineering On-Call']}" in ended.out
    assert "escalation_paths.view" in ended.out


def test_names_of_a_list_that_may_not_be_read_come_from_the_lock(open_account: Open) -> None:
    settings = sandbox.Settings(
        rate_limit=False, missing_scopes=frozenset({"escalation_paths.view"})
    )
    team, _ = open_account(settings)

    ended = team.run("plan")

    assert ended.code == 0, ended.out + ended.err
    assert "+ Engineering On-Call" in ended.out
    assert "names-of-the-lock" in ended.out
    assert "1 to update" in ended.out
