"""Which files claim one name. Reading the files makes the finding; no later step repeats it."""

from collections import defaultdict
from collections.abc import Mapping, Sequence

from reconciler.model.declaration import Declaration


def shared_names(declarations: Sequence[Declaration]) -> Mapping[str, tuple[Declaration, ...]]:
    """The names that several files have, unless each of these files has an id."""
    by_name: dict[str, list[Declaration]] = defaultdict(list)
    for declaration in declarations:
        if declaration.route.name:
            by_name[declaration.route.name].append(declaration)
    return {
        name: tuple(several)
        for name, several in by_name.items()
        if len(several) > 1 and any(declaration.id is None for declaration in several)
    }
