"""The door of the room: what is said when the extra is not installed, and what is not imported."""

import subprocess
import sys
from pathlib import Path

import pytest

import reconciler.sandbox
from reconciler import sandbox


def test_nothing_is_missing_when_the_extra_is_installed() -> None:
    assert sandbox.missing_library() is None


def test_what_is_missing_is_said_in_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "aiohttp", None)

    line = sandbox.missing_library()

    assert line is not None
    assert "pip install 'incidentio-reconciler[sandbox]'" in line
    assert "\n" not in line


def test_looking_through_the_door_imports_no_server() -> None:
    program = "import reconciler.sandbox, sys; print('aiohttp' in sys.modules)"
    ran = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )

    assert ran.stdout == "False\n"


def test_no_code_is_shared_with_other_rooms() -> None:
    """A mistake that both sides share would cancel itself out."""
    room = Path(reconciler.sandbox.__file__).parent
    lines = [
        line.strip()
        for module in room.rglob("*.py")
        for line in module.read_text(encoding="utf-8").splitlines()
        if line.lstrip().startswith(("from reconciler", "import reconciler"))
    ]

    assert len(lines) > 50
    assert [line for line in lines if "reconciler.sandbox" not in line] == [
        "from reconciler import sandbox"  # in the example of the docstring
    ]
