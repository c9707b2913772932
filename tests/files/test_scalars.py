"""Plain scalars that other YAML readers take for something else."""

from collections.abc import Callable
from typing import cast

import pytest
import yaml
from hypothesis import given, strategies as st

from reconciler.files.yaml.strict import is_integer, misread

Resolve = Callable[[type[yaml.Node], str, tuple[bool, bool]], str]  # to a tag
READ_AS = {
    "no": "true or false",
    "on": "true or false",
    "Y": "true or false",
    "TRUE": "true or false",
    "": "nothing (null)",
    "~": "nothing (null)",
    "Null": "nothing (null)",
    "08": "a number",
    "010": "a number",
    "+1": "a number",
    "1e3": "a number",
    "1.5": "a number",
    ".5": "a number",
    "1_000": "a number",
    "0x1F": "a number",
    "0b11": "a number",
    "12:30:45": "a number",
    ".inf": "a number",
    "-.INF": "a number",
    ".NaN": "a number",
    "2026-01-01": "a date",
    "2026-1-1 10:00:00": "a date",
    "2026-01-01T10:00:00Z": "a date",
    "=": "a YAML directive",
    "<<": "a YAML directive",
}


@pytest.mark.parametrize(("text", "meaning"), READ_AS.items())
def test_what_yaml_takes_for_another_type_is_named(text: str, meaning: str) -> None:
    assert misread(text) == meaning


@pytest.mark.parametrize(
    "text", ["0", "7", "-3", "42", "Norway", "one", "1.2.3", "v2", "sev0@", "nope", "-", "2026-01"]
)
def test_text_that_nobody_misreads_needs_no_quotes(text: str) -> None:
    assert misread(text) is None


@given(st.text(st.sampled_from("0123456789+-._:eEnoyNOYtrufalsxbTZ~<=. "), max_size=12))
def test_whatever_pyyaml_reads_as_another_type_is_found(text: str) -> None:
    if text != text.strip() or text.startswith(("- ", "-\t")) or text == "-":
        return
    resolve = cast("Resolve", yaml.resolver.Resolver().resolve)
    resolved = resolve(yaml.ScalarNode, text, (True, False))

    if resolved != "tag:yaml.org,2002:str" and not is_integer(text):
        assert misread(text) is not None
