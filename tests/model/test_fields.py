"""A field of JSON that has another type is as good as absent, wherever it stands."""

from hypothesis import given, strategies as st

from reconciler.model import list_at, object_at, text_at, whole_at, with_id

LEAVES = st.none() | st.booleans() | st.integers() | st.text(max_size=3)
ANY = st.recursive(LEAVES, lambda j: st.lists(j) | st.dictionaries(st.sampled_from("ab"), j))
KEYS = st.lists(st.sampled_from("ab"), max_size=3)


@given(ANY, KEYS)
def test_whatever_stands_there_the_answer_has_its_type(node: object, keys: list[str]) -> None:
    assert isinstance(text_at(node, *keys), str)
    assert isinstance(list_at(node, *keys), list)
    assert isinstance(object_at(node, *keys), dict)
    assert type(whole_at(node, *keys)) in (int, type(None))  # no flag is a number


@given(LEAVES)
def test_what_is_there_is_found_below_its_keys(leaf: object) -> None:
    node = {"a": {"b": leaf}}

    assert (text_at(node, "a", "b") == leaf) == isinstance(leaf, str)
    assert object_at(node, "a") == {"b": leaf}
    assert list_at({"a": [leaf]}, "a") == [leaf]


def test_rows_without_an_id_are_left_out() -> None:
    rows = [{"id": "1"}, {"id": ""}, {"id": 2}, {}, None, "id"]

    assert list(with_id(rows)) == [{"id": "1"}]
