"""What makes an element of a list the same element in the live body and in our payload.

Both spellings are decoded and compared as parts of the model, so labels, order and the server's
aliases (fact 3.6) do not matter. `key` finds an element; where it is not unique, `whole` decides.
"""

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
    Literal,
    Step,
    Target,
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
from reconciler.wire.reading import Decoder, Reading
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
