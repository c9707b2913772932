"""Each route is translated once with one directory, however many steps of a run ask for it."""

from collections.abc import Callable
from dataclasses import dataclass

from reconciler.directory.directory import Directory
from reconciler.directory.lookup import Use
from reconciler.model.finding import Finding
from reconciler.model.route import Route


@dataclass(frozen=True, slots=True)
class Translated:
    """A route after a translation, every look-up on the way, and what is wrong (no positions)."""

    route: Route
    uses: tuple[Use, ...]
    findings: tuple[Finding, ...] = ()


def once(
    directory: Directory, of: tuple[object, ...], translation: Callable[[], Translated]
) -> Translated:
    """The translation of `of` (a route, and what else decides its result), made at the first call.

    `of` is told by identity, for comparing routes costs more than translating them, and is held
    with the result, so that no other object gets its identity.
    """
    key = tuple(map(id, of))
    if key not in directory.translated:
        directory.translated[key] = (translation(), of)
    kept: Translated = directory.translated[key][0]
    return kept
