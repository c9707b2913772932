"""What is known of a call that failed, as data. Never a header, an exception or the key."""

from dataclasses import dataclass
from typing import Literal

Reason = Literal["dns", "refused", "timeout", "tls", "proxy", "lost", "truncated", "network"]


@dataclass(frozen=True, slots=True)
class ErrorDetail:
    """One row of the API's `errors`."""

    code: str
    message: str
    pointer: str = ""  # a JSON pointer into the payload that was sent, as the API spells it
    field: str = ""  # the API names a field instead of a pointer for some errors


@dataclass(frozen=True, slots=True)
class Refusal:
    """What is known of a failed call. Fields that the answer did not have are empty or 0."""

    method: str
    path: str
    message: str
    status: int = 0  # 0: there was no answer
    type: str = ""  # the API's own word, e.g. "validation_error"
    request_id: str = ""
    details: tuple[ErrorDetail, ...] = ()
    key_source: str = ""  # the variable that the key was read from
    reason: Reason = "network"  # for Unreachable and OutcomeUnknown without a status
    attempts: int = 1  # requests that were sent for this call
    is_from_api: bool = True  # False: the body is no JSON object, so who answered is not known
