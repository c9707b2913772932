"""Settings of every test run."""

import gc
import os

import pytest
from hypothesis import HealthCheck, is_hypothesis_test, settings

from tests.disk import wait_for_nothing

# Times flake on shared machines: no deadline, and no complaint about slow generation. In CI the
# dice are fixed, so that a change fails for what it did; runs by hand explore further.
# The workers of a run inherit that by a name of our own: CI itself is taken away below.
if os.environ.get("CI"):
    os.environ["FIXED_DICE"] = "1"
settings.register_profile(
    "ours",
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
    derandomize="FIXED_DICE" in os.environ,
    print_blob=True,
)
settings.load_profile("ours")

# What pytest collects lives to the end. Looking through it for cycles, again and again, takes a
# third of the CPU of the collection, and a tenth of that of the tests.
gc.set_threshold(200_000, 20, 50)

wait_for_nothing()

# What is tested behaves in CI as on a terminal, but where a test says that it is in CI.
for name in [one for one in os.environ if one == "CI" or one.startswith(("GITHUB_", "RUNNER_"))]:
    del os.environ[name]


def pytest_collection_finish() -> None:
    """No later search for cycles looks at the tests themselves."""
    gc.collect()
    gc.freeze()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Coverage counts what written examples run: what dice reach is another line in every run.

    It also halves the time of the laws, which run the most code by far.
    """
    for item in items:
        if isinstance(item, pytest.Function) and is_hypothesis_test(item.obj):
            item.add_marker("no_cover")
