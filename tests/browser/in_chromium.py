"""The page in a real browser: `make browser`. It never loads anything, breaks no policy, passes
axe-core in light and dark, wide and narrow.
"""

import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import expect

from benchmarks.routing import WORLD, edited, routes
from reconciler.model import Finding
from reconciler.plan.paging.proof import Proof
from reconciler.planning.pictured import compared
from reconciler.report.page.build import page_of
from reconciler.report.page.changes import marks_of
from reconciler.report.page.html import page_html
from reconciler.report.page.planned import marks_of_plan, seen_plan
from reconciler.report.plan_json import plan_json
from reconciler.routing.compare import compare
from tests.browser.opened import Open, browser, open_page
from tests.browser.pages import (
    copies,
    hostile,
    kinds,
    linked,
    page_with,
    pictured_of,
    small,
)
from tests.plan.proofs import ANYTHING, DEPENDS, LOST, OTHER, POSTS, UNREAD, proof
from tests.report.plans import full_plan

__all__ = ["browser", "open_page"]  # fixtures
ROOT = Path(__file__).parents[2]
AXE = ROOT / ".venv/axe/node_modules/axe-core/axe.min.js"
SCROLLED = """() => document.styleSheets[0].insertRule(
  ".lazy { content-visibility: visible !important; }",
  document.styleSheets[0].cssRules.length)"""  # what is not drawn yet has no places of its own


def changed() -> str:
    """Before and after: 12 routes, some edited, one new, one gone."""
    before = routes(12, 4)
    after = edited(before, 4)
    after["new"] = kinds()["plain"]
    del after["3"]
    old, new = pictured_of(before), pictured_of(after)
    proof = Proof(compare(before, after, WORLD), {**old.names, **new.names}, 6)
    change = compared(old.routes, new.routes, proof, "yesterday's files with these")
    return page_html(page_of(new, "The routes of the files", linked, marks_of(change, new.routes)))


ALL = proof(POSTS, DEPENDS, ANYTHING, LOST, OTHER, unknown=(UNREAD,))


def planned() -> str:
    """A saved plan with everything: rows, unknowns, settings, live edits, and what stops it."""
    plan = replace(full_plan(), who=ALL, edited=proof(LOST))
    read = seen_plan(plan_json(plan), "plan.json")
    assert not isinstance(read, Finding)
    found = pictured_of(kinds())
    return page_html(page_of(found, "Routes", linked, marks_of_plan(read[1], found.routes)))


PAGES: dict[str, Callable[[], str]] = {
    "kinds": lambda: page_html(page_with(kinds())),
    "hostile": lambda: page_html(hostile()),
    "changed": changed,
    "planned": planned,
    "small": lambda: page_html(small(20, 5)),
    "copies": lambda: page_html(copies(small(20, 5), 16)),
    "none": lambda: page_html(page_with({})),
}


@pytest.mark.parametrize("name", PAGES)
def test_it_asks_for_nothing_and_breaks_no_policy(name: str, open_page: Open) -> None:
    found = open_page(PAGES[name]())
    found.tab.fill("#words", "route") if name != "none" else None
    found.tab.emulate_media(media="print")
    found.tab.emulate_media(media="screen")

    assert [url for url in found.asked if not url.startswith("file:")] == []
    assert len(found.asked) == 1
    assert found.broken == []
    assert found.tab.title() == "Alert routes"


def test_the_policy_is_in_force(open_page: Open) -> None:
    """What the test before watches for is seen: a script and a picture of others are stopped."""
    found = open_page(PAGES["kinds"]())

    found.tab.evaluate(
        """() => {
          const script = document.createElement("script");
          script.textContent = "document.title = 'owned'";
          document.body.append(script);
          const picture = document.createElement("img");
          picture.src = "https://example.com/x.png";
          document.body.append(picture);
        }"""
    )
    found.tab.evaluate("() => new Promise((done) => setTimeout(done, 100))")

    assert found.tab.title() == "Alert routes"
    assert sorted(found.broken) == ["img-src", "script-src-elem"]


