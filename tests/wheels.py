"""Packages without a network: ours, built, and an index on the disk of what is installed here."""

import subprocess
import sys
import tomllib
import zipfile
from importlib.metadata import Distribution, distribution
from pathlib import Path, PurePosixPath

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.e2e.team import REPOSITORY

NOT_OF_THE_WHEEL = {"INSTALLER", "REQUESTED", "RECORD", "direct_url.json"}


def needed() -> tuple[str, ...]:
    """What an installation of ours from its files needs, without extras."""
    project = tomllib.loads((REPOSITORY / "pyproject.toml").read_text("utf-8"))["project"]
    return ("hatchling", *(Requirement(text).name for text in project["dependencies"]))


def built(folder: Path) -> Path:
    """The wheel of this repository."""
    command = (sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder))
    subprocess.run(command, cwd=REPOSITORY, check=True, capture_output=True)
    (wheel,) = folder.glob("*.whl")
    return wheel


def index_of(folder: Path, *names: str) -> str:
    """The URL of an index with these packages and all that they need."""
    for found in _with_needs(names):
        home = folder / canonicalize_name(found.metadata["Name"])
        home.mkdir(parents=True)
        _list(_wheel(found, home))
    return folder.as_uri()


def add_ours(folder: Path) -> None:
    """Our wheel, into an index."""
    home = folder / "incidentio-reconciler"
    home.mkdir()
    _list(built(home))


def _list(wheel: Path) -> None:
    page = f'<a href="{wheel.name}">{wheel.name}</a>'
    (wheel.parent / "index.html").write_text(page, "utf-8")


def _with_needs(names: tuple[str, ...]) -> list[Distribution]:
    found: dict[str, Distribution] = {}
    waiting = list(names)
    while waiting:
        name = canonicalize_name(waiting.pop())
        if name in found:
            continue
        found[name] = distribution(name)
        needs = map(Requirement, found[name].requires or ())
        waiting += [
            one.name for one in needs if not one.marker or one.marker.evaluate({"extra": ""})
        ]
    return list(found.values())


def _wheel(found: Distribution, home: Path) -> Path:
    """The wheel that it was installed from, as far as that tells: its files and their metadata."""
    tag = next(
        line.partition(": ")[2]
        for line in (found.read_text("WHEEL") or "").splitlines()
        if line.startswith("Tag: ") and not line.startswith("Tag: py2")
    )
    name = canonicalize_name(found.metadata["Name"]).replace("-", "_")
    target = home / f"{name}-{found.version}-{tag}.whl"
    files = {
        str(path): Path(str(found.locate_file(path)))
        for path in found.files or ()
        if _belongs(path)
    }
    (metadata,) = (path for path in files if path.endswith(".dist-info/METADATA"))
    record = metadata.replace("METADATA", "RECORD")
    with zipfile.ZipFile(target, "w") as wheel:
        for name, file in files.items():
            wheel.write(file, name)
        wheel.writestr(record, "".join(f"{name},,\n" for name in (*files, record)))
    return target


def _belongs(path: PurePosixPath) -> bool:
    outside = ".." in path.parts or "__pycache__" in path.parts
    in_metadata = path.parent.suffix == ".dist-info" and path.name in NOT_OF_THE_WHEEL
    return not outside and not in_metadata
