"""Names that the account has no more, of things that it still has under another name.

The committed lock file knows which id a name had. Where that id is still there and nothing else
bears the name now, the name goes on to mean it, and the finding `renamed` says what it is called.
"""

from collections.abc import Callable, Mapping
from dataclasses import fields, replace
from typing import TypeVar

from reconciler.directory.directory import CatalogType, Directory, Index, Listing, Named, Person

Row = TypeVar("Row", bound=Named)


def with_former_names(fresh: Directory, lock: Directory | None) -> Directory:
    """The directory in which names of the lock file still mean what they meant, where nothing bears
    them now. A lock of another account says nothing about this one.
    """
    return _with_former_names(fresh, lock, _is_free)


def as_in_the_lock(fresh: Directory, lock: Directory | None) -> Directory:
    """The same, whatever bears these names now: what files meant by them when the lock was
    written. For writing today's names into the files, never for a plan.
    """
    return _with_former_names(fresh, lock, _is_lost)


_IsFormer = Callable[[Listing[Named], str, str], bool]
"""Whether a name that a row (its id) had in the lock is a former one of it."""


def _is_free(now: Listing[Named], name: str, _identity: str) -> bool:
    return not any(name in index for index in now.by_name)


def _is_lost(now: Listing[Named], name: str, identity: str) -> bool:
    return not any(identity in index.get(name, ()) for index in now.by_name)


def _with_former_names(fresh: Directory, lock: Directory | None, is_former: _IsFormer) -> Directory:
    if lock is None or not lock.account or lock.account != fresh.account:
        return fresh
    changed: dict[str, object] = {}
    for field in fields(Directory):
        now, then = getattr(fresh, field.name), getattr(lock, field.name)
        if not field.init:
            continue
        if isinstance(now, Listing):
            changed[field.name] = _with_former(now, then, is_former)
        elif isinstance(now, Mapping):
            changed[field.name] = {
                owner: _with_former(listing, then[owner], is_former) if owner in then else listing
                for owner, listing in now.items()
            }
    types = fresh.catalog_types
    attributes = tuple(_with_attributes(kind, lock, is_former) for kind in types.rows)
    changed["catalog_types"] = _with_former(
        replace(types, rows=attributes), lock.catalog_types, is_former
    )
    known = replace(fresh, **changed)  # type: ignore[arg-type]  # each field keeps its own type
    return fresh if known == fresh else known  # what it has translated stays known


def current_name(row: Named) -> str:
    """What a file calls it."""
    return row.email if isinstance(row, Person) and row.email else row.name


def _with_attributes(kind: CatalogType, lock: Directory, is_former: _IsFormer) -> CatalogType:
    then = lock.catalog_types.by_id.get(kind.id)
    if then is None:
        return kind
    return replace(kind, attributes=_with_former(kind.attributes, then.attributes, is_former))


def _with_former(now: Listing[Row], then: Listing[Row], is_former: _IsFormer) -> Listing[Row]:
    """What is known of former names already stays."""
    formerly: dict[str, tuple[str, ...]] = {}
    for row in then.rows:
        if row.id in now.by_id:
            for name in _names(row):
                if is_former(now, name, row.id):
                    formerly[name] = (*formerly.get(name, ()), row.id)
    return replace(now, formerly={**now.formerly, **_single(formerly)}) if formerly else now


def _names(row: Named) -> set[str]:
    return {name for names in row.spellings() for name in names}


def _single(formerly: Mapping[str, tuple[str, ...]]) -> Index:
    """Without names that several bore."""
    return {name: ids for name, ids in formerly.items() if len(ids) == 1}
