"""The grammar of references: what an alert's value is called in a file.

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
from dataclasses import dataclass
from typing import Literal

from reconciler.directory.directory import BUILT_INS

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
    """One step along a catalog attribute: its name (or id), or raw: its id as the API has it."""

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
