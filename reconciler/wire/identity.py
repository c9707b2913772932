"""What makes an element of a list the same element in the live body and in our payload.

Both spellings are decoded and compared as parts of the model, so labels, order and the server's
aliases (fact 3.6) do not matter. `key` finds an element; where it is not unique, `whole` decides.
"""

from collections import Counter
from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, replace

from reconciler.model import (
    Binding,
    Branches,
    Case,
    Condition,
    ConditionGroup,
    ConditionGroups,
    Filter,
    Json,
    Literal,
    canonical_binding,
    canonical_condition,
    canonical_expression,
    canonical_field,
)
from reconciler.wire.conditions import (
    decode_binding,
    decode_condition,
    decode_group,
    decode_key,
    decode_value,
)
from reconciler.wire.destinations import (
    CHANNELS_V3,
    decode_destination,
    decode_source,
    decode_target,
)
from reconciler.wire.expressions import decode_case, decode_expression, decode_step
from reconciler.wire.reading import Reading
from reconciler.wire.templates import decode_field

FOLDED = {"one_of": "contains_one_of", "contains": "name_contains"}
"""Fact 3.6 without the types: to find an element again, more is folded than to compare it."""

Identity = Callable[[Json], Hashable]


@dataclass(frozen=True, slots=True)
class Kind:
    """How the elements of one list are told apart."""

    key: Identity
    whole: Identity


def kind_of(name: str) -> Kind:
    """The kind of a list's elements, by the name of the list."""
    return _KINDS.get(name, _UNKNOWN)


def _source(node: Json) -> Hashable:
    return decode_source(node, None, Reading()).source


def _whole_source(node: Json) -> Hashable:
    source = decode_source(node, None, Reading())
    return source.source, _folded_groups(source.when)


def _channels(node: Json) -> Hashable:
    place = decode_destination(node, None, Reading(), CHANNELS_V3)
    both = (place.slack, place.ms_teams)
    return tuple(_channel_ids(channels.channel) if channels else None for channels in both)


def _channel_ids(channel: Binding) -> frozenset[Hashable]:
    """A channel with and without its team is one (`T…/C…`, `C…`)."""
    return frozenset(
        value.text.rpartition("/")[2] if isinstance(value, Literal) else value
        for value in channel.values
    )


def _whole_destination(node: Json) -> Hashable:
    place = decode_destination(node, None, Reading(), CHANNELS_V3)
    return _channels(node), _folded_groups(place.when)


def _target(node: Json) -> Hashable:
    target = decode_target(node, None, Reading())
    return target.kind, canonical_binding(target.binding, ordered=False)


def _field_id(node: Json) -> Hashable:
    return decode_field(node, None, Reading()).field


def _whole_field(node: Json) -> Hashable:
    return canonical_field(decode_field(node, None, Reading()))


def _reference(node: Json) -> Hashable:
    return decode_expression(node, None, Reading()).reference


def _whole_expression(node: Json) -> Hashable:
    return canonical_expression(decode_expression(node, None, Reading()))


def _folded(condition: Condition) -> Condition:
    canonical = canonical_condition(condition)
    return replace(canonical, operation=FOLDED.get(canonical.operation, canonical.operation))


def _condition(node: Json) -> Hashable:
    return _folded(decode_condition(node, None, Reading()))


def _group(node: Json) -> Hashable:
    return _folded_group(decode_group(node, None, Reading()))


def _whole_group(node: Json) -> Hashable:
    """Of groups that mean the same, the one that says it as often."""
    counted = Counter(map(_folded, decode_group(node, None, Reading())))
    return frozenset(counted.items())


def _folded_group(group: ConditionGroup) -> Hashable:
    return frozenset(map(_folded, group))


def _folded_groups(groups: ConditionGroups) -> Hashable:
    return frozenset(map(_folded_group, groups))


def _step(node: Json) -> Hashable:
    step = decode_step(node, None, Reading())
    match step:
        case Filter(when):
            return "filter", _folded_groups(when)
        case Branches(returns, cases):
            return returns, tuple(_folded_case(case) for case in cases)
        case _:
            return step


def _case(node: Json) -> Hashable:
    return _folded_case(decode_case(node, None, Reading()))


def _folded_case(case: Case) -> Hashable:
    return _folded_groups(case.when), canonical_binding(case.result)


def _param(node: Json) -> Hashable:
    return canonical_binding(decode_binding(node, None, Reading()), ordered=False)


def _value(node: Json) -> Hashable:
    return decode_value(node, None, Reading())


def _key(node: Json) -> Hashable:
    return decode_key(node, None, Reading())


def _same(identity: Identity) -> Kind:
    return Kind(identity, identity)


_UNKNOWN = _same(repr)
_KINDS: Mapping[str, Kind] = {
    "alert_sources": Kind(_source, _whole_source),
    "destinations": Kind(_channels, _whole_destination),
    "channel_config": Kind(_channels, _whole_destination),
    "escalation_targets": _same(_target),
    "custom_fields": Kind(_field_id, _whole_field),
    "expressions": Kind(_reference, _whole_expression),
    "condition_groups": Kind(_group, _whole_group),
    "conditions": _same(_condition),
    "param_bindings": _same(_param),
    "array_value": _same(_value),
    "grouping_keys": _same(_key),
    "operations": _same(_step),
    "branches": _same(_case),
}
