"""Changing what a file says, and nothing else in it.

The old and the new declaration are compared in their canonical spelling, and the difference is
carried over to the file's own text: a value that changed is replaced where it stands, entries come
and go as lines. Everything else, comments, order, quotes, blank lines, stays to the byte. Where
the file's spelling is not the canonical one, the part that changed gets the canonical one.
"""

from collections.abc import Sequence
from difflib import SequenceMatcher

import yaml

from reconciler.files.comments import comments_of
from reconciler.files.compose import compose
from reconciler.files.edit_nodes import (
    Host,
    in_brackets,
    key_host,
    key_text,
    pairs,
    plain,
    respelled,
)
from reconciler.files.edit_text import Lines, Splice, end_of, spliced
from reconciler.files.emit import emit_route, route_node
from reconciler.files.emit_layout import WIDTH, block_lines, flow_text
from reconciler.files.emit_nodes import Entries, Items, Node, Text
from reconciler.files.route import parse_route
from reconciler.model.declaration import Declaration


def edit_route(text: str, before: Declaration, after: Declaration) -> str | None:
    """The text, which says `before`, so that it says `after`, with all its comments. None when no
    edit does that. Raises nothing.
    """
    open_ended = not text.endswith(("\n", "\r"))
    whole = f"{text}\n" if open_ended else text
    for finely in (True, False):
        edited = _Edit(whole, finely=finely).carry_over(route_node(before), route_node(after))
        if edited is None or not _says(edited, after) or not _same_comments(whole, edited):
            continue
        return edited.removesuffix("\n") if open_ended else edited
    return None


def _says(text: str, declaration: Declaration) -> bool:
    read, _ = parse_route(text, declaration.file)
    return read is not None and emit_route(read) == emit_route(declaration)


def _same_comments(before: str, after: str) -> bool:
    return _comment_texts(before) == _comment_texts(after)


def _comment_texts(text: str) -> list[str]:
    return sorted(comment.text for comment in comments_of(text.removeprefix("\ufeff")))


