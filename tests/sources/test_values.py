"""YAML is read with positions, and merged exactly as Helm merges values."""

from collections.abc import Mapping

import pytest
from hypothesis import given, strategies as st

from reconciler.model import Position
from reconciler.sources.senders.values import MOST_NODES, Tree, merged, read_trees, walk

HERE = Position("values.yaml", 1, 1)


def tree(text: str) -> Tree:
    trees, findings = read_trees(text, "values.yaml")
    assert findings == ()
    (one,) = trees
    return one


def plain(one: Tree | None) -> object:
    """The values alone."""
    if one is None:
        return None
    if isinstance(one.value, Mapping):
        return {key: plain(inner) for key, inner in one.value.items()}
    return [plain(x) for x in one.value] if isinstance(one.value, tuple) else one.value


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        (["a: {b: 1, c: 2}", "a: {b: 3}"], {"a": {"b": "3", "c": "2"}}),
        (["a: [1, 2]", "a: [3]"], {"a": ["3"]}),
        (["a: {b: 1, c: 2}", "a: {b: null}"], {"a": {"c": "2"}}),
        (["a: {b: 1}", "a: null"], {}),
        (["a: null", "a: {b: 1}"], {"a": {"b": "1"}}),
        (["a: {b: 1}", "a: text"], {"a": "text"}),
        (["a: text", "a: {b: {c: ~, d: 1}}"], {"a": {"b": {"d": "1"}}}),
        (["a: [null, 1]"], {"a": [None, "1"]}),
        (['a: "null"'], {"a": "null"}),
        (["a: 1", "b: 2", "a: 3"], {"a": "3", "b": "2"}),
    ],
)
def test_merging(files: list[str], expected: object) -> None:
    assert plain(merged([tree(text) for text in files])) == expected


def test_nothing_merges_to_nothing() -> None:
    assert merged([]) is None


def _trees() -> st.SearchStrategy[Tree]:
    leaves = st.sampled_from(["x", "y"]).map(lambda text: Tree(text, HERE))
    return st.recursive(
        leaves,
        lambda inner: (
            st.dictionaries(st.sampled_from("abc"), inner).map(lambda value: Tree(value, HERE))
            | st.lists(inner, max_size=2).map(lambda value: Tree(tuple(value), HERE))
        ),
        max_leaves=6,
    )


MAPPINGS = st.dictionaries(st.sampled_from("abc"), _trees()).map(lambda value: Tree(value, HERE))


@given(MAPPINGS, MAPPINGS, MAPPINGS)
def test_merging_step_by_step_is_merging_at_once(first: Tree, second: Tree, third: Tree) -> None:
    so_far = merged([first, second])
    assert so_far is not None

    assert merged([so_far, third]) == merged([first, second, third])
    assert merged([first, first]) == merged([first])


def test_values_know_where_they_stand() -> None:
    one = tree("a:\n  - b: text\n")

    assert {path: value.at.line for path, value in walk(one)} == {
        (): 1,
        ("a",): 2,
        ("a", "0"): 2,
        ("a", "0", "b"): 2,
    }
    assert one.items("a")[0].text("b") == "text"
    assert (one.text("a"), one.items("a", "b"), one.get("a", "0")) == ("", (), None)


def test_anchors_merge_keys_and_several_documents_are_read() -> None:
    trees, _ = read_trees(
        "base: &b {x: 1, y: 2}\nmore: &m {z: 3}\none: {<<: *b, y: 5}\ntwo: {<<: [*b, *m, text]}\n"
        "? [no, text]\n: 1\n---\n- a list\n---\n---\nlast: 1\n",
        "values.yaml",
    )

    assert [plain(one) for one in trees][1:] == [["a list"], {"last": "1"}]
    assert plain(trees[0].get("one")) == {"x": "1", "y": "5"}
    assert plain(trees[0].get("two")) == {"x": "1", "y": "2", "z": "3"}


@pytest.mark.parametrize(
    ("text", "line", "hint"),
    [
        ("a: 1\n{{- if x }}\n", 3, "helm template"),
        ("a: [tok-2f9c1d77", 1, "look at"),
        ("a: " + "[" * 3000, 1, "look at"),
        ("a: *nowhere", 1, "look at"),
    ],
)
def test_what_is_no_yaml_is_told_and_not_quoted(text: str, line: int, hint: str) -> None:
    trees, (finding,) = read_trees(text, "values.yaml")

    assert trees == ()
    assert finding.position is not None
    assert (finding.code, finding.position.line) == ("sender-unreadable", line)
    assert hint in finding.hint
    assert "tok-2f9c1d77" not in repr(finding)


def test_aliases_cannot_make_it_endless() -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [
        f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, len(str(MOST_NODES)))
    ]

    assert [found.code for found in read_trees("\n".join(lines), "f")[1]] == ["sender-unreadable"]
