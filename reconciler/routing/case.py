"""Routing tests: alerts as files describe them, and what is expected of the routes.

Everything is by name here; `directory.described` finds the ids.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Literal

from reconciler.model import Path, Positions
from reconciler.routing.reading import Question

Part = tuple[str, ...]
"""A value of an alert: ("title",), ("description",), ("priority",), ("attributes", NAME)."""

By = Literal["", "id", "external_id"]
Verdict = Literal["matched", "not_matched", "unknown"]


BUILT_INS = ("title", "description", "priority")


def part_named(name: str) -> Part:
    """What an argument or a mapping of labels calls so."""
    return (name,) if name in BUILT_INS else ("attributes", name)


@dataclass(frozen=True, slots=True)
class Word:
    """A text, or an entry of the catalog: by its name or, with `by`, in another way."""

    text: str
    by: By = ""


@dataclass(frozen=True, slots=True)
class Given:
    """What is said of one value, and where: its words; none where the alert lacks it; None where it
    is not known, which is another thing.
    """

    words: tuple[Word, ...] | None
    path: Path = field(default=(), compare=False)


@dataclass(frozen=True, slots=True)
class Described:
    """An alert by names. Nothing is said of a title or a priority that is not among `given`, so it
    is not known; any other value that is not there is one that the alert lacks.
    """

    source: str = ""
    given: Mapping[Part, Given] = field(default_factory=dict)
    source_at: Path = field(default=(), compare=False)

    def but(self, other: "Described") -> "Described":
        """The same alert, but for what the other says."""
        at = other.source_at if other.source else self.source_at
        return Described(other.source or self.source, {**self.given, **other.given}, at)


@dataclass(frozen=True, slots=True)
class Expected:
    """What is not said is not checked. `routes`, `pages` and `channels` are all that there are;
    `verdicts` are of some routes. `paths`: where each key stands.
    """

    routes: tuple[str, ...] | None = None
    verdicts: Mapping[str, Verdict] = field(default_factory=dict)
    pages: tuple[str, ...] | None = None
    not_pages: tuple[str, ...] = ()
    channels: tuple[str, ...] | None = None
    incident: bool | None = None
    unrouted: bool | None = None
    same_as: str = ""
    paths: Mapping[str, Path] = field(default_factory=dict, compare=False)

    def but(self, other: "Expected") -> "Expected":
        """The same, but for what the other says."""
        given = {key: getattr(other, key) for key in _of_expected(other)}
        return replace(self, **given, paths={**self.paths, **other.paths})


def _of_expected(expected: Expected) -> list[str]:
    """The fields that an `expect:` sets. A list of routes and a mapping of them are one key."""
    keys = [key for key in expected.paths if key in Expected.__slots__]
    return [*keys, "verdicts"] if "routes" in keys else keys


@dataclass(frozen=True, slots=True)
class Case:
    """One alert and what is expected of it. `gap_until`: today's behaviour is not wanted, and is
    expected until this day; when it is gone, or the day is over, the test fails.
    """

    name: str
    alert: Described
    expected: Expected
    path: Path
    because: Mapping[str, str] = field(default_factory=dict)  # route -> words of the explanation
    assume: Mapping[Question, bool] = field(default_factory=dict)
    tags: tuple[str, ...] = ()
    gap_until: date | None = None
    skip: str = ""


@dataclass(frozen=True, slots=True)
class CaseFile:
    """One file of routing tests."""

    positions: Positions
    fixtures: Mapping[str, Described]
    cases: tuple[Case, ...]

    @property
    def file(self) -> str:
        """Its path as people would type it."""
        return self.positions.file
