"""A refused write in the user's words: what, where in the file, what to do."""

from reconciler.apply.prepare import Prepared
from reconciler.client import ApiError
from reconciler.model.declaration import ApiVersion
from reconciler.plan.change import Action
from reconciler.plan.outcome import Failed
from reconciler.wire.codec import codec


def failed_by(
    error: ApiError,
    action: Action,
    name: str,
    identity: str,
    prepared: Prepared | None = None,
    api: ApiVersion | None = None,
) -> Failed:
    """The outcome of a write that the API refused; a pointer of its error becomes the file's
    line where the payload is at hand.
    """
    lines = [error.message]
    for detail in error.details:
        where = _place(detail.pointer or detail.field, prepared, api)
        lines.append(f"{where}: {detail.message}" if where else detail.message)
    message = "; ".join(dict.fromkeys(line for line in lines if line))
    return Failed(action, name, identity, message, error.advice, error.request_id)


def _place(pointer: str, prepared: Prepared | None, api: ApiVersion | None) -> str:
    if not pointer or prepared is None or api is None or prepared.payload is None:
        return pointer
    declaration = prepared.change.declaration
    if declaration is None:
        return pointer
    position = declaration.positions.at(codec(api).path_of(pointer, dict(prepared.payload)))
    return f"{position.file}:{position.line}:{position.column}"
