"""Through which versions of the API a route is backed up, and which of its bodies are kept."""

import pytest

from reconciler.backup.write import entries_of, versions
from reconciler.model import ApiChoice
from tests.wire.corpus import body_of

THREE, TWO = body_of("v3", "incident-in-full"), body_of("v2", "incident-workspace")
SAME = body_of("v2", "minimal")
PLAIN = body_of("v3", "minimal")


@pytest.mark.parametrize(
    ("api", "choice", "also"),
    [
        ("v2", "v2", [False, False]),
        ("v3", "v3", [False, False]),
        ("both", "v3", [True, True]),
        (None, "auto", [True, False]),
    ],
)
def test_the_other_version_is_read_where_it_may_show_more(
    api: str | None, choice: ApiChoice, also: list[bool]
) -> None:
    found, reads_other = versions("auto", api)

    assert found == choice
    assert [reads_other("v3", body) for body in (THREE, PLAIN)] == also


def test_one_body_is_one_file() -> None:
    (entry,) = entries_of((THREE,), "v3", both=True)

    assert (entry.api, entry.body) == ("v3", THREE)


def test_the_other_body_is_kept_where_it_shows_more_or_is_asked_for() -> None:
    more = entries_of((THREE, TWO), "v3", both=False)
    same = entries_of((PLAIN, SAME), "v3", both=False)
    asked = entries_of((PLAIN, SAME), "v3", both=True)

    assert [len(found) for found in (more, same, asked)] == [2, 1, 2]
    assert [entry.api for entry in more] == ["v3", "v2"]
