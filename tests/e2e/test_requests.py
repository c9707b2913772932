"""Every request counts: a plan and an apply ask for what they need, once."""

import shutil
from collections import Counter

import pytest

from reconciler import sandbox
from reconciler.sandbox.http.running import RunningSandbox
from tests.e2e.conftest import Open
from tests.e2e.team import Team

LISTS = {  # what the six files name
    "/v1/identity": 1,
    "/v2/alert_attributes": 1,
    "/v2/alert_sources": 1,
    "/v2/escalation_paths?page_size=25": 1,
}


def asked(incident_io: RunningSandbox) -> Counter[str]:
    """Requests by path; details without their ids."""
    paths = [
        request.path if "/alert_routes/" not in request.path else "detail"
        for request in incident_io.requests
    ]
    incident_io.requests.clear()
    return Counter(paths)


def test_a_plan_of_six_files_is_eleven_requests(team: Team, incident_io: RunningSandbox) -> None:
    assert team.run("plan").code == 0

    assert asked(incident_io) == LISTS | {"/v3/alert_routes?page_size=50": 1, "detail": 6}


def test_without_v3_the_probe_costs_one_request_more(open_account: Open) -> None:
    team, incident_io = open_account(sandbox.Settings(rate_limit=False, v3_available=False))

    assert team.run("plan").code == 0

    assert asked(incident_io) == LISTS | {
        "/v3/alert_routes?page_size=50": 1,
        "/v2/alert_routes?page_size=50": 1,
        "detail": 6,
    }


def test_a_version_that_is_named_needs_no_probe(open_account: Open) -> None:
    team, incident_io = open_account(sandbox.Settings(rate_limit=False, v3_available=False))
    team.write("reconciler.yaml", team.read("reconciler.yaml") + "api: v2\n")

    assert team.run("plan").code == 0

    assert asked(incident_io) == LISTS | {"/v2/alert_routes?page_size=50": 1, "detail": 6}


def test_undeclared_routes_are_listed_and_read_only_where_routing_changes(
    open_account: Open,
) -> None:
    team, incident_io = open_account(sandbox.Settings(rate_limit=False, routes=120))
    changes = team.run("plan")
    assert "1 to update" in changes.out
    assert asked(incident_io)["detail"] == 126
    team.run("apply", "--auto-approve")
    incident_io.requests.clear()

    planned = team.run("plan")

    requests = asked(incident_io)
    assert "120 undeclared" in planned.out
    assert requests["detail"] == 6
    assert sum(n for path, n in requests.items() if path.startswith("/v3/alert_routes?")) == 3


def test_a_plan_of_one_file_reads_one_route(team: Team, incident_io: RunningSandbox) -> None:
    ended = team.run("plan", "routes/informational.yaml")

    assert "Undeclared routes are not listed" in ended.out
    requests = asked(incident_io)
    assert requests["detail"] == 1
    assert requests["/v2/escalation_paths?page_size=25"] == 0


def test_a_list_that_no_file_needs_is_not_read(team: Team, incident_io: RunningSandbox) -> None:
    team.edit(
        "routes/informational.yaml",
        "notify:\n",
        "owners: [Platform]\nincident: {name: x, severity: Major, type: Default}\nnotify:\n",
    )

    assert team.run("plan").code == 0

    more = asked(incident_io) - Counter(LISTS)
    assert more == {
        "/v3/alert_routes?page_size=50": 1,
        "detail": 6,
        "/v3/teams?page_size=250": 1,
        "/v1/severities": 1,
        "/v1/incident_types": 1,
    }


def test_entries_are_read_for_the_types_that_files_compare_with(
    team: Team, incident_io: RunningSandbox
) -> None:
    team.edit(
        "routes/informational.yaml",
        "notify:\n",
        "when:\n  - service: [gateway, ledger]\n  - service: api\nnotify:\n",
    )

    assert team.run("plan").code == 0

    requests = asked(incident_io)
    assert sum(n for path, n in requests.items() if "catalog_entries" in path) == 1
    assert requests["/v3/catalog_types"] <= 1


@pytest.mark.parametrize(("count", "lists"), [(3, 0), (21, 1)])
def test_named_users_are_asked_for_one_by_one_up_to_twenty(
    team: Team, incident_io: RunningSandbox, count: int, lists: int
) -> None:
    people = incident_io.state.account.users
    for number in range(count):
        people.append(people[0] | {"id": f"01KUSER{number:019}", "email": f"p{number}@example.com"})
    incident_io.state.account.index()
    users = "".join(f"  - user: p{number}@example.com\n" for number in range(count))
    path = "routes/production-alerts.yaml"
    team.edit(path, "escalate:\n", f"escalate:\n{users}")

    assert team.run("plan").code == 0

    requests = asked(incident_io)
    assert sum(n for path, n in requests.items() if "email=" in path) == (0 if lists else count)
    assert requests["/v2/users?include_inactive=true&page_size=10000"] == lists


def test_apply_right_after_its_plan_reads_no_route_again(
    team: Team, incident_io: RunningSandbox
) -> None:
    team.edit("routes/informational.yaml", "sources:\n", "enabled: false\nsources:\n")

    assert team.run("apply", "--auto-approve").code == 0

    assert incident_io.count("PUT") == 2
    assert incident_io.count("GET", "/alert_routes/") == 6
    assert incident_io.count("GET", r"/alert_routes\?") == 1
    assert incident_io.count("GET", "/identity") == 1


def test_creates_cost_one_list_before_them_and_one_after(
    team: Team, incident_io: RunningSandbox
) -> None:
    """Names are not unique, so the list alone tells whether another run made the same."""
    for number in range(10):
        text = f"name: New {number}\nsources: [Axiom]\nnotify:\n  - slack: C06E4KQ7R2N\n"
        team.write(f"routes/new-{number}.yaml", text)

    assert team.run("apply", "--auto-approve").code == 0

    assert incident_io.count("POST") == 10
    assert incident_io.count("GET", "/alert_routes/") == 6
    assert incident_io.count("GET", r"/alert_routes\?") == 3  # the plan's own, and these two


def test_a_delete_is_one_read_and_one_write_more(team: Team, incident_io: RunningSandbox) -> None:
    team.write("routes/informational.yaml", "name: Informational\nstate: absent\n")
    team.approve("Informational", "delete")

    assert team.run("apply", "--auto-approve").code == 0

    assert incident_io.count("DELETE") == 1
    assert incident_io.count("PUT") == 1
    assert incident_io.count("GET", "/alert_routes/") == 7


def test_validate_compile_offline_and_table_ask_nobody(
    team: Team, incident_io: RunningSandbox
) -> None:
    assert team.run("directory", "refresh").code == 0
    incident_io.requests.clear()

    for arguments in (
        ("validate",),
        ("table",),
        ("schema",),
        ("fmt", "--check"),
        ("compile", "--offline", "routes/informational.yaml"),
    ):
        assert team.run(*arguments).code == 0

    assert incident_io.requests == []


@pytest.mark.parametrize("arguments", [("--all",), ("--all", "--force"), ("Informational",)])
def test_an_import_reads_each_route_once(
    team: Team, incident_io: RunningSandbox, arguments: tuple[str, ...]
) -> None:
    if "--force" not in arguments:
        shutil.rmtree(team.folder / "routes")

    ended = team.run("import", *arguments)

    assert ended.code == 0, ended.err
    assert "plan of these files: no changes" in ended.err
    requests = asked(incident_io)
    assert requests["detail"] == (6 if "--all" in arguments else 1), requests
    assert requests["/v3/alert_routes?page_size=50"] == 1
