"""A name that means another thing than the committed lock file says."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from reconciler.directory.directory import Directory
from reconciler.directory.kinds import KINDS
from reconciler.directory.lookup import Known
from reconciler.directory.resolve import names_in
from reconciler.directory.spelled import Spelled
from reconciler.model.config import Config
from reconciler.model.declaration import Declaration
from reconciler.model.finding import Finding, Path


def moved_names(
    lock: Directory,
    fresh: Directory,
    declarations: Iterable[Declaration],
    config: Config | None = None,
) -> tuple[Finding, ...]:
    """An error `name-moved` for each name that declarations use and that had another id when the
    lock was written; nothing is to be planned for the routes that the findings name. A lock of
    another account says nothing about this one.
    """
    if lock.account != fresh.account:
        return ()
    config = config or Config()
    names = fresh.display(config)
    findings: list[Finding] = []
    for declaration in declarations:
        before = _ids(declaration, lock, config)
        for (kind, text, path), given in _ids(declaration, fresh, config).items():
            was = before.get((kind, text, path))
            if was is None or was == given or text in (was, given):
                continue
            way = "`reconciler directory refresh --rename` writes"
            findings.append(_moved(declaration, (kind, text, path), given, was, names, way))
    return tuple(findings)


def moved_since(
    declaration: Declaration,
    applied: Iterable[Spelled],
    fresh: Directory,
    lock: Directory | None,
    config: Config,
) -> Iterator[Finding]:
    """The same of names that a file had when it was applied. What the lock file says of a name
    counts first: it is how a person takes the new meaning over.
    """
    formerly: dict[tuple[str, str], set[str]] = {}
    for one in applied:
        formerly.setdefault((one.slot.kind, one.name), set()).add(one.id)
    same = lock if lock is not None and lock.account == fresh.account else Directory()
    said = _ids(declaration, same, config)
    for use, given in _ids(declaration, fresh, config).items():
        before = formerly.get(use[:2], {given})
        if given not in before and use not in said and use[1] != given:
            yield _moved(declaration, use, given, min(before), fresh.display(config), "write")


_Use = tuple[str, str, Path]


def _moved(
    declaration: Declaration,
    use: _Use,
    given: str,
    was: str,
    names: Mapping[str, str],
    way: str,
) -> Finding:
    kind, text, path = use
    message = f'"{text}" is another {KINDS[kind].noun} now: {given}, formerly {was}'
    hint = "if the new one is meant, `reconciler directory refresh` takes its id over"
    if today := names.get(was):
        hint = f'if the former one is meant, {way} "{today}", its name of today; {hint}'
    finding = Finding("error", "name-moved", message, hint, path=path)
    return declaration.positions.locate(replace(finding, route=declaration.route.name))


def _ids(declaration: Declaration, directory: Directory, config: Config) -> dict[_Use, str]:
    return {
        (use.slot.kind, use.text, use.path): use.answer.id
        for use in names_in(declaration.route, directory, config).uses
        if isinstance(use.answer, Known)
    }
