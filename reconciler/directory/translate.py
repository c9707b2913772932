"""A route, translated setting by setting: which parts of it hold names, and of what kind."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cache
from operator import attrgetter
from typing import Any, TypeVar

from reconciler.directory.directory import (
    CUSTOM_FIELD,
    OPAQUE,
    PATH,
    TEXT,
    USER,
    Directory,
    Field,
    Slot,
)
from reconciler.directory.lookup import Known, Lookup, Use, find_in
from reconciler.directory.walk import Translation, Walk
from reconciler.model import (
    Binding,
    Config,
    CustomField,
    Finding,
    Kind,
    Path,
    Route,
    Setting,
    Target,
    TextSetting,
    TextTemplate,
    in_order_of_fields,
)

T = TypeVar("T")

_WITHOUT_NAMES: frozenset[Kind] = frozenset({"flag", "word", "duration", "text", "again"})
_EMPTY: tuple[()] = ()


def translate(route: Route, translation: Translation) -> Route:
    """The route with every name (or id) in it translated. Never raises."""
    return _Settings(Walk(route.expressions, translation), translation).part(route, ())


def type_subjects(route: Route, directory: Directory) -> Route:
    """A route with ids, each condition's `subject_type` filled in as far as the directory knows;
    the literals of text custom fields, which their API spelling does not tell from others, made
    templates; paths and users among the results of expressions by their entries. Everything else
    is unchanged.
    """
    return ids_in(route, directory).route


def ids_in(route: Route, directory: Directory) -> "Translated":
    """The same, with every look-up of an id."""

    def translation() -> Translated:
        lookup = Lookup(directory, Config())
        return Translated(translate(route, Translation(lookup)), tuple(lookup.uses))

    return once(directory, (ids_in, route), translation)


@dataclass(frozen=True, slots=True)
class Translated:
    """A route after a translation, every look-up on the way, and findings without positions."""

    route: Route
    uses: tuple[Use, ...]
    findings: tuple[Finding, ...] = ()


def once(
    directory: Directory, of: tuple[object, ...], translation: Callable[[], Translated]
) -> Translated:
    """The translation of `of` (a route, and whatever else decides its result), made at the first
    call, however many steps of a run need it.

    `of` counts by identity, for comparing routes costs more than translating them. It is kept
    with the result, so that no other object gets its identity.
    """
    key = tuple(map(id, of))
    if key not in directory.translated:
        directory.translated[key] = (translation(), of)
    kept: Translated = directory.translated[key][0]
    return kept


@dataclass(frozen=True, slots=True)
class _Settings:
    """The settings of one route, each translated as its kind says."""

    walk: Walk
    translation: Translation

    def part(self, part: T, path: Path, names: str = "") -> T:
        """A part that has a table; `names`: the kind of thing for settings that state none."""
        of: type = type(part)
        values_of, rows = _values_and_names(of)
        values = values_of(part)
        changed: list[Any] | None = None
        for place, row in rows:
            value = values[place]
            if value is None or value is _EMPTY:  # most settings of most routes
                continue
            done = self._setting(row, value, (*path, row.key), row.names or names)
            if done is not value:
                changed = list(values) if changed is None else changed
                changed[place] = done
        return part if changed is None else of(*changed)

    def _setting(self, row: Setting, value: Any, path: Path, names: str) -> Any:
        match row.kind:
            case "name":  # a part that may be no more than this name, and stands where that does
                return self.translation.name(_slot(names), value, path[:-1])
            case "names":
                slot = _slot(names)
                return self._each(
                    value, path, lambda name, at: self.translation.name(slot, name, at)
                )
            case "references":
                scope = self.walk.scope()
                return self._each(
                    value, path, lambda path, at: self.translation.reference(path, scope, at)[0]
                )
            case "conditions":
                return self.walk.groups(value, path)
            case "value" | "values" | "flag or value":
                return self.walk.binding(value, _slot(names), path)
            case "section":
                return self.part(value, path, names)
            case "sources" | "destinations":
                return self._each(value, path, self.part)
            case "targets":
                return self._each(value, path, self._target)
            case "expressions":
                return self.walk.expressions()
            case "template":
                return _text(value, self.walk, self.translation, path)
            case "fields":
                return tuple(_custom_field(field, self.walk, self.translation) for field in value)
            case "severity":
                if value.binding is None:
                    return value
                return replace(value, binding=self.walk.binding(value.binding, _slot(names), path))
            case _:
                return value

    def _each(
        self, parts: Sequence[T], path: Path, translated: Callable[[T, Path], T]
    ) -> tuple[T, ...]:
        return tuple(translated(part, (*path, number)) for number, part in enumerate(parts))

    def _target(self, target: Target, path: Path) -> Target:
        slot = PATH if target.kind == "path" else USER
        return Target(target.kind, self.walk.binding(target.binding, slot, path))


@cache
def _values_and_names(
    of: type,
) -> tuple[Callable[[object], tuple[Any, ...]], tuple[tuple[int, Setting], ...]]:
    """How to get all settings of a part, to make it anew, and the rows of those that may hold a
    name, each with its place among them.
    """
    rows = in_order_of_fields(of)
    named = ((place, row) for place, row in enumerate(rows) if row.kind not in _WITHOUT_NAMES)
    return attrgetter(*(row.field for row in rows)), tuple(named)


_slot = cache(Slot)
"""The slots of settings, which have no owner: a handful, for thousands of names."""


def _text(setting: TextSetting, walk: Walk, translation: Translation, path: Path) -> TextSetting:
    content = setting.content
    if isinstance(content, TextTemplate):
        content = translation.text(content, walk.scope())
    if isinstance(content, TextTemplate):
        content = walk.template(content, path)
    elif isinstance(content, Binding):
        content = walk.binding(content, TEXT, path)
    return replace(setting, content=content)


def _custom_field(custom: CustomField, walk: Walk, translation: Translation) -> CustomField:
    path: Path = ("incident", "custom_fields", custom.field)
    field = translation.name(CUSTOM_FIELD, custom.field, path)
    slot = field_slot(custom.field, translation.lookup)
    value = custom.value
    if slot == TEXT_FIELD:
        value = translation.text_field(value, walk.scope(), path)
    if isinstance(value, TextTemplate):
        value = walk.template(value, path)
    elif isinstance(value, Binding):
        value = walk.binding(value, TEXT if slot == TEXT_FIELD else slot, path)
    if slot == TEXT_FIELD:
        value = translation.written(value)
    return replace(custom, field=field, value=value)


TEXT_FIELD = Slot("text", "field")
"""A field of formatted text: its literals are templates."""


def field_slot(name: str, lookup: Lookup) -> Slot:
    """The slot of the values of a custom field (its name or id)."""
    answer = find_in(lookup.directory.custom_fields, name)
    row = answer.row if isinstance(answer, Known) else None
    if not isinstance(row, Field):
        return OPAQUE
    if row.field_type == "text":
        return TEXT_FIELD
    if row.catalog_type:
        return Slot("entry", row.catalog_type)
    return Slot("option", row.id) if row.field_type.endswith("_select") else TEXT
