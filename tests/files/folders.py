"""Folders with route files, written by tests."""

from pathlib import Path

ROUTE = "name: {name}\nsources: [Grafana Cloud]\n"


def route_text(name: str, more: str = "") -> str:
    """A small route file."""
    return ROUTE.format(name=name) + more


def put(root: Path, file: str, content: str | bytes) -> Path:
    """Write a file, with its folders."""
    path = root / file
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path
