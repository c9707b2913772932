"""Untouched parts of a route go back as they are stored, to the byte.

Our payload spells a binding in one of several ways that mean the same: `value` or a list of one, a
channel with or without its team, a text as a document or plain. Where a binding of the payload
means what the live route's does, the live route's own spelling is sent.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from reconciler.model import (
    TEMPLATE,
    Binding,
    CustomField,
    Json,
    JsonObject,
    Literal,
    Live,
    TextSetting,
    canonical_binding,
    canonical_field,
    canonical_text,
    without_team,
)
from reconciler.wire.conditions import BINDING, decode_binding
from reconciler.wire.overlay import kind_of
from reconciler.wire.reading import Reading, as_written
from reconciler.wire.templates import decode_field, decode_setting

_TEXTS = frozenset(row.place("v2")[-1] for row in TEMPLATE if row.kind == "template")
_TEMPLATES = ("template", "incident_template")
_ORDERED = "result"  # of a branch or an else: the order of its values is meaning
_POSITIONAL = ("param_bindings", "branches", "operations")


def as_stored(payload: JsonObject, live: Live) -> dict[str, Json]:
    """The payload, spelled as the live body wherever it means the same. Pure."""
    incident = live.route.incident
    fields = {field.field: field for field in incident.custom_fields} if incident else {}
    spelling = _Spelling(fields)
    return {
        name: spelling.part(name, part, live.body[name]) if name in live.body else part
        for name, part in payload.items()
    }


@dataclass(frozen=True, slots=True)
class _Spelling:
    """`fields` are the live custom fields by id. A directory may have resolved which of their
    texts name something, which a body does not show.
    """

    fields: Mapping[str, CustomField]

    def part(self, slot: str, ours: Json, theirs: Json) -> Json:
        """One part of the payload; `slot` is the field that holds it, or the list it is in."""
        if isinstance(ours, list) and isinstance(theirs, list):
            return self._elements(slot, ours, theirs)
        if not isinstance(ours, Mapping) or not isinstance(theirs, Mapping):
            return ours
        if _is_binding(ours):
            same = _is_binding(theirs) and _mean_the_same(slot, ours, theirs)
            return _without_padding(theirs) if same else ours
        if slot == "custom_fields":
            return self._field(ours, theirs)
        inner = {
            name: self.part(name, part, theirs[name]) if name in theirs else part
            for name, part in ours.items()
        }
        if slot in _TEMPLATES and "summary" not in ours and _says_nothing(theirs.get("summary")):
            inner["summary"] = as_written(theirs["summary"])
        if slot in _TEXTS and _is_binding(theirs.get("binding")) and _one_text(ours, theirs):
            inner["binding"] = _without_padding(theirs["binding"])
        return inner

    def _elements(self, slot: str, ours: list[Json], theirs: list[Json]) -> list[Json]:
        """The elements of a list, each beside its twin in the live route."""
        if slot in _POSITIONAL:
            if len(ours) != len(theirs):
                return ours
            pairs = zip(ours, theirs, strict=True)
            return [self.part(slot, mine, other) for mine, other in pairs]
        key = kind_of(slot).key
        keys = [key(other) for other in theirs]
        mine = [key(element) for element in ours]
        return [
            self.part(slot, element, theirs[keys.index(own)])
            if keys.count(own) == 1 and mine.count(own) == 1
            else element
            for element, own in zip(ours, mine, strict=True)
        ]

    def _field(self, ours: JsonObject, theirs: JsonObject) -> dict[str, Json]:
        """A custom field: a text may be spelled as a template, a document or plain."""
        mine = decode_field(ours, None, Reading())
        other = self.fields.get(mine.field) or decode_field(theirs, None, Reading())
        if not _is_binding(theirs.get("binding")):
            return dict(ours)
        same = canonical_field(mine).value == canonical_field(other).value
        return {**ours, "binding": _without_padding(theirs["binding"])} if same else dict(ours)


def _is_binding(node: Json) -> bool:
    """A binding in which something is bound, once."""
    if not isinstance(node, Mapping) or not BINDING.issuperset(node):
        return False
    return bool(node.get("value")) != bool(node.get("array_value"))


def _mean_the_same(slot: str, ours: Json, theirs: Json) -> bool:
    mine, other = _decoded(ours), _decoded(theirs)
    if slot == _ORDERED:
        return canonical_binding(mine) == canonical_binding(other)
    if slot == "binding" and _without_teams(mine) == mine:
        other = _without_teams(other)  # ours leaves the team open
    return canonical_binding(mine, ordered=False) == canonical_binding(other, ordered=False)


def _decoded(node: Json) -> Binding:
    return decode_binding(node, None, Reading())


def _without_teams(binding: Binding) -> Binding:
    """`T…/C…` as `C…`; nothing but a channel has that form."""
    values = (
        Literal(without_team(value.text)) if isinstance(value, Literal) else value
        for value in binding.values
    )
    return Binding(tuple(values), binding.many)


def _one_text(ours: JsonObject, theirs: JsonObject) -> bool:
    """Whether a name or a summary means the same on both sides."""
    mine, other = (canonical_text(decode_setting(side, None, Reading())) for side in (ours, theirs))
    return (mine and mine.content) == (other and other.content)


def _says_nothing(summary: Json) -> bool:
    """Whether a summary is a stored text of no words, which a payload leaves out."""
    if not isinstance(summary, Mapping) or not _is_binding(summary.get("binding")):
        return False
    return canonical_text(decode_setting(summary, None, Reading())) == TextSetting()


def _without_padding(node: Json) -> Json:
    written = as_written(node)
    if not isinstance(written, dict):
        return written
    return {name: part for name, part in written.items() if part}
