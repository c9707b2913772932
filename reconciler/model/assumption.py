"""What a team assumes about incident.io where its documentation is silent."""

from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from reconciler.model.finding import Position

Question = Literal["text_case", "text_one_of", "empty_text_is_set", "empty_group"]


@dataclass(frozen=True, slots=True)
class Assumption:
    """An answer that `assume:` of reconciler.yaml pins; `since` is the day it was written."""

    question: Question
    answer: bool
    reason: str
    since: date
    position: Position | None = field(default=None, compare=False)
