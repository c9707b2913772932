"""Which Alertmanager runs there, where a sender's files say it. Pure."""

import re
from collections.abc import Iterator

from reconciler.model.finding import Position
from reconciler.sources.values import Tree, walk

_VERSION = re.compile(r"v?(\d+)\.(\d+)")
_IMAGE = re.compile(r"(?:^|/)alertmanager:(v?\d+\.\d+)")


def versions(tree: Tree) -> Iterator[tuple[tuple[int, int], Position]]:
    """Alertmanager's version wherever the tree says it: its image, the version of an operator's
    Alertmanager. Other images beside it, of a reloader for example, have versions of their own.
    """
    for path, value in walk(tree):
        if not isinstance(value.value, str):
            continue
        image = _IMAGE.search(value.value)
        found = parse_version(image[1] if image else value.value)
        if found and (image or _is_version(tree, path)):
            yield found, value.at


def parse_version(text: str) -> tuple[int, int] | None:
    """Major and minor of `v0.29.0`."""
    match = _VERSION.match(text.strip())
    return (int(match[1]), int(match[2])) if match else None


def _is_version(tree: Tree, path: tuple[str, ...]) -> bool:
    """Whether what stands below these keys is a version of Alertmanager."""
    if path[-2:] == ("image", "tag"):
        return _is_of_alertmanager(tree, path[:-2])
    operated = tree.text("kind") == "Alertmanager" and path == ("spec", "version")
    return operated or (path[-1:] == ("version",) and _is_named_so(path[:-1]))


def _is_of_alertmanager(tree: Tree, owner: tuple[str, ...]) -> bool:
    """Whether the image below these keys is Alertmanager's: by the keys, by its repository, or
    because the configuration stands beside it.
    """
    beside = tree.get(*owner)
    if _is_named_so(owner) or beside is None:
        return True
    repository = beside.text("image", "repository")
    inner = beside.get("config")
    return repository.endswith("/alertmanager") or bool(inner and inner.items("receivers"))


def _is_named_so(owner: tuple[str, ...]) -> bool:
    return "alertmanager" in "".join(owner[-1:]).lower()
