"""What is read is enough, and no call more than the files need."""

from dataclasses import replace

from hypothesis import given

from reconciler.directory import Needs, needs_of, resolve, unread, unresolve
from reconciler.directory.directory import Directory, part
from reconciler.directory.needs import needs_after, needs_for_lock
from reconciler.model import (
    Cast,
    Channels,
    Condition,
    Config,
    CustomField,
    Declaration,
    Destination,
    Escalation,
    Expression,
    Grouping,
    Incident,
    InventorySource,
    Live,
    Positions,
    Returns,
    Route,
    RouteSource,
    Severity,
    Target,
    many,
    one,
)
from tests.directory.accounts import PRIORITY, SERVICE, UNKNOWN_ID, odd, plain, ulid
from tests.directory.reading import rounds
from tests.directory.strategies import routes

CONFIG = Config(channels={"#alerts": "C0000000001"})
ODD = odd()
ACCOUNT = plain()


def declared(route: Route) -> Declaration:
    return Declaration(route, Positions("f.yaml"))


def live(route: Route) -> Live:
    return Live("01L", 1, "v3", route, {})


@given(routes)
def test_what_was_read_resolves_like_the_whole_account(route: Route) -> None:
    declaration = declared(unresolve(route, ODD, CONFIG))

    directory, _ = rounds(ODD, [declaration], [], CONFIG)

    # Channels and templates are no list of the API.
    directory = replace(directory, channels=ODD.channels, message_templates=ODD.message_templates)
    assert resolve(declaration, directory, CONFIG)[0] == resolve(declaration, ODD, CONFIG)[0]


@given(routes)
def test_what_was_read_names_a_live_route_like_the_whole_account(route: Route) -> None:
    directory, _ = rounds(ODD, [], [live(route)], CONFIG)

    directory = replace(directory, channels=ODD.channels, message_templates=ODD.message_templates)
    assert unresolve(route, directory, CONFIG) == unresolve(route, ODD, CONFIG)


def first(route: Route) -> Needs:
    return needs_of([declared(route)], [], Config())


def test_a_route_that_names_nothing_needs_nothing() -> None:
    route = Route("R", when=((Condition("title", "contains", (one("x"),)),),))

    assert not first(route)


def test_a_ten_line_route_needs_three_lists_in_one_round() -> None:
    route = Route(
        "R",
        sources=(RouteSource("sev0@", ((Condition("severity", "one_of", (many("x"),)),),)),),
        escalate=Escalation((Target("path", one("Platform")),)),
        notify=(Destination(slack=Channels(many("#alerts"))),),
    )

    _, asked = rounds(ACCOUNT, [declared(route)], [], CONFIG)

    assert asked == [Needs(frozenset({"sources", "attributes", "paths"}))]


def test_incidents_need_their_lists_only() -> None:
    incident = Incident(
        severity=Severity(one("Major")), type=one("Default"), members=many("Payments")
    )

    assert first(Route("R", incident=incident)).lists == {"severities", "incident_types", "teams"}
    assert not first(Route("R", incident=Incident(severity=Severity(None, "max"))))


def test_entries_are_listed_for_the_types_of_what_is_compared() -> None:
    conditions = (
        Condition("service", "one_of", (many("checkout"),)),
        Condition("priority", "one_of", (many("P1"),)),
        Condition("team", "is_set"),
    )

    _, asked = rounds(ACCOUNT, [declared(Route("R", when=(conditions,)))])

    assert asked == [
        Needs(frozenset({"attributes", "catalog_types"})),
        Needs(entries=(SERVICE, PRIORITY)),
    ]


def test_types_are_not_read_for_a_test_without_operands() -> None:
    conditions = (Condition("service", "is_set"), Condition("priority", "is_set"))
    route = Route("R", when=(conditions,), group=Grouping(60, ("priority",)))

    assert rounds(ACCOUNT, [declared(route)])[1] == [Needs(frozenset({"attributes"}))]


