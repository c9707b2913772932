"""Expressions: named computations, and what reads of them do not show (part 2).

A read adds `returns` to an expression and to each operation; the read of `cast` and `concatenate`
may lack their bodies. A cast is then known from the operation's `returns`; of a concatenation
nothing is known, and it is reported as hidden.
"""

import json

from reconciler.model import (
    PLAIN_STEPS,
    ROOT_OF_ALERT,
    Binding,
    Branches,
    Case,
    Cast,
    Concatenate,
    Expression,
    Filter,
    Json,
    JsonObject,
    Navigate,
    Parse,
    Path,
    Plain,
    RawStep,
    Returns,
    Step,
    compact,
)
from reconciler.wire.conditions import (
    decode_binding,
    decode_groups,
    decode_optional,
    encode_binding,
    encode_groups,
)
from reconciler.wire.reading import (
    Place,
    Reading,
    as_flag,
    as_list,
    as_object,
    as_text,
    as_written,
)

EXPRESSION = frozenset(
    {"reference", "label", "root_reference", "operations", "else_branch", "returns"}
)
BODIES = frozenset({"navigate", "filter", "concatenate", "cast", "parse", "branches"})
OPERATION = frozenset({"operation_type", "returns"})
KNOWN_OPERATION = {name: OPERATION | {name} for name in BODIES}
RETURNS = frozenset({"type", "array"})
RETURNS_ONLY = frozenset({"returns"})
CONCATENATE = frozenset({"reference", "reference_label"})
RESULT_ONLY = frozenset({"result"})
GROUPS_ONLY = frozenset({"condition_groups"})
NAVIGATE = frozenset({"reference", "reference_label"})
PARSE = frozenset({"source", "returns"})
BRANCHES = frozenset({"branches", "returns"})
CASE = frozenset({"condition_groups", "result"})


def encode_expression(expression: Expression) -> dict[str, Json]:
    """The whole expression, without what only reads have."""
    written: dict[str, Json] = {
        "reference": expression.reference,
        "label": expression.label,
        "root_reference": expression.root,
        "operations": [_encode_step(step) for step in expression.steps],
    }
    if expression.otherwise is not None and expression.otherwise.values:
        written["else_branch"] = {"result": encode_binding(expression.otherwise)}
    return written


def _encode_step(step: Step) -> dict[str, Json]:
    match step:
        case Plain(operation):
            return {"operation_type": operation}
        case Navigate(reference):
            return _operation("navigate", {"reference": reference})
        case Filter(when):
            return _operation("filter", {"condition_groups": encode_groups(when)})
        case Concatenate(None):
            return {"operation_type": "concatenate"}
        case Concatenate(reference):
            return _operation("concatenate", {"reference": reference})
        case Cast(returns):
            return _operation("cast", {"returns": _encode_returns(returns)})
        case Parse(source, returns):
            return _operation("parse", {"source": source, "returns": _encode_returns(returns)})
        case Branches(returns, cases):
            written: list[Json] = [_encode_case(case) for case in cases]
            return _operation(
                "branches", {"branches": written, "returns": _encode_returns(returns)}
            )
        case RawStep(text):
            raw: dict[str, Json] = json.loads(text)
            return raw


def _operation(name: str, body: Json) -> dict[str, Json]:
    return {"operation_type": name, name: body}


def _encode_returns(returns: Returns) -> dict[str, Json]:
    return {"type": returns.type, "array": returns.array}


def _encode_case(case: Case) -> dict[str, Json]:
    return {"condition_groups": encode_groups(case.when), "result": encode_binding(case.result)}


def decode_expressions(node: Json, at: Place, reading: Reading) -> tuple[Expression, ...]:
    """The expressions in the order of the read."""
    return tuple(
        decode_expression(expression, (at, index), reading)
        for index, expression in enumerate(as_list(node, at))
    )


