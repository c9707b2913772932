"""Field by field, how a declared route differs from its live twin.

`canonical_pair` alone decides whether there is a difference; only then is it looked for (and
deepdiff imported). Law: no differences exactly when both canonical forms are equal.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace

from reconciler.model import Names, Path, Route, canonical, canonical_pair, keys
from reconciler.plan.change import Elements, FieldChange, Shown
from reconciler.plan.compare.effective import Renames, renamed, renames
from reconciler.plan.compare.elements import groups_elements, steps_elements
from reconciler.plan.compare.slots import Part, bracket, count_slots, key_text, plain, slots

NO_NAMES: Names = {}


def differences(declared: Route, live: Route, names: Names = NO_NAMES) -> tuple[FieldChange, ...]:
    """From live to declared, in the order of the file's keys; both routes with ids.

    An expression whose reference alone changed, everywhere, is a rename (fact 3.9).
    """
    after, before = canonical_pair(declared, live)
    if after == before:
        return ()
    pairs = renames(after, before)
    if pairs:
        after, before = canonical_pair(declared, renamed(live, declared, pairs))
    found = [*_renames(pairs)]
    if after != before:
        found += _compared(slots(before, names), slots(after, names), names)
    return tuple(sorted(found, key=_file_order))


def creation(declared: Route, names: Names = NO_NAMES) -> tuple[FieldChange, ...]:
    """Every slot of a new route that differs from an empty route."""
    found = differences(declared, Route(name=""), names)
    return tuple(sorted((replace(change, from_=None) for change in found), key=_file_order))


def count_same(declared: Route, changed: tuple[FieldChange, ...]) -> int:
    """How many of the declared route's slots stay as they are."""
    touched = sum(change.to is not None for change in changed)
    return max(count_slots(slots(canonical(declared), NO_NAMES)) - touched, 0)


def _renames(pairs: Renames) -> Iterator[FieldChange]:
    for old, new in pairs:
        title = f"expressions{bracket(new)}.reference"
        yield FieldChange(
            ("expressions", new, "reference"),
            title,
            Shown(old, key_text(old)),
            Shown(new, key_text(new)),
        )


def _compared(before: Part, after: Part, names: Names) -> list[FieldChange]:
    from deepdiff import DeepDiff

    tree = DeepDiff(
        plain(before),
        plain(after),
        view="tree",
        threshold_to_diff_deeper=0,  # else few common keys make one change of a whole section
        ignore_private_variables=False,  # a key may start with underscores
    )
    found: list[FieldChange] = []
    for items in tree.values():
        for item in items:
            path = tuple(str(key) for key in item.path(output_format="list"))
            found += _changes(path, _trail(before, path), _trail(after, path), names)
    return found


def _trail(root: Part, path: tuple[str, ...]) -> list[Part]:
    """The parts along the path, as far as they are there."""
    trail: list[Part] = []
    part = root
    for key in path:
        found = part.children.get(key)
        if found is None:
            break
        trail.append(found)
        part = found
    return trail


def _changes(
    path: Path, before: list[Part], after: list[Part], names: Names
) -> Iterator[FieldChange]:
    labels = max(before, after, key=len)
    title = "".join(part.label for part in labels).removeprefix(".")
    old = before[-1] if len(before) == len(path) else None
    new = after[-1] if len(after) == len(path) else None
    for change in _field_changes(path, title, labels[-1], old, new):
        yield replace(change, elements=_elements(old, new, names))


def _elements(old: Part | None, new: Part | None, names: Names) -> Elements | None:
    if old is None or new is None:
        return None
    if old.groups is not None and new.groups is not None:
        return groups_elements(old.groups, new.groups, names)
    if old.steps is not None and new.steps is not None:
        return steps_elements(old.steps, new.steps, names)
    return None


def _field_changes(
    path: Path, title: str, part: Part, old: Part | None, new: Part | None
) -> Iterator[FieldChange]:
    """`part` is the side that is there."""
    if part.leaf or part.whole:
        yield _distinct(FieldChange(path, title, _shown(old), _shown(new)))
        return
    if part.shown.value:
        yield FieldChange(path, title, _shown(old), _shown(new))
    for key, child in part.children.items():
        inner = (child, None) if new is None else (None, child)
        yield from _field_changes((*path, key), title + child.label, child, *inner)


def _shown(part: Part | None) -> Shown | None:
    return None if part is None else part.shown


def _distinct(change: FieldChange) -> FieldChange:
    """Two values in the same words are shown by their keys: a change must look like one."""
    old, new = change.from_, change.to
    if old is None or new is None or old.value != new.value or old.key == new.key:
        return change
    return replace(change, from_=replace(old, value=old.key), to=replace(new, value=new.key))


_ORDER: Mapping[str, int] = {key: place for place, key in enumerate(keys(Route))}


def _file_order(change: FieldChange) -> tuple[int, bool, str]:
    """Old values stand before new ones."""
    return _ORDER.get(str(change.path[0]), len(_ORDER)), change.from_ is None, change.title
