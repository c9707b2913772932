"""What a canonical file is made of, before it becomes lines.

A node's `path` is the place of the route that it spells, in the long form that positions use. It
is how comments of an older text find their node; None: no comment is ever meant for it alone.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from reconciler.files.emit_spelling import fits_block, spelled
from reconciler.model.finding import Path


@dataclass(frozen=True, slots=True)
class Text:
    """A scalar. `bare`: a word of the format (true, a number), written as it is."""

    text: str
    path: Path | None = None
    bare: bool = False

    @property
    def in_block(self) -> bool:
        """Whether it is written in lines of its own."""
        return not self.bare and fits_block(self.text)

    def spelled(self, *, flow: bool) -> str:
        """The scalar on one line."""
        return self.text if self.bare else spelled(self.text, flow=flow)


@dataclass(frozen=True, slots=True)
class Items:
    """A list. `inline`: on one line where it fits."""

    items: tuple["Node", ...]
    path: Path | None = None
    inline: bool = True


@dataclass(frozen=True, slots=True)
class Entries:
    """A mapping. `inline`: on one line where it fits."""

    entries: tuple[tuple[str, "Node"], ...]
    path: Path | None = None
    inline: bool = True


Node = Text | Items | Entries


def inner(node: Node) -> tuple[Node, ...]:
    """The nodes directly inside."""
    match node:
        case Items(items):
            return items
        case Entries(entries):
            return tuple(value for _, value in entries)
        case _:
            return ()


def every(node: Node) -> Iterator[Node]:
    """The node and all nodes inside it, in the order of the file."""
    yield node
    for part in inner(node):
        yield from every(part)
