"""Edits of the kind that pull requests have, each with the right answer written by hand."""

import subprocess
import sys
from collections.abc import Mapping
from dataclasses import replace
from datetime import date

import pytest

from reconciler.model import (
    Binding,
    Branches,
    Case,
    Channels,
    Condition,
    ConditionGroups,
    Destination,
    Escalation,
    Expression,
    Incident,
    Navigate,
    Parse,
    Returns,
    Route,
    RouteSource,
    Target,
    many,
    one,
    reference,
)
from reconciler.routing.compare import Limits, compare
from reconciler.routing.reading import Assumption
from reconciler.routing.who import Row, Who
from reconciler.routing.world import TITLE, CatalogType, Entry, Kind, World

SEVERITY, BRANCH = "alert.attributes.sev", "alert.attributes.branch"
PATH, TEAM, TEAMS = "alert.attributes.path", "alert.attributes.team", "alert.attributes.teams"
PATH_TYPE, TEAM_TYPE = 'CatalogEntry["Path"]', 'CatalogEntry["Team"]'
PATH_OF = '.catalog_attribute["path"]'


def world(*, whole: bool = True, read: bool = True, entries: int = 3) -> World:
    teams = (
        Entry(f"t{n}", f"Team {n}", values={"path": (f"e{n}",)} if read else None)
        for n in range(entries)
    )
    paths = tuple(Entry(f"e{n}", f"Path {n}") for n in range(entries))
    return World(
        subjects={
            TITLE: Kind("String"),
            SEVERITY: Kind("String"),
            BRANCH: Kind("String"),
            PATH: Kind(PATH_TYPE),
            TEAM: Kind(TEAM_TYPE),
            TEAMS: Kind(TEAM_TYPE, array=True),
        },
        all_subjects=True,
        catalog={
            PATH_TYPE: CatalogType({}, paths, whole=whole),
            TEAM_TYPE: CatalogType({"path": Kind(PATH_TYPE)}, tuple(teams), whole=whole),
        },
        paged={f"e{n}": f"P{n}" for n in range(entries)},
    )


def asks(subject: str, operation: str, *operands: str) -> Condition:
    params = (many(*operands),) if operands else ()
    return Condition(subject, operation, params, world().kind(subject).type)


def severity(*texts: str) -> ConditionGroups:
    return ((asks(SEVERITY, "contains_one_of", *texts),),)


def pages(*paths: str) -> Escalation:
    return Escalation(tuple(Target("path", one(path)) for path in paths))


def pages_by(path: str) -> Escalation:
    return Escalation((Target("path", reference(path)),))


def from_(*sources: str) -> tuple[RouteSource, ...]:
    return tuple(RouteSource(source) for source in sources)


POST = (Destination(Channels(one("C111111"))),)
PRODUCTION = Route(
    "Production Alerts",
    sources=(RouteSource("am", severity("critical")), *from_("checkly", "sev0", "grafana")),
    escalate=pages("oncall"),
    notify=POST,
)
SIX = {
    "database": Route(
        "Database Alerts",
        sources=from_("planet"),
        when=((asks(BRANCH, "contains_one_of", "main"),),),
        escalate=pages("oncall"),
        notify=POST,
    ),
    "informational": Route("Informational", sources=from_("axiom", "status"), notify=POST),
    "production": PRODUCTION,
    "warnings": Route(
        "Production Warnings", sources=from_("am"), when=severity("warning"), notify=POST
    ),
    "staging": Route("Staging", sources=from_("am-staging", "checkly-staging"), notify=POST),
    "unrouted": Route(
        "Unrouted Alerts",
        sources=from_("am"),
        when=((asks(SEVERITY, "is_not_set"),),),
        notify=POST,
    ),
}


def edited(**changes: Route | None) -> Who:
    """The six routes, some of them changed, new or gone."""
    after = {**SIX, **changes}
    return compare(SIX, {key: route for key, route in after.items() if route}, world())


def told(who: Who) -> list[str]:
    """Rows in short: sources, words, what changes, and under which readings."""
    assert who.complete, who.unknown
    return sorted(map(row_told, who.rows))


