"""What would be written, and what can be compared."""

from dataclasses import replace

from reconciler.model import (
    Binding,
    Branches,
    Cast,
    Expression,
    Incident,
    Literal,
    Plain,
    Reference,
    Returns,
    Route,
    Severity,
    Step,
    Target,
    one,
)
from reconciler.plan.compare.effective import as_stored, comparable, effective
from tests.plan.parts import live, path, production


def expression(reference: str, root: str = "alert.title") -> Expression:
    return Expression(reference, reference, root)


def test_without_ignored_keys_the_file_is_written() -> None:
    declared = production(enabled=False)

    assert effective(declared, production(), ()) is declared
    assert effective(declared, production(), ("no such key",)) is declared


def test_ignored_keys_keep_their_live_values() -> None:
    declared, before = production("New", enabled=False), production("Old", targets=[])

    assert effective(declared, before, ("enabled", "escalate")) == production("New", targets=[])


def test_expressions_that_a_kept_value_uses_come_along() -> None:
    target = Target("path", Binding((Reference('expressions["a"]'),)))
    before = replace(
        production(targets=[target]),
        expressions=(expression("a", 'expressions["b"]'), expression("b"), expression("unused")),
    )
    declared = replace(production(), expressions=(expression("own"),))

    merged = effective(declared, before, ("escalate",))
    assert [one_.reference for one_ in merged.expressions] == ["own", "a", "b"]


def with_steps(*steps: Step, reference: str = "e") -> Route:
    made = Expression(reference, "E", "alert.title", steps)
    return replace(production(), expressions=(made,))


def test_a_hidden_step_is_not_compared() -> None:
    declared = with_steps(Cast(Returns("Number")), Plain("first"))
    read = live(
        with_steps(Cast(Returns("?")), Plain("first")), hidden=(("expressions", "e", "steps", 0),)
    )

    assert comparable(read, declared) == declared


def test_a_step_of_another_kind_or_place_is_compared() -> None:
    hidden = (("expressions", "e", "steps", 0), ("expressions", "e", "steps", 7))
    read = live(with_steps(Cast(Returns("?"))), hidden=hidden)

    assert comparable(read, with_steps(Plain("first"))) == read.route
    assert comparable(read, with_steps()) == read.route
    assert comparable(read, with_steps(Cast(Returns("Number")), reference="other")) == read.route


def test_hidden_branches_and_other_parts_of_an_expression() -> None:
    empty, full = Branches(Returns("String"), ()), Branches(Returns("Number"), ())
    read = live(with_steps(empty), hidden=(("expressions", "e", "branches", "cases", 0),))
    assert comparable(read, with_steps(full)) == with_steps(full)
    assert comparable(read, with_steps(full, Plain("first"))) == read.route

    label = live(with_steps(empty), hidden=(("expressions", "e", "label"),))
    assert comparable(label, with_steps(full)) == label.route


def test_a_hidden_part_elsewhere_takes_the_declared_content() -> None:
    declared = replace(production(), incident=Incident(severity=Severity(one("a"))))
    shown = replace(production(), incident=Incident(type=one("t")))

    hidden = live(shown, hidden=(("incident", "severity", "binding"),))
    filled = comparable(hidden, declared).incident
    assert filled == Incident(type=one("t"), severity=Severity(one("a")))
    assert comparable(live(shown, hidden=(("incident",),)), declared) == declared
    assert comparable(live(shown, hidden=(("nonsense",),)), declared) == declared
    assert comparable(live(shown, hidden=((),)), declared) == declared
    assert comparable(live(shown, hidden=(("expressions",),)), declared) == shown


def test_what_is_written_has_the_live_spelling_of_one_thing() -> None:
    live_route = production(targets=[Target("path", Binding((Literal("01A", stored="01PATH"),)))])
    both = production(targets=[path("01A", "01B")])

    (target,) = as_stored(both, live_route).escalate.targets
    first, second = (one for one in target.binding.values if isinstance(one, Literal))
    assert (first.stored, second.stored) == ("01PATH", "")
    assert as_stored(both, both) is both
