"""`accepted_gaps:` of reconciler.yaml: alerts that are meant to be dropped, say."""

import yaml

from reconciler.files.choices import choice, read_day, read_reason
from reconciler.files.read.settings import read_conditions
from reconciler.files.yaml.reading import Reading
from reconciler.model import AcceptedGap, GapKind, Path

GAP_KEYS = ("source", "gap", "when", "unless", "reason", "expires")
_NEEDED = ("source", "gap", "reason", "expires")


def read_gaps(reading: Reading, node: yaml.Node, path: Path) -> tuple[AcceptedGap, ...]:
    """Every accepted gap of the list; one with a mistake accepts nothing."""
    example = "accepted_gaps: [{source: …, gap: dropped, reason: …, expires: 2026-12-31}]"
    nodes = reading.sequence(node, path, example) or []
    read = [_read_gap(reading, item, (*path, place)) for place, item in enumerate(nodes)]
    return tuple(gap for gap in read if gap is not None)


def _read_gap(reading: Reading, node: yaml.Node, path: Path) -> AcceptedGap | None:
    entries = reading.mapping(node, path, GAP_KEYS)
    if entries is None:
        return None
    before = len(reading.findings)
    for key in _NEEDED:
        if key not in entries:
            hint = "an accepted gap needs the source, its kind, a reason and its last day"
            reading.missing(node, path, key, hint)
    source = reading.within(entries, path, "source", Reading.words)
    kind = reading.within(entries, path, "gap", choice(GapKind))
    reason = reading.within(entries, path, "reason", read_reason)
    expires = reading.within(entries, path, "expires", read_day)
    when = reading.within(entries, path, "when", read_conditions) or ()
    unless = reading.within(entries, path, "unless", read_conditions) or ()
    if len(reading.findings) > before or not (source and kind and reason and expires):
        return None
    return AcceptedGap(source, kind, reason, expires, when, unless, reading.position(node))
