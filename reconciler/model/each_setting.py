"""Going along the table of settings through a route and its parts. Pure."""

from collections.abc import Callable, Iterator
from typing import Any, TypeVar

from reconciler.model.binding import Binding
from reconciler.model.declaration import ApiVersion
from reconciler.model.finding import Path
from reconciler.model.route import Route
from reconciler.model.setting import Setting
from reconciler.model.settings import in_order_of_fields, setting, settings

T = TypeVar("T")


def with_settings(part: T, change: Callable[[Setting, Any], Any]) -> T:
    """The part made anew, with each of its settings changed. A change keeps the type."""
    made: Callable[..., T] = type(part)
    return made(*[change(row, getattr(part, row.field)) for row in in_order_of_fields(type(part))])


def bindings(part: object, names: str = "") -> Iterator[tuple[str, Binding]]:
    """Each binding that is a setting, with the kind of thing that a name in it is. Bindings inside
    conditions, targets, custom fields, severities and expressions are none.
    """
    for row in settings(type(part)):
        value = getattr(part, row.field)
        if isinstance(value, Binding):
            yield row.names or names, value
        elif row.kind == "section" and value is not None:
            yield from bindings(value, row.names)
        elif row.kind == "destinations":
            for place in value:
                yield from bindings(place)


def every_setting(of: type = Route, path: Path = ()) -> Iterator[tuple[Path, Setting]]:
    """The rows of a part and of the sections in it, each with its path in a file."""
    for row in settings(of):
        yield (*path, row.key), row
        if row.of is not None:
            yield from every_setting(row.of, (*path, row.key))


def beyond(part: object, api: ApiVersion, path: Path = ()) -> Iterator[tuple[Path, Setting, Any]]:
    """What a part says in settings that this version of the API has no field for: path, row and
    value. Sections count by what is in them.
    """
    for row in settings(type(part)):
        value, at = getattr(part, row.field), (*path, row.key)
        if row.kind == "destinations":
            for number, place in enumerate(value):
                yield from beyond(place, api, (*at, number))
        elif row.kind == "section":
            yield from beyond(value, api, at) if value is not None else ()
        elif not row.place(api) and value != row.default:
            yield at, row, value


def without(part: T, path: Path) -> T:
    """The part with the default in one place; unchanged where it has no such place."""
    key, *inside = path
    row = setting(type(part), str(key))
    value = None if row is None else getattr(part, row.field)
    if row is None or value is None:
        return part
    if not inside:
        value = row.default
    elif row.kind == "section":
        value = without(value, tuple(inside))
    elif row.kind == "destinations":
        number, *rest = inside
        value = tuple(
            without(place, tuple(rest)) if at == number else place for at, place in enumerate(value)
        )
    return with_settings(part, lambda one, was: value if one is row else was)
