"""Whether a commit may be released: its version, its changelog, its tag, its tree."""

import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

VERSION_FILE = "reconciler/__init__.py"
CHANGELOG = "CHANGELOG.md"
_VERSION = re.compile(r'^__version__ = "([^"]+)"$', re.M)
_RELEASED = re.compile(r"[0-9]+\.[0-9]+\.[0-9]+")
_HEADING = re.compile(r"^## \[(?P<name>[^\]]+)\](?P<day>.*)\n", re.M)
_DAY = re.compile(r" - [0-9]{4}-[0-9]{2}-[0-9]{2}")


def git(root: Path, *arguments: str) -> str:
    """What git prints. Raises subprocess.CalledProcessError."""
    command = ("git", "-C", str(root), *arguments)
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()


def version_of(root: Path) -> str:
    """The version that the program says of itself, "" if its file has none."""
    found = _VERSION.search((root / VERSION_FILE).read_text("utf-8"))
    return found[1] if found else ""


def sections_of(changelog: str) -> dict[str, tuple[str, str]]:
    """The day and the text below each heading of a version, by version."""
    headings = [*_HEADING.finditer(changelog)]
    ends = [heading.start() for heading in headings[1:]] + [len(changelog)]
    return {
        heading["name"]: (heading["day"].strip(), changelog[heading.end() : end].strip())
        for heading, end in zip(headings, ends, strict=True)
    }


def notes_of(root: Path, version: str) -> str:
    """What the changelog says of a version, "" for nothing."""
    text = (root / CHANGELOG).read_text("utf-8")
    return sections_of(text).get(version, ("", ""))[1]


def refusals(root: Path, *, tagged: bool) -> Iterator[str]:
    """Why HEAD cannot be released; `tagged`: its tag has to be there, and not to be made."""
    version = version_of(root)
    if not _RELEASED.fullmatch(version):
        yield f"{VERSION_FILE} says the version {version!r}: write one like 1.2.3"
        return
    if changed := git(root, "status", "--porcelain"):
        yield f"the folder has changes that are not committed: commit them first\n{changed}"
    yield from _of_changelog((root / CHANGELOG).read_text("utf-8"), version)
    yield from _of_tag(root, f"v{version}", tagged=tagged)


def _of_changelog(text: str, version: str) -> Iterator[str]:
    sections = sections_of(text)
    day, notes = sections.get(version, ("", ""))
    if not notes:
        yield f"{CHANGELOG} says nothing of {version}: write it below `## [{version}] - DAY`"
    elif not _DAY.fullmatch(f" {day}"):
        yield f"{CHANGELOG} names no day of {version}: write `## [{version}] - 2026-11-29`"
    if sections.get("Unreleased", ("", ""))[1]:
        yield f"{CHANGELOG} has lines under [Unreleased]: move them under [{version}]"


def _of_tag(root: Path, tag: str, *, tagged: bool) -> Iterator[str]:
    there = git(root, "tag", "--list", tag)
    if tagged and tag not in git(root, "tag", "--points-at", "HEAD").split():
        yield f"this commit does not have the tag {tag}: check that tag out"
    elif there and not tagged:
        yield f"the tag {tag} is there already: set the next version in {VERSION_FILE}"