def decode_expression(node: Json, at: Place, reading: Reading) -> Expression:
    """One expression. An operation that we do not know stays as it is, a `RawStep`."""
    body = as_object(node, at)
    reading.notice(body, EXPRESSION, at)
    reference = as_text(body.get("reference"), (at, "reference"))
    root = as_text(body.get("root_reference"), (at, "root_reference"))
    inside: Place = (at, "operations")
    operations = as_list(body.get("operations"), inside)
    path: Path = ("expressions", reference)
    at_root = root == ROOT_OF_ALERT and len(operations) == 1
    return Expression(
        reference,
        as_text(body.get("label"), (at, "label")),
        root,
        tuple(
            decode_step(
                operation,
                (inside, index),
                reading,
                (*path, "branches") if at_root else (*path, "steps", index),
            )
            for index, operation in enumerate(operations)
        ),
        _decode_else(body.get("else_branch"), (at, "else_branch"), reading),
    )


def _decode_else(node: Json, at: Place, reading: Reading) -> Binding | None:
    if node is None:
        return None
    body = as_object(node, at)
    reading.notice(body, RESULT_ONLY, at)
    return decode_optional(body.get("result"), (at, "result"), reading)


def decode_step(node: Json, at: Place, reading: Reading, path: Path = ()) -> Step:
    """One operation; `path` is the step's, for what the read hides."""
    body = as_object(node, at)
    name = as_text(body.get("operation_type"), (at, "operation_type"))
    if name in PLAIN_STEPS:
        reading.notice(body, OPERATION, at)
        return Plain(name)
    if name not in BODIES:
        return _raw(body)
    reading.notice(body, KNOWN_OPERATION[name], at)
    inside: Place = (at, name)
    if body.get(name) is not None:
        return _decode_body(name, as_object(body[name], inside), inside, reading)
    if name == "cast" and body.get("returns") is not None:
        # The operation's own `returns` is never sent, so what is new in there is no loss.
        return Cast(_decode_returns(body["returns"], (at, "returns"), Reading()))
    reading.hidden.append(path)
    return Concatenate(None) if name == "concatenate" else _raw(body)


def _raw(body: JsonObject) -> RawStep:
    return RawStep(compact(as_written({k: v for k, v in body.items() if k != "returns"})))


def _decode_body(name: str, body: JsonObject, at: Place, reading: Reading) -> Step:
    match name:
        case "navigate":
            reading.notice(body, NAVIGATE, at)
            reference = as_text(body.get("reference"), (at, "reference"))
            reading.label(reference, body.get("reference_label"))
            return Navigate(reference)
        case "concatenate":
            reading.notice(body, CONCATENATE, at)
            united = as_text(body.get("reference"), (at, "reference"))
            reading.label(united, body.get("reference_label"))
            return Concatenate(united)
        case "filter":
            reading.notice(body, GROUPS_ONLY, at)
            place: Place = (at, "condition_groups")
            return Filter(decode_groups(body.get("condition_groups"), place, reading))
        case "cast":
            reading.notice(body, RETURNS_ONLY, at)
            return Cast(_decode_returns(body.get("returns"), (at, "returns"), reading))
        case "parse":
            reading.notice(body, PARSE, at)
            source = as_text(body.get("source"), (at, "source"))
            return Parse(source, _decode_returns(body.get("returns"), (at, "returns"), reading))
        case _:
            return _decode_branches(body, at, reading)


def _decode_branches(body: JsonObject, at: Place, reading: Reading) -> Branches:
    reading.notice(body, BRANCHES, at)
    inside: Place = (at, "branches")
    return Branches(
        _decode_returns(body.get("returns"), (at, "returns"), reading),
        tuple(
            decode_case(case, (inside, index), reading)
            for index, case in enumerate(as_list(body.get("branches"), inside))
        ),
    )


def decode_case(node: Json, at: Place, reading: Reading) -> Case:
    """One branch of an expression."""
    body = as_object(node, at)
    reading.notice(body, CASE, at)
    return Case(
        decode_groups(body.get("condition_groups"), (at, "condition_groups"), reading),
        decode_binding(body.get("result"), (at, "result"), reading),
    )


def _decode_returns(node: Json, at: Place, reading: Reading) -> Returns:
    body = as_object(node, at)
    reading.notice(body, RETURNS, at)
    return Returns(
        as_text(body.get("type"), (at, "type")),
        as_flag(body.get("array"), (at, "array"), default=False),
    )
