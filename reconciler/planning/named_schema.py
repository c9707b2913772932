"""The schema of route files with the account's own names, so that an editor offers them and
underlines what is none. Pure.

Of a list that is known in full a text must be a name or an id. The same holds for channels, which
reconciler.yaml names. Of the others the names are offered, and any text is right:
`directory.lock.json` has only those that files use.
"""

import copy
import json
import re
from collections.abc import Iterable, Iterator
from typing import Any

from reconciler.directory import Directory
from reconciler.directory.directory import (
    BUILT_INS,
    CATALOG_TYPE,
    ID_PATTERNS,
    PATH,
    SEVERITY,
    SOURCE,
    TEAM,
    USER,
    Attribute,
    Slot,
)
from reconciler.directory.lookup import Lookup
from reconciler.directory.references import parse_reference
from reconciler.files.read.settings import LONG_FORM
from reconciler.files.schema import json_schema
from reconciler.files.yaml.strict import is_integer
from reconciler.model import Config, Json

Node = dict[str, Any]

_REFERENCE = (
    r"^(attribute:.|expressions\[\"|alert\.[a-z_]|\.?catalog_attribute\[\"|input$|input\.|\.$)"
    r"|.(\.\[\"|\.catalog_attribute\[\")"
)
"""References that are no attribute's name: see `directory.references`."""
_MADE_OF_TEXTS = ("binding", "value", "values", "fieldValue")
ENTRIES = ("is", "is_not", "one_of", "not_one_of", "all_of", "not_all_of")
"""Operations whose operands are entries; those of the others are texts."""


def named_schema(schema: dict[str, Json], directory: Directory, config: Config) -> dict[str, Json]:
    """The schema of route files, which stays as it is, with these names in a copy."""
    return _Naming(copy.deepcopy(schema), Lookup(directory, config)).named()


def schema_for_editors(directory: Directory | None, config: Config) -> str:
    """The text of `route.schema.json`: with names, where the lock file has them."""
    schema = json_schema("route")
    if directory is not None:
        schema = named_schema(schema, directory, config)
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"


