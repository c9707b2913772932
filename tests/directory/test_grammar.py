"""One grammar for references, of which the API's own spelling is a part."""

import pytest
from hypothesis import given, strategies as st

from reconciler.directory.references import (
    Hop,
    Root,
    Spelled,
    api_hop,
    api_root,
    carried,
    named_hop,
    parse_reference,
    raw_navigation,
    spellable,
)
from tests.directory.strategies import references


@pytest.mark.parametrize(
    ("text", "root"),
    [
        ("severity", Root("name", "severity")),
        (" Escalation path ", Root("name", "Escalation path")),
        ("attribute:title", Root("name", "title")),
        ("title", Root("alert", "alert.title")),
        ("alert.source_url", Root("alert", "alert.source_url")),
        ("alert.Title", Root("name", "alert.Title")),
        ("alert.attributes.01J", Root("attribute", "01J")),
        ('expressions["on-call"]', Root("expression", "on-call")),
        ("input", Root("input", "input")),
        (".", Root("alert itself", ".")),
        ('catalog_attribute["01J"]', Root("raw", 'catalog_attribute["01J"]')),
        ("", Root("name", "")),
    ],
)
def test_a_text_starts_somewhere(text: str, root: Root) -> None:
    assert parse_reference(text) == Spelled(root)


@pytest.mark.parametrize(
    ("text", "hops"),
    [
        ('service.["Tier"]', (Hop("Tier"),)),
        (r'service.["a\"b\\c"].["d"]', (Hop('a"b\\c'), Hop("d"))),
        ('service.catalog_attribute["01J"].["d"]', (Hop("01J", raw=True), Hop("d"))),
        ('service.["a"] later', ()),
        ('service.["a"]later.["b"]', (Hop("b"),)),
        ('.["a"]', ()),
    ],
)
def test_hops_are_read_from_the_end(text: str, hops: tuple[Hop, ...]) -> None:
    assert parse_reference(text).hops == hops


@given(st.text(min_size=1), st.text(min_size=1))
def test_any_name_can_stand_in_a_hop(root: str, name: str) -> None:
    assert parse_reference("x" + named_hop(name)) == Spelled(Root("name", "x"), (Hop(name),))


@given(references)
def test_what_the_api_says_is_said_the_same_way(reference: str) -> None:
    spelled = parse_reference(reference)

    assert api_root(spelled.root) + "".join(api_hop(hop.text) for hop in spelled.hops) == reference
    assert all(hop.raw for hop in spelled.hops)


@given(st.text())
def test_every_text_has_a_reading(text: str) -> None:
    assert isinstance(parse_reference(text), Spelled)


def test_a_navigation_is_raw_with_or_without_its_dot() -> None:
    assert raw_navigation('catalog_attribute["01J"]') == "01J"
    assert raw_navigation(' .catalog_attribute["01J"]') == "01J"
    assert raw_navigation("Escalation path") is None


@pytest.mark.parametrize("name", ["Tier", "emoji 🔥👩‍🚒", 'with "quotes"', "{{ open", "\u200d"])
def test_most_names_can_be_written(name: str) -> None:
    assert carried(name)
    assert spellable(name)


@pytest.mark.parametrize("name", ["", " a", "a\n", "a\nb", "a\x00b", "a\u2028b", "a\ud800b"])
def test_names_that_a_file_cannot_hold_are_known(name: str) -> None:
    assert not carried(name)
    assert not spellable(name)


def test_braces_that_would_end_a_reference_in_a_text_are_for_names_only() -> None:
    assert carried("a}}b")
    assert not spellable("a}}b")
