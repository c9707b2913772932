"""A refused write in the user's words: what, where in the file, what to do."""

from reconciler.apply.prepare import Prepared
from reconciler.client import ApiError
from reconciler.model.declaration import ApiVersion
from reconciler.plan.change import action_of, live_id
from reconciler.plan.outcome import Failed
from reconciler.wire.codec import codec


def failed_by(error: ApiError, prepared: Prepared, api: ApiVersion) -> Failed:
    """The outcome of a write that the API refused; a pointer of its error becomes the file's
    line where the change has a payload.
    """
    change = prepared.change
    lines = [error.message]
    for detail in error.details:
        where = _place(detail.pointer or detail.field, prepared, api)
        lines.append(f"{where}: {detail.message}" if where else detail.message)
    message = "; ".join(dict.fromkeys(line for line in lines if line))
    identity = live_id(change) or ""
    return Failed(action_of(change), change.name, identity, message, error.advice, error.request_id)


def _place(pointer: str, prepared: Prepared, api: ApiVersion) -> str:
    declaration = prepared.change.declaration
    if not pointer or prepared.payload is None or declaration is None:
        return pointer
    position = declaration.positions.at(codec(api).path_of(pointer, dict(prepared.payload)))
    return f"{position.file}:{position.line}:{position.column}"
