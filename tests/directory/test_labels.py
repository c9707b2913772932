"""Live routes lend the names of channels and message templates."""

from reconciler.directory import Directory, with_labels
from reconciler.directory.directory import Named, part
from reconciler.model import (
    Binding,
    Channels,
    Destination,
    Literal,
    Live,
    Reference,
    Route,
    many,
    one,
)


def live(route: Route, labels: dict[str, str]) -> Live:
    return Live("01L", 1, "v2", route, {}, labels=labels)


def test_channels_and_templates_are_named_by_their_labels() -> None:
    channels = Binding(
        (Literal("C1"), Literal("C2"), Literal("C3"), Reference("alert.title")), True
    )
    route = Route(
        "R",
        notify=(Destination(Channels(channels)), Destination(ms_teams=Channels(many("19:x")))),
        message_template=one("01T"),
    )
    labels = {
        "C1": "alerts",
        "C2": "#low",
        "C3": "C3",
        "19:x": "Payments / Alerts",
        "01T": "Compact",
    }

    directory = with_labels(Directory(), [live(route, labels)])

    assert directory.channels == part(
        [Named("19:x", "Payments / Alerts"), Named("C1", "#alerts"), Named("C2", "#low")]
    )
    assert directory.message_templates == part([Named("01T", "Compact")])


def test_names_that_were_known_stay() -> None:
    known = Directory(channels=part([Named("C9", "#known")]))

    assert with_labels(known, [live(Route("R"), {})]).channels == known.channels
