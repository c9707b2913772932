"""References: their grammar in a file, their spelling for the API, and the types of their values.

    severity                     an attribute's name
    attribute:title              the same, when a built-in or a raw form has that name
    title, description, priority a built-in
    alert.attributes.01J…        raw: by id
    alert.source_url             raw: any other value of the alert
    expressions["on-call-path"]  the result of an expression (never its bare name)
    input                        the element, inside a filter step
    .                            the alert as a whole

and after any of these one hop for each catalog step: `service.["Tier"]`, where `"` and `\\` in the
name are written `\"` and `\\`; or raw: `.catalog_attribute["01J…"]`. The raw forms are the API's
own, so whatever the API says is also a text of this grammar, with the same meaning.
"""

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from reconciler.directory.directory import ATTRIBUTE, BUILT_INS, OPAQUE, TEXT, Slot
from reconciler.directory.lookup import (
    PRIMITIVES,
    Ambiguous,
    Answer,
    Known,
    Lookup,
    Missing,
    Unreadable,
)
from reconciler.model import (
    Branches,
    Cast,
    Concatenate,
    Filter,
    Navigate,
    Parse,
    Path,
    Plain,
    Returns,
    Step,
)

RootKind = Literal["name", "attribute", "alert", "expression", "input", "alert itself", "raw"]


@dataclass(frozen=True, slots=True)
class Root:
    """Where a reference starts. `text`: the attribute's name ("name") or id ("attribute"), the
    path ("alert": "alert.title"), the expression's name; for the others the text itself.
    """

    kind: RootKind
    text: str


@dataclass(frozen=True, slots=True)
class Hop:
    """A step along a catalog attribute: its name (or id), or raw: its id as the API has it."""

    text: str
    raw: bool = False


@dataclass(frozen=True, slots=True)
class Spelled:
    """A reference, taken apart."""

    root: Root
    hops: tuple[Hop, ...] = ()


_HOP = re.compile(r'\.\["((?:[^"\\]|\\.)*)"\]|\.catalog_attribute\["([^"]*)"\]', re.DOTALL)
_EXPRESSION = re.compile(r'expressions\["([^"]*)"\]')
_ATTRIBUTE = re.compile(r"alert\.attributes\.(\S+)")
_ALERT = re.compile(r"alert\.[a-z_]+(?:\.\S+)?")
_NAVIGATION = re.compile(r'\.?catalog_attribute\["([^"]*)"\]')
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)


def parse_reference(text: str) -> Spelled:
    """Take a reference apart. Total: a text of no other form is an attribute's name."""
    text = text.strip()
    root, hops = _without_hops(text)
    return Spelled(_root(root), hops)


def _without_hops(text: str) -> tuple[str, tuple[Hop, ...]]:
    """Cut the longest run of hops off the end."""
    found = list(_HOP.finditer(text))
    hops: list[Hop] = []
    end = len(text)
    while found and found[-1].end() == end and found[-1].start() > 0:
        match = found.pop()
        name, raw = match.groups()
        hops.append(Hop(raw, True) if name is None else Hop(_ESCAPED.sub(r"\1", name)))
        end = match.start()
    return text[:end], tuple(reversed(hops))


def _root(text: str) -> Root:
    if text.startswith("attribute:"):
        return Root("name", text.removeprefix("attribute:").strip())
    if text in BUILT_INS:
        return Root("alert", BUILT_INS[text].path)
    if text == "input":
        return Root("input", text)
    if text == ".":
        return Root("alert itself", text)
    if match := _EXPRESSION.fullmatch(text):
        return Root("expression", match[1])
    if match := _ATTRIBUTE.fullmatch(text):
        return Root("attribute", match[1])
    if _ALERT.fullmatch(text):
        return Root("alert", text)
    if _NAVIGATION.fullmatch(text):
        return Root("raw", text)
    return Root("name", text)


def raw_navigation(text: str) -> str | None:
    """The id in `catalog_attribute["01J…"]`, with or without a dot; None for a name."""
    match = _NAVIGATION.fullmatch(text.strip())
    return match[1] if match else None


def api_root(root: Root) -> str:
    """The root as the API spells it; a name, which it cannot spell, stays as it is."""
    match root.kind:
        case "attribute":
            return f"alert.attributes.{root.text}"
        case "expression":
            return f'expressions["{root.text}"]'
        case _:
            return root.text


def api_hop(attribute_id: str) -> str:
    return f'.catalog_attribute["{attribute_id}"]'


def named_hop(name: str) -> str:
    escaped = name.replace("\\", "\\\\").replace('"', '\\"')
    return f'.["{escaped}"]'


def carried(text: str) -> bool:
    """Whether a file can carry the text as a name: no outer space, no control characters."""
    if not text or text != text.strip():
        return False
    breaking = ("Cc", "Cs", "Zl", "Zp")
    return text.isprintable() or not any(unicodedata.category(char) in breaking for char in text)


def spellable(text: str) -> bool:
    """Whether a file can carry the text wherever a reference may stand, `{{ }}` included."""
    return carried(text) and "}}" not in text


@dataclass(frozen=True, slots=True)
class Typed:
    """The target of a reference, a value or a list of them. Type "" is unknown;
    `missed`: because of a mistake that has been reported, so that nothing that depends on it
    needs a finding of its own.
    """

    type: str = ""
    missed: bool = False


UNKNOWN = Typed()
MISSED = Typed(missed=True)
SCOPE = Typed(".")


@dataclass(frozen=True, slots=True)
class Scope:
    """Values for references besides the alert: the route's expressions, a filter's element."""

    expression: Callable[[str], Typed | None]
    names: tuple[str, ...] = ()  # of the expressions, for near matches
    element: Typed | None = None


