"""What tests of routing share."""

import pytest

from reconciler.model import Escalation, Route, RouteSource, Target, one


@pytest.fixture
def plain_route() -> Route:
    """All alerts of one source page one path."""
    return Route(
        "Plain",
        sources=(RouteSource("s1"),),
        escalate=Escalation((Target("path", one("P1")),)),
    )
