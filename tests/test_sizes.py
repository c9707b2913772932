"""Files and functions that a reader can hold."""

import ast

from tests.test_names import FILES, PACKAGE

MOST_LINES = 400  # of a file
MOST_LINES_OF_A_FUNCTION = 60


def test_files_are_short() -> None:
    lengths = {file: len((PACKAGE / file).read_text("utf-8").splitlines()) for file in FILES}

    assert {file: length for file, length in lengths.items() if length > MOST_LINES} == {}


def test_functions_are_short() -> None:
    long = [
        f"{file}: {node.name}"
        for file in FILES
        for node in ast.walk(ast.parse((PACKAGE / file).read_text("utf-8")))
        if isinstance(node, ast.FunctionDef)
        and node.end_lineno is not None
        and node.end_lineno - node.lineno + 1 > MOST_LINES_OF_A_FUNCTION
    ]

    assert long == []
