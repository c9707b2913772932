"""Labels of Alertmanager that routes depend on, and that its grouping drops. Pure.

An Alertmanager notification is one group, and its `commonLabels` are those that all alerts of the
group share: a label that differs inside a group is not there. A source that reads the severity
from them then reports "no severity" for a warning that is grouped with a critical alert.
"""

from collections.abc import Iterator, Mapping, Sequence

from reconciler.directory.directory import BUILT_INS
from reconciler.files.read.notification import parse_path
from reconciler.model import (
    Binding,
    Branches,
    Concatenate,
    Config,
    Declaration,
    Finding,
    InventorySource,
    Reference,
    Route,
    RouteSource,
    groups_in,
)
from reconciler.sources.senders.alertmanager import ALL_LABELS, Receiver
from reconciler.sources.senders.feeds import Question

OF_THE_GROUP = ("commonLabels", "groupLabels")
ATTRIBUTE = "attribute:"


def label_findings(
    receiver: Receiver, source: InventorySource | None, question: Question
) -> Iterator[Finding]:
    """Labels that a route to this receiver groups away."""
    needed = _depended_on(source, question) if source else {}
    dropped: dict[str, Sequence[str]] = {}
    for grouping in receiver.groupings:
        if ALL_LABELS not in grouping.by:
            kept = {label.casefold() for label in grouping.by | grouping.fixed}
            for label in sorted(name for name in needed if name.casefold() not in kept):
                dropped.setdefault(label, needed[label])
    for label, routes in dropped.items():
        message = f'group_by drops "{label}", which {", ".join(routes)} depend on'
        hint = (
            f"alerts that differ in {label} share a notification, and it has no {label} then; "
            f"add {label} to group_by (or '...'), unless the source reads it elsewhere"
        )
        yield Finding("warning", "grouping-drops-label", message, hint, receiver.at)


def _depended_on(source: InventorySource, question: Question) -> Mapping[str, Sequence[str]]:
    """Labels, each with the routes of this source whose alerts it decides about."""
    found: dict[str, dict[str, None]] = {}
    for declaration in question.declarations:
        for attached in _attached(declaration, source):
            for label in sorted(_labels(declaration.route, attached, source, question.config)):
                found.setdefault(label, {})[declaration.route.name] = None
    return {label: tuple(routes) for label, routes in found.items()}


def _attached(declaration: Declaration, source: InventorySource) -> Iterator[RouteSource]:
    if declaration.route.enabled and not declaration.absent:
        for attached in declaration.route.sources:
            if attached.source in source.spellings:
                yield attached


def _labels(
    route: Route, attached: RouteSource, source: InventorySource, config: Config
) -> set[str]:
    """What reconciler.yaml says of the source counts; else an attribute is taken for the label of
    its name, as the team's sources make it.
    """
    mappings = (config.alertmanager.get(name) for name in source.spellings)
    mapping = next((found for found in mappings if found), {})
    labels: set[str] = set()
    for name in set(filter(None, map(_attribute, _references(route, attached)))):
        if name in mapping:
            steps = parse_path(mapping[name]) or ()
            labels |= {str(steps[1])} if len(steps) == 2 and steps[0] in OF_THE_GROUP else set()
        elif name not in BUILT_INS:
            labels.add(name)
    return labels


def _references(route: Route, attached: RouteSource) -> Iterator[str]:
    """What decides whether the route takes an alert of this source, and whom it pages and tells."""
    yield from (condition.subject for group in attached.when for condition in group)
    for path, groups in groups_in(route):
        if path[0] != "sources":
            yield from (condition.subject for group in groups for condition in group)
    for target in route.escalate.targets:
        yield from _in(target.binding)
    for destination in route.notify:
        for channels in (destination.slack, destination.ms_teams):
            yield from _in(channels.channel) if channels else ()
    for expression in route.expressions:
        yield expression.root
        yield from _in(expression.otherwise) if expression.otherwise else ()
        for step in expression.steps:
            match step:
                case Concatenate(str(reference)):
                    yield reference
                case Branches(cases=cases):
                    for case in cases:
                        yield from _in(case.result)


def _in(binding: Binding) -> Iterator[str]:
    return (value.path for value in binding.values if isinstance(value, Reference))


def _attribute(reference: str) -> str | None:
    """The name of the attribute that a reference of a file begins with; None: it names none, or
    by its id.
    """
    head = reference.partition(".[")[0].partition(".catalog_attribute[")[0]
    if head.startswith(ATTRIBUTE):
        return head.removeprefix(ATTRIBUTE)
    return head if head and "." not in head and "[" not in head and head != "input" else None
