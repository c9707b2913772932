"""Laws of the evaluator, for any routes, any alert and any reading."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import fields, is_dataclass, replace
from typing import Any

from hypothesis import given, settings, strategies as st

from reconciler.model import Expression, Reference, Route, canonical
from reconciler.routing.evaluate import evaluate, judge, prepare
from reconciler.routing.outcome import Answer, Effect, Outcome
from reconciler.routing.reading import QUESTIONS, admissible
from reconciler.routing.values import Unknown
from reconciler.routing.world import Alert
from tests.properties.routing_strategies import accounts, alerts
from tests.routing.small import WORLD

READINGS = admissible()
law = settings(max_examples=40, deadline=None)


def said(outcome: Outcome) -> dict[object, Answer]:
    """Every answer of an outcome: what is not mentioned is a no."""
    found: dict[object, Answer] = {}
    for route, verdict in outcome.routes.items():
        found["takes", route] = verdict.answer
    things: list[tuple[object, Effect]] = [
        *((("pages", one), effect) for one, effect in outcome.pages.items()),
        *((("posts", one), effect) for one, effect in outcome.channels.items()),
        *([("incident", outcome.incident)] if outcome.incident else []),
    ]
    for key, effect in things:
        found[key] = effect.verdict.answer
        found["twice", key] = effect.twice.answer
        found.update({(key, route): via.answer for route, via in effect.via.items()})
    return found


def known(outcome: Outcome, other: Outcome) -> Iterator[tuple[object, Answer, Answer]]:
    """What both say, where both know it. An unknown target may be anybody."""
    first, second = said(outcome), said(other)
    for key in first.keys() | second.keys():
        one, another = first.get(key, "no"), second.get(key, "no")
        opaque = (outcome.anybody, other.anybody, outcome.anywhere, other.anywhere)
        if "unknown" not in (one, another) and not any(opaque):
            yield key, one, another


def in_one_line(outcome: Outcome) -> object:
    """All of an outcome that can be compared."""
    return (said(outcome), dict(outcome.anybody).keys(), dict(outcome.anywhere).keys())


@settings(max_examples=200, deadline=None)
@given(accounts, alerts())
def test_to_know_more_turns_no_answer_into_its_opposite(
    routes: Mapping[str, Route], alert: Alert
) -> None:
    full = judge(replace(alert, unknown=frozenset()), routes, READINGS, WORLD)
    values = {key: value for key, value in alert.values.items() if key not in alert.unknown}
    less = judge(replace(alert, values=values), routes, READINGS, WORLD)
    assert [row for row in known(less, full) if row[1] != row[2]] == []
    for key, one in said(less).items():
        assert one == "unknown" or less.anybody or said(full).get(key, "no") == one


@law
@given(accounts, alerts())
def test_what_is_certain_is_so_in_every_reading(routes: Mapping[str, Route], alert: Alert) -> None:
    together = said(judge(alert, routes, READINGS, WORLD))
    alone = [said(evaluate(alert, routes, reading, WORLD)) for reading in READINGS]
    for key in together.keys() | {key for one in alone for key in one}:
        answers = {one.get(key, "no") for one in alone}
        expected = answers.pop() if len(answers) == 1 else "unknown"
        assert together.get(key, "no") == expected


@law
@given(accounts, alerts())
def test_a_verdict_depends_on_a_question_whose_answer_alone_turns_it(
    routes: Mapping[str, Route], alert: Alert
) -> None:
    together = judge(alert, routes, READINGS, WORLD)
    alone = {one: evaluate(alert, routes, one, WORLD) for one in READINGS}
    for key, verdict in together.routes.items():
        turning = {
            question
            for question in QUESTIONS
            for one in READINGS
            if alone[one].routes[key].answer
            != alone[replace(one, **{question: not one.answer(question)})].routes[key].answer
        }
        assert verdict.depends_on == turning


@law
@given(accounts, alerts())
def test_the_canonical_form_of_routes_does_the_same(
    routes: Mapping[str, Route], alert: Alert
) -> None:
    folded = {key: canonical(route) for key, route in routes.items()}
    assert in_one_line(judge(alert, folded, READINGS, WORLD)) == in_one_line(
        judge(alert, routes, READINGS, WORLD)
    )


@law
@given(accounts, alerts(), st.randoms(use_true_random=False))
def test_order_means_nothing(routes: Mapping[str, Route], alert: Alert, dice: Any) -> None:
    def mixed(part: tuple[Any, ...]) -> tuple[Any, ...]:
        return tuple(dice.sample(part, len(part)))

    shuffled = {
        key: replace(
            route,
            sources=mixed(route.sources),
            when=mixed(tuple(map(mixed, route.when))),
            escalate=replace(route.escalate, targets=mixed(route.escalate.targets)),
            notify=mixed(route.notify),
            expressions=mixed(route.expressions),
        )
        for key, route in mixed(tuple(routes.items()))
    }
    assert in_one_line(judge(alert, shuffled, READINGS, WORLD)) == in_one_line(
        judge(alert, routes, READINGS, WORLD)
    )


@law
@given(accounts, alerts())
def test_names_of_expressions_mean_nothing(routes: Mapping[str, Route], alert: Alert) -> None:
    renamed = {key: with_references(route, _renamed) for key, route in routes.items()}
    assert in_one_line(judge(alert, renamed, READINGS, WORLD)) == in_one_line(
        judge(alert, routes, READINGS, WORLD)
    )


@law
@given(accounts, alerts())
def test_routes_are_judged_each_for_itself(routes: Mapping[str, Route], alert: Alert) -> None:
    together = judge(alert, routes, READINGS, WORLD)
    for key, route in routes.items():
        assert judge(alert, {key: route}, READINGS, WORLD).routes[key] == together.routes[key]


@law
@given(accounts, alerts())
def test_the_deciding_conditions_explain_the_verdict(
    routes: Mapping[str, Route], alert: Alert
) -> None:
    outcome = prepare(routes, READINGS, WORLD).judge(alert)
    for key, verdict in outcome.routes.items():
        why = outcome.why(key)
        assert why.verdict == verdict
        tested = [one for group in why.groups for one in group]
        if verdict.answer == "yes":
            assert all(one.verdict.answer != "no" for one in tested)
        if verdict.answer == "no" and not why.stop:
            assert all(one.verdict.answer != "yes" for one in tested)
        for one in tested:
            if one.verdict.answer == "unknown":
                assert one.verdict.depends_on or one.unclear or isinstance(one.value, Unknown)


def _renamed(text: str) -> str:
    return text.replace('expressions["', 'expressions["other ')


def with_references(part: Any, change: Callable[[str], str]) -> Any:
    """Anything of the model with each reference to an expression changed, and its name."""
    if isinstance(part, tuple):
        return tuple(with_references(one, change) for one in part)
    if isinstance(part, Reference):
        return Reference(change(part.path))
    if not is_dataclass(part) or isinstance(part, type):
        return change(part) if isinstance(part, str) else part
    made = {one.name: with_references(getattr(part, one.name), change) for one in fields(part)}
    changed = type(part)(**made)
    if isinstance(changed, Expression):
        return replace(changed, reference="other " + changed.reference)
    return changed
