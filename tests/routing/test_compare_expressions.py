"""Edits of attributes, expressions and branches that decide who is paged."""

from dataclasses import replace

import pytest

from reconciler.model import (
    Binding,
    Branches,
    Case,
    Condition,
    Escalation,
    Expression,
    Navigate,
    Parse,
    Returns,
    Route,
    many,
    one,
    reference,
)
from reconciler.routing.world import TITLE
from tests.routing.edits import (
    BRANCH,
    PATH,
    PATH_OF,
    PATH_TYPE,
    SEVERITY,
    TEAM,
    TEAMS,
    asks,
    between,
    off,
    one_route,
    pages,
    pages_by,
    severity,
    told,
    world,
)


@pytest.mark.parametrize("entries", [3, 200])
def test_whoever_an_attribute_names_is_one_row(entries: int) -> None:
    route = one_route(escalate=pages_by(PATH))
    who = between(route, off(route), world(entries=entries))
    assert told(who) == [f"am: path present lost {PATH} NOBODY"]


def test_an_attribute_in_place_of_a_path_changes_nothing_where_it_names_that_path() -> None:
    who = between(one_route(escalate=pages_by(PATH)), one_route(escalate=pages("P1")))
    assert told(who) == [
        "am: not path is entry e1 gained P1",
        f"am: path present, not path is entry e1 lost {PATH} gained P1",
    ]


def test_several_values_are_told_apart_while_they_are_few() -> None:
    route = one_route(escalate=pages_by(TEAMS + PATH_OF))
    who = between(route, off(route))
    assert [row.lost for row in who.rows] == [(("path", f"P{n}"),) for n in range(3)]
    many_ = between(route, off(route), world(entries=200))
    assert told(many_) == [f"am: teams present lost {TEAMS}{PATH_OF} NOBODY"]


def navigating(name: str = "owner") -> Route:
    steps = (Navigate('input.catalog_attribute["path"]'),)
    expression = Expression(name, name.title(), TEAM, steps)
    target = pages_by(f'expressions["{name}"]')
    return one_route(escalate=target, expressions=(expression,))


def test_expressions_are_compared_by_what_they_say() -> None:
    assert told(between(navigating("owner"), navigating("other"))) == []
    direct = one_route(escalate=pages_by(TEAM + PATH_OF))
    assert told(between(direct, navigating())) == []


def test_a_catalog_that_was_not_read_is_unknown_and_never_no_change() -> None:
    who = between(navigating(), off(navigating()), world(read=False))
    assert [one.why for one in who.unknown] == ["the catalog was not read"]
    assert who.rows == ()
    assert told(between(navigating("owner"), navigating("other"), world(read=False))) == []


def test_an_entry_outside_of_the_snapshot_is_no_witness() -> None:
    set_ = one_route(when=((asks(TEAM, "is_set"),),), escalate=pages("P1"))
    known = replace(set_, when=((asks(TEAM, "one_of", "t0", "t1", "t2"),),))
    assert told(between(set_, known, world(whole=True))) == []
    who = between(set_, known, world(whole=False))
    assert [one.why for one in who.unknown] == ["the catalog was not read"]


def scripted(source: str = "$.path") -> Route:
    script = Expression("who", "Who", SEVERITY, (Parse(source, Returns(PATH_TYPE)),))
    return one_route(escalate=pages_by('expressions["who"]'), expressions=(script,))


def test_whom_a_script_pages_is_unknown() -> None:
    assert not between(scripted(), off(scripted())).complete
    assert not between(scripted(), scripted("$.other")).complete
    assert told(between(scripted(), replace(scripted(), name="B"))) == []


def test_a_script_may_page_anybody_so_nothing_is_lost_for_certain() -> None:
    route = one_route(escalate=pages("P1"))
    who = between(route, off(route), b=scripted())
    assert who.rows == ()
    assert [one.why for one in who.unknown] == ["an expression computes it for each alert"]


def branching(*texts: str, otherwise: Binding | None = None) -> Route:
    cases = (Case(severity(*texts), one("P1")),)
    who = Expression("who", "Who", ".", (Branches(Returns(PATH_TYPE), cases),), otherwise)
    return one_route(escalate=pages_by('expressions["who"]'), expressions=(who,))


