"""`owns` of reconciler.yaml: which routes are this repository's, and which another one's."""

from typing import Any

import yaml

from reconciler.files.yaml.reading import Reading
from reconciler.model import Config, Elsewhere, Path, Position, overlaps

_HOW = 'write {teams: [Payments]}, or {prefixes: ["Payments: "]} in an account without teams'


def read_owns(reading: Reading, node: yaml.Node, path: Path) -> dict[str, Any] | None:
    """The fields of `Config`. An account has teams or it has none: the two do not mix."""
    entries = reading.mapping(node, path, ("teams", "prefixes", "elsewhere"))
    if entries is None:
        return None
    if not entries and isinstance(node, yaml.MappingNode) and not node.value:
        reading.missing(node, path, "teams", _HOW)
    if "teams" in entries and "prefixes" in entries:
        message = "`owns` has both `teams` and `prefixes`, and a route needs one owner"
        reading.error("owns-both", message, entries["prefixes"][0], (*path, "prefixes"), _HOW)
        return None
    teams, places = _texts(reading, entries, path, "teams", "Payments")
    prefixes, _ = _texts(reading, entries, path, "prefixes", '"Payments: "')
    elsewhere: tuple[Elsewhere, ...] = ()
    if "elsewhere" in entries:
        example = "elsewhere: [{repository: ledger-alerts, teams: [Ledger]}]"
        at = (*path, "elsewhere")
        elsewhere = reading.each(entries["elsewhere"][1], at, example, _read_elsewhere)
    return {
        "owns_teams": teams,
        "owns_teams_at": places,
        "owns_prefixes": prefixes,
        "elsewhere": elsewhere,
        "owns_at": reading.position(node),
    }


def _read_elsewhere(reading: Reading, node: yaml.Node, path: Path) -> Elsewhere | None:
    entries = reading.mapping(node, path, ("repository", "teams", "prefixes"))
    if entries is None:
        return None
    if "repository" not in entries:
        reading.missing(node, path, "repository", "write the name that people know it by")
    if "teams" not in entries and "prefixes" not in entries:
        reading.missing(node, path, "teams", _HOW)
    repository = reading.within(entries, path, "repository", Reading.words)
    teams, places = _texts(reading, entries, path, "teams", "Ledger")
    prefixes, _ = _texts(reading, entries, path, "prefixes", '"Ledger: "')
    if repository is None or not (teams or prefixes):
        return None
    return Elsewhere(repository, teams, prefixes, reading.position(node), places)


def _texts(
    reading: Reading, entries: dict[str, Any], path: Path, key: str, example: str
) -> tuple[tuple[str, ...], tuple[Position, ...]]:
    """The texts of a list and where they stand; an empty list owns nothing: a mistake."""
    if key not in entries:
        return (), ()
    node, at = entries[key][1], (*path, key)
    texts: list[str] = []
    places: list[Position] = []
    exact = key == "prefixes"  # of which a space at the end is a part
    for place, item in enumerate(reading.sequence(node, at, f"{key}: [{example}]") or ()):
        text = reading.words(item, (*at, place))
        text = item.value if text is not None and exact else text
        if text is not None:
            texts.append(text)
            places.append(reading.position(item))
    if isinstance(node, yaml.SequenceNode) and not node.value:
        message = f"`{key}` is empty, so this file would own no route at all"
        reading.error("owns-nothing", message, node, at, f"{_HOW}, or remove `owns`")
    return tuple(texts), tuple(places)


def check_owns(reading: Reading, config: Config) -> None:
    """Two repositories cannot own one route: a rule of `elsewhere` that overlaps with ours, as far
    as the file itself tells. Names of one team are compared by the plan, by id.
    """
    for finding in overlaps(config):
        if finding.position:
            reading.add(
                finding.level,
                finding.code,
                finding.message,
                finding.hint,
                finding.position,
                ("owns",),
            )
