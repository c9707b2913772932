"""Settings of a sandbox. The defaults behave like incident.io."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field

from reconciler.sandbox.past.judge import Reading


@dataclass(frozen=True, slots=True)
class Settings:
    """How one sandbox behaves.

    `conflict_status` is the status of a PUT with the wrong version: it is not documented
    whether it is 409, 412 or 422 (a 422 points at `/version`).
    """

    host: str = "127.0.0.1"
    port: int = 0  # 0: a free one
    latency_ms: float = 0.0  # added to every answer
    v3_available: bool = True  # False: v3 answers 403 api_not_yet_available
    conflict_status: int = 409
    rate_limit: bool = True
    bucket: int = 1200  # requests a key may save up
    refill_per_second: float = 20.0
    clock: Callable[[], float] = time.time  # unix seconds; moves the bucket and updated_at
    routes: int = 0  # generated routes besides the six
    seeded: bool = True  # False: no routes but the generated ones
    shuffle_seed: int | None = 0  # the order that sets come back in; None: as written
    restless: bool = False  # every read has another order, and empty parts come and go
    extra_fields: bool = False  # fields of a later API, kept only by a PUT that sends them
    hidden_bodies: bool = False  # reads show the bodies of cast and concatenate
    joins_without_grouping: bool = True  # False: v3 as before September 2026 (fact 4.13)
    stale_list_versions: bool = False  # v2's list shows a version, and it is one behind
    past: int = 0  # alerts of the last days, routed by the routes that are live at the start
    past_days: float = 14.0
    past_seed: int = 0
    reading: Reading = field(default_factory=Reading)  # what is documented nowhere (`past.judge`)
    missing_scopes: frozenset[str] = frozenset()  # taken from every key