def test_branches_that_decide_who_is_paged() -> None:
    before = branching("critical", otherwise=one("P2"))
    assert told(between(before, branching("critical"))) == [
        "am: not sev contains_one_of critical lost P2 NOBODY"
    ]
    assert told(between(before, branching("critical", "page", otherwise=one("P2")))) == [
        "am: sev contains_one_of page, not sev contains_one_of critical lost P2 gained P1"
    ]
    static = one_route(escalate=pages("P1"))
    assert told(between(static, branching("critical", otherwise=one("P1")))) == []


def test_a_route_beside_that_pages_under_one_reading_alone_counts() -> None:
    """Its case can hold only where an empty title counts as not set."""
    case = Case(((asks(TITLE, "is_not_set"),),), one("P1"))
    who = Expression("who", "Who", ".", (Branches(Returns(PATH_TYPE, array=False), (case,)),))
    empty = one_route(escalate=pages_by('expressions["who"]'), expressions=(who,))
    first, second = (one_route(escalate=pages(path)) for path in ("P1", "P2"))

    found = between(first, second, None, every=first, empty=empty)

    assert [row.depends_on for row in found.rows if row.undoubled] == [{"empty_text_is_set": True}]
    assert [region.why for region in found.unknown] == ["an expression computes it for each alert"]


def test_a_condition_on_a_value_that_an_expression_gives() -> None:
    level = Expression(
        "level",
        "Level",
        ".",
        (Branches(Returns("String"), (Case(severity("critical"), one("high")),)),),
        one("low"),
    )
    high = Condition('expressions["level"]', "contains_one_of", (many("high"),), "String")
    route = one_route(escalate=pages("P1"), when=((high,),), expressions=(level,))
    plain = one_route(escalate=pages("P1"), when=severity("critical"))
    assert told(between(route, plain)) == []
    (row,) = between(route, off(route)).rows
    assert [one.reference for one in row.region.expressions] in ([], ["level"])


def test_expressions_of_one_name_keep_apart_in_a_row() -> None:
    def level(text: str) -> Route:
        script = Expression("level", "Level", SEVERITY, (Parse(text, Returns("String")),))
        high = Condition('expressions["level"]', "contains_one_of", (many("high"),), "String")
        return one_route(escalate=pages("P1"), when=((high,),), expressions=(script,))

    who = between(level("$.a"), level("$.b"))
    assert who.complete
    for row in who.rows:
        names = [one.reference for one in row.region.expressions]
        assert len(names) == len(set(names)) == 2


def by_level(cases: tuple[tuple[str, str], ...], otherwise: Binding, wanted: str) -> Route:
    """Takes alerts whose level is `wanted`: by branch a literal, or what the severity is."""
    made = tuple(
        Case(((asks(BRANCH, "contains_one_of", text),),), reference(result))
        for text, result in cases
    )
    level = Expression("level", "L", ".", (Branches(Returns("String"), made),), otherwise)
    when = ((Condition('expressions["level"]', "contains_one_of", (many(wanted),), "String"),),)
    return one_route(escalate=pages("P1"), when=when, expressions=(level,))


def test_a_case_that_gives_nothing_is_nothing_or_the_else() -> None:
    same = by_level((("main", SEVERITY),), reference(SEVERITY), "critical")
    (row,) = between(same, replace(same, escalate=Escalation())).rows
    assert row.witness.values[SEVERITY] == ("critical",), "without one the level is missing"

    never = by_level((("main", SEVERITY),), one("warning"), "critical")
    (row,) = between(never, replace(never, escalate=Escalation())).rows
    assert row.witness.values[SEVERITY] == ("critical",), "the else is no critical level"


def test_an_example_does_not_rest_on_what_incident_io_alone_knows() -> None:
    route = by_level((("main", SEVERITY),), one("critical"), "critical")
    on_main = replace(route, when=((*route.when[0], asks(BRANCH, "contains_one_of", "main")),))
    (row,) = between(on_main, replace(on_main, escalate=Escalation())).rows
    assert row.witness.values[SEVERITY] == ("critical",)


def test_operations_of_unknown_meaning_are_words() -> None:
    gte = Condition(SEVERITY, "gte", (one("3"),), "String")
    route = one_route(escalate=pages("P1"))
    assert told(between(route, replace(route, when=((gte,),)))) == [
        "am: not sev gte 3 lost P1 NOBODY"
    ]
