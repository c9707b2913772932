"""The operations of conditions that this version knows, by how many operands they take."""

from reconciler.model.condition import ONE_OF_OPERATIONS

NO_OPERAND = ("is_set", "is_not_set", "is_true", "is_false")
ONE_OPERAND = (
    "contains",
    "not_contains",
    "name_contains",
    "starts_with",
    "not_starts_with",
    "ends_with",
    "not_ends_with",
    "matches_regex",
    "is",
    "is_not",
    "gt",
    "gte",
    "lt",
    "lte",
)
OPPOSITES = {
    "is_set": "is_not_set",
    "is_not_set": "is_set",
    "is_true": "is_false",
    "is_false": "is_true",
}
OPERATIONS = (*NO_OPERAND, *ONE_OPERAND, *sorted(ONE_OF_OPERATIONS))


def takes_list(operation: str) -> bool:
    """Whether the API takes the operand as `array_value`."""
    return operation in ONE_OF_OPERATIONS
