"""Our payload over what the live route has and we do not know, so that a PUT loses nothing.

Each unknown field of the live body is looked up by its pointer. Where the pointer goes through a
list, the element is found again by its identity (source id, channels, target, custom field,
reference; conditions by their meaning), never by its position: lists come back in any order. Both
spellings are decoded and compared as parts of the model, so labels, order and the server's aliases
(fact 3.6) do not matter. `key` finds an element; where it is not unique, `whole` decides.
"""

import copy
from collections import Counter
from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from operator import attrgetter
from typing import TypeVar

from reconciler.model import (
    Binding,
    Branches,
    Case,
    Condition,
    ConditionGroup,
    ConditionGroups,
    Destination,
    Filter,
    Json,
    JsonObject,
    Literal,
    Live,
    Step,
    Target,
    UnknownField,
    canonical_binding,
    canonical_condition,
    canonical_expression,
    canonical_field,
)
from reconciler.wire.common import CHANNELS_V3, decode_destination, decode_source, decode_target
from reconciler.wire.conditions import (
    decode_binding,
    decode_condition,
    decode_group,
    decode_key,
    decode_value,
)
from reconciler.wire.expressions import decode_case, decode_expression, decode_step
from reconciler.wire.pointer import tokens_of
from reconciler.wire.reading import Decoder, Reading, as_written
from reconciler.wire.templates import decode_field

FOLDED = {"one_of": "contains_one_of", "contains": "name_contains"}
"""Fact 3.6 without the types: to find an element again, more is folded than to compare it."""

T = TypeVar("T")
Identity = Callable[[Json], Hashable]


@dataclass(frozen=True, slots=True)
class Kind:
    """How the elements of one list are told apart."""

    key: Identity
    whole: Identity


def kind_of(name: str) -> Kind:
    return _KINDS.get(name, _UNKNOWN)


def _kind(
    decode: Decoder[T],
    key: Callable[[T], Hashable],
    whole: Callable[[T], Hashable] | None = None,
) -> Kind:
    """Both identities, of decoded elements; without `whole` the key is all of it."""

    def of(identity: Callable[[T], Hashable]) -> Identity:
        return lambda node: identity(decode(node, None, Reading()))

    return Kind(of(key), of(whole or key))


def _channels(place: Destination) -> Hashable:
    both = (place.slack, place.ms_teams)
    return tuple(_channel_ids(channels.channel) if channels else None for channels in both)


def _channel_ids(channel: Binding) -> frozenset[Hashable]:
    """A channel with and without its team is the same (`T…/C…`, `C…`)."""
    return frozenset(
        value.text.rpartition("/")[2] if isinstance(value, Literal) else value
        for value in channel.values
    )


def _whole_destination(place: Destination) -> Hashable:
    return _channels(place), _folded_groups(place.when)


def _target(target: Target) -> Hashable:
    return target.kind, _unordered(target.binding)


def _unordered(binding: Binding) -> Binding:
    return canonical_binding(binding, ordered=False)


def _folded(condition: Condition) -> Condition:
    canonical = canonical_condition(condition)
    return replace(canonical, operation=FOLDED.get(canonical.operation, canonical.operation))


def _whole_group(group: ConditionGroup) -> Hashable:
    """Of groups that mean the same, the group that repeats conditions as often."""
    return frozenset(Counter(map(_folded, group)).items())


def _folded_group(group: ConditionGroup) -> Hashable:
    return frozenset(map(_folded, group))


def _folded_groups(groups: ConditionGroups) -> Hashable:
    return frozenset(map(_folded_group, groups))


def _step(step: Step) -> Hashable:
    match step:
        case Filter(when):
            return "filter", _folded_groups(when)
        case Branches(returns, cases):
            return returns, tuple(map(_folded_case, cases))
        case _:
            return step


def _folded_case(case: Case) -> Hashable:
    return _folded_groups(case.when), canonical_binding(case.result)


def _as_it_is(part: Hashable) -> Hashable:
    return part


_DESTINATION = _kind(partial(decode_destination, known=CHANNELS_V3), _channels, _whole_destination)
_UNKNOWN = Kind(repr, repr)
_KINDS: Mapping[str, Kind] = {
    "alert_sources": _kind(
        decode_source, attrgetter("source"), lambda it: (it.source, _folded_groups(it.when))
    ),
    "destinations": _DESTINATION,
    "channel_config": _DESTINATION,
    "escalation_targets": _kind(decode_target, _target),
    "custom_fields": _kind(decode_field, attrgetter("field"), canonical_field),
    "expressions": _kind(decode_expression, attrgetter("reference"), canonical_expression),
    "condition_groups": _kind(decode_group, _folded_group, _whole_group),
    "conditions": _kind(decode_condition, _folded),
    "param_bindings": _kind(decode_binding, _unordered),
    "array_value": _kind(decode_value, _as_it_is),
    "grouping_keys": _kind(decode_key, str),
    "operations": _kind(decode_step, _step),
    "branches": _kind(decode_case, _folded_case),
}


PADDED = ("param_bindings",)  # a payload has them without the empty ones at the end (fact 3.4)
STANDALONE = "/incident_config/incident_template"
"""A template that stands alone, which is newer than this model: it and the template that a file
can say exclude each other (fact 4.7).
"""


