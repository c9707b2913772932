"""Two reads of one version say the same whatever order, padding and labels they have."""

import copy
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from reconciler import sandbox
from reconciler.backup.routes import says_the_same
from reconciler.backup.write import entry_of
from reconciler.model import ApiVersion
from reconciler.sandbox.http.running import RunningSandbox
from tests.e2e.corpus_account import load
from tests.sandbox.payloads import add_called_secret, rich_v2

APIS: tuple[ApiVersion, ...] = ("v2", "v3")
NAME = "Production Alerts"


@pytest.fixture
def restless() -> Iterator[RunningSandbox]:
    with sandbox.start(sandbox.Settings(restless=True, extra_fields=True)) as running:
        running.state.edit(NAME, add_called_secret)
        yield running


@pytest.mark.parametrize("api", APIS)
def test_no_read_of_an_unchanged_route_says_something_else(
    restless: RunningSandbox, api: ApiVersion
) -> None:
    load(restless)
    bodies = 0
    for name in restless.state.names():
        first = restless.state.read(name, api)
        for _ in range(5):
            again = restless.state.read(name, api)
            bodies += again != first
            assert says_the_same(entry_of(first, api), entry_of(again, api)), name
    assert bodies > 100  # the server is restless


def test_a_label_says_nothing(restless: RunningSandbox) -> None:
    before = restless.state.read(NAME, "v2")
    restless.state.rename(before["alert_sources"][0]["alert_source_id"], "Another name")
    path = before["escalation_config"]["escalation_targets"][0]["escalation_paths"]
    restless.state.rename((path.get("value") or path["array_value"][0])["literal"], "On-Call")

    assert says_the_same(entry_of(before, "v2"), entry_of(restless.state.read(NAME, "v2"), "v2"))


def a_condition(body: dict[str, Any]) -> Any:
    holders = [body, *body["alert_sources"]]
    groups = next(one["condition_groups"] for one in holders if one["condition_groups"])
    return groups[0]["conditions"][0]


def padded(body: dict[str, Any]) -> None:
    """An operand that is empty and last comes and goes (fact 3.4)."""
    a_condition(body)["param_bindings"].append({})


def next_version(body: dict[str, Any]) -> None:
    body["version"] += 1


def another_unknown(body: dict[str, Any]) -> None:
    body["token"] = {"token": "rotated"}


def unknown_elsewhere(body: dict[str, Any]) -> None:
    first, second = body["alert_sources"][:2]
    first["password"], second["password"] = 1, 2


def one_less(body: dict[str, Any]) -> None:
    del body["alert_sources"][0]["credentials"]


def another_meaning(body: dict[str, Any]) -> None:
    a_condition(body)["operation"]["value"] = "not_one_of"


def no_route(body: dict[str, Any]) -> None:
    body["alert_sources"] = 7


@pytest.mark.parametrize("api", APIS)
@pytest.mark.parametrize(
    "change",
    [next_version, another_unknown, unknown_elsewhere, one_less, another_meaning, no_route],
)
def test_what_is_said_otherwise_is_another_body(
    restless: RunningSandbox, api: ApiVersion, change: Callable[[dict[str, Any]], None]
) -> None:
    before = restless.state.read(NAME, api)
    if change is unknown_elsewhere:
        before["alert_sources"][0]["password"], before["alert_sources"][1]["password"] = 2, 1
    after = copy.deepcopy(before)
    change(after)

    assert not says_the_same(entry_of(before, api), entry_of(after, api))
    assert says_the_same(entry_of(before, api), entry_of(copy.deepcopy(before), api))


@pytest.mark.parametrize("api", APIS)
def test_padding_says_nothing(restless: RunningSandbox, api: ApiVersion) -> None:
    before = restless.state.read(NAME, api)
    after = copy.deepcopy(before)
    padded(after)

    assert says_the_same(entry_of(before, api), entry_of(after, api))


def test_what_is_off_and_only_v2_shows_counts(restless: RunningSandbox) -> None:
    payload = rich_v2()
    payload["incident_config"]["enabled"] = False
    restless.state.create(payload, "v2")
    before = restless.state.read(payload["name"], "v2")
    after = copy.deepcopy(before)
    del after["incident_template"]["summary"]

    assert not says_the_same(entry_of(before, "v2"), entry_of(after, "v2"))
    again = restless.state.read(payload["name"], "v2")
    assert says_the_same(entry_of(before, "v2"), entry_of(again, "v2"))


def test_the_versions_of_the_api_say_different_things(restless: RunningSandbox) -> None:
    two, three = (restless.state.read(NAME, api) for api in APIS)

    assert not says_the_same(entry_of(two, "v2"), entry_of(three, "v3"))
