"""Which operations a condition may use on which type, and what the server calls them."""

from reconciler.sandbox.account.account import Account

NONE, ONE, SOME = 0, 1, 2  # operands: none; one binding; one binding with several values

PRESENCE = {"is_set": NONE, "is_not_set": NONE}
TEXTUAL = {
    **PRESENCE,
    "contains": ONE,
    "not_contains": ONE,
    "starts_with": ONE,
    "ends_with": ONE,
    "one_of": SOME,
    "contains_one_of": SOME,
    "not_one_of": SOME,
    "not_contains_one_of": SOME,
}
CATALOG = {
    **PRESENCE,
    "one_of": SOME,
    "not_one_of": SOME,
    "all_of": SOME,
    "contains": ONE,
    "name_contains": ONE,
}
RANKED = {"gt": ONE, "gte": ONE, "lt": ONE, "lte": ONE, "is": ONE, "is_not": ONE}
BOOLEAN = {**PRESENCE, "is_true": NONE, "is_false": NONE}
NUMERIC = {**PRESENCE, **RANKED, "one_of": SOME, "not_one_of": SOME}
TEXT_TYPES = frozenset({"String", "Text", "Link", "TemplatedText"})

LABELS = {
    "contains_one_of": "contains one of",
    "gt": "is greater than",
    "gte": "is at least",
    "is_not_set": "is not set",
    "is_set": "is set",
    "lt": "is less than",
    "lte": "is at most",
    "name_contains": "name contains",
    "one_of": "is one of",
}


def operations(type_name: str, account: Account) -> dict[str, int]:
    """The operations of a type, each with how many operands it takes."""
    if type_name in TEXT_TYPES:
        return TEXTUAL
    if type_name == "Bool":
        return BOOLEAN
    catalog_type = account.catalog_type(type_name)
    if catalog_type is None:
        return NUMERIC if type_name == "Number" else PRESENCE
    return {**CATALOG, **RANKED} if catalog_type["ranked"] else CATALOG


def stored_operation(operation: str, type_name: str) -> str:
    """The name under which the server keeps an operation (fact 3.6)."""
    if operation == "one_of" and type_name in {"String", "Link", "TemplatedText"}:
        return "contains_one_of"
    if operation == "contains" and type_name.startswith("CatalogEntry"):
        return "name_contains"
    return operation


def label(operation: str) -> str:
    return LABELS.get(operation, operation.replace("_", " "))
