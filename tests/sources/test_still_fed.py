"""The first source goes out of the files only when nothing feeds it, and no alert is lost."""

from dataclasses import replace

import pytest

from reconciler.model import (
    Condition,
    ConditionGroups,
    Declaration,
    Finding,
    InventorySource,
    Live,
    Position,
    Positions,
    Route,
    RouteSource,
    many,
)
from reconciler.sources.senders.addresses import Address
from reconciler.sources.senders.feeds import Feed
from reconciler.sources.senders.verify import Verified
from reconciler.sources.tokens.twins import (
    Pair,
    StillFed,
    no_pair,
    still_fed,
    treated_differently,
    unreadable,
)
from tests.sources.nouns import live as live_source, url

OLD = InventorySource("Old", "01OLD", senders=("prod.yaml",))
NEW = InventorySource("New", "01NEW", senders=("prod.yaml",))
PAIR = Pair(OLD, NEW)
IDS = ("01OLD", "01NEW")
AT = Position("prod.yaml", 7, 3)
CRITICAL = ((Condition("severity", "one_of", (many("critical"),)),),)


def feed(identity: str, source: InventorySource | None = None) -> Feed:
    return Feed("receiver incident-io", Address(url(identity), False), AT, source)


def found(*feeds: Feed, code: str = "") -> list[Verified]:
    findings = (Finding("warning", code, "a strange file", "", AT),) if code else ()
    return [Verified(feeds, findings)]


def live(old: ConditionGroups | None, new: ConditionGroups | None, name: str = "Alerts") -> Live:
    given = (("01OLD", old), ("01NEW", new))
    sources = tuple(RouteSource(one, when) for one, when in given if when is not None)
    return Live("01R", 1, "v3", Route(name, sources=sources), {})


def declared(*sources: str) -> Declaration:
    route = Route("Alerts", sources=tuple(RouteSource(one) for one in sources))
    return Declaration(route, Positions("routes/alerts.yaml"))


def test_with_the_second_fed_and_the_first_not_it_may_go() -> None:
    assert still_fed(PAIR, IDS, found(feed("01NEW", NEW))) == StillFed()


@pytest.mark.parametrize("fed", [feed("01OLD", OLD), feed("01OLD"), feed("01X", OLD)])
def test_a_sender_of_any_environment_that_feeds_the_first_is_named(fed: Feed) -> None:
    verified = [*found(feed("01NEW", NEW)), *found(fed)]

    assert still_fed(PAIR, IDS, verified).reason == "prod.yaml:7 still sends to Old"


def test_a_file_that_cannot_be_read_may_feed_the_first() -> None:
    told = still_fed(PAIR, IDS, found(feed("01NEW", NEW), code="sender-unreadable"))

    assert told.reason == "prod.yaml:7: a strange file, so Old may still have a sender"
    assert unreadable("no such file", PAIR).reason == "no such file, so Old may still have a sender"


def test_a_url_that_stands_elsewhere_is_unknown_and_not_safe() -> None:
    told = still_fed(PAIR, IDS, found(feed("01NEW", NEW), code="url-elsewhere"))

    assert told == StillFed(unknown=("prod.yaml:7: a strange file",))


def test_without_senders_or_a_fed_second_the_answer_is_unknown() -> None:
    bare = Pair(replace(OLD, senders=()), replace(NEW, senders=()))

    assert "no `senders:` for Old" in still_fed(bare, IDS, []).unknown[0]
    assert "sends to New" in still_fed(PAIR, IDS, found()).unknown[0]


@pytest.mark.parametrize(
    ("lives", "words"),
    [
        ([live((), ())], ""),
        ([live(CRITICAL, CRITICAL)], ""),
        ([live(None, ())], ""),
        ([live((), None)], "in incident.io"),
        ([live(CRITICAL, ())], "in incident.io"),
    ],
)
def test_routes_must_treat_both_alike_in_incident_io(lives: list[Live], words: str) -> None:
    told = treated_differently([declared("Old", "New")], lives, (), PAIR, IDS)

    assert (words in told, bool(told)) == (True, bool(words))


def test_a_file_that_lacks_the_second_is_named_and_an_unread_route_is_a_reason() -> None:
    both = [live((), ())]

    assert treated_differently([declared("Old")], both, (), PAIR, IDS).startswith("Alerts treat")
    assert "cannot be read" in treated_differently([declared("Old", "New")], both, {"1"}, PAIR, IDS)


def test_a_sender_is_switched_only_between_two_sources_of_one_type() -> None:
    old, new = live_source("01OLD", "Old"), live_source("01NEW", "New")

    assert no_pair(old, new) == ""
    assert "New of http" in no_pair(old, live_source("01NEW", "New", "http"))
    assert no_pair(old, old) == "name two different sources"
