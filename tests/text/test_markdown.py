"""Nothing in a name acts on GitHub."""

import re
from html import unescape

import pytest
from hypothesis import given, strategies as st

from reconciler.text import code, fenced, html, prose, sentence

TRICKY = st.text(alphabet="`@#a1<>&|*_[]()!~:/.\n\\- ", max_size=30)


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("Alertmanager (Prod), sev0@, Grafana", "Alertmanager (Prod), sev0@, Grafana"),
        ("#alerts", "#alerts"),
        ("@team", "@&#8203;team"),
        ("see #12 and GH-12", "see #&#8203;12 and GH-&#8203;12"),
        ("<!-- x --><b>", "&lt;!-- x --&gt;&lt;b&gt;"),
        ("a|b `c` *d* _e_ [f](g) ~h~", "a\\|b \\`c\\` \\*d\\* \\_e\\_ \\[f\\](g) \\~&#8203;h\\~"),
        ("https://x.example www.x.example", "https:&#8203;//x.example www&#8203;.x.example"),
        ("a\nb", "a\\\\nb"),
    ],
)
def test_prose(text: str, written: str) -> None:
    assert prose(text) == written


@given(TRICKY)
def test_prose_mentions_nobody_and_opens_nothing(text: str) -> None:
    written = prose(text).replace("&#8203;", "\u200b")

    assert not re.search(r"@\w|#\d|<|(?<!\\)(?:\\\\)*[`*_|\[~]", written)
    assert "\n" not in written


def test_what_a_sentence_quotes_is_code() -> None:
    assert sentence("`state: absent` deletes `a") == "`state: absent` deletes \\`a"
    assert sentence("write `@team`, @team") == "write `@team`, @&#8203;team"


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("a", "`a`"),
        ("a`b", "``a`b``"),
        ("`a``", "``` `a`` ```"),
        ("", "`  `"),
        ("@team #12", "`@team #12`"),
    ],
)
def test_code(text: str, written: str) -> None:
    assert code(text) == written


def test_a_pipe_would_end_a_cell() -> None:
    assert code("a|b", in_table=True) == "`a\\|b`"


@given(TRICKY)
def test_a_span_ends_where_it_says(text: str) -> None:
    written = code(text)
    fence = re.match(r"`+", written)

    assert fence is not None
    inside = written[len(fence[0]) : -len(fence[0])]
    assert fence[0] not in inside
    assert not inside.startswith("`")
    assert not inside.endswith("`")


@given(TRICKY)
def test_a_fence_is_longer_than_any_run_inside(text: str) -> None:
    first, *lines, last = fenced(text, "diff").split("\n")

    assert first == last + "diff"
    assert set(last) == {"`"}
    assert all(last not in line for line in lines)
    assert len(lines) == text.count("\n") + 1


def test_html_is_text() -> None:
    assert html("<b>&@x") == "<code>&lt;b&gt;&amp;&#64;x</code>"


@pytest.mark.parametrize(
    "active",
    ["[a](https://x.example)", "![i](//x)", "**b**", "`c`", "~~d~~", "www.x.example", "#12"],
)
def test_html_is_no_markdown_either(active: str) -> None:
    shown = html(active).removeprefix("<code>").removesuffix("</code>")

    assert not set("[]*`~") & set(shown)
    assert not re.search(r"://|www\.|(?<!&)#", shown)
    assert unescape(shown) == active


@pytest.mark.parametrize(
    "text",
    ["!12", "$3", "&4", "~bug", '~"two words"', "%1.0", '%"next"', "%{latest_tag}", "^alert#5"],
)
def test_prose_refers_to_nothing_on_gitlab(text: str) -> None:
    shown = prose(f"a {text} b")

    assert "&#8203;" in shown
    assert unescape(re.sub(r"\\(.)", r"\1", shown)).replace("\u200b", "") == f"a {text} b"
    assert "&#8203;" not in prose("a ! b & c $ d ~ e % f ^ g, 100% yes!")
