"""Who is on call now behind an escalation path.

Apart from `live.on_call`, which reads it, so that `explain` loads no HTTP library without `--who`.
"""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Step:
    """One level: whom it calls, by name, and the schedules in which nobody is on call now.
    `perhaps`: only for some priorities, or at some hours. `unknown`: what could not be read.
    """

    people: tuple[str, ...] = ()
    empty: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()
    perhaps: bool = False


@dataclass(frozen=True, slots=True)
class OnCall:
    """A path, by id, with its levels in the order in which it calls them."""

    path: str
    name: str
    steps: tuple[Step, ...] = ()

    @property
    def reaches(self) -> Literal["yes", "no", "unknown"]:
        """Whether it reaches anybody at this hour."""
        if any(step.people and not step.perhaps for step in self.steps):
            return "yes"
        return "unknown" if any(step.people or step.unknown for step in self.steps) else "no"
