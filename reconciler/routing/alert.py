"""One alert, as routes see it."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Alert:
    """`source` is an id. `values`: by reference ("alert.title", "alert.priority",
    "alert.attributes.01…"), texts or ids of catalog entries; a value of one is a tuple of one. A
    reference that is not there, or has an empty tuple, is missing: the alert lacks it. `unknown`:
    references whose value is not known, which is another thing. `blank`: references of which it is
    not known whether they have the text "" or are missing; `values` does not have them.
    """

    source: str
    values: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    unknown: frozenset[str] = frozenset()
    blank: frozenset[str] = frozenset()
