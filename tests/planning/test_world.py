"""The account as routing sees it: what was not read stays unknown."""

from collections.abc import Iterator

import pytest

from reconciler import sandbox as sandboxes
from reconciler.directory import Directory, emit_lock, parse_lock, resolve, unread
from reconciler.directory.directory import Attribute, CatalogType, Entry, part, whole
from reconciler.directory.needs import needs_for_lock, needs_to_route
from reconciler.live.survey import read_directory, with_lists
from reconciler.model import Condition, Config, Declaration, InventorySource, Positions, Route, one
from reconciler.planning.world import world_of
from reconciler.routing.world import DESCRIPTION, PRIORITY, TITLE, Kind
from reconciler.sandbox.account.seed import engine_type, ident
from reconciler.sandbox.http.running import RunningSandbox
from tests.apply.account import reader

OWNED = Route("R", when=((Condition('service.["Owner"]', "contains", (one("Plat"),)),),))
FILES = [Declaration(OWNED, Positions("f.yaml"))]
SERVICE, TEAM = engine_type("Service"), engine_type("Team")
OWNER = ident("catalog attribute", "Service Owner")
PLATFORM = ident("entry", "Team Platform")
PATH = ident("escalation path", "Platform On-Call")


@pytest.fixture(scope="module")
def sandbox() -> Iterator[RunningSandbox]:
    with sandboxes.start(sandboxes.Settings(rate_limit=False)) as running:
        yield running


@pytest.fixture(scope="module")
def directory(sandbox: RunningSandbox) -> Directory:
    with reader(sandbox) as client:
        return read_directory(client, lambda known: needs_for_lock(known, FILES, Config()), "acme")


def test_subjects_have_the_types_of_the_account(directory: Directory) -> None:
    world = world_of(directory, Config(), {})

    assert world.kind(TITLE) == Kind("String")
    assert world.kind(DESCRIPTION).is_text
    assert world.kind(PRIORITY) == Kind(engine_type("Alert Priority"))
    customers = f"alert.attributes.{ident('attribute', 'customers')}"
    assert world.kind(customers) == Kind("String", array=True)
    assert world.kind("alert.attributes.01GONE") == Kind()
    assert (world.all_sources, world.all_subjects, len(world.sources)) == (True, True, 9)


def test_entries_have_a_value_for_each_attribute(directory: Directory) -> None:
    services = world_of(directory, Config(), {}).catalog[SERVICE]

    assert services.whole
    assert services.attributes[OWNER] == Kind(TEAM)
    assert {entry.name: (entry.values or {})[OWNER] for entry in services.entries} == {
        "api": (ident("entry", "Team Engineering"),),
        "dashboard": (PLATFORM,),
        "gateway": (PLATFORM,),
        "ledger": (ident("entry", "Team Database"),),
        "search": (),
        "vault": (PLATFORM,),
    }
    assert {len(entry.values or {}) for entry in services.entries} == {len(services.attributes)}


def test_the_lock_tells_the_same_of_what_files_follow(directory: Directory) -> None:
    lock, _ = parse_lock(emit_lock(directory, FILES, Config()), "directory.lock.json")
    assert lock is not None

    live, kept = (world_of(one, Config(), {}) for one in (directory, lock))

    assert kept.catalog[SERVICE].whole
    owners = [(entry.id, (entry.values or {})[OWNER]) for entry in live.catalog[SERVICE].entries]
    services = kept.catalog[SERVICE].entries
    assert [(entry.id, (entry.values or {})[OWNER]) for entry in services] == owners
    assert {tuple(entry.values or ()) for entry in services} == {(OWNER,)}  # others are unknown
    assert [entry.values for entry in kept.catalog[TEAM].entries] == [None, None, None]
    assert kept.catalog[engine_type("Tier")].entries == ()
    assert not kept.catalog[engine_type("Tier")].whole


def test_entries_stand_for_paths_and_users(sandbox: RunningSandbox, directory: Directory) -> None:
    by_path = Condition("Escalation path", "contains", (one("On-Call"),))
    named = Declaration(Route("R", when=((by_path,),)), Positions("f.yaml"))
    route = resolve(named, directory, Config())[0].route
    sandbox.requests.clear()

    with reader(sandbox) as client:
        more = with_lists(client, directory, lambda known: needs_to_route([route], known))

    assert sandbox.count("GET", "/v3/catalog_entries") == len(sandbox.requests) == 1
    entry = ident("entry", "Escalation Path Platform On-Call")
    assert world_of(more, Config(), {}).paged[entry] == PATH
    assert world_of(directory, Config(), {}).paged == {}


def test_types_of_the_catalog_are_spelled_as_the_engine_does() -> None:
    tier = CatalogType("01T", "Tier", 'Custom["Tier"]', 'CatalogEntry["01T"]', whole(()))
    owner = Attribute("01A", "Tier", 'Custom["Tier"]')
    service = CatalogType("01S", "Service", "X", 'CatalogEntry["01S"]', whole([owner]))
    directory = Directory(
        attributes=whole([Attribute("01B", "service", 'CatalogEntry["01S"]')]),
        catalog_types=whole([tier, service]),
    )
    condition = Condition('service.["Tier"]', "contains", (one("1"),))
    declaration = Declaration(Route("R", when=((condition,),)), Positions("f.yaml"))

    world = world_of(directory, Config(), {})
    ((resolved,),) = resolve(declaration, directory, Config())[0].route.when

    assert world.catalog['CatalogEntry["01S"]'].attributes == {"01A": Kind('CatalogEntry["01T"]')}
    assert resolved.subject_type == 'CatalogEntry["01T"]'


def test_what_was_refused_is_unknown() -> None:
    config = Config(sources=(InventorySource("sev0@", "01S"), InventorySource("other")))
    directory = Directory(
        sources=unread("no right"),
        attributes=unread("no right"),
        catalog_types=unread("no right"),
        entries={"01T": part([Entry("01E", "api", "svc", values={"01A": ("x",)})])},
    )

    world = world_of(directory, config, {"01S": "sev0@"})

    assert (world.sources, world.all_sources, world.all_subjects) == (
        {"01S": "sev0@"},
        False,
        False,
    )
    entries = world.catalog['CatalogEntry["01T"]']
    assert (entries.whole, entries.entries[0].values) == (False, None)
    assert world.names == {"01S": "sev0@"}
