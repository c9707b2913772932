"""How soon the page answers: it filters without a pause, and thousands of routes are ready soon."""

from reconciler.report.page.html import page_html
from tests.browser.opened import Open, browser, open_page
from tests.browser.pages import small, thousands

__all__ = ["browser", "open_page"]  # fixtures
READY_SECONDS = 2.0  # until a page of 3,000 routes answers
PAUSE_SECONDS = 0.1  # from a key to the filtered page: longer is felt as a pause
FRAME = "() => new Promise((done) => requestAnimationFrame(() => setTimeout(done)))"
SEARCH = """(text) => new Promise((done) => {
  const words = document.getElementById("words");
  words.value = text;
  words.dispatchEvent(new Event("input", {bubbles: true}));
  requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done)));
})"""


def test_thousands_of_routes_are_ready_soon(open_page: Open) -> None:
    """Ready: parsed, the script has run, and a frame was drawn since."""
    found = open_page(thousands())
    found.tab.evaluate(FRAME)

    assert found.tab.locator("tr[id]").count() == 3000
    assert found.work.seconds < READY_SECONDS
    for text, part in (("team 7", 4), ("no such route", 4), ("", 2)):
        before = found.work.seconds
        found.tab.evaluate(SEARCH, text)
        assert found.work.seconds - before < READY_SECONDS / part, text


def test_hundreds_of_routes_are_filtered_without_a_pause(open_page: Open) -> None:
    """A key for a key, then a filter, then all of them again."""
    found = open_page(page_html(small(300, 60)))
    found.tab.evaluate(FRAME)
    assert found.tab.locator("svg .box-route").count() == 300

    for text in ("r", "ro", "route", "route 1", "route 12", "no such route", ""):
        before = found.work.seconds
        found.tab.evaluate(SEARCH, text)
        assert found.work.seconds - before < PAUSE_SECONDS, text
    for name in ("source", "path", "channel", "attribute"):
        before = found.work.seconds
        found.tab.select_option(f"#by-{name}", index=1)
        found.tab.evaluate(FRAME)
        assert found.work.seconds - before < PAUSE_SECONDS, name