class _Naming:
    """One copy of the schema at work. Names stand in `$defs` once, however often they are used."""

    def __init__(self, schema: Node, lookup: Lookup) -> None:
        self._schema = schema
        self._defs: Node = schema["$defs"]
        self._lookup = lookup
        self._plain = copy.deepcopy(self._defs)

    def named(self) -> Node:
        self._defs["subject"] = self._subject()
        self._references()
        self._conditions()
        keys = self._schema["properties"]
        keys["owners"]["items"] = self._text(TEAM)
        keys["group"]["properties"]["by"]["items"] = _ref("subject")
        keys["message_template"] |= self._binding(Slot("message-template"))
        self._sources()
        self._targets()
        self._channels()
        self._incident()
        self._types()
        return self._schema

    def _text(self, slot: Slot) -> Node:
        """A reference to the definition of a text that names such a thing."""
        key = "-".join(part for part in ("name of", slot.kind, slot.owner) if part)
        if key not in self._defs:
            self._defs[key] = self._names(slot)
        return _ref(key)

    def _names(self, slot: Slot) -> Node:
        names = sorted({*self._lookup.configured(slot.kind), *self._listed(slot)})
        if not names:
            return {"type": ["string", "integer"], "minLength": 1, "pattern": "\\S"}
        offered: Node = {"enum": [*_as_written(names)]}
        if slot.kind in ID_PATTERNS:
            return {
                "anyOf": [
                    offered,
                    _accepted(_without_hash(names)),
                    {"pattern": f"^{ID_PATTERNS[slot.kind]}$"},
                ]
            }
        listing = self._lookup.listing(slot)
        if listing.state != "whole":
            return {"anyOf": [offered, _ref("filledText")]}
        return {"anyOf": [offered, _accepted([row.id for row in listing.rows])]}

    def _listed(self, slot: Slot) -> Iterable[str]:
        return (name for name in self._lookup.listing(slot).names() if name)

    def _binding(self, slot: Slot) -> Node:
        """The same for what fills a slot: a value, a reference, a list of these, the long form."""
        return self._like("binding", slot)

    def _like(self, definition: str, slot: Slot) -> Node:
        """A definition with the name in place of a text, in all that it is made of."""
        key = "-".join(part for part in (definition, slot.kind, slot.owner) if part)
        if key not in self._defs:
            self._defs[key] = made = copy.deepcopy(self._plain[definition])
            for node in _nodes(made):
                target = str(node.get("$ref", "")).removeprefix("#/$defs/")
                if target == "text":
                    node["$ref"] = self._text(slot)["$ref"]
                elif target in _MADE_OF_TEXTS:
                    node["$ref"] = self._like(target, slot)["$ref"]
        return _ref(key)

    def _subject(self) -> Node:
        """What a condition tests, or a reference starts with."""
        names = [*BUILT_INS, *(spelled for spelled, _ in self._attributes())]
        return {"anyOf": [{"enum": [*_as_written(names)]}, *self._other_references()]}

    def _attributes(self) -> Iterator[tuple[str, Attribute]]:
        """Each with the text that refers to it."""
        for row in self._lookup.directory.attributes.rows:
            root = parse_reference(row.name)
            bare = root.root.kind == "name" and not root.hops and row.name == row.name.strip()
            bare = bare and row.name not in LONG_FORM
            yield (row.name if bare else f"attribute:{row.name}"), row

    def _other_references(self) -> Iterator[Node]:
        yield {"type": "string", "pattern": _REFERENCE}
        if self._lookup.directory.attributes.state != "whole":
            yield _ref("filledText")

    def _references(self) -> None:
        places = (
            self._defs["reference"]["properties"]["reference"],
            self._defs["operation"]["properties"]["reference"],
            self._defs["condition"]["then"]["properties"]["subject"],
            self._defs["textSetting"]["anyOf"][1]["properties"]["reference"],
            self._defs["expression"]["properties"]["from"],
        )
        for place in places:
            place |= _ref("subject")
        self._plain = copy.deepcopy(self._defs)

    def _conditions(self) -> None:
        """The short form: keys are what is tested, values by its type."""
        short: Node = self._defs["condition"]["else"]
        test: Node = short["additionalProperties"]
        keys: Node = {name: {**test, "description": f"The alert's {name}."} for name in BUILT_INS}
        keys["priority"] |= self._test(test, self._lookup.priority_type())
        for spelled, row in self._attributes():
            about = f"An attribute of alerts: {self._type_words(row)}."
            keys[spelled] = {**self._test(test, row.type), "description": about}
        short["properties"] = keys
        if self._lookup.directory.attributes.state == "whole":
            short["patternProperties"] = {_REFERENCE: test}
            short["additionalProperties"] = False
        del short["propertyNames"]

    def _type_words(self, row: Attribute) -> str:
        kind = self._lookup.catalog_type(row.type)
        words = kind.name if kind is not None else row.type or "of unknown type"
        return f"a list of {words}" if row.array else words

    def _test(self, test: Node, engine_type: str) -> Node:
        """What stands behind the key of an attribute of this type."""
        if engine_type == "Bool":
            return {"anyOf": [_ref("operation"), {"type": "boolean"}]}
        slot = self._lookup.entry_slot(engine_type, ())
        if slot is None:
            return test
        key = f"test-{slot.owner}"
        if key not in self._defs:
            self._defs[key] = {"anyOf": self._tests_of_entries(test["anyOf"], slot)}
        return _ref(key)

    def _tests_of_entries(self, forms: list[Node], slot: Slot) -> list[Node]:
        made = copy.deepcopy(forms)
        operation = copy.deepcopy(self._defs["operation"])
        for name in ENTRIES:
            operation["properties"][name] |= self._binding(slot)
        for number, form in enumerate(made):
            if form == _ref("operation"):
                made[number] = operation
            elif form == _ref("text"):
                made[number] = self._text(slot)
            elif form.get("type") == "array":
                form["items"] = self._like("value", slot)
        return made

    def _sources(self) -> None:
        short, long = self._defs["source"]["anyOf"]
        short |= self._text(SOURCE)
        long["properties"]["source"] |= self._text(SOURCE)

    def _targets(self) -> None:
        for form in self._defs["target"]["anyOf"]:
            for key, slot in (("path", PATH), ("user", USER)):
                if key in form["properties"]:
                    form["properties"][key] |= self._binding(slot)

    def _channels(self) -> None:
        places: Node = self._defs["destination"]["properties"]
        for key, kind in (("slack", "channel"), ("ms_teams", "ms-teams-channel")):
            short, long = copy.deepcopy(self._plain["channels"]["anyOf"])
            short |= self._binding(Slot(kind))
            long["properties"]["channel"] |= self._binding(Slot(kind))
            self._defs[f"{kind}s"] = {**self._plain["channels"], "anyOf": [short, long]}
            places[key] |= _ref(f"{kind}s")

    def _incident(self) -> None:
        short, long = self._defs["severity"]["anyOf"]
        short |= self._binding(SEVERITY)
        long["properties"]["value"] |= self._binding(SEVERITY)
        places: Node = self._defs["incident"]["properties"]
        places["type"] |= self._binding(Slot("incident-type"))
        places["members"] |= self._binding(TEAM)
        self._custom_fields(places["custom_fields"])

    def _custom_fields(self, place: Node) -> None:
        fields = self._lookup.directory.custom_fields
        known: Node = {}
        for row in fields.rows:
            values = Slot("entry", row.catalog_type) if row.catalog_type else Slot("option", row.id)
            select = row.field_type.endswith("_select")
            made = self._like("customField", values) if select else _ref("customField")
            known[row.name] = {**made, "description": f"A custom field: {row.field_type}."}
        place["properties"] = known
        if fields.state == "whole":
            ids = [row.id for row in fields.rows]
            place["propertyNames"] = {"anyOf": [{"enum": [*known]}, _accepted(ids)]}

    def _types(self) -> None:
        for node in _nodes(self._defs["type"]):
            if "catalog" in node.get("properties", {}):
                node["properties"]["catalog"] |= self._text(CATALOG_TYPE)


def _ref(key: str) -> Node:
    return {"$ref": f"#/$defs/{key}"}


def _accepted(texts: Iterable[str]) -> Node:
    """Texts that are right, and that an editor does not offer: it offers those of an `enum`."""
    escaped = (re.sub(r"[\\^$.*+?()\[\]{}|/]", r"\\\g<0>", text) for text in texts)
    return {"type": "string", "pattern": f"^(?:{'|'.join(escaped)})$"}


def _as_written(texts: Iterable[str]) -> Iterator[str | int]:
    """A whole number is written without quotes, too."""
    for text in texts:
        yield text
        if is_integer(text):
            yield int(text)


def _without_hash(names: Iterable[str]) -> Iterator[str]:
    return (name.removeprefix("#") for name in names if name.startswith("#"))


def _nodes(node: object) -> Iterator[Node]:
    """Every mapping in it."""
    if isinstance(node, dict):
        yield node
        for inner in list(node.values()):
            yield from _nodes(inner)
    elif isinstance(node, list):
        for inner in node:
            yield from _nodes(inner)
