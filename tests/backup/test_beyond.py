"""What no plan compares is named, and only where two bodies of one version differ in it."""

import copy
from typing import Any

import pytest

from reconciler.backup.routes import OFF, BackedUpRoute, beyond
from reconciler.model import ApiVersion, Live
from reconciler.wire.codec import codec
from tests.sandbox.payloads import rich_v2, rich_v3


def live(body: dict[str, Any], api: ApiVersion = "v2") -> Live:
    return codec(api).decode({"id": "01R", "version": 3, **body})


def kept(body: dict[str, Any], api: ApiVersion = "v2") -> BackedUpRoute:
    one = live(body, api)
    return BackedUpRoute(one, one.route, "backups/one.json")


def quiet() -> dict[str, Any]:
    """A v2 body whose incidents and grouping are off, with all that they keep."""
    body = copy.deepcopy(rich_v2())
    body["incident_config"].update(
        enabled=False, grouping_window_seconds=0, auto_relate_grouped_alerts=True
    )
    return body


OTHERWISE = {
    "condition_groups": [],
    "auto_decline_enabled": False,
    "grouping_keys": [],
    "auto_relate_grouped_alerts": False,
    "defer_time_seconds": 7,
}


@pytest.mark.parametrize("name", OFF)
def test_every_setting_that_is_off_is_looked_at(name: str) -> None:
    before, now = quiet(), quiet()
    if name == "incident_template":
        now[name]["summary"] = None
    else:
        assert now["incident_config"][name] != OTHERWISE[name]
        now["incident_config"][name] = OTHERWISE[name]

    finding = beyond(kept(before), live(now))

    assert finding is not None
    assert (finding.level, finding.code) == ("warning", "not-compared")
    assert OFF[name] in finding.message
    assert finding.position is not None
    assert finding.position.file == "backups/one.json"


@pytest.mark.parametrize("body", [quiet(), rich_v2()])
def test_the_same_is_the_same(body: dict[str, Any]) -> None:
    assert beyond(kept(body), live(copy.deepcopy(body))) is None


def test_another_order_of_what_is_off_is_no_difference() -> None:
    before, now = quiet(), quiet()
    keys = [{"reference": "alert.title"}, {"reference": "alert.description"}]
    before["incident_config"]["grouping_keys"] = keys
    now["incident_config"]["grouping_keys"] = keys[::-1]

    assert beyond(kept(before), live(now)) is None
    assert beyond(kept(before), live(quiet())) is not None


def test_what_is_on_is_compared_by_the_plan_and_not_here() -> None:
    other = rich_v2()
    other["incident_template"]["summary"] = None

    assert beyond(kept(rich_v2()), live(other)) is None


@pytest.mark.parametrize("side", [0, 1])
def test_a_field_that_nobody_knows_counts_on_both_sides(side: int) -> None:
    bodies = [rich_v3(), rich_v3()]
    bodies[side]["is_newer"] = {"a": 1}

    finding = beyond(kept(bodies[0], "v3"), live(bodies[1], "v3"))

    assert finding is not None
    assert "`is_newer`, which is newer than this version of reconciler" in finding.message


@pytest.mark.parametrize("side", [0, 1])
def test_a_newer_field_of_one_version_alone_may_be_otherwise(side: int) -> None:
    bodies = [rich_v3(), rich_v2()]
    bodies[side]["is_newer"] = True

    finding = beyond(kept(bodies[0], "v3"), live(bodies[1]))

    assert finding is not None
    assert (
        "may differ from the backup, because API v2 and v3 show it differently" in finding.message
    )
    assert "`is_newer`, which is newer than this version of reconciler" in finding.message


def test_what_is_off_is_no_comparison_of_two_versions() -> None:
    assert beyond(kept(rich_v3(), "v3"), live(quiet())) is None
