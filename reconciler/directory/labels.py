"""Names that only live routes know: the API lists neither channels nor message templates."""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from reconciler.directory.directory import Directory, Named, part
from reconciler.model.binding import Binding, Literal
from reconciler.model.declaration import Live
from reconciler.model.each_setting import bindings


def with_labels(directory: Directory, lives: Iterable[Live]) -> Directory:
    """The directory with the channels and message templates that live routes use.

    Reads of v2 label each value; those of v3 have no labels, and give nothing here.
    """
    channels = {row.id: row.name for row in directory.channels.rows}
    templates = {row.id: row.name for row in directory.message_templates.rows}
    before = dict(channels), dict(templates)
    for live in lives:
        for kind, binding in bindings(live.route):
            match kind:
                case "channel":
                    for given, label in _labelled(binding, live):
                        channels[given] = label if label.startswith("#") else f"#{label}"
                case "ms-teams-channel":
                    channels.update(_labelled(binding, live))
                case "message-template":
                    templates.update(_labelled(binding, live))
    if (channels, templates) == before:
        return directory  # what it has translated stays known
    return replace(
        directory,
        channels=part(Named(given, name) for given, name in sorted(channels.items())),
        message_templates=part(Named(given, name) for given, name in sorted(templates.items())),
    )


def _labelled(binding: Binding, live: Live) -> Iterator[tuple[str, str]]:
    for value in binding.values:
        label = live.labels.get(value.text, "") if isinstance(value, Literal) else ""
        if isinstance(value, Literal) and label and label != value.text:
            yield value.text, label
