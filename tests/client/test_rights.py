"""A 403 names the right that is missing, in the contract's and in the dashboard's words."""

import pytest

from reconciler.client.rights import MANAGE, VIEW, Right, right_for


@pytest.mark.parametrize(
    ("method", "path", "right"),
    [
        ("GET", "/v3/alert_routes", Right("alert_routes.view", VIEW)),
        ("GET", "/v2/alert_routes/01K", Right("alert_routes.view", VIEW)),
        ("POST", "/v3/alert_routes", Right("alert_route.create", MANAGE)),
        ("PUT", "/v2/alert_routes/01K", Right("alert_route.update", MANAGE)),
        ("DELETE", "/v3/alert_routes/01K", Right("alert_route.destroy", MANAGE)),
        ("GET", "/v3/teams", Right("catalog_entries.view", VIEW)),
        ("GET", "/v1/api_keys", Right("api_keys.view", "")),
    ],
)
def test_a_call_has_its_right(method: str, path: str, right: Right) -> None:
    assert right_for(method, path) == right


@pytest.mark.parametrize(
    ("method", "path"),
    [("GET", "/v1/identity"), ("DELETE", "/v2/users/1"), ("GET", "/x"), ("GET", "")],
)
def test_a_call_that_the_contract_gives_no_right_has_none(method: str, path: str) -> None:
    assert right_for(method, path) is None
