"""A file that describes one alert."""

from dataclasses import replace

from reconciler.files.read.alert import ALERT_KEYS, read_described
from reconciler.files.yaml.compose import compose
from reconciler.files.yaml.reading import Reading, in_file_order, warn_of_direction
from reconciler.model import Finding, Positions
from reconciler.routing.case import Described


def parse_alert(text: str, file: str) -> tuple[Described, Positions, tuple[Finding, ...]]:
    """The alert, where its parts stand, and what is wrong. Raises nothing."""
    composed = compose(text, file)
    if composed.root is None:
        findings = tuple(
            replace(one, hint="a file of an alert starts with `source:`")
            if one.code == "empty-file"
            else one
            for one in composed.findings
        )
        return Described(), Positions(file, {}, composed.lines), findings
    reading = Reading(file, composed.lines)
    entries = reading.mapping(composed.root, (), ALERT_KEYS) or {}
    described = read_described(reading, entries, ())
    warn_of_direction(reading, composed.text, composed.root)
    findings = tuple(sorted(reading.findings, key=in_file_order))
    return described, Positions(file, reading.places, composed.lines), findings
