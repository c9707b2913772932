"""`api:` is set where it belongs; everything else stays to the byte."""

import pytest

from reconciler.files.config import parse_config
from reconciler.files.edit.config import with_setting


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("", "api: v3\n"),
        ("\n", "api: v3\n"),
        ("# why\nundeclared: report\n", "# why\napi: v3\nundeclared: report\n"),
        ('api: "v2"  # for now\nundeclared: report', "api: v3  # for now\nundeclared: report\n"),
        ("undeclared: report\r\n", "api: v3\r\nundeclared: report\r\n"),
    ],
)
def test_the_version_is_set_and_nothing_else(before: str, after: str) -> None:
    assert with_setting(before, "api", "v3") == after
    config, findings = parse_config(after, "reconciler.yaml")
    assert (config.api, findings) == ("v3", ())


@pytest.mark.parametrize("text", ["- x\n", "{api: v2}\n", "api: [\n", "x\n", "# only a comment\n"])
def test_what_is_no_plain_mapping_is_left(text: str) -> None:
    assert with_setting(text, "api", "v3") is None
