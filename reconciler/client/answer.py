"""What a call gives back, and what an observer is told of it."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Answer:
    """A successful call."""

    status: int
    body: object  # a JSON object as a dict; None where the API sends no body (a DELETE, a 204)
    request_id: str  # "" when the server gave none
    headers: Mapping[str, str]  # names in lower case


@dataclass(frozen=True, slots=True)
class Exchange:
    """One request that was sent, successful or not, for a trace. Never a header, query or key."""

    method: str
    path: str
    status: int  # 0: no answer
    request_id: str
    milliseconds: float
    attempt: int  # 1 for the first; a higher one is a retry of the same call
    note: str = ""  # what went wrong, e.g. "429, waits 3 s"; "" when nothing did