class _Edit:
    """One walk along the file's nodes and the canonical ones, collecting splices."""

    def __init__(self, text: str, *, finely: bool) -> None:
        composed = compose(text, "")
        self._mark = text[: len(text) - len(composed.text)]  # a byte order mark, or nothing
        self._root = composed.root
        self._text = composed.text
        self._lines = Lines(composed.text)
        self._splices: list[Splice] = []
        self._finely = finely

    def carry_over(self, old: Node, new: Node) -> str | None:
        """The edited text; None where there is no way."""
        if not isinstance(self._root, yaml.MappingNode) or not self._entries(self._root, old, new):
            return None
        edited = spliced(self._text, self._splices)
        return None if edited is None else self._mark + edited

    def _value(self, raw: yaml.Node, old: Node, new: Node, host: Host | None) -> None:
        """Make a value that says `old` say `new`. Without a host it is inside brackets."""
        if plain(old) == plain(new):
            return
        so_far = len(self._splices)
        finely = self._finely and not self._turns(raw, old, new, host)
        if finely and self._descended(raw, old, new, flow=host is None):
            return
        del self._splices[so_far:]
        self._replace(raw, new, None if self._stays_in_brackets(raw, old, new, host) else host)

    def _turns(self, raw: yaml.Node, old: Node, new: Node, host: Host | None) -> bool:
        """Whether a value that is written canonically, in brackets or in lines, has to be written
        the other way now: it got too long, say. Who wrote it in another way meant to.
        """
        if host is None or not isinstance(raw, yaml.CollectionNode):
            return False
        bracketed = bool(raw.flow_style)
        return in_brackets(old, host) == bracketed != in_brackets(new, host)

    def _stays_in_brackets(self, raw: yaml.Node, old: Node, new: Node, host: Host | None) -> bool:
        """Whether somebody put the value in brackets, against the canonical spelling, and it still
        fits there.
        """
        if host is None or not self._finely or not isinstance(raw, yaml.CollectionNode):
            return False
        ours = bool(raw.flow_style) and not in_brackets(old, host)
        fits = raw.start_mark.column + len(flow_text(new)) <= WIDTH
        return ours and fits and isinstance(new, Items | Entries)

    def _descended(self, raw: yaml.Node, old: Node, new: Node, *, flow: bool) -> bool:
        """Whether the change could be made inside the value; splices of a try stay behind."""
        match raw, old, new:
            case yaml.ScalarNode(), Text(), Text():
                return self._scalar(raw, old, new, flow=flow)
            case yaml.MappingNode(), Entries(), Entries():
                return self._entries(raw, old, new)
            case yaml.SequenceNode(), Items(), Items():
                return self._items(raw, old, new)
            case _:
                return False

    def _scalar(self, raw: yaml.ScalarNode, old: Text, new: Text, *, flow: bool) -> bool:
        one_line = raw.start_mark.line == raw.end_mark.line
        if not one_line or (new.in_block and not flow):
            return False
        self._splices.append(
            Splice(raw.start_mark.index, raw.end_mark.index, respelled(raw, old, new, flow=flow))
        )
        return True

    # Mappings

    def _entries(self, raw: yaml.MappingNode, old: Node, new: Node) -> bool:
        """Change, remove and add entries; what only the file spells out (a default) stays."""
        if not isinstance(old, Entries) or not isinstance(new, Entries) or not new.entries:
            return False
        written = {key.value.strip(): (key, value) for key, value in raw.value}
        said, wanted = dict(old.entries), dict(new.entries)
        gone = [key for key in said if key not in wanted]
        added = [key for key in wanted if key not in written]
        if not said.keys() <= written.keys() or (raw.flow_style and (gone or added)):
            return False
        for name in wanted:
            if name in written:
                key, value = written[name]
                host = None if raw.flow_style else key_host(key, name)
                if name in said:
                    self._value(value, said[name], wanted[name], host)
                else:
                    self._replace(value, wanted[name], host)
        for name in gone:
            key, value = written[name]
            if not self._remove(key.start_mark.index, value):
                return False
        left = [name for name in written if name not in gone]
        return all(self._add_entry(raw, left, name, new) for name in added)

    def _add_entry(self, raw: yaml.MappingNode, left: list[str], name: str, new: Entries) -> bool:
        """After the nearest key that stands before it in the canonical order."""
        order = [key for key, _ in new.entries]
        value = dict(new.entries)[name]
        written = {key.value.strip(): (key, value) for key, value in raw.value}
        earlier = [key for key in order[: order.index(name)] if key in left]
        lines = block_lines(Entries(((name, value),), inline=False), raw.start_mark.column)
        if earlier:
            self._insert_after(written[earlier[-1]][1], lines)
            return True
        first = raw.value[0][0].start_mark.index
        if not self._lines.is_first(first):
            return False
        self._insert(self._lines.start_of(first), lines)
        return True

    # Lists

    def _items(self, raw: yaml.SequenceNode, old: Items, new: Items) -> bool:
        """Change, remove and add items."""
        if len(raw.value) != len(old.items) or not new.items:
            return False
        said, wanted = [plain(item) for item in old.items], [plain(item) for item in new.items]
        for op, i, i_end, j, j_end in SequenceMatcher(None, said, wanted, False).get_opcodes():
            if op == "equal":
                continue
            places = range(i, i_end)
            paired = pairs(old.items[i:i_end], new.items[j:j_end])
            for place, item in paired:
                if place is not None:
                    spot = places[place]
                    host = None if raw.flow_style else self._dash_host(raw, raw.value[spot])
                    self._value(raw.value[spot], old.items[spot], item, host)
            kept = {place for place, _ in paired if place is not None}
            gone = [spot for place, spot in enumerate(places) if place not in kept]
            more = [item for place, item in paired if place is None]
            if (gone or more) and raw.flow_style:
                return False
            if not all(self._remove_item(raw, raw.value[spot]) for spot in gone):
                return False
            if more and not self._add_items(raw, i_end, more):
                return False
        return True

    def _dash_host(self, raw: yaml.SequenceNode, item: yaml.Node) -> Host:
        column = raw.start_mark.column
        start = self._lines.start_of(item.start_mark.index)
        while self._text[start + column : start + column + 1] != "-":  # the dash may be above
            start = self._lines.start_of(start - 1)
        return Host(start + column, column)

    def _remove_item(self, raw: yaml.SequenceNode, item: yaml.Node) -> bool:
        return self._remove(self._dash_host(raw, item).start, item)

    def _add_items(self, raw: yaml.SequenceNode, place: int, items: Sequence[Node]) -> bool:
        lines = block_lines(Items(tuple(items), inline=False), raw.start_mark.column)
        if place:
            self._insert_after(raw.value[place - 1], lines)
            return True
        first = self._dash_host(raw, raw.value[0]).start
        if not self._lines.is_first(first):
            return False
        self._insert(self._lines.start_of(first), lines)
        return True

    # Lines

    def _insert_after(self, node: yaml.Node, lines: Sequence[str]) -> None:
        self._insert(self._lines.next_start(max(end_of(node, self._text) - 1, 0)), lines)

    def _insert(self, at: int, lines: Sequence[str]) -> None:
        self._splices.append(Splice(at, at, self._joined(lines)))

    def _joined(self, lines: Sequence[str]) -> str:
        return "".join(f"{line}{self._lines.ending}" for line in lines)

    def _remove(self, start: int, node: yaml.Node) -> bool:
        """Take whole lines out; their comments stay, on lines of their own."""
        if not self._lines.is_first(start):
            return False
        first, end = (
            self._lines.start_of(start),
            self._lines.next_start(max(end_of(node, self._text) - 1, start)),
        )
        self._splices.append(Splice(first, end, self._kept_comments(first, end, start - first)))
        return True

    def _kept_comments(self, start: int, end: int, indent: int) -> str:
        comments = self._lines.comments_in(start, end)
        return self._joined([" " * indent + comment.text for _, comment in comments])

    def _replace(self, raw: yaml.Node, new: Node, host: Host | None) -> None:
        """A value in its canonical spelling."""
        start, end = raw.start_mark.index, end_of(raw, self._text)
        if host is None:
            self._rescue(start, end, start)
            self._splices.append(Splice(start, end, flow_text(new)))
            return
        if host.key is None:
            lines = block_lines(Items((new,), inline=False), host.indent)
            start, head = host.start, lines[0].removeprefix(" " * host.indent)
        else:
            lines = block_lines(Entries(((host.name, new),), inline=False), host.indent)
            below = raw.start_mark.line > host.key.start_mark.line
            if below and len(lines) > 1 and not lines[0].rstrip().endswith(("|", "|-")):
                start = self._lines.start_of(start)  # the line of the key stays as it is
                end = self._with_comment(end)
                self._rescue(start, end, host.start)
                self._splices.append(Splice(start, end, self._lines.ending.join(lines[1:])))
                return
            key_end = host.key.end_mark.index
            start = self._text.index(":", key_end) + 1
            head = lines[0].removeprefix(" " * host.indent)
            head = head[len(key_text(host.name)) :]
        if len(lines) > 1:
            end = self._with_comment(end)
        self._rescue(start, end, host.start)
        self._splices.append(Splice(start, end, self._lines.ending.join([head, *lines[1:]])))

    def _with_comment(self, end: int) -> int:
        """The end of the line, where a comment follows: it would be on another line then."""
        if self._lines.comment_after(end) is None:
            return end
        return self._lines.next_start(end) - len(self._lines.ending)

    def _rescue(self, start: int, end: int, host: int) -> None:
        """Comments inside what is replaced move above it."""
        if self._lines.comments_in(start, end):
            line = self._lines.start_of(host)
            kept = self._kept_comments(start, end, self._lines.indent_at(host))
            self._splices.append(Splice(line, line, kept))
