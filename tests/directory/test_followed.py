"""What routes follow through the catalog is read and kept, and nothing else of it."""

import json
from dataclasses import replace

import pytest

from reconciler.directory import Directory, Needs, emit_lock, parse_lock, resolve, unread, unresolve
from reconciler.directory.directory import Entry, part, whole
from reconciler.directory.followed import followed
from reconciler.directory.needs import needs_for_lock, needs_to_route
from reconciler.model import (
    Binding,
    Condition,
    Config,
    Declaration,
    Destination,
    Escalation,
    Expression,
    Filter,
    Grouping,
    Incident,
    Navigate,
    Positions,
    Reference,
    Route,
    RouteSource,
    Target,
    TextSetting,
    TextTemplate,
    many,
    one,
)
from tests.directory.accounts import (
    PATH_TYPE,
    PRIORITY,
    SERVICE,
    SERVICE_OWNER,
    SERVICE_TIER,
    TEAM_PATH,
    TEAM_TYPE,
    TIER,
    plain,
    ulid,
)

CHECKOUT, LEDGER, PAYMENTS, ON_CALL = ulid(170), ulid(171), ulid(141), ulid(190)
ACCOUNT = replace(
    plain(),
    read_on="2026-08-20",
    entries={
        **plain().entries,
        SERVICE: whole(
            [
                Entry(
                    CHECKOUT,
                    "checkout",
                    "svc-checkout",
                    values={SERVICE_OWNER: (PAYMENTS,), SERVICE_TIER: (ulid(175),)},
                ),
                Entry(LEDGER, "ledger", values={}),
            ]
        ),
        TEAM_TYPE: whole(
            [Entry(PAYMENTS, "Payments", ulid(140), values={TEAM_PATH: (ON_CALL,), "01X": ("x",)})]
        ),
    },
)
NAMES_ONLY = replace(ACCOUNT, entries={})
TIERED = Condition('service.["Tier"]', "one_of", (many("Tier 1"),))
OWNED = Condition('service.["Owner"]', "contains", (one("Pay"),))
PATH = Expression("path", "path", "service", (Navigate("Owner"), Navigate("Escalation path")))


def with_ids(route: Route, directory: Directory = ACCOUNT) -> Route:
    return resolve(Declaration(route, Positions("f.yaml")), directory, Config())[0].route


def needed(route: Route, directory: Directory = NAMES_ONLY) -> tuple[str, ...]:
    return needs_to_route([with_ids(route)], directory).entries


@pytest.mark.parametrize(
    "route",
    [
        Route("R", when=((TIERED,),)),
        Route("R", sources=(RouteSource("sev0@", ((TIERED,),)),)),
        Route("R", notify=(Destination(when=((TIERED,),)),)),
        Route("R", incident=Incident(when=((TIERED,),))),
        Route("R", expressions=(Expression("e", "e", "service", (Navigate("Tier"),)),)),
    ],
)
def test_entries_that_a_route_leaves_by_an_attribute_are_needed(route: Route) -> None:
    assert needed(route) == (SERVICE,)


def test_entries_compared_by_name_are_needed_and_those_compared_by_id_are_not() -> None:
    inside = Filter(((Condition("input", "contains", (one("Tier"),)),),))
    tiers = Expression("tiers", "tiers", "service", (Navigate("Tier"), inside))

    assert needed(Route("R", when=((OWNED,),))) == (SERVICE, TEAM_TYPE)
    assert needed(Route("R", expressions=(tiers,))) == (SERVICE, TIER)
    assert needed(Route("R", when=((Condition("service", "one_of", (many("ledger"),)),),))) == ()
    assert needed(Route("R", when=((Condition("service", "is_set"),),))) == ()


def test_a_path_from_the_catalog_needs_what_its_entries_stand_for() -> None:
    target = Target("path", Binding((Reference('expressions["path"]'),)))
    route = Route("R", escalate=Escalation((target,)), expressions=(PATH,))

    assert needed(route) == (SERVICE, TEAM_TYPE, PATH_TYPE)


def test_what_fills_texts_and_keys_decides_nothing() -> None:
    by_tier = 'service.["Tier"]'
    template = TextTemplate(((Reference(by_tier),),))
    route = Route(
        "R", group=Grouping(60, (by_tier,)), incident=Incident(name=TextSetting(template))
    )

    assert needed(route) == ()


def test_what_was_read_or_refused_is_not_asked_for_again() -> None:
    route = Route("R", when=((TIERED,),))
    refused = replace(NAMES_ONLY, entries={SERVICE: unread("no right")})
    named = replace(NAMES_ONLY, entries={SERVICE: part([])})

    assert needed(route, ACCOUNT) == needed(route, refused) == ()
    assert needed(route, named) == (SERVICE,)


def test_the_attributes_are_those_that_a_route_follows() -> None:
    known = followed([with_ids(Route("R", when=((OWNED,),)))], ACCOUNT)

    assert known.attributes == {SERVICE: frozenset({SERVICE_OWNER})}
    assert known.types == {SERVICE, TEAM_TYPE}


def lock_of(route: Route) -> tuple[Directory, str]:
    declaration = Declaration(unresolve(with_ids(route), ACCOUNT, Config()), Positions("f.yaml"))
    text = emit_lock(ACCOUNT, [declaration], Config())
    assert emit_lock(ACCOUNT, [declaration], Config(), text) == text
    directory, findings = parse_lock(text, "directory.lock.json")
    assert directory is not None
    assert findings == ()
    assert emit_lock(directory, [declaration], Config()) == text
    return directory, text


def test_the_lock_keeps_all_entries_of_a_type_with_the_values_that_files_follow() -> None:
    lock, text = lock_of(Route("R", when=((OWNED,),)))

    assert json.loads(text)["all_entries_of"] == [SERVICE, TEAM_TYPE, PRIORITY]
    services = lock.entries[SERVICE]
    assert services.state == "whole"
    assert [(one.name, one.values) for one in services.rows] == [
        ("checkout", {SERVICE_OWNER: (PAYMENTS,)}),
        ("ledger", {SERVICE_OWNER: ()}),
    ]
    (team,) = lock.entries[TEAM_TYPE].rows
    assert (team.name, team.values, lock.entries[TEAM_TYPE].state) == ("Payments", None, "whole")


def test_a_lock_without_such_files_keeps_all_priorities_and_of_others_what_is_named() -> None:
    lock, text = lock_of(Route("R", when=((Condition("service", "one_of", (many("ledger"),)),),)))

    assert json.loads(text)["all_entries_of"] == [PRIORITY]
    assert "attribute_values" not in text
    assert lock.entries[SERVICE] == part([Entry(LEDGER, "ledger")])


def test_the_lock_asks_for_what_files_follow() -> None:
    declaration = Declaration(Route("R", when=((OWNED,),)), Positions("f.yaml"))

    assert needs_for_lock(NAMES_ONLY, [declaration], Config()) == Needs(
        entries=(SERVICE, TEAM_TYPE, PRIORITY)
    )
