"""Commands run against a fresh account and a checkout, as in the end-to-end tests."""

from tests.e2e.conftest import incident_io, no_waiting, open_account, team

__all__ = ["incident_io", "no_waiting", "open_account", "team"]
