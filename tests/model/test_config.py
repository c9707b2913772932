"""Where a source's token lies is said by its environment and by the source itself."""

import pytest

from reconciler.model import (
    AwsPlace,
    Environment,
    InventorySource,
    KubernetesPlace,
    TokenPlaces,
    same_account,
)

AWS = AwsPlace("123456789012", "eu-central-1", "incidentio", "shared")
CLUSTER = KubernetesPlace("production", "monitoring", "alertmanager", "shared", "alertmanager")
BOTH = Environment("production", aws=AWS, kubernetes=CLUSTER)


def source(token: TokenPlaces) -> InventorySource:
    return InventorySource("Alertmanager", token=token)


@pytest.mark.parametrize("environment", [None, Environment("production"), BOTH])
def test_a_token_that_is_said_to_lie_nowhere_lies_nowhere(environment: Environment | None) -> None:
    nowhere = source(TokenPlaces())

    assert nowhere.in_aws(environment) is None
    assert nowhere.in_kubernetes(environment) is None


@pytest.mark.parametrize("environment", [None, Environment("production")])
def test_a_place_that_the_environment_lacks_is_none(environment: Environment | None) -> None:
    both = source(TokenPlaces(aws=True, kubernetes=True))

    assert both.in_aws(environment) is None
    assert both.in_kubernetes(environment) is None


def test_the_key_is_the_environment_s_unless_the_source_has_its_own() -> None:
    shared = source(TokenPlaces(aws=True, kubernetes=True))
    own = source(TokenPlaces(aws=True, kubernetes=True, aws_key="a", kubernetes_key="k"))

    assert (shared.in_aws(BOTH), shared.in_kubernetes(BOTH)) == (AWS, CLUSTER)
    places = own.in_aws(BOTH), own.in_kubernetes(BOTH)
    assert [place and place.key for place in places] == ["a", "k"]


@pytest.mark.parametrize(
    ("url", "kind"),
    [
        ("https://api.incident.io/v2/alert_events/alertmanager/01A", "alertmanager"),
        ("https://x.io", ""),
        ("", ""),
    ],
)
def test_the_kind_of_a_source_stands_in_its_address(url: str, kind: str) -> None:
    assert InventorySource("A", url=url).type == kind


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("https://x.io/a", "https://x.io/a/", True),
        ("https://x.io/a", "https://x.io/b", False),
        ("", "", False),
    ],
)
def test_an_account_that_nobody_knows_is_no_other_s(one: str, other: str, same: bool) -> None:
    assert same_account(one, other) is same
    assert same_account(other, one) is same