@dataclass(frozen=True, slots=True)
class Overlaid:
    """The payload of a PUT without its version, and what became of each unknown field."""

    payload: dict[str, Json]
    carried: tuple[UnknownField, ...] = ()
    lost: tuple[UnknownField, ...] = ()  # with the element that the change removes
    ambiguous: tuple[UnknownField, ...] = ()  # more than one element may be meant: do not write
    excluded: tuple[UnknownField, ...] = ()  # excludes a part of the payload: do not write


class _GoneError(LookupError):
    """The payload has no such place any more."""


class _AmbiguousError(LookupError):
    """The payload has more than one such place."""


def overlay(payload: JsonObject, live: Live, encode: Callable[[], JsonObject]) -> Overlaid:
    """Carry each unknown field of `live`. `encode` gives the live route's own payload: what that
    leaves out as empty, no change has removed.
    """
    laid: dict[str, Json] = dict(payload)
    if not live.unknown:
        return Overlaid(laid)
    laid = copy.deepcopy(laid)
    unchanged = copy.deepcopy(dict(encode()))
    carried: list[UnknownField] = []
    lost: list[UnknownField] = []
    ambiguous: list[UnknownField] = []
    excluded: list[UnknownField] = []
    for field in live.unknown:
        *inside, name = tokens_of(field.pointer)
        try:
            place = _find(live.body, laid, unchanged, inside)
        except _GoneError:
            lost.append(field)
        except _AmbiguousError:
            ambiguous.append(field)
        else:
            if field.pointer == STANDALONE and isinstance(place, dict) and "template" in place:
                excluded.append(field)
                continue
            _put(place, name, as_written(field.value))
            carried.append(field)
    return Overlaid(laid, tuple(carried), tuple(lost), tuple(ambiguous), tuple(excluded))


def _put(place: dict[str, Json] | list[Json], name: str, value: Json) -> None:
    if isinstance(place, list):
        place.append(value)  # a whole element: where it stands in the list is no meaning
    else:
        place[name] = value


def _find(
    body: JsonObject, payload: dict[str, Json], unchanged: dict[str, Json], tokens: list[str]
) -> dict[str, Json] | list[Json]:
    """The payload's object or list where the live body has `tokens`. Raises the two above."""
    theirs: Json = body
    ours: Json = payload
    before: Json = unchanged
    kind, name = kind_of(""), ""
    for token in tokens:
        if isinstance(theirs, list) and isinstance(ours, list):
            listed, index = theirs, int(token)
            if name in PADDED and isinstance(before, list):
                _restore_operands(listed, index, before, ours)
            mine = _match(kind, listed, index, ours)
            before = _twin(kind, listed, index, before) if isinstance(before, list) else None
            ours, theirs = mine, listed[index]
            continue
        if not isinstance(theirs, dict) or not isinstance(ours, dict):
            raise _GoneError
        kind, name = kind_of(token), token
        inner = theirs[token]
        if _switched_off(token, inner, ours.get(token)):
            raise _GoneError
        omitted = isinstance(before, dict) and token not in before
        if token not in ours:
            off = ours.get("enabled") is False  # v3 refuses any setting of what is off
            if not omitted or not isinstance(inner, dict) or off:
                raise _GoneError
            ours[token] = as_written(inner)
        before = before.get(token) if isinstance(before, dict) else None
        theirs, ours = inner, ours[token]
    if not isinstance(ours, dict | list):
        raise _GoneError
    return ours


def _switched_off(name: str, theirs: Json, ours: Json) -> bool:
    """v3 refuses settings beside `enabled: false`, so what we do not know goes with the rest."""
    if name not in ("incident_config", "default"):
        return False
    return _enabled(theirs) and not _enabled(ours) and isinstance(ours, dict) and len(ours) == 1


def _enabled(node: Json) -> bool:
    return isinstance(node, dict) and node.get("enabled") is True


def _match(kind: Kind, theirs: list[Json], index: int, ours: list[Json]) -> Json:
    """Our element that is their element `index`. Equal copies stand in for each other; of
    elements that only share a key, the ones that did not change are told apart first.
    """
    key, whole = kind.key(theirs[index]), kind.whole(theirs[index])
    mine = [element for element in ours if kind.key(element) == key]
    rivals = [i for i, element in enumerate(theirs) if kind.key(element) == key]
    if not mine:
        raise _GoneError
    wholes = [kind.whole(element) for element in mine]
    if whole in wholes:
        copies = [i for i in rivals if kind.whole(theirs[i]) == whole]
        candidates = [e for e, other in zip(mine, wholes, strict=True) if other == whole]
        if copies.index(index) < len(candidates):
            return candidates[copies.index(index)]
        raise _AmbiguousError
    known = [kind.whole(theirs[i]) for i in rivals]
    changed = [e for e, other in zip(mine, wholes, strict=True) if other not in known]
    if not changed:
        raise _GoneError
    if len(changed) == 1 and sum(other not in wholes for other in known) == 1:
        return changed[0]
    raise _AmbiguousError


def _restore_operands(theirs: list[Json], index: int, before: list[Json], ours: list[Json]) -> None:
    """The empty elements at the end up to `index`, which a payload leaves out, in their places.
    One of a kind that is newer than this model looks empty, and no change has removed it.
    """
    if len(before) == len(ours) <= index:
        for operand in theirs[len(ours) : index + 1]:
            ours.append(as_written(operand))
            before.append({})


def _twin(kind: Kind, theirs: list[Json], index: int, before: list[Json]) -> Json:
    """The same element in the live route's own payload; None when it is not clear."""
    try:
        return _match(kind, theirs, index, before)
    except (_GoneError, _AmbiguousError):
        return None
