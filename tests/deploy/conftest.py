"""An account and a checkout, as the tests of the whole command have them."""

from tests.e2e.conftest import incident_io, team

__all__ = ["incident_io", "team"]