def test_options_are_listed_for_the_fields_that_files_name() -> None:
    fields = (CustomField("Region", one("eu")), CustomField("Customers", one("1")))

    _, asked = rounds(ACCOUNT, [declared(Route("R", incident=Incident(custom_fields=fields)))])

    assert asked == [Needs(frozenset({"custom_fields"})), Needs(options=(ulid(162),))]


def users(*names: str) -> Route:
    return Route("R", escalate=Escalation((Target("user", many(*names)),)))


def test_twenty_users_are_read_one_by_one_and_more_as_a_list() -> None:
    emails = [f"U{number:02}@example.com" for number in range(21)]

    assert first(users(*emails[:20])).emails == tuple(email.lower() for email in emails[:20])
    assert first(users(*emails)) == Needs(frozenset({"users"}))


def test_a_user_by_name_or_id_needs_the_list() -> None:
    assert first(users("Lead", "lead@example.com")) == Needs(frozenset({"users"}))
    assert first(users(ulid(130))) == Needs(frozenset({"users"}))


def test_e_mails_may_tell_already_whom_a_live_route_pages() -> None:
    declaration = declared(users("lead@example.com"))

    _, same = rounds(ACCOUNT, [declaration], [live(users(ulid(130)))])
    _, other = rounds(ACCOUNT, [declaration], [live(users(ulid(132)))])

    assert same == [Needs(emails=("lead@example.com",))]
    assert other == [Needs(emails=("lead@example.com",)), Needs(frozenset({"users"}))]


def test_an_e_mail_in_vain_is_not_looked_up_again() -> None:
    directory = Directory(users=part((), looked_up=["nobody@example.com"]))

    assert not needs_after(directory, [declared(users("Nobody@example.com"))], [], Config())


def test_a_list_that_was_refused_is_not_asked_for_again() -> None:
    directory = Directory(paths=unread("no right"))
    route = Route("R", escalate=Escalation((Target("path", one("Platform")),)))

    assert not needs_after(directory, [declared(route)], [], Config())


def test_sources_are_read_even_where_the_inventory_knows_them() -> None:
    config = Config(sources=(InventorySource("sev0@", ulid(101)),))
    route = Route("R", sources=(RouteSource("sev0@"),))

    assert needs_of([declared(route)], [], config) == Needs(frozenset({"sources"}))


def test_owning_teams_of_the_configuration_need_the_teams() -> None:
    assert needs_of([], [], Config(owns_teams=("Payments",))) == Needs(frozenset({"teams"}))


def test_types_that_expressions_declare_need_the_types() -> None:
    named = Expression("x", "x", "title", (Cast(Returns("Tier", catalog=True)),))
    raw = Expression("x", "x", "alert.title", (Cast(Returns(f'CatalogEntry["{UNKNOWN_ID}"]')),))

    assert first(Route("R", expressions=(named,))).lists == {"catalog_types"}
    assert needs_of([], [live(Route("R", expressions=(raw,)))], Config()).lists == {"catalog_types"}


def test_a_lock_file_needs_its_full_lists_and_what_files_name() -> None:
    needs = needs_for_lock(Directory(), [declared(users("lead@example.com"))], Config())

    assert needs.emails == ("lead@example.com",)
    assert needs.lists == {
        "sources",
        "attributes",
        "paths",
        "teams",
        "severities",
        "incident_types",
        "custom_fields",
        "catalog_types",
    }
    assert not needs_for_lock(ACCOUNT, [], Config())


def test_a_lock_file_needs_the_options_and_entries_that_files_name() -> None:
    field = CustomField("Region", one("eu"))
    route = Route(
        "R",
        when=((Condition("service", "one_of", (many("checkout"),)),),),
        incident=Incident(custom_fields=(field,)),
    )
    lists = replace(ACCOUNT, options={}, entries={})

    needs = needs_for_lock(lists, [declared(route)], Config())

    assert (needs.options, needs.entries) == ((ulid(162),), (SERVICE, PRIORITY))
