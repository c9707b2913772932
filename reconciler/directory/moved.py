"""A name that means another thing than the committed lock file says."""

from collections.abc import Iterable
from dataclasses import replace

from reconciler.directory.directory import Directory
from reconciler.directory.kinds import KINDS
from reconciler.directory.lookup import Known, Lookup
from reconciler.directory.resolve import Resolution
from reconciler.directory.slots import translate
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
            message = f'"{text}" is another {KINDS[kind].noun} now: {given}, formerly {was}'
            hint = "if the new one is meant, `reconciler directory refresh` takes its id over"
            if today := names.get(was):
                way = f'`reconciler directory refresh --rename` writes "{today}", its name of today'
                hint = f"if the former one is meant, {way}; {hint}"
            finding = Finding("error", "name-moved", message, hint, path=path)
            named = replace(finding, route=declaration.route.name)
            findings.append(declaration.positions.locate(named))
    return tuple(findings)


def _ids(
    declaration: Declaration, directory: Directory, config: Config
) -> dict[tuple[str, str, Path], str]:
    lookup = Lookup(directory, config)
    translate(declaration.route, Resolution(lookup))
    return {
        (use.slot.kind, use.text, use.path): use.answer.id
        for use in lookup.uses
        if isinstance(use.answer, Known)
    }
