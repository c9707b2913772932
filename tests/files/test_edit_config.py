"""`api:` is set where it belongs; everything else stays to the byte."""

import pytest

from reconciler.files.config import parse_config
from reconciler.files.edit.config import with_ids, with_setting


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("", "api: v3\n"),
        ("\n", "api: v3\n"),
        ("# why\nundeclared: report\n", "# why\napi: v3\nundeclared: report\n"),
        ('api: "v2"  # for now\nundeclared: report', "api: v3  # for now\nundeclared: report\n"),
        ("undeclared: report\r\n", "api: v3\r\nundeclared: report\r\n"),
        ("# only a comment", "# only a comment\napi: v3\n"),
        ("# only a comment\r\n", "# only a comment\r\napi: v3\r\n"),
        ("{api: v2}\n", "{api: v3}\n"),
        ("{}", "{api: v3}\n"),
        ("{ undeclared: report }  # why\n", "{ api: v3, undeclared: report }  # why\n"),
        (
            "--- {\n  # why\n  max_deletes: 2,\n}\n",
            "--- {\n  # why\n  api: v3, max_deletes: 2,\n}\n",
        ),
        ("\ufeffundeclared: report\n", "\ufeffapi: v3\nundeclared: report\n"),
        ("undeclared: report\n...\n", "api: v3\nundeclared: report\n...\n"),
    ],
)
def test_the_version_is_set_and_nothing_else(before: str, after: str) -> None:
    assert with_setting(before, "api", "v3") == after
    config, findings = parse_config(after, "reconciler.yaml")
    assert (config.api, findings) == ("v3", ())


@pytest.mark.parametrize("text", ["- x\n", "api: [\n", "x\n", "---\n", "a: b\n---\nc: d\n"])
def test_what_is_no_plain_mapping_is_left(text: str) -> None:
    assert with_setting(text, "api", "v3") is None


URL = "https://app.incident.io/acme,corp"


@pytest.mark.parametrize("text", ["", "# why\n", "{}", "{channels: {a: C1}}", "max_deletes: 2"])
def test_an_account_of_any_spelling_is_read_back(text: str) -> None:
    edited = with_setting(text, "account", URL) or ""

    assert parse_config(edited, "reconciler.yaml")[0].account == URL


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("{channels: {a: C1}}\n", '{channels: {"#b, c": C2, "on": C3, a: C1}}\n'),
        ("{max_deletes: 2}\n", '{channels: {"#b, c": C2, "on": C3}, max_deletes: 2}\n'),
        ("channels: {}\n", 'channels: {"#b, c": C2, "on": C3}\n'),
        ("channels: { a: C1 } # why\n", 'channels: { "#b, c": C2, "on": C3, a: C1 } # why\n'),
        ("max_deletes: 2\r\n",
         'max_deletes: 2\r\n\r\nchannels:\r\n  "#b, c": C2\r\n  "on": C3\r\n'),
        ("# why\n", '# why\n\nchannels:\n  "#b, c": C2\n  "on": C3\n'),
    ],
)  # fmt: skip
def test_names_are_added_in_the_form_that_is_there(before: str, after: str) -> None:
    assert with_ids(before, "channels", {"#b, c": "C2", "on": "C3"}) == after


def test_a_text_that_takes_no_names_stays() -> None:
    assert with_ids("max_deletes: 2\n...\n", "channels", {"a": "C1"}) is None
    assert with_ids("channels: [a]\n", "channels", {"a": "C1"}) is None