@pytest.mark.parametrize(("scheme", "width"), [("light", 1280), ("dark", 1280), ("light", 320)])
@pytest.mark.parametrize("name", PAGES)
def test_axe_finds_nothing(name: str, scheme: str, width: int, open_page: Open) -> None:
    found = open_page(PAGES[name](), scheme, width=width)
    found.tab.evaluate(SCROLLED)

    found.tab.evaluate(AXE.read_text(encoding="utf-8"))
    answer = found.tab.evaluate(
        "axe.run(document, {resultTypes: ['violations'], runOnly: "
        "['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']})"
    )

    assert [
        (one["id"], one["help"], [node["html"][:120] for node in one["nodes"][:3]])
        for one in answer["violations"]
    ] == []


def test_every_kind_of_route_is_in_the_table_and_on_the_map(open_page: Open) -> None:
    tab = open_page(PAGES["kinds"]()).tab

    for name in kinds():
        assert tab.locator("tr[data-routes] th", has_text=name).count() >= 1
    shown = tab.locator("svg .box-route text").all_text_contents()
    assert {one.removesuffix(" (disabled)") for one in shown} == kinds().keys()
    assert tab.locator("svg .edge").count() > len(kinds())


def test_a_long_name_stays_inside_of_its_box(open_page: Open) -> None:
    """A nested picture cuts off what is wider."""
    tab = open_page(PAGES["hostile"]()).tab
    box = tab.locator("svg .box-route", has_text="WWW")

    def edges(part: str) -> tuple[int, int]:
        element = box.locator(part)
        left, width = (int(element.get_attribute(name) or 0) for name in ("x", "width"))
        return left, left + width

    text, rect = box.locator("text").bounding_box(), edges("rect")
    assert text
    assert text["width"] > rect[1] - rect[0]
    assert rect[0] <= edges("svg")[0] < edges("svg")[1] <= rect[1]
    assert box.locator("svg").evaluate("(part) => getComputedStyle(part).overflow") == "hidden"


def test_hostile_names_are_only_seen(open_page: Open) -> None:
    tab = open_page(PAGES["hostile"]()).tab

    assert tab.title() == "Alert routes"
    assert tab.locator("img").count() == 0
    assert tab.locator("script").count() == 2
    assert "<script>document.title='owned'</script>" in tab.locator("#main").inner_text()


def test_search_and_filters_leave_the_routes_that_fit(open_page: Open) -> None:
    tab = open_page(PAGES["kinds"]()).tab
    rows, count = tab.locator("tr[id]:visible"), tab.locator("#count")

    tab.fill("#words", "disabled")
    expect(count).to_have_text("1 of 11 routes")
    expect(rows).to_have_count(1)
    assert tab.locator("svg .off").count() > 0
    tab.click("button[type=reset]")
    expect(tab.locator("svg .off")).to_have_count(0)
    expect(rows).to_have_count(len(kinds()))
    for name, value, left in (
        ("source", "s2", 1), ("path", "P2", 2), ("attribute", "severity", 5),
        ("channel", "C100001 and Teams T1", 1),
    ):  # fmt: skip
        tab.select_option(f"#by-{name}", label=value)
        expect(count).to_have_text(f"{left} of 11 routes")
        expect(rows).to_have_count(left)
        tab.click("button[type=reset]")
        expect(count).to_have_text("11 of 11 routes")


def test_a_link_leads_to_a_route_that_the_filter_hid(open_page: Open) -> None:
    """And not to one below the search, which stays at the top."""
    tab = open_page(PAGES["kinds"]()).tab
    tab.select_option("#by-source", label="s1")
    tab.fill("#words", "plain")
    link = tab.locator("details.source a", has_text="two paths and a user").first
    row = tab.locator(str(link.get_attribute("href")))
    expect(row).to_be_hidden()

    link.click()

    expect(row).to_be_visible()
    expect(tab.locator("#words")).to_have_value("")
    search, shown = tab.locator("#search").bounding_box(), row.bounding_box()
    assert search
    assert shown
    assert shown["y"] >= search["y"] + search["height"]


