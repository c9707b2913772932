"""Every route gets a file of its own, on every file system."""

from hypothesis import given, strategies as st

from reconciler.adopt.importing import file_names
from reconciler.model import Listed

ids = st.from_regex(r"01[0-9A-HJKMNP-TV-Z]{24}", fullmatch=True)
names = st.sampled_from(["Alerts", "alerts!", "ALERTS", "con", "", "🚨", "no"]) | st.text(
    max_size=5
)


@given(st.dictionaries(ids, names, max_size=8), st.sets(st.sampled_from(["alerts", "ALERTS"])))
def test_no_two_routes_share_a_file_and_none_is_written_over(
    routes: dict[str, str], slugs: set[str]
) -> None:
    taken = {f"routes/{slug}.yaml" for slug in slugs}

    found = file_names([Listed(one, name) for one, name in routes.items()], taken)

    files = [file.lower() for file in found.values()]
    assert found.keys() == routes.keys()
    assert len(set(files)) == len(files)
    assert not set(files) & {path.lower() for path in taken}


@given(st.permutations(["01AAAAAAAAAAAAAAAAAAABCDEF", "01BBBBBBBBBBBBBBBBBBBFEDCBA"]))
def test_both_of_one_slug_get_the_end_of_their_ids(order: list[str]) -> None:
    found = file_names([Listed(one, "Alerts") for one in order], ())

    assert sorted(found.values()) == ["routes/alerts-abcdef.yaml", "routes/alerts-fedcba.yaml"]


def test_words_that_windows_keeps_are_no_file_names() -> None:
    (file,) = file_names([Listed("01AAAAAAAAAAAAAAAAAAABCDEF", "CON")], ()).values()

    assert file == "routes/con-abcdef.yaml"


def test_ids_that_end_alike_are_written_out() -> None:
    rows = [Listed("01AAAAAAAAAAAAAAAAAAABCDEF", "x"), Listed("01BBBBBBBBBBBBBBBBBBABCDEF", "x")]

    found = file_names(rows, ())

    assert found["01BBBBBBBBBBBBBBBBBBABCDEF"] == "routes/x-01bbbbbbbbbbbbbbbbbbabcdef.yaml"
