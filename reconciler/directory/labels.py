"""Names that only live routes know: the API lists neither channels nor message templates."""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from reconciler.directory.directory import Directory, Named, part
from reconciler.model.binding import Binding, Literal
from reconciler.model.declaration import Live


def with_labels(directory: Directory, lives: Iterable[Live]) -> Directory:
    """The directory with the channels and message templates that live routes use.

    Reads of v2 label each value; those of v3 have no labels, and give nothing here.
    """
    channels = {row.id: row.name for row in directory.channels.rows}
    templates = {row.id: row.name for row in directory.message_templates.rows}
    for live in lives:
        for destination in live.route.notify:
            slack, teams = destination.slack, destination.ms_teams
            for given, label in _labelled(slack.channel if slack else None, live):
                channels[given] = label if label.startswith("#") else f"#{label}"
            channels.update(_labelled(teams.channel if teams else None, live))
        templates.update(_labelled(live.route.message_template, live))
    return replace(
        directory,
        channels=part(Named(given, name) for given, name in sorted(channels.items())),
        message_templates=part(Named(given, name) for given, name in sorted(templates.items())),
    )


def _labelled(binding: Binding | None, live: Live) -> Iterator[tuple[str, str]]:
    for value in binding.values if binding else ():
        label = live.labels.get(value.text, "") if isinstance(value, Literal) else ""
        if isinstance(value, Literal) and label and label != value.text:
            yield value.text, label