def row_told(row: Row) -> str:
    words = [
        ("" if word.holds else "not ")
        + (
            f"<{word.test.name}>"
            if isinstance(word.test, Route)
            else " ".join(
                (
                    word.test.subject.removeprefix("alert.attributes."),
                    word.test.operation,
                    *(getattr(v, "text", "") for p in word.test.params for v in p.values),
                )
            )
        )
        for cube in row.region.when
        for word in cube
    ]
    parts = [" ".join(row.region.sources) + ":", ", ".join(words) or "all"]
    for kind in ("lost", "gained", "doubled", "undoubled"):
        parts += [f"{kind} {of}" for _, of in getattr(row, kind)]
    parts += [f"no post {one}" for one in row.channels_lost]
    parts += [f"post {one}" for one in row.channels_gained]
    parts += [f"incident {row.incident}"] if row.incident else []
    parts += {True: ["NOBODY"], "some": ["NOBODY?"], None: [], False: []}[row.nobody]
    parts += [f"if {question}={answer}" for question, answer in row.depends_on.items()]
    return " ".join(parts)


def test_a_source_moved_to_a_route_that_pages_nobody() -> None:
    who = edited(
        production=replace(PRODUCTION, sources=(PRODUCTION.sources[0], *from_("sev0", "grafana"))),
        informational=replace(SIX["informational"], sources=from_("axiom", "status", "checkly")),
    )
    assert told(who) == ["checkly: all lost oncall NOBODY"]
    assert who.rows[0].caused_by == ("production",)


def test_a_safety_net_that_takes_more() -> None:
    net = SIX["unrouted"]
    who = edited(unrouted=replace(net, when=(*net.when, *severity("info"))))
    assert told(who) == [
        "am: sev contains_one_of info, not <Production Alerts>, not <Production Warnings>"
        " post C111111"
    ]
    assert who.rows[0].witness.values == {TITLE: ("An alert",), SEVERITY: ("info",)}


def test_another_case_of_a_word_depends_on_how_texts_are_compared() -> None:
    changed = replace(PRODUCTION, sources=(RouteSource("am", severity("Critical")),), notify=())
    before = {"a": replace(changed, sources=(RouteSource("am", severity("critical")),))}
    assert told(compare(before, {"a": changed}, world())) == [
        "am: sev contains_one_of Critical, not sev contains_one_of critical gained oncall"
        " if text_case=True",
        "am: sev contains_one_of critical, not sev contains_one_of Critical lost oncall NOBODY"
        " if text_case=True",
    ]
    ignored = Assumption("text_case", answer=False, reason="seen", since=date(2026, 7, 1))
    assert compare(before, {"a": changed}, world(), [ignored]).rows == ()


@pytest.mark.parametrize(
    ("changes", "right"),
    [
        ({"database": None}, ["lost oncall NOBODY", "no post C111111"]),
        (
            {"database": replace(SIX["database"], escalate=pages("dba"))},
            ["lost oncall gained dba"],
        ),
        (
            {"database": replace(SIX["database"], escalate=pages("oncall", "dba"))},
            ["gained dba"],
        ),
        ({"database": replace(SIX["database"], notify=())}, ["no post C111111"]),
        (
            {"database": replace(SIX["database"], incident=Incident())},
            ["incident gained"],
        ),
    ],
)
def test_a_route_of_one_source(changes: dict[str, Route | None], right: list[str]) -> None:
    prefix = "planet: branch contains_one_of main "
    assert told(edited(**changes)) == [prefix + one for one in right]


def test_a_route_that_is_switched_off_says_so_for_each_kind_of_alert() -> None:
    assert told(edited(production=replace(PRODUCTION, enabled=False, notify=()))) == [
        "am: sev contains_one_of critical lost oncall NOBODY",
        "am: sev contains_one_of critical, not <Production Warnings> no post C111111",
        "checkly grafana sev0: all lost oncall NOBODY",
        "checkly grafana sev0: all no post C111111",
    ]


