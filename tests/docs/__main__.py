"""`python -m tests.docs PAGE …`: write the pages' outputs anew, for whoever edits them.

An output that still is what the command prints stays as it is; any other is replaced by what the
command prints now, with the page's `…` and the sandbox's own port. Look at the difference before
you commit it: a day after `expires:` is another one here.
"""

import re
import sys
import tempfile
from pathlib import Path

from tests.docs.pages import Page
from tests.docs.reader import matches, read_aloud
from tests.docs.rewriting import rewritten


def main(paths: list[str]) -> None:
    """Run each page once and write it back."""
    for path in paths:
        page = Page(Path(path).resolve(), Path(path).read_text(encoding="utf-8"))
        lines = page.text.splitlines(keepends=True)
        with tempfile.TemporaryDirectory() as folder:
            done = list(read_aloud(page, Path(folder)))
        for command, said in reversed(done):
            if not matches(command.output, said):
                end = command.line + command.output.count("\n")
                anew = rewritten(command.output, said)
                lines[command.line : end] = [re.sub(r"127\.0\.0\.1:\d+", "127.0.0.1:8700", anew)]
        page.path.write_text("".join(lines), encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
