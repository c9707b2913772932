"""The package has a name that is ours on the index, and what it brings runs."""

import re
import subprocess
import zipfile
from email.parser import Parser
from pathlib import Path

import pytest

from reconciler import __version__
from tests.e2e.team import REPOSITORY
from tests.wheels import built

NAME = "incidentio-reconciler"
# `reconciler` as a package to install; not as a part of another name, of a path or of an address.
ALONE = r"(?<![-\w./])reconciler(?![-\w./])"
HINTS = (
    re.compile(rf"\b(?:pip3?|pipx|uv|uvx)\b[^\n]*\b(?:install|add|run|tool)\b[^\n]*?['\" ]{ALONE}"),
    re.compile(r"(?<![-\w./])reconciler(?:\[\w+[\w,]*\]| @ |[=<>~!]=\s*\d)"),
    re.compile(r"pypi\.org/project/reconciler\b"),
)


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return built(tmp_path_factory.mktemp("wheel"))


def inside(wheel: Path, file: str) -> str:
    with zipfile.ZipFile(wheel) as opened:
        (name,) = (one for one in opened.namelist() if one.endswith(f".dist-info/{file}"))
        return opened.read(name).decode("utf-8")


def test_the_wheel_has_our_name_and_the_version_of_the_program(wheel: Path) -> None:
    metadata = Parser().parsestr(inside(wheel, "METADATA"))

    assert wheel.name == f"incidentio_reconciler-{__version__}-py3-none-any.whl"
    assert (metadata["Name"], metadata["Version"]) == (NAME, __version__)
    assert {"sandbox", "sources"} <= set(metadata.get_all("Provides-Extra") or ())
    needs = metadata.get_all("Requires-Dist") or ()
    assert not [need for need in needs if re.match(r"reconciler\b", need)]


def test_the_libraries_of_the_extras_are_of_theirs_alone(wheel: Path) -> None:
    needs = Parser().parsestr(inside(wheel, "METADATA")).get_all("Requires-Dist") or ()
    of = {
        library: {need.partition(";")[2].strip() for need in needs if need.startswith(library)}
        for library in ("aiohttp", "boto3")
    }

    dev = "extra == 'dev'"
    assert of == {
        "aiohttp": {dev, "extra == 'sandbox'"},
        "boto3": {dev, "extra == 'sources'"},
    }


def test_the_command_and_the_package_keep_their_name(wheel: Path) -> None:
    entries = inside(wheel, "entry_points.txt").split()

    assert entries == ["[console_scripts]", "reconciler", "=", "reconciler.__main__:main"]


def test_the_wheel_has_every_file_of_the_package_and_no_other(wheel: Path) -> None:
    listed = subprocess.run(
        ("git", "ls-files", "--", "reconciler"),
        cwd=REPOSITORY,
        check=True,
        capture_output=True,
        text=True,
    ).stdout.split()
    with zipfile.ZipFile(wheel) as opened:
        names = [one for one in opened.namelist() if ".dist-info/" not in one]

    assert sorted(names) == sorted(listed)
    assert "reconciler/py.typed" in names


def test_no_hint_names_the_other_project() -> None:
    listed = subprocess.run(
        ("git", "ls-files", "-z"), cwd=REPOSITORY, check=True, capture_output=True, text=True
    ).stdout.split("\0")
    wrong = [
        f"{path}: {match[0]}"
        for path in listed
        if path and (REPOSITORY / path).is_file() and (REPOSITORY / path) != Path(__file__)
        for hint in HINTS
        for match in hint.finditer((REPOSITORY / path).read_text("utf-8", "replace"))
    ]

    assert wrong == []


@pytest.mark.parametrize(
    ("text", "is_wrong"),
    [
        ("pip install reconciler", True),
        ("pip install 'reconciler[sandbox]'", True),
        ("python -m pip install -U reconciler", True),
        ("pipx run reconciler plan", True),
        ('"reconciler[aws] @ git+https://…"', True),
        ("reconciler==0.1.0", True),
        (f"pip install '{NAME}[sandbox]'", False),
        ('pip install "git+https://github.com/OWNER/reconciler.git"', False),
        ("pip install .  # then run `reconciler plan`", False),
        ("reconciler plan", False),
    ],
)
def test_a_hint_is_recognised(text: str, is_wrong: bool) -> None:
    assert any(hint.search(text) for hint in HINTS) == is_wrong
