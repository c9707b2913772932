"""The end of a run before its time: the writes in flight end, and no other begins."""

import threading
from typing import Literal


class Halt(threading.Event):
    """Set by a signal, or by what makes further writes pointless or unsafe; the first reason
    counts, and is what the writes that were not sent are told.
    """

    def __init__(self) -> None:
        super().__init__()
        self.reason: Literal["interrupted", "stopped"] = "interrupted"
        self.why = ""

    def stop_for(self, why: str) -> None:
        """Begin no further write; `why` in words."""
        if not self.is_set():
            self.reason, self.why = "stopped", why
        self.set()
