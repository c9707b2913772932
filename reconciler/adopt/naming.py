"""File names for routes: the slug of the name, with the end of the id where two would collide.

Names collide as the strictest file system sees them: without regard to case, and some words are
no file names at all on Windows.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from reconciler.files.tree import FOLDER
from reconciler.model.declaration import Listed
from reconciler.model.slug import slug

_ID_END = 6
_RESERVED = frozenset(
    {"con", "prn", "aux", "nul", *(f"{port}{n}" for port in ("com", "lpt") for n in range(10))}
)


def file_names(routes: Sequence[Listed], taken: Iterable[str]) -> Mapping[str, str]:
    """The file of each route by its id, as `routes/SLUG.yaml`.

    `taken` are the paths of files that are there already. Two routes of one slug both get the
    end of their ids, so that neither name depends on the order of the routes.
    """
    occupied = {path.lower() for path in taken}
    slugs = {route.id: slug(route.name) for route in routes}
    count = Counter(slugs.values())
    found: dict[str, str] = {}
    for route in sorted(routes, key=lambda one: (count[slugs[one.id]] > 1, one.id)):
        plain = slugs[route.id]
        alone = count[plain] == 1 and plain not in _RESERVED
        candidates = [plain] if alone else []
        candidates += [f"{plain}-{slug(end)}" for end in (route.id[-_ID_END:], route.id)]
        paths = [f"{FOLDER}/{candidate}.yaml" for candidate in candidates]
        free = next((path for path in paths if path not in occupied), paths[-1])
        occupied.add(free)
        found[route.id] = free
    return found
