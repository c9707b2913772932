"""Edits of the kind that pull requests have, each with the right answer written by hand."""

import subprocess
import sys
from collections.abc import Mapping
from dataclasses import replace
from datetime import date

import pytest

from reconciler.model import (
    Incident,
    Route,
    RouteSource,
)
from reconciler.routing.compare import Limits, compare
from reconciler.routing.reading import Assumption
from reconciler.routing.world import TITLE
from tests.routing.edits import (
    BRANCH,
    PRODUCTION,
    SEVERITY,
    SIX,
    asks,
    between,
    edited,
    from_,
    one_route,
    pages,
    severity,
    told,
    world,
)


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


def test_an_empty_group_is_a_question() -> None:
    route = one_route(escalate=pages("P1"))
    assert told(between(route, replace(route, when=((),)))) == [
        "am: all lost P1 NOBODY if empty_group=False"
    ]


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
        "import sys; from reconciler.routing.compare import compare;"
        "from tests.routing.edits import SIX, world;"
        "compare(SIX, SIX, world()); print('pysat' in sys.modules);"
        "compare(SIX, {}, world()); print('pysat' in sys.modules)"
    )
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ended.stdout.split() == ["False", "True"]
