"""Names in the code say what they hold."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parent.parent / "reconciler"
FILES = sorted(path.relative_to(PACKAGE).as_posix() for path in PACKAGE.rglob("*.py"))
# Each stood for a route, a finding, a file and a sentence.
VAGUE = {"one", "One", "said", "Said", "told", "Told"}
ALLOWED = {("model/expression.py", "one")}  # makes a value of one text, as `many` does of several


@pytest.mark.parametrize("room", sorted({file.partition("/")[0] for file in FILES}))
def test_no_name_may_stand_for_everything(room: str) -> None:
    vague = [
        f"{file}:{line}: {name}"
        for file in FILES
        if file.partition("/")[0] == room
        for line, name in _bound(ast.parse((PACKAGE / file).read_text("utf-8")))
        if name.strip("_") in VAGUE and (file, name) not in ALLOWED
    ]

    assert vague == []


def _bound(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Every name that the file gives to something, with its line."""
    for node in ast.walk(tree):
        match node:
            case ast.Name(id=name, ctx=ast.Store()) | ast.Attribute(attr=name, ctx=ast.Store()):
                yield node.lineno, name
            case ast.arg(arg=name):
                yield node.lineno, name
            case ast.alias(name=there, asname=str(name)) if name != there:
                yield node.lineno, name
            case ast.FunctionDef(name=name) | ast.ClassDef(name=name):
                yield node.lineno, name
            case ast.MatchAs(name=str(name)) | ast.MatchStar(name=str(name)):
                yield node.lineno, name
            case _:
                pass
