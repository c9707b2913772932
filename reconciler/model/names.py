"""What things are called, for people: by id, by the API's reference, by the engine's type."""

from collections.abc import Mapping

Names = Mapping[str, str]
_ENTRY = "entry "  # with its blank it is no id and no reference


def entry_key(entry: str) -> str:
    """The key under which names keep the id of what a catalog entry stands for, such as a path."""
    return _ENTRY + entry


def same_thing(identity: str, names: Names) -> str:
    """The thing's own id, for one that may be its catalog entry's."""
    return names.get(entry_key(identity), identity)
