"""Labels that routes depend on, and groupings that drop them. Pure.

An Alertmanager notification is one group, and its `commonLabels` are those that all alerts of the
group share: a label that differs inside a group is not there. A source that reads the severity
from them then says "no severity" for a warning that is grouped with a critical one.
"""

from collections.abc import Iterator, Sequence

from reconciler.directory.directory import BUILT_INS
from reconciler.model import ConditionGroups, Declaration, Finding, InventorySource
from reconciler.sources.senders.alertmanager import ALL_LABELS, Receiver


def label_findings(
    receiver: Receiver, source: InventorySource | None, declarations: Sequence[Declaration]
) -> Iterator[Finding]:
    """Labels that some grouping on the way to this receiver drops."""
    needed = depended_on(source, declarations) if source else {}
    dropped: dict[str, list[str]] = {}
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


def depended_on(
    source: InventorySource, declarations: Sequence[Declaration]
) -> dict[str, list[str]]:
    """Names of attributes, each with the routes of this source that test it."""
    spellings = {source.name, source.alias, source.id} - {""}
    found: dict[str, list[str]] = {}
    for declaration in declarations:
        route = declaration.route
        for attached in route.sources:
            if attached.source in spellings and not declaration.absent:
                for name in sorted(_names(route.when) | _names(attached.when)):
                    found.setdefault(name, []).append(route.name)
    return found


def _names(groups: ConditionGroups) -> set[str]:
    """Attributes are taken for labels of their name, as the team's sources make them."""
    subjects = {condition.subject for group in groups for condition in group}
    named = {subject.removeprefix("attribute:") for subject in subjects if "." not in subject}
    return {name for name in named if name not in BUILT_INS and "[" not in name}
