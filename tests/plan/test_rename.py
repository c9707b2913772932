"""A consistent rename of an expression is found, and nothing is called one in doubt."""

from dataclasses import replace

from reconciler.model import (
    Binding,
    Concatenate,
    Condition,
    Document,
    Expression,
    Grouping,
    Incident,
    Literal,
    Plain,
    Reference,
    Route,
    TextSetting,
    TextTemplate,
    canonical,
)
from reconciler.plan.compare.effective import references_in, renamed, renames


def use(reference: str) -> str:
    return f'expressions["{reference}"]'


def route(first: str, second: str) -> Route:
    """Two expressions, one of which uses the other, and every place that refers to them."""
    return Route(
        "Route",
        when=((Condition(use(first), "is_set", (Binding((Reference(use(second)),)),)),),),
        group=Grouping(60, (use(first),)),
        incident=Incident(
            name=TextSetting(TextTemplate((("text ", Reference(use(first))),))),
            summary=TextSetting(Document(f'{{"name":"expressions[\\"{first}\\"]"}}')),
        ),
        expressions=(
            Expression(first, "First", "alert.title", (Concatenate(use(second)),)),
            Expression(second, second, use(first), (Plain("first"),)),
        ),
    )


def test_a_rename_in_every_place_leaves_no_difference() -> None:
    live, declared = canonical(route("a", "b")), canonical(route("c", "d"))
    pairs = renames(declared, live)

    assert pairs == (("a", "c"), ("b", "d"))
    assert canonical(renamed(live, declared, pairs)) == declared


def test_the_same_references_are_no_rename() -> None:
    assert renames(route("a", "b"), route("a", "b")) == ()
    assert renames(route("a", "b"), replace(route("a", "b"), expressions=())) == ()


def test_of_two_equal_expressions_none_is_taken() -> None:
    twins = tuple(Expression(name, "L", "alert.title") for name in ("a", "b"))
    others = tuple(Expression(name, "L", "alert.title") for name in ("c", "d"))

    assert renames(Route("r", expressions=others), Route("r", expressions=twins)) == ()
    assert renames(Route("r", expressions=others), Route("r", expressions=twins[:1])) == ()


def test_another_computation_is_no_rename() -> None:
    declared = Route("r", expressions=(Expression("b", "L", "alert.title"),))
    live = Route("r", expressions=(Expression("a", "L", "alert.description"),))

    assert renames(declared, live) == ()


def test_texts_and_literals_are_left_alone() -> None:
    text = Route("r", message_template=Binding((Literal(use("a")),)))
    declared = replace(text, expressions=(Expression("b", "L", "alert.title"),))
    live = replace(text, expressions=(Expression("a", "L", "alert.title"),))

    assert renamed(live, declared, (("a", "b"),)).message_template == text.message_template


def test_every_reference_of_a_route_is_listed() -> None:
    assert references_in(route("a", "b")).count(use("a")) == 5
