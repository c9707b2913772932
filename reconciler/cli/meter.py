"""What a run counts while it goes, for `--metrics`."""

import threading
from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(slots=True)
class Meter:
    """`counts`: what the run found out, {(metric, label): value}."""

    counts: Mapping[tuple[str, str], int] = field(default_factory=dict)
    wrote: bool = False  # to incident.io
    requests: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def step(self) -> None:
        """One more request is done. Thread-safe."""
        with self._lock:
            self.requests += 1
