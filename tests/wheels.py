"""An index of packages on the disk, of what is installed here: pip installs without a network."""

import zipfile
from importlib.metadata import Distribution, distribution
from pathlib import Path, PurePosixPath

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

NOT_OF_THE_WHEEL = {"INSTALLER", "REQUESTED", "RECORD", "direct_url.json"}


def index_of(folder: Path, *names: str) -> str:
    """The URL of an index with these packages and all that they need."""
    for found in _with_needs(names):
        home = folder / canonicalize_name(found.metadata["Name"])
        home.mkdir(parents=True)
        wheel = _wheel(found, home)
        (home / "index.html").write_text(f'<a href="{wheel.name}">{wheel.name}</a>', "utf-8")
    return folder.as_uri()


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
        if line.startswith("Tag: ")
    )
    name = canonicalize_name(found.metadata["Name"]).replace("-", "_")
    target = home / f"{name}-{found.version}-{tag}.whl"
    record: list[str] = []
    with zipfile.ZipFile(target, "w") as wheel:
        for file in found.files or ():
            path = PurePosixPath(file)
            if _belongs(path):
                wheel.write(str(found.locate_file(file)), str(path))
                record.append(f"{path},,")
                metadata = path.parent if path.name == "METADATA" else None
                if metadata:
                    record.append(f"{metadata}/RECORD,,")
        listed = next(row.partition(",")[0] for row in record if row.endswith("RECORD,,"))
        wheel.writestr(listed, "\n".join(record) + "\n")
    return target


def _belongs(path: PurePosixPath) -> bool:
    outside = ".." in path.parts or "__pycache__" in path.parts
    in_metadata = path.parent.suffix == ".dist-info" and path.name in NOT_OF_THE_WHEEL
    return not outside and not in_metadata
