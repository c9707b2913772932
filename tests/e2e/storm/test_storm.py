"""A few episodes, with the same dice in every run; `make storm` takes any others."""

from pathlib import Path

import pytest

from tests.e2e.conftest import Later
from tests.e2e.storm.episode import weather


@pytest.mark.parametrize("seed", range(12))
def test_after_any_weather_nothing_is_lost_and_nothing_doubled(
    tmp_path: Path, later: Later, seed: int
) -> None:
    weather(seed, tmp_path / "team", later)
