"""A body that is no route says which part of it is not."""

import copy
from collections.abc import Iterator
from typing import Any

import pytest

from reconciler.model import ApiVersion
from reconciler.wire.codec import codec
from reconciler.wire.reading import UnreadableRoute
from tests.wire.corpus import CORPUS, Body, Tokens, at, body_of, places, pointer

STRUCTURES: tuple[Any, ...] = ({"newer": [1]}, [[1]], "newer", 7)


def of_another_structure(body: Body) -> Iterator[tuple[Tokens, Body]]:
    """Each place of a body, with a value there that has another structure."""
    for tokens in places(body):
        for value in STRUCTURES:
            if tokens and type(at(body, tokens)) is not type(value):
                changed = copy.deepcopy(body)
                at(changed, tokens[:-1])[tokens[-1]] = value
                yield tokens, changed


@pytest.mark.parametrize(("api", "slug"), CORPUS)
def test_a_part_of_another_structure_is_the_one_that_is_named(api: ApiVersion, slug: str) -> None:
    named: list[tuple[str, str]] = []
    for tokens, body in of_another_structure(body_of(api, slug)):
        try:
            codec(api).decode(body)
        except UnreadableRoute as error:
            named.append((error.pointer, pointer(tokens)))

    assert named
    assert [said for said, there in named if not f"{said}/".startswith(f"{there}/")] == []
