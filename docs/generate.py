"""Rewrite the generated parts of the reference pages.

    python docs/generate.py            write what is out of date
    python docs/generate.py --check    write nothing; end with 1 when a page is out of date

A generated part stands between `<!-- begin generated: NAME -->` and `<!-- end generated -->`;
everything around it is written by hand. The parts come from the program itself: the commands'
help, and the JSON Schemas that ship with the package.
"""

import argparse
import re
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import cast

import click
import yaml

from reconciler.cli.main import reconciler
from reconciler.files.schema import json_schema
from reconciler.plan.document import plan_schema

DOCS = Path(__file__).resolve().parent
PAGES = tuple(DOCS / "reference" / f"{name}.md" for name in ("commands", "route-file",
              "config-file", "routing-tests", "plan-file"))  # fmt: skip
_PART = re.compile(r"(<!-- begin generated: ([a-z-]+) -->\n).*?(<!-- end generated -->)", re.DOTALL)
_WIDTH = 80  # of help texts: what a pipe gets
Schema = Mapping[str, object]


def main(arguments: Sequence[str] | None = None) -> int:
    """Write the pages, or with `--check` say which are out of date."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--check", action="store_true", help="write nothing; fail when out of date")
    check: bool = parser.parse_args(arguments).check
    stale = [page for page in PAGES if page.read_text("utf-8") != generated(page)]
    for page in stale:
        sys.stdout.write(f"{'out of date' if check else 'wrote'}: docs/{page.relative_to(DOCS)}\n")
        if not check:
            page.write_text(generated(page), "utf-8")
    return 1 if check and stale else 0


def generated(page: Path) -> str:
    """The page as it should be."""

    def fill(part: re.Match[str]) -> str:
        begin, name, end = part.groups()
        return f"{begin}\n{PARTS[name]()}\n{end}"

    return _PART.sub(fill, page.read_text("utf-8"))


def commands_part() -> str:
    """Each command under a heading of its own, with its help as 80 columns show it."""
    sections = []
    for words, command in all_commands():
        name = " ".join(("reconciler", *words))
        context = click.Context(
            command, info_name=name, terminal_width=_WIDTH, max_content_width=_WIDTH,
            help_option_names=["-h", "--help"],
        )  # fmt: skip
        sections.append(f"## {name}\n\n```text\n{command.get_help(context)}\n```\n")
    return "\n".join(sections)


def all_commands() -> Iterator[tuple[tuple[str, ...], click.Command]]:
    """The group itself, then every command that does something, by its words after it."""
    yield (), reconciler
    yield from _below((), reconciler)


def _below(
    words: tuple[str, ...], group: click.Group
) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        if isinstance(command, click.Group):
            yield from _below((*words, name), command)
        elif command is not None:
            yield (*words, name), command


def schema_part(schema: Schema) -> str:
    """A table of the keys, then one for each definition that it uses, in the order of use."""
    definitions = cast("Mapping[str, Schema]", schema.get("$defs", {}))
    used: list[str] = []
    keys = _table(_rows(schema, "", used))
    # `used` grows while definitions name others, and is read to its new end.
    return "\n".join([keys, *(_definition(name, definitions[name], used) for name in used)])


def _definition(name: str, definition: Schema, used: list[str]) -> str:
    said = [f"### {_title(name)}\n"]
    if "description" in definition:
        said.append(f"{definition['description']}\n")
    mappings = [form for form in _forms(definition) if _is_mapping(form)]
    others = [_words(form, used) for form in _forms(definition) if form not in mappings]
    if others:
        end = ", or as a mapping:" if mappings else "."
        said.append(f"Written as {' or '.join(dict.fromkeys(others))}{end}\n")
    if len(mappings) > 1 and all(len(_properties(form)) == 1 for form in mappings):
        said.append("A mapping with one of these keys:\n")
        said.append(_table(row for form in mappings for row in _rows(form, "", used, mark=False)))
    else:
        said += [_table(_rows(form, "", used)) for form in mappings]
    examples = cast(
        "Sequence[object]", definition.get("x-examples", definition.get("examples", ()))
    )
    if examples:
        said.append(f"For example {' or '.join(f'`{_flow(example)}`' for example in examples)}.\n")
    return "\n".join(said)


def _title(name: str) -> str:
    """`custom field` for `customField`."""
    return re.sub("[A-Z]", lambda letter: f" {letter[0].lower()}", name)


def _properties(form: Schema) -> Mapping[str, Schema]:
    return cast("Mapping[str, Schema]", form.get("properties", {}))


def _table(rows: Sequence[str] | Iterator[str]) -> str:
    return "\n".join(["| key | value | meaning |", "|---|---|---|", *rows, ""])


def _rows(schema: Schema, prefix: str, used: list[str], mark: bool = True) -> Iterator[str]:
    """One line for each key, keys of nested mappings with the names of those around them."""
    for form in _forms(schema):
        required = cast("Sequence[str]", form.get("required", ())) if mark else ()
        properties = _properties(form)
        for key, value in properties.items():
            words = _words(value, used) + (", required" if key in required else "")
            meaning = str(value.get("description", "")).replace("|", r"\|")
            yield f"| `{prefix}{key}` | {words} | {meaning} |"
            yield from _nested(value, f"{prefix}{key}", used)
        free = form.get("additionalProperties")
        if isinstance(free, Mapping) and not properties and not prefix:
            yield f"| *any name* | {_words(free, used)} | {free.get('description', '')} |"


def _nested(value: Schema, name: str, used: list[str]) -> Iterator[str]:
    if "$ref" in value:
        return
    yield from _rows(value, f"{name}.", used)
    for form in _forms(value):
        items = form.get("items")
        if isinstance(items, Mapping) and "$ref" not in items:
            yield from _rows(items, f"{name}[].", used)


def _forms(schema: Schema) -> list[Schema]:
    """The ways to write a value: the alternatives of the schema, or the schema itself."""
    if "then" in schema and "if" in schema:
        return [cast("Schema", schema["else"]), cast("Schema", schema["then"])]
    alternatives = schema.get("anyOf")
    if isinstance(alternatives, list) and "type" not in schema:
        return [form for one in alternatives for form in _forms(cast("Schema", one))]
    return [schema]


def _kinds(form: Schema) -> list[str]:
    kind = form.get("type")
    return [str(one) for one in kind] if isinstance(kind, list) else [str(kind)] if kind else []


def _is_mapping(form: Schema) -> bool:
    return "object" in _kinds(form) and bool(
        form.get("properties") or form.get("additionalProperties")
    )


def _words(schema: Schema, used: list[str]) -> str:
    """A schema in a few words; names of definitions are links, and are noted as used."""
    if "$ref" in schema:
        name = str(schema["$ref"]).removeprefix("#/$defs/")
        if name in _SCALARS:
            return _SCALARS[name]
        if name not in used:
            used.append(name)
        return f"[{_title(name)}](#{_title(name).replace(' ', '-')})"
    forms = _forms(schema)
    if len(forms) > 1 and "if" not in schema:
        return " or ".join(dict.fromkeys(_words(form, used) for form in forms))
    if isinstance(schema.get("allOf"), list) and "type" not in schema:
        return _words(cast("Sequence[Schema]", schema["allOf"])[0], used)
    return _plain_words(schema, used)


def _plain_words(schema: Schema, used: list[str]) -> str:
    if "const" in schema:
        return f"`{_flow(schema['const'])}`"
    if "enum" in schema:
        *first, last = (f"`{_flow(word)}`" for word in cast("Sequence[object]", schema["enum"]))
        return f"{', '.join(first)} or {last}" if first else last
    kinds = _kinds(schema)
    if kinds == ["string", "integer"] and "pattern" in schema:
        return "text"  # a whole number is taken for one
    return " or ".join(_kind_words(kind, schema, used) for kind in kinds)


def _kind_words(kind: str, schema: Schema, used: list[str]) -> str:
    match kind:
        case "array":
            inner = _words(cast("Schema", schema["items"]), used)
            several = inner.replace("a list of", "lists of").replace("a mapping", "mappings")
            return f"a list of {several}"
        case "object":
            free = schema.get("additionalProperties")
            if isinstance(free, Mapping):
                return f"a mapping of names to {_words(free, used)}"
            return "a mapping" if schema.get("maxProperties") != 0 else "`{}`"
        case _:
            return _KINDS[kind]


_KINDS = {
    "string": "text",
    "integer": "whole number",
    "boolean": "`true` or `false`",
    "null": "`null`",
}
_SCALARS = {  # definitions without keys of their own; the pages say in words what they are
    "filledText": "text",
    "text": "text",
    "duration": "duration",
    "digest": "digest",
    "count": "whole number",
}


def _flow(value: object) -> str:
    """A value as YAML on one line."""
    text = yaml.safe_dump(value, default_flow_style=True, width=10_000, sort_keys=False)
    return str(text).removesuffix("\n").removesuffix("\n...")


PARTS: Mapping[str, Callable[[], str]] = {
    "commands": commands_part,
    "route-file": lambda: schema_part(json_schema("route")),
    "config-file": lambda: schema_part(json_schema("config")),
    "routing-tests": lambda: schema_part(json_schema("tests")),
    "plan-file": lambda: schema_part(plan_schema()),
}


if __name__ == "__main__":
    sys.exit(main())
