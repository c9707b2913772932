"""Two files that claim one route."""

from collections import defaultdict
from collections.abc import Iterator, Sequence

from reconciler.model import Declaration, Finding, Path, shared_names


def clashes(declarations: Sequence[Declaration]) -> Iterator[Finding]:
    """A finding in each of the files that have one id, one name without ids, or one past name."""
    by_id: dict[str, list[Declaration]] = defaultdict(list)
    by_name: dict[str, list[Declaration]] = defaultdict(list)
    by_past: dict[str, list[Declaration]] = defaultdict(list)
    for declaration in declarations:
        if declaration.id is not None:
            by_id[declaration.id].append(declaration)
        if declaration.route.name:
            by_name[declaration.route.name].append(declaration)
        if declaration.previously is not None:
            by_past[declaration.previously].append(declaration)
    for identity, several in by_id.items():
        if len(several) > 1:
            hint = "one of them was probably copied: delete its `id`, and give it another name"
            yield from _each(several, "duplicate-id", f"the id {identity}", ("id",), hint)
    for name, claiming in shared_names(declarations).items():
        hint = "give one another name, or pin each with its `id`"
        yield from _each(claiming, "duplicate-name", f'the name "{name}"', ("name",), hint)
    for name, several in by_past.items():
        hint = "only one route can have had this name; delete the other `previously`"
        if len(several) > 1:
            what = f'`previously: "{name}"`'
            yield from _each(several, "duplicate-previously", what, ("previously",), hint)
        for declaration in several:
            namesakes = [other for other in by_name.get(name, ()) if other is not declaration]
            if namesakes and declaration.id is None:
                yield _taken(declaration, namesakes[0], name)


def _each(
    several: Sequence[Declaration], code: str, what: str, path: Path, hint: str
) -> Iterator[Finding]:
    for declaration in several:
        others = " and ".join(other.file for other in several if other is not declaration)
        yield _locate(declaration, code, f"{what} is in {others} as well", path, hint)


def _taken(declaration: Declaration, other: Declaration, name: str) -> Finding:
    message = f'`previously: "{name}"` is the current name of {other.file}'
    hint = "both would claim the same route: pin them with `id`, or delete `previously`"
    return _locate(declaration, "duplicate-previously", message, ("previously",), hint)


def _locate(declaration: Declaration, code: str, message: str, path: Path, hint: str) -> Finding:
    finding = Finding("error", code, message, hint, path=path, route=declaration.route.name)
    return declaration.positions.locate(finding)
