"""Findings about names: unknown, ambiguous, renamed, or of a list that was not read."""

from reconciler.directory.directory import (
    BUILT_INS,
    KINDS,
    Person,
    Slot,
    looks_like_id,
)
from reconciler.directory.lookup import (
    NAMED_BY_CONFIG,
    Ambiguous,
    Answer,
    Lookup,
    Missing,
    Unreadable,
    Use,
    nameable,
)
from reconciler.directory.references import (
    Miss,
    Scope,
    named_hop,
)
from reconciler.model import (
    Finding,
    Path,
    did_you_mean,
    every_setting,
    known_names,
)

LOCK = "directory.lock.json"
LATER = "; a plan checks it with a key"
"""True of route files alone: no plan reads tests or accepted gaps."""
TEXTS = frozenset(path for path, row in every_setting() if row.kind in ("template", "fields"))
"""Where `{{ … }}` is read, so that braces which stand for themselves end up as a reference."""
_FEW = ("source", "attribute", "path")  # an account has so few that the first ones help


def inactive(person: Person, path: Path) -> Finding:
    who = person.email or person.name
    message = f"incident.io does not page {who}: the user left, or is not active yet"
    hint = "name another user, or an escalation path"
    return Finding("warning", "inactive-user", message, hint, path=path)


def no_entry(slot: Slot, text: str, lookup: Lookup, path: Path) -> Finding:
    message = f'no {_noun(slot, lookup)} has the id, external id or alias "{text}"'
    named = any(row.name == text for row in lookup.listing(slot).rows)
    instead = (
        f'write the name without `literal`: "{text}"' if named else _instead(slot, text, lookup)
    )
    return Finding(
        "warning", "literal-of-no-entry", message, _join(instead, _age(lookup)), path=path
    )


def untyped(text: str, path: Path) -> Finding:
    message = f'"{text}" is sent unchanged, because its type is unknown'
    hint = "for a catalog entry, use the entry's id; for plain text, write `{literal: …}`"
    return Finding("warning", "untyped-operand", message, hint, path=path)


def unresolved(slot: Slot, text: str, answer: Answer, lookup: Lookup, path: Path) -> Finding:
    """The error for a text that has no id: unknown, ambiguous, or of an unread list."""
    kind = KINDS[slot.kind]
    noun = _noun(slot, lookup)
    if isinstance(answer, Ambiguous):
        ids = ", ".join(answer.ids)
        message = f'more than one {noun} is named "{text}"'
        return _error(f"ambiguous-{slot.kind}", message, f"use an id instead: {ids}", path)
    if lookup.directory.read_on:
        return _not_in_lock(slot, text, noun, lookup, path)
    listing = lookup.listing(slot)
    if isinstance(answer, Missing) and listing.reason:
        answer = Unreadable(f"{listing.reason}, and {LOCK} does not have it")
    if isinstance(answer, Unreadable):
        why = f": {answer.reason}" if answer.reason else ""
        message = f'"{text}" cannot be looked up, because the {kind.plural} were not read{why}'
        return _error("unread-names", message, _unread_hint(slot, answer), path)
    hint = _join(_instead(slot, text, lookup), _age(lookup))
    if looks_like_id(text, slot.kind):
        return _error("unknown-id", f"no {noun} has the id {text}", hint, path)
    return _error(f"unknown-{slot.kind}", f'no {noun} is named "{text}"', hint, path)


def renamed(use: Use, name: str) -> Finding:
    message = f'the {KINDS[use.slot.kind].noun} "{use.text}" was renamed to "{name}" in incident.io'
    hint = "`reconciler directory refresh --rename` writes the new name into the files"
    return Finding("warning", "renamed-name", message, hint, path=use.path)


def _not_in_lock(slot: Slot, text: str, noun: str, lookup: Lookup, path: Path) -> Finding:
    """The lock file is old, and holds of some lists only what files named. It proves no mistake."""
    message = f'{noun} "{text}" is not in {LOCK}{LATER}'
    hint = _join(_instead(slot, text, lookup), _age(lookup))
    return Finding("warning", "not-in-lock", message, hint, path=path)


