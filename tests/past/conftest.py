"""An account with a past, whose clock a test may move, and an empty cache beside it."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from reconciler import sandbox
from reconciler.client import Key, ReadClient
from reconciler.client.endpoint import parse_endpoint
from reconciler.past.cache import Cache
from reconciler.sandbox.http.running import RunningSandbox

NOW = datetime(2026, 11, 29, 12, tzinfo=UTC)
SINCE = NOW - timedelta(days=14)


class Clock:
    """The time of the sandbox."""

    now = NOW

    def __call__(self) -> float:
        return self.now.timestamp()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def running(clock: Clock) -> Iterator[RunningSandbox]:
    settings = sandbox.Settings(rate_limit=False, past=240, clock=clock)
    with sandbox.start(settings) as made:
        yield made


@pytest.fixture
def client(running: RunningSandbox) -> Iterator[ReadClient]:
    with ReadClient(parse_endpoint(running.url), Key(running.read_only_key, "a test")) as made:
        yield made


@pytest.fixture
def cache(tmp_path: Path) -> Iterator[Cache]:
    with Cache.open(tmp_path, "acme") as made:
        yield made
