"""`make release`: checks this commit, builds it, tries what was built, and makes the tag.

`python -m release --tagged` does the same for a commit that has its tag, and leaves the wheel and
the sdist in `dist/`: what the workflow publishes.
"""

import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from release.state import git, notes_of, refusals, version_of
from release.trial import Failed, build, check, first_day, install

ROOT = Path(__file__).resolve().parents[1]


def main(arguments: Sequence[str], root: Path = ROOT) -> int:
    """An exit code: 0, or 1 for a release that cannot be."""
    tagged = [*arguments] == ["--tagged"]
    if arguments and not tagged:
        print("usage: python -m release [--tagged]", file=sys.stderr)
        return 64
    if found := [*refusals(root, tagged=tagged)]:
        for why in found:
            print(f"error: {why}", file=sys.stderr)
        return 1
    version = version_of(root)
    try:
        _try(root, version)
    except Failed as failed:
        print(f"error: {failed}\nno tag was made", file=sys.stderr)
        return 1
    if not tagged:
        git(root, "tag", "--annotate", "--cleanup=verbatim", f"v{version}",
            "--message", f"reconciler {version}\n\n{notes_of(root, version)}\n")  # fmt: skip
        print(f"v{version} is tagged here. To publish it:\n  git push origin v{version}")
    return 0


def _try(root: Path, version: str) -> None:
    with tempfile.TemporaryDirectory(prefix="release-") as folder:
        scratch = Path(folder)
        wheel, sdist = build(root, root / "dist", git(root, "log", "-1", "--format=%ct"))
        print(f"built {wheel.name} and {sdist.name}")
        check(wheel, sdist, scratch)
        print("checked: the index takes them, and the sdist makes the same wheel")
        program = install(wheel, root / "requirements.lock", scratch)
        first_day(program, version, scratch)
        print("tried: installed alone, it sets up a folder from the sandbox and plans no change")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
