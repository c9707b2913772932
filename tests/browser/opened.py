"""A page, opened in Chromium (or Chrome) on the PATH, or in that of the variable CHROMIUM."""

import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import Browser, CDPSession, Page as Tab, sync_playwright

WATCH = """
window.broken = [];
document.addEventListener(
  "securitypolicyviolation", (e) => window.broken.push(e.violatedDirective));
window.addEventListener("error", (e) => window.broken.push(e.message));
"""


def chromium() -> str:
    named = os.environ.get("CHROMIUM")
    found = named or next(
        filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None
    )
    if not found:
        pytest.fail("no Chromium: `apt-get install chromium`, or name one in CHROMIUM")
    return found


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(
            executable_path=chromium(), args=["--no-sandbox", "--disable-gpu"]
        )
        yield opened
        opened.close()


@dataclass
class Opened:
    """A page from disk, and each address that it asked for."""

    tab: Tab
    work: "Work"
    asked: list[str] = field(default_factory=list)

    @property
    def broken(self) -> list[str]:
        return list(self.tab.evaluate("window.broken"))


Open = Callable[..., Opened]


class Work:
    """Seconds of CPU of the page's main thread: parsing, styles, layout, script and drawing. On a
    machine with nothing else to do that is how long a user waits; others may use this one.
    """

    def __init__(self, session: CDPSession) -> None:
        self._session = session
        session.send("Performance.enable", {"timeDomain": "threadTicks"})

    @property
    def seconds(self) -> float:
        metrics = self._session.send("Performance.getMetrics")["metrics"]
        return next(float(row["value"]) for row in metrics if row["name"] == "TaskDuration")


@pytest.fixture
def open_page(browser: Browser, tmp_path: Path) -> Iterator[Open]:
    contexts = []

    def opened(
        html: str, scheme: str = "light", *, script: bool = True, width: int = 1280
    ) -> Opened:
        file = tmp_path / "routes.html"
        file.write_text(html, encoding="utf-8")
        context = browser.new_context(
            color_scheme=scheme,
            viewport={"width": width, "height": 900},
            java_script_enabled=script,
        )
        contexts.append(context)
        tab = context.new_page()
        found = Opened(tab, Work(context.new_cdp_session(tab)))
        tab.on("request", lambda request: found.asked.append(request.url))
        tab.add_init_script(WATCH)
        tab.goto(file.as_uri())
        if script:
            tab.wait_for_selector("html[data-ready=true]", state="attached")
        return found

    yield opened
    for context in contexts:
        context.close()
