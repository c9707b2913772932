"""Who is on call behind a path, for each form that a path has."""

from itertools import pairwise
from typing import Any

import pytest

from reconciler.client import Key, ReadClient, parse_endpoint
from reconciler.live.on_call import read_on_call
from reconciler.routing.on_call import OnCall, Step
from reconciler.sandbox.account.seed import ident
from reconciler.sandbox.http.running import RunningSandbox
from tests.e2e.conftest import incident_io as incident_io

LEAD, ENGINEER = ident("user", "lead@example.com"), ident("user", "engineer@example.com")
SCHEDULE = ident("schedule", "Engineering On-Call")
PATH = ident("escalation path", "Engineering On-Call")
OTHER = ident("escalation path", "Database On-Call")


def level(*targets: tuple[str, str], **more: str) -> dict[str, Any]:
    listed = [{"type": kind, "id": one, "urgency": "high", **more} for kind, one in targets]
    return {"id": "n", "type": "level", "level": {"targets": listed}}


def on_call(incident_io: RunningSandbox, *nodes: dict[str, Any], **more: object) -> OnCall:
    for row in incident_io.state.account.escalation_paths:
        if row["id"] == PATH:
            row["path"] = list(nodes)
            row.update(more)
    with ReadClient(parse_endpoint(incident_io.url), Key(incident_io.key)) as client:
        return read_on_call(client, PATH)


def schedule(incident_io: RunningSandbox, **more: object) -> None:
    for row in incident_io.state.account.schedules:
        if row["id"] == SCHEDULE:
            row.update(more)


def test_people_and_schedules_of_a_level(incident_io: RunningSandbox) -> None:
    found = on_call(incident_io, level(("user", LEAD), ("schedule", SCHEDULE), ("user", LEAD)))

    assert found.name == "Engineering On-Call"
    assert found.steps == (Step(("Engineering Lead", "On-call Engineer")),)
    assert found.reaches == "yes"


def test_a_channel_is_nobody(incident_io: RunningSandbox) -> None:
    found = on_call(
        incident_io, level(("slack_channel", "C1")), {"id": "d", "type": "delay", "delay": {}}
    )
    assert found.reaches == "no"


def test_branches_are_perhaps(incident_io: RunningSandbox) -> None:
    either = {
        "id": "i",
        "type": "if_else",
        "if_else": {
            "conditions": [],
            "then_path": [level(("user", LEAD))],
            "else_path": [level(("user", ENGINEER))],
        },
    }
    found = on_call(incident_io, either)

    assert found.steps == (
        Step(("Engineering Lead",), perhaps=True),
        Step(("On-call Engineer",), perhaps=True),
    )
    assert found.reaches == "unknown"


def test_a_path_leads_on_to_another_once(incident_io: RunningSandbox) -> None:
    def on(path: str) -> dict[str, Any]:
        return {
            "id": "p",
            "type": "escalation_path",
            "escalation_path": {"escalation_path_id": path},
        }

    assert on_call(incident_io, on(OTHER)).steps == (Step(("Engineering Lead",)),)
    assert on_call(incident_io, on(PATH)).reaches == "no"
    assert on_call(incident_io, on("01NOTHING")).reaches == "unknown"


def test_what_is_newer_than_this_version_may_call_anybody(incident_io: RunningSandbox) -> None:
    found = on_call(incident_io, {"id": "n", "type": "rotate_teams", "rotate_teams": {}})
    assert found.steps == (Step(unknown=("a step of the unknown type rotate_teams",)),)
    assert found.reaches == "unknown"

    found = on_call(incident_io, level(("team", "01T")))
    assert found.steps == (Step(unknown=("a target of the unknown type team",)),)


def test_a_long_chain_of_paths_is_not_followed_to_its_end(incident_io: RunningSandbox) -> None:
    paths = incident_io.state.account.escalation_paths
    chain = [f"01CHAIN{number}" for number in range(8)]
    for here, there in pairwise(chain):
        on = {"escalation_path_id": there}
        nodes = [{"id": "p", "type": "escalation_path", "escalation_path": on}]
        paths.append({**paths[0], "id": here, "name": here, "path": nodes})
    last = {**paths[0], "id": chain[-1], "name": "last", "path": [level(("user", LEAD))]}
    paths.append(last)
    on = {"escalation_path_id": chain[0]}

    found = on_call(incident_io, {"id": "p", "type": "escalation_path", "escalation_path": on})

    assert found.reaches == "unknown"
    assert found.steps == (Step(unknown=("it leads on through more than 5 paths",)),)


def test_a_path_of_a_template_names_who_answers(incident_io: RunningSandbox) -> None:
    found = on_call(incident_io, current_responders=[{"id": "1", "email": "a@example.com"}])
    assert found.steps == (Step(("a@example.com",)),)
    assert on_call(incident_io, current_responders=[]).reaches == "unknown"


@pytest.mark.parametrize(
    ("target", "expected"),
    [
        ({"schedule_mode": "currently_on_call"}, ("On-call Engineer",)),
        ({"schedule_mode": "currently_on_call_for_rota", "selected_rota_id": "R2"}, ()),
        ({"schedule_mode": "next_on_call"}, ("Next",)),
        ({"schedule_mode": "all_users"}, ("A", "B")),
        ({"schedule_mode": "all_users_for_rota", "selected_rota_id": "R2"}, ("B",)),
    ],
)
def test_the_mode_of_a_schedule(
    incident_io: RunningSandbox, target: dict[str, str], expected: tuple[str, ...]
) -> None:
    schedule(
        incident_io,
        next_shifts=[{"rotation_id": "R1", "user": {"name": "Next"}}],
        config={
            "rotations": [
                {"id": "R1", "users": [{"name": "A"}]},
                {"id": "R2", "users": [{"name": "B"}]},
            ]
        },
    )
    (step,) = on_call(incident_io, level(("schedule", SCHEDULE), **target)).steps

    assert step.people == expected
    assert step.empty == (() if expected else ("Engineering On-Call rota",))


def test_what_the_key_may_not_read_is_unknown(incident_io: RunningSandbox) -> None:
    incident_io.fault("status", method="GET", path="/v2/schedules", status=403, times=1)
    found = on_call(incident_io, level(("schedule", SCHEDULE)))

    assert found.reaches == "unknown"
    assert found.steps[0].unknown
