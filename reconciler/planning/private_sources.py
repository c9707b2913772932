"""Private alert sources on routes that do not fit them, each with its place (fact 1.26)."""

from collections import defaultdict
from collections.abc import Iterator, Sequence

from reconciler.directory import Directory
from reconciler.model import Declaration, Finding, Names


def private_sources(
    declarations: Sequence[Declaration], directory: Directory, names: Names
) -> Iterator[Finding]:
    """Of declarations with ids: a source in several routes, and one of a route that is public."""
    private = directory.private_sources
    routes: dict[str, list[str]] = defaultdict(list)
    attached = [
        (declaration, place, source.source)
        for declaration in declarations
        for place, source in enumerate(declaration.route.sources)
        if source.source in private
    ]
    for declaration, _, source in attached:
        routes[source].append(declaration.route.name)
    for declaration, place, source in attached:
        name, path = names.get(source, source), ("sources", place)
        if len(routes[source]) > 1:
            all_of_them = ", ".join(sorted(routes[source]))
            message = f"the source {name} is private, and in several routes: {all_of_them}"
            hint = "incident.io lets a private source have one route; keep it in one of them"
            yield declaration.finding("warning", "private-source-shared", message, hint, path)
        if not declaration.route.private and "private" not in declaration.ignore_changes:
            message = f"the source {name} is private, and this route is not"
            hint = (
                "write `private: true`: alerts and what comes of them are all private, or none is"
            )
            yield declaration.finding("warning", "private-source", message, hint, path)