@dataclass(frozen=True, slots=True)
class Miss:
    """Why a part of a reference has no meaning: the slot, what stands there, the answer.

    Slots beyond those of literals: "expression", "element" (`input` outside a filter), "hop" (a
    named hop from a value that is no catalog entry; its owner is the value's type).
    """

    slot: Slot
    text: str
    answer: Answer


@dataclass(frozen=True, slots=True)
class Read:
    """A reference as the API spells it. With a miss that is an error the text is unchanged."""

    text: str
    typed: Typed
    miss: Miss | None = None


def read_reference(text: str, lookup: Lookup, scope: Scope, path: Path = ()) -> Read:
    """Read a reference of a file; those of the API are a part of the same grammar."""
    spelled = parse_reference(text)
    root = _read_root(spelled.root, lookup, scope, path)
    if root.miss is not None:
        return Read(text.strip(), MISSED, root.miss)
    written, typed = root.text, root.typed
    for hop in spelled.hops:
        step = _read_hop(hop, typed, lookup, path)
        if step.miss is not None:
            return Read(text.strip(), MISSED, step.miss)
        written, typed = written + step.text, step.typed
    return Read(written, typed)


def _read_root(root: Root, lookup: Lookup, scope: Scope, path: Path) -> Read:
    match root.kind:
        case "name" | "attribute":
            return _read_attribute(root, lookup, path)
        case "alert":
            return Read(root.text, _built_in_type(root.text, lookup))
        case "expression":
            typed = scope.expression(root.text)
            if typed is None:
                miss = Miss(Slot("expression"), root.text, Missing())
                return Read(root.text, MISSED, miss)
            return Read(api_root(root), typed)
        case "input":
            if scope.element is None:
                return Read(root.text, MISSED, Miss(Slot("element"), root.text, Missing()))
            return Read(root.text, scope.element)
        case "alert itself":
            return Read(root.text, SCOPE)
        case _:
            return Read(root.text, UNKNOWN)


def _read_attribute(root: Root, lookup: Lookup, path: Path) -> Read:
    answer = lookup.find(ATTRIBUTE, root.text, path)
    if root.kind == "attribute" and isinstance(answer, Unreadable):
        return Read(api_root(root), UNKNOWN)  # an id, never a name
    if isinstance(answer, Known) and (root.kind == "name" or answer.id == root.text):
        found = lookup.directory.attributes.by_id[answer.id]
        return Read(api_root(Root("attribute", found.id)), Typed(found.type))
    if isinstance(answer, Missing | Ambiguous | Known | Unreadable):
        missing = Missing() if isinstance(answer, Known) else answer
        return Read(root.text, MISSED, Miss(ATTRIBUTE, root.text, missing))
    return Read(api_root(Root("attribute", answer.id)), UNKNOWN)


def _built_in_type(alert_path: str, lookup: Lookup) -> Typed:
    if alert_path == BUILT_INS["priority"].path:
        return Typed(lookup.priority_type())
    for built_in in BUILT_INS.values():
        if built_in.path == alert_path:
            return Typed(built_in.type)
    return UNKNOWN


def _read_hop(hop: Hop, start: Typed, lookup: Lookup, path: Path) -> Read:
    found, answer = lookup.catalog_attribute(start.type, hop.text, path)
    if found is not None and (not hop.raw or found.id == hop.text):
        return Read(api_hop(found.id), Typed(lookup.engine_type(found.type)))
    if hop.raw:
        return Read(api_hop(hop.text), UNKNOWN)
    if answer is None:
        return Read("", MISSED, _hop_from(start, hop.text, lookup))
    kind = lookup.catalog_type(start.type)
    slot = Slot("catalog-attribute", kind.id if kind else "")
    return Read("", MISSED, Miss(slot, hop.text, answer))


def _hop_from(start: Typed, name: str, lookup: Lookup) -> Miss:
    """A named hop from a value whose catalog type is not at hand."""
    types = lookup.directory.catalog_types
    if types.state == "unread" and start.type not in PRIMITIVES - {""}:
        return Miss(Slot("catalog-attribute"), name, Unreadable(types.reason))
    return Miss(Slot("hop", start.type), name, Missing())


def read_navigation(text: str, start: Typed, lookup: Lookup, path: Path = ()) -> Read:
    """Read the reference of a navigate step: an attribute's name, or the API's raw form."""
    text = text.strip()
    raw = raw_navigation(text)
    if raw is not None:
        return Read(text, _read_hop(Hop(raw, True), start, lookup, path).typed)
    if start.missed:
        return Read(text, MISSED)
    step = _read_hop(Hop(text), start, lookup, path)
    if step.miss is not None:
        return Read(text, MISSED, step.miss)
    return Read(step.text.removeprefix("."), step.typed)


def type_after(start: Typed, step: Step, navigated: Typed, returned: Typed) -> Typed:
    """The value after a step; `navigated` and `returned` are read from the step before."""
    match step:
        case Navigate():
            return navigated
        case Filter() | Concatenate():
            return start
        case Cast() | Parse() | Branches():
            return returned
        case Plain("count" | "sum"):
            return Typed("Number")
        case Plain():
            return start
        case _:  # an operation that is unknown
            return UNKNOWN


def returns_type(returns: Returns) -> Typed:
    """A type as the API spells it."""
    return Typed(returns.type)


def operand_slot(typed: Typed, operation: str, lookup: Lookup, path: Path) -> Slot:
    """The meaning of literals that a value of this type is compared with, or that give it.

    Only the name of an entry is compared by `contains` and its kin, so those take text.
    """
    if typed.missed:
        return TEXT
    if not typed.type:
        return OPAQUE
    if "contains" in operation or operation in ("starts_with", "ends_with"):
        return TEXT
    return lookup.entry_slot(typed.type, path) or TEXT
