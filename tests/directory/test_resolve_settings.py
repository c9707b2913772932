"""Channels, message templates, sources and teams that the configuration names."""

from dataclasses import replace

from reconciler.directory import Directory, resolve_teams
from reconciler.directory.directory import Named, part
from reconciler.model import (
    Channels,
    Config,
    Destination,
    InventorySource,
    Route,
    RouteSource,
    many,
    one,
)
from tests.directory.accounts import (
    UNKNOWN_ID,
    ulid,
)
from tests.directory.resolving import ACCOUNT, codes, resolved


def slack(*channels: str) -> Route:
    return Route("R", notify=(Destination(slack=Channels(many(*channels))),))


def test_channels_come_from_the_configuration_and_from_live_labels() -> None:
    config = Config(channels={"#alerts": "C1", "#low": "C2"})
    directory = replace(ACCOUNT, channels=part([Named("C3", "#live")]))

    result, findings = resolved(
        slack("#alerts", "low", "live", "#live", "C3", "C2", "T1ABC/C99999"), directory, config
    )

    assert findings == ()
    assert result.notify[0].slack is not None
    assert result.notify[0].slack.channel == many(
        "C1", "C2", "C3", "C3", "C3", "C2", "T1ABC/C99999"
    )


def test_an_unknown_channel_says_how_to_add_it() -> None:
    config = Config(channels={"#alerts": "C1"})

    _, findings = resolved(slack("#alrts", "nothing"), ACCOUNT, config)

    assert [finding.code for finding in findings] == ["unknown-channel", "unknown-channel"]
    assert findings[0].hint == (
        'did you mean "#alerts"? the API does not list channels: '
        'add `channels: {"#alrts": ID}` to reconciler.yaml'
    )


def test_teams_channels_are_named_by_team_and_channel() -> None:
    config = Config(channels={"Payments / Alerts": "19:x"})
    channels = Channels(many("Payments / Alerts", "19:other@thread", "Payments / Nothing"))

    result, findings = resolved(
        Route("R", notify=(Destination(ms_teams=channels),)), ACCOUNT, config
    )

    assert [finding.code for finding in findings] == ["unknown-ms-teams-channel"]
    assert result.notify[0].ms_teams == Channels(
        many("19:x", "19:other@thread", "Payments / Nothing")
    )


def test_message_templates_come_from_the_configuration() -> None:
    config = Config(message_templates={"Compact": ulid(9)})

    result, _ = resolved(Route("R", message_template=one("Compact")), ACCOUNT, config)
    _, (finding,) = resolved(Route("R", message_template=one("Compct")), ACCOUNT, config)

    assert result.message_template == one(ulid(9))
    assert finding.code == "unknown-message-template"
    assert finding.hint.startswith('did you mean "Compact"? ')
    assert codes(Route("R", message_template=one(UNKNOWN_ID)), ACCOUNT, config) == []


def test_the_inventory_gives_ids_of_sources_while_nobody_has_read_them() -> None:
    config = Config(sources=(InventorySource("sev0@", ulid(7)), InventorySource("No id")))
    route = Route("R", sources=(RouteSource("sev0@"), RouteSource("No id")))

    offline, findings = resolved(route, Directory(), config)
    live, _ = resolved(route, ACCOUNT, config)

    assert [source.source for source in offline.sources] == [ulid(7), "No id"]
    assert [finding.code for finding in findings] == ["unread-names"]
    assert live.sources[0].source == ulid(101)


def test_owning_teams_of_the_configuration_are_resolved_alike() -> None:
    ids, findings = resolve_teams(("Payments", "Paymnts"), ACCOUNT, Config())

    assert ids == (ulid(140), "Paymnts")
    assert [(f.code, f.path) for f in findings] == [("unknown-team", ("owns", "teams", 1))]
