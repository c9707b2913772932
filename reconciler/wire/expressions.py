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
from reconciler.wire.reading import Body, Place, Reading, as_list, as_object, as_text, as_written

EXPRESSION = frozenset(
    {"reference", "label", "root_reference", "operations", "else_branch", "returns"}
)
OPERATION = frozenset({"operation_type", "returns"})
BODIES = {  # the fields of each operation's body
    "navigate": frozenset({"reference", "reference_label"}),
    "filter": frozenset({"condition_groups"}),
    "concatenate": frozenset({"reference", "reference_label"}),
    "cast": frozenset({"returns"}),
    "parse": frozenset({"source", "returns"}),
    "branches": frozenset({"branches", "returns"}),
}
RETURNS = frozenset({"type", "array"})
RESULT_ONLY = frozenset({"result"})
CASE = frozenset({"condition_groups", "result"})


def encode_expression(expression: Expression) -> dict[str, Json]:
    """The whole expression, without fields that only reads have."""
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
            written: list[Json] = [
                {"condition_groups": encode_groups(c.when), "result": encode_binding(c.result)}
                for c in cases
            ]
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


def decode_expression(node: Json, at: Place, reading: Reading) -> Expression:
    """One expression. An operation that we do not know stays as it is, a `RawStep`."""
    body = reading.body(node, at, EXPRESSION)
    reference, root = body.text("reference"), body.text("root_reference")
    inside: Place = (at, "operations")
    operations = as_list(body.fields.get("operations"), inside)
    path: Path = ("expressions", reference)
    at_root = root == ROOT_OF_ALERT and len(operations) == 1
    steps = (
        decode_step(
            operation,
            (inside, index),
            reading,
            (*path, "branches") if at_root else (*path, "steps", index),
        )
        for index, operation in enumerate(operations)
    )
    label = body.text("label")
    return Expression(reference, label, root, tuple(steps), body.decoded("else_branch", _else))


def _else(node: Json, at: Place, reading: Reading) -> Binding | None:
    if node is None:
        return None
    return reading.body(node, at, RESULT_ONLY).decoded("result", decode_optional)


def decode_step(node: Json, at: Place, reading: Reading, path: Path = ()) -> Step:
    """One operation; `path` is the step's, for what the read hides."""
    body = as_object(node, at)
    name = as_text(body.get("operation_type"), (at, "operation_type"))
    if name in PLAIN_STEPS:
        reading.notice(body, OPERATION, at)
        return Plain(name)
    if name not in BODIES:
        return _raw(body)
    reading.notice(body, OPERATION | {name}, at)
    if body.get(name) is not None:
        return _decode_body(name, reading.body(body[name], (at, name), BODIES[name]))
    if name == "cast" and body.get("returns") is not None:
        # The operation's own `returns` is never sent, so what is new in there is no loss.
        return Cast(_returns(body["returns"], (at, "returns"), Reading()))
    reading.hidden.append(path)
    return Concatenate(None) if name == "concatenate" else _raw(body)


def _raw(body: JsonObject) -> RawStep:
    return RawStep(compact(as_written({k: v for k, v in body.items() if k != "returns"})))


def _decode_body(name: str, body: Body) -> Step:
    match name:
        case "navigate" | "concatenate":
            reference = body.text("reference")
            body.reading.label(reference, body.fields.get("reference_label"))
            return Navigate(reference) if name == "navigate" else Concatenate(reference)
        case "filter":
            return Filter(body.decoded("condition_groups", decode_groups))
        case "cast":
            return Cast(body.decoded("returns", _returns))
        case "parse":
            return Parse(body.text("source"), body.decoded("returns", _returns))
        case _:
            return Branches(body.decoded("returns", _returns), body.each("branches", decode_case))


def decode_case(node: Json, at: Place, reading: Reading) -> Case:
    body = reading.body(node, at, CASE)
    return Case(
        body.decoded("condition_groups", decode_groups), body.decoded("result", decode_binding)
    )


def _returns(node: Json, at: Place, reading: Reading) -> Returns:
    body = reading.body(node, at, RETURNS)
    return Returns(body.text("type"), body.flag("array", default=False))