def unresolved_reference(miss: Miss, scope: Scope, lookup: Lookup, path: Path) -> Finding:
    slot, text = miss.slot, miss.text
    if slot.kind == "expression":
        hint = did_you_mean(text, scope.names) or "add it under `expressions`"
        return _error("unknown-expression", f'no expression is named "{text}"', hint, path)
    if slot.kind == "element":
        message = "`input` is the element of a filter step, and this is not inside a filter step"
        hint = "an attribute of that name is written `attribute:input`"
        return _error("input-outside-filter", message, hint, path)
    if slot.kind == "hop":
        what = f"a value of type {slot.owner}" if slot.owner else "a value of unknown type"
        message = f"`{named_hop(text)}` follows {what}, which is not a catalog entry"
        hint = "only catalog entries have attributes; remove this hop"
        return _error("not-a-catalog-entry", message, hint, path)
    found = unresolved(slot, text, miss.answer, lookup, path)
    if slot.kind == "attribute" and isinstance(miss.answer, Missing) and text in scope.names:
        hint = f'the expression of that name is written `expressions["{text}"]`'
        return _error(found.code, found.message, hint, path)
    if path[:2] in TEXTS:
        hint = _join(found.hint, r"write `\{{` for braces that are text")
        return _error(found.code, found.message, hint, path)
    return found


def unchecked(slot: Slot, lookup: Lookup, path: Path) -> Finding:
    kind = KINDS[slot.kind]
    reason = lookup.listing(slot).reason
    why = f" ({reason})" if reason else ""
    message = f"ids of {kind.plural} are not checked, because the list was not read{why}"
    hint = f"use a key with the permission `{kind.right}` to check them" if kind.right else ""
    return Finding("note", "unchecked-id", message, hint, path=path)


def _instead(slot: Slot, text: str, lookup: Lookup) -> str:
    built_in = BUILT_INS if slot.kind == "attribute" else ()
    names = [*built_in, *lookup.configured(slot.kind), *nameable(lookup.listing(slot))]
    near = did_you_mean(text, names)
    if lookup.config.unreadable and slot.kind in NAMED_BY_CONFIG:
        return "reconciler.yaml has these names, and cannot be read: fix it first"
    if slot.kind in ("channel", "ms-teams-channel"):
        add = f'the API does not list channels: add `channels: {{"{text}": ID}}` to reconciler.yaml'
        return _join(near, add)
    if slot.kind == "message-template":
        line = f'`message_templates: {{"{text}": ID}}`'
        add = f"the API does not list them: add {line} to reconciler.yaml"
        return _join(near, add)
    if slot.kind == "entry" and not near and lookup.listing(slot).state != "whole":
        return "an external id is written `{literal: …}`"
    return near or (known_names(sorted(names)) if slot.kind in (*_FEW, "entry") else "")


def _unread_hint(slot: Slot, answer: Unreadable) -> str:
    right = KINDS[slot.kind].right
    if answer.reason:
        return f"use its id, or a key with the permission `{right}`"
    return "`reconciler directory refresh` reads the names with a key; you can also use an id"


def _noun(slot: Slot, lookup: Lookup) -> str:
    noun = KINDS[slot.kind].noun
    if slot.kind == "option":
        field = lookup.directory.custom_fields.by_id.get(slot.owner)
        return f"option of the custom field {field.name}" if field else noun
    if slot.kind in ("entry", "catalog-attribute"):
        owner = lookup.directory.catalog_types.by_id.get(slot.owner)
        what = "entry" if slot.kind == "entry" else "attribute"
        return f"{what} of the catalog type {owner.name}" if owner else noun
    return noun


def _age(lookup: Lookup) -> str:
    read_on = lookup.directory.read_on
    again = "`reconciler directory refresh` reads them again"
    return f"(names of {read_on}; {again})" if read_on else ""


def _join(*parts: str) -> str:
    return " ".join(part for part in parts if part)


def _error(code: str, message: str, hint: str, path: Path) -> Finding:
    return Finding("error", code, message, hint, path=path)