def test_a_second_route_that_pages_the_same_path() -> None:
    who = edited(warnings=replace(SIX["warnings"], escalate=pages("oncall")))
    assert told(who) == [
        "am: sev contains_one_of warning, <Production Alerts> doubled oncall if text_one_of=False",
        "am: sev contains_one_of warning, not <Production Alerts> gained oncall",
    ]


@pytest.mark.parametrize(
    "changes",
    [
        {
            "production": replace(PRODUCTION, sources=PRODUCTION.sources[:1]),
            "more": replace(PRODUCTION, name="More", sources=PRODUCTION.sources[1:]),
        },
        {"staging": replace(SIX["staging"], name="Renamed", private=True)},
        {"warnings": replace(SIX["warnings"], when=severity("warning") * 2)},
        {"new": replace(PRODUCTION, enabled=False)},
        {"new": replace(PRODUCTION, sources=())},
        {"new": replace(SIX["staging"], notify=())},
        {
            "staging": replace(
                SIX["staging"],
                when=(
                    (asks(SEVERITY, "is_set"),),
                    (asks(SEVERITY, "is_not_set"),),
                ),
            )
        },
        {
            "warnings": replace(
                SIX["warnings"],
                when=(
                    (*severity("warning")[0], asks(BRANCH, "is_set")),
                    (*severity("warning")[0], asks(BRANCH, "is_not_set")),
                ),
            )
        },
    ],
)
def test_refactorings_page_nobody_differently(changes: dict[str, Route | None]) -> None:
    assert told(edited(**changes)) == []


# Expressions and targets that the alert names


def one_route(**changes: object) -> Route:
    return replace(Route("A", sources=from_("am")), **changes)  # type: ignore[arg-type]


def between(before: Route, after: Route, account: World | None = None, **others: Route) -> Who:
    return compare({"a": before, **others}, {"a": after, **others}, account or world())


def off(route: Route) -> Route:
    return replace(route, enabled=False)


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


def test_an_empty_group_is_a_question() -> None:
    route = one_route(escalate=pages("P1"))
    assert told(between(route, replace(route, when=((),)))) == [
        "am: all lost P1 NOBODY if empty_group=False"
    ]


# Limits


def numbered(count: int) -> Mapping[str, Route]:
    return {
        str(n): one_route(escalate=pages(f"P{n}"), when=severity(f"value {n}"))
        for n in range(count)
    }


def test_more_rows_than_the_limit_are_unknown() -> None:
    who = compare(numbered(8), {}, world(), limits=Limits(rows=5))
    assert who.rows == ()
    (region,) = who.unknown
    assert region.region.sources == ("am",)
    assert region.why == "more than 5 kinds of alerts are routed differently"
    assert len(compare(numbered(8), {}, world()).rows) == 8


def test_many_rows_become_few_in_words_of_whole_routes() -> None:
    groups = tuple(severity(f"value {n}")[0] for n in range(8))
    route = one_route(when=groups, escalate=pages("P1"))
    halves = {"a": replace(route, when=groups[:4]), "b": replace(route, name="B", when=groups[4:])}
    who = compare({"a": route}, halves, world(), limits=Limits(rows=3))
    assert told(who) == ["am: <A>, <B> doubled P1 if text_one_of=False"]


def test_more_work_than_the_limit_is_unknown(monkeypatch: pytest.MonkeyPatch) -> None:
    from reconciler.routing.proof import rows, solver

    def give_up(*_: object) -> bool:
        raise solver.OverBudgetError

    monkeypatch.setattr(rows.Search, "run", give_up)
    who = compare(numbered(2), {}, world(), limits=Limits(conflicts=7))
    assert [one.why for one in who.unknown] == ["the proof takes more than 7 steps"]


def test_the_solver_is_loaded_where_it_is_used_alone() -> None:
    code = (
        "import sys; from tests.routing.test_compare_edits import SIX, compare, world;"
        "compare(SIX, SIX, world()); print('pysat' in sys.modules);"
        "compare(SIX, {}, world()); print('pysat' in sys.modules)"
    )
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ended.stdout.split() == ["False", "True"]
