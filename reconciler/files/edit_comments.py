"""Where comments go when a part of a file is written anew.

A comment explains a part of the route: where that part is in the new text, the comment is beside
it again; with a part that is gone, its comment goes.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from reconciler.files.emit_layout import Comments, Note
from reconciler.files.emit_nodes import Entries, Node, Text, every
from reconciler.model.finding import Path

_Said = tuple[tuple[Path, str], ...]
"""What an item of a list says: all words in it, by their paths from there."""


@dataclass(frozen=True, slots=True)
class Carried:
    """Comments by the new text's parts, and those of parts that are gone."""

    notes: Mapping[Path, Comments]
    gone: tuple[str, ...]

    def strays(self, node: Node) -> list[Note]:
        """The comments of parts that are not in the node: a file may spell out what the canonical
        spelling leaves out.
        """
        inside = {part.path for part in every(node)}
        found = [one for path, one in self.notes.items() if path not in inside]
        notes = (note for one in found for note in (*one.before, *one.after, *one.below))
        return sorted(note for note in notes if note[1])


@dataclass(frozen=True, slots=True)
class Moves:
    """Which item of the new lists is which one of the old."""

    new: frozenset[Path]
    texts: frozenset[Path]  # of these, those that are spelled as one word
    places: Mapping[Path, Mapping[int, int]]

    def now(self, path: Path) -> Path | None:
        """Where an old part is now; None: it is gone."""
        moved: Path = ()
        for length, step in enumerate(path):
            if isinstance(step, int):
                place = self.places.get(path[:length], {}).get(step)
                if place is None:
                    return None
                moved = (*moved, place)
            else:
                moved = (*moved, step)
        return self._nearest(moved)

    def _nearest(self, path: Path) -> Path | None:
        """A part that is spelled: this one, the first inside it, or the one around it, which says
        it in fewer words. None where a key is gone.
        """
        if path in self.new:
            return path
        inside = sorted((one for one in self.new if one[: len(path)] == path), key=str)
        if inside:
            return min(inside, key=len)
        around = (path[:length] for length in range(len(path) - 1, 0, -1))
        near = next((one for one in around if one in self.new), None)
        return near if isinstance(path[-1], int) or near in self.texts else None


def moves(old: Node, new: Node) -> Moves:
    """Items that say the same are the same, wherever they stand; the rest by their order, where as
    many came as went.
    """
    before, after = _lists(old), _lists(new)
    places = {path: _paired(items, after.get(path, {})) for path, items in before.items()}
    parts = [node for node in every(new) if node.path]
    texts = frozenset(node.path for node in parts if node.path and isinstance(node, Text))
    return Moves(frozenset(node.path for node in parts if node.path), texts, places)


def carried(notes: Mapping[Path, Comments], lines: range, moved: Moves) -> Carried:
    """The comments that stand in these lines of the old text."""
    found: dict[Path, Comments] = defaultdict(Comments)
    gone: list[str] = []
    for path, comments in notes.items():
        place = moved.now(path)
        for where in ("before", "after", "below"):
            listed: list[Note] = [one for one in getattr(comments, where) if one[0] in lines]
            if place is None:
                gone += [text for _, text in listed if text]
            elif listed:
                getattr(found[place], where).extend(listed)
    return Carried(found, tuple(gone))


def _lists(node: Node) -> dict[Path, dict[int, _Said]]:
    """Every list, by its path: what each of its items says."""
    found: dict[Path, dict[int, list[tuple[Path, str]]]] = {}
    for path, text in _words(node, ()):
        for length, step in enumerate(path):
            if isinstance(step, int):
                items = found.setdefault(path[:length], {})
                items.setdefault(step, []).append((path[length + 1 :], text))
    return {
        path: {place: tuple(said) for place, said in items.items()} for path, items in found.items()
    }


def _words(node: Node, around: Path) -> Iterator[tuple[Path, str]]:
    """All texts and keys, with the path of the part that they are in; no lists, because the same
    words may be spelled with one list more.
    """
    path = node.path or around
    if isinstance(node, Text):
        yield path, node.text
    elif isinstance(node, Entries):
        for name, value in node.entries:
            yield path, name
            yield from _words(value, path)
    else:
        for item in node.items:
            yield from _words(item, path)


def _paired(old: Mapping[int, _Said], new: Mapping[int, _Said]) -> dict[int, int]:
    waiting: dict[_Said, list[int]] = defaultdict(list)
    for place, said in new.items():
        waiting[said].append(place)
    found = {}
    for place, said in old.items():
        if waiting[said]:
            found[place] = waiting[said].pop(0)
    went = [place for place in old if place not in found]
    came = [place for place in new if place not in found.values()]
    return found | (dict(zip(went, came, strict=True)) if len(went) == len(came) else {})
