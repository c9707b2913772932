"""Findings: problems to act on, each with its place."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Literal

Path = tuple[str | int, ...]
"""A place in a route, in the file's own keys and always in their long form.

`("sources", 0, "when", 1, 0, "subject")` is the subject of the first condition of the second
group of the first source; `("escalate", "to", 2)` is the third target. Condition groups and
conditions are indexed group first, in every slot that holds conditions.
"""

Level = Literal["error", "warning", "note"]


@dataclass(frozen=True, slots=True, order=True)
class Position:
    """A place in a file; line and column count from 1, columns in characters."""

    file: str
    line: int
    column: int
    end_column: int = 0  # first column after the text meant, 0 when unknown


@dataclass(frozen=True, slots=True)
class Finding:
    """Something to act on: `position: level: message [code]`, then what to do."""

    level: Level
    code: str  # stable, kebab-case; docs/reference/findings.md explains each
    message: str
    hint: str = ""  # what to write instead
    position: Position | None = None
    excerpt: str = ""  # the file's line, as it stands
    path: Path = ()
    route: str = ""  # name of the route concerned, "" when none is


@dataclass(frozen=True, slots=True)
class Positions:
    """Where each part of one route stands in its file."""

    file: str
    places: Mapping[Path, Position] = field(default_factory=dict)
    lines: tuple[str, ...] = ()

    def at(self, path: Path) -> Position:
        """The place of the path, or of the nearest part around it that the file spells out. What
        a route file leaves out stands at the route's name: its first line may be a comment.
        """
        for length in range(len(path), 0, -1):
            found = self.places.get(path[:length])
            if found is not None:
                return found
        whole = self.places.get((), Position(self.file, 1, 1))
        return self.places.get(("name",), whole) if path else whole

    def locate(self, finding: Finding) -> Finding:
        """The finding with its position and the file's line, found by its path."""
        position = self.at(finding.path)
        inside = 0 < position.line <= len(self.lines)
        excerpt = self.lines[position.line - 1] if inside else ""
        return replace(finding, position=position, excerpt=excerpt)


def has_errors(findings: tuple[Finding, ...] | list[Finding]) -> bool:
    """Whether a finding stops the command."""
    return any(finding.level == "error" for finding in findings)