BROKEN_WORDS = """() => {
  const broken = [];
  for (const cell of document.querySelectorAll("th, td:not(.file)")) {
    const walker = document.createTreeWalker(cell, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
      const node = walker.currentNode;
      if (node.parentElement.closest("code")) continue;
      for (const word of node.data.matchAll(/[A-Za-z]+/g)) {
        const range = document.createRange();
        range.setStart(node, word.index);
        range.setEnd(node, word.index + word[0].length);
        if (range.getClientRects().length > 1) broken.push(word[0]);
      }
    }
  }
  return broken;
}"""


@pytest.mark.parametrize("width", [320, 800, 1280])
@pytest.mark.parametrize("name", PAGES)
def test_nothing_is_wider_than_the_screen(name: str, width: int, open_page: Open) -> None:
    """What is wider scrolls inside of its own region."""
    tab = open_page(PAGES[name](), width=width).tab
    tab.evaluate(SCROLLED)

    assert tab.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("width", [320, 800])
def test_no_word_of_a_table_is_broken(width: int, open_page: Open) -> None:
    """A table scrolls. A path may break: it is long, and has its own column."""
    tab = open_page(PAGES["changed"](), width=width).tab
    tab.evaluate(SCROLLED)

    assert tab.evaluate(BROKEN_WORDS) == []


def test_the_search_leaves_a_narrow_screen_to_the_routes(open_page: Open) -> None:
    tab = open_page(PAGES["small"](), width=320).tab

    tab.locator("#holes").scroll_into_view_if_needed()

    assert not tab.evaluate(
        "() => document.getElementById('search').getBoundingClientRect().bottom > 0"
    )


def test_the_keyboard_reaches_all_of_it(open_page: Open) -> None:
    tab = open_page(PAGES["kinds"]()).tab

    tab.keyboard.press("Tab")
    assert tab.evaluate("document.activeElement.className") == "skip"
    tab.keyboard.press("Enter")
    assert tab.evaluate("document.activeElement.id") == "main"
    seen = set()
    for _ in range(40):
        tab.keyboard.press("Tab")
        seen.add(tab.evaluate("document.activeElement.id || document.activeElement.tagName"))
    assert {"words", "by-source", "BUTTON", "DIV", "A", "SUMMARY"} <= seen


def test_without_a_script_everything_is_there(open_page: Open) -> None:
    tab = open_page(PAGES["small"](), script=False).tab

    assert tab.locator("tr[data-routes]").count() == 20
    assert not tab.locator("#search").is_visible()


def test_paper_has_every_source_open_and_no_search(open_page: Open) -> None:
    tab = open_page(PAGES["copies"]()).tab
    assert tab.locator("details[open]").count() == 0

    tab.evaluate("dispatchEvent(new Event('beforeprint'))")
    tab.emulate_media(media="print")

    assert tab.locator("details:not([open])").count() == 0
    assert not tab.locator("#search").is_visible()


@pytest.mark.parametrize(
    ("file", "name", "scheme"),
    [
        ("page-map", "small", "light"),
        ("page-dark", "small", "dark"),
        ("page-changes", "changed", "light"),
        ("page-search", "kinds", "light"),
    ],
)
def test_the_pictures_of_the_docs(file: str, name: str, scheme: str, open_page: Open) -> None:
    """Written anew only where PICTURES is set: a browser of another version draws other bytes."""
    tab = open_page(PAGES[name](), scheme).tab
    if file == "page-search":
        tab.select_option("#by-attribute", label="severity")
    picture = tab.screenshot()

    assert picture.startswith(b"\x89PNG")
    kept = ROOT / f"docs/pictures/{file}.png"
    if os.environ.get("PICTURES"):
        kept.parent.mkdir(exist_ok=True)
        kept.write_bytes(picture)
    assert kept.is_file()
