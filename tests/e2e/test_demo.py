"""`make demo`, which the README begins with: the whole loop, and a page to look at."""

import os
import subprocess
import sys
from pathlib import Path

from tests.browser.dom import parsed
from tests.e2e.team import REPOSITORY


def test_it_ends_with_the_path_of_a_page_that_shows_the_change() -> None:
    environment = {**os.environ, "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"}
    ended = subprocess.run(
        ["bash", str(REPOSITORY / "examples/demo.sh")],
        env={key: value for key, value in environment.items() if key != "COVERAGE_PROCESS_START"},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )

    assert ended.returncode == 0, ended.stderr
    *_, command, path = ended.stdout.splitlines()
    assert command == f"$ reconciler page --base HEAD --out {path}"
    assert Path(path) == REPOSITORY / ".reconciler/routes.html"
    dom = parsed(Path(path).read_text("utf-8"))
    assert "2 kinds of alerts page another target" in dom.text
    assert "Production Alerts changed" in dom.text
    assert "The drift is gone: the second plan found nothing to do." in ended.stdout
