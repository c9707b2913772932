"""The routing tests of a folder: `routing-tests/` and its subfolders."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from reconciler.files.disk import files_of, read_bytes
from reconciler.files.read.cases import HINTS, parse_cases
from reconciler.files.tree import RouteFile, unreadable
from reconciler.files.yaml.compose import MAX_BYTES, decode, too_large
from reconciler.model import Finding
from reconciler.routing.case import CaseFile

TESTS = "routing-tests"


def read_cases(root: Path) -> tuple[tuple[CaseFile, ...] | None, tuple[Finding, ...]]:
    """Every file of routing tests, and what is wrong; None where there is no such folder. Raises
    nothing.
    """
    found, findings = files_of(root, TESTS, "file of routing tests")
    if found is None:
        return None, findings
    wrong = list(findings)
    files: list[CaseFile] = []
    for file in found:
        for read in _read(root, file):
            if isinstance(read, Finding):
                wrong.append(read)
            else:
                files.append(read)
    return tuple(files), tuple(wrong)


def _read(root: Path, file: RouteFile) -> Iterator[CaseFile | Finding]:
    try:
        content = read_bytes(root / file.real, MAX_BYTES)
    except OSError as error:
        yield unreadable(file.file, error)
        return
    text = too_large(file.file) if content is None else decode(content, file.file)
    if isinstance(text, Finding):
        yield replace(text, hint=HINTS.get(text.code, text.hint))
        return
    parsed, findings = parse_cases(text, file.file)
    yield from findings
    if parsed is not None:
        yield parsed
