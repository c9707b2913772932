"""Faults that a test schedules: what goes wrong, on which requests, how often."""

import re
import threading
from dataclasses import dataclass, field
from typing import Literal, get_args

Kind = Literal["drop", "lose", "late", "truncate", "cut", "html", "status", "delay"]
KINDS: tuple[Kind, ...] = get_args(Kind)
HTML = b"<!doctype html><html><head><title>502 Bad Gateway</title></head><body>nginx</body></html>"


@dataclass(slots=True)
class Fault:
    """One scheduled fault.

    drop      the connection closes before the request is processed
    lose      the request is processed, then the connection closes without an answer
    late      the connection closes without an answer, and the request is processed later: after
              `seconds`, or with 0 when the test lets it arrive
    truncate  the answer is whole HTTP, but its JSON stops in the middle
    cut       the connection closes in the middle of the answer's body
    html      a proxy's page with `status` instead of the answer
    status    an error envelope with `status` instead of the answer
    delay     the answer comes `seconds` late
    """

    kind: Kind
    method: str = ""  # "": any
    path: str = ""  # a pattern, searched in the path without query
    times: int = 1
    skip: int = 0  # let so many matching requests pass first
    status: int = 502
    after: bool = False  # html and status: the request is processed all the same
    retry_after: int | None = None
    seconds: float = 0.0

    def meets(self, method: str, path: str) -> bool:
        return self.method in ("", method) and re.search(self.path, path) is not None

    @property
    def processes(self) -> bool:
        """Whether the request has its effect all the same, before it is answered or not."""
        if self.kind == "late":
            return False
        return self.after or self.kind in ("lose", "truncate", "cut", "delay")


@dataclass(slots=True)
class Faults:
    """The schedule. Safe to use from several threads."""

    scheduled: list[Fault] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def add(self, fault: Fault) -> None:
        with self._lock:
            self.scheduled.append(fault)

    def clear(self) -> None:
        with self._lock:
            self.scheduled.clear()

    def strike(self, method: str, path: str) -> Fault | None:
        """The fault that hits this request, if any; its count goes down."""
        if not self.scheduled:
            return None
        with self._lock:
            for fault in self.scheduled:
                if not fault.meets(method, path):
                    continue
                if fault.skip:
                    fault.skip -= 1
                    continue
                fault.times -= 1
                if fault.times <= 0:
                    self.scheduled.remove(fault)
                return fault
        return None
