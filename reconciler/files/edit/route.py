"""Changing what a file says, and nothing else in it.

The old and the new declaration are compared in their canonical spelling, and the difference is
carried over to the file's own text: a value that changed is replaced where it stands, entries come
and go as lines. Everything else, comments, order, quotes, blank lines, stays to the byte. Where
the file's spelling is not the canonical one, the part that changed gets the canonical one.
"""

from collections.abc import Mapping, Sequence
from difflib import SequenceMatcher

import yaml

from reconciler.files.edit.nodes import (
    Host,
    carried,
    in_brackets,
    in_long_form,
    key_host,
    moves,
    pairs,
    plain,
    renamed_keys,
    respelled,
)
from reconciler.files.edit.text import Lines, Splice, end_of, spliced
from reconciler.files.read.route import parse_route
from reconciler.files.write.fmt import attached
from reconciler.files.write.layout import WIDTH, block_lines, flow_text
from reconciler.files.write.nodes import Entries, Items, Node, Text, spelled
from reconciler.files.write.route import emit_route, route_node
from reconciler.files.yaml.comments import comments_of
from reconciler.files.yaml.compose import compose
from reconciler.model import Declaration


def edit_route(text: str, before: Declaration, after: Declaration) -> str | None:
    """The text, which says `before`, so that it says `after`; each comment stays with what it
    explains, and goes with it. None when no edit does that. Raises nothing.
    """
    open_ended = not text.endswith("\n")
    whole = f"{text}\n" if open_ended else text
    read, _ = parse_route(whole, before.file)
    if read is None:
        return None
    for finely in (True, False):
        edit = _Edit(whole, read, finely=finely)
        edited = edit.carry_over(route_node(before), route_node(after))
        if edited is None or not _says(edited, after):
            continue
        if _comment_texts(whole) == sorted([*_comment_texts(edited), *edit.gone]):
            return edited.removesuffix("\n") if open_ended else edited
    return None


def _says(text: str, declaration: Declaration) -> bool:
    read, _ = parse_route(text, declaration.file)
    return read is not None and emit_route(read) == emit_route(declaration)


def _comment_texts(text: str) -> list[str]:
    return sorted(comment.text for comment in comments_of(text.removeprefix("\ufeff")))


class _Edit:
    """One walk along both kinds of nodes; `gone` are the comments of removed parts."""

    def __init__(self, text: str, read: Declaration, *, finely: bool) -> None:
        composed = compose(text, "")
        self._mark = text[: len(text) - len(composed.text)]  # a byte order mark, or nothing
        self._root = composed.root
        self._text = composed.text
        self._lines = Lines(composed.text)
        self._notes = attached(composed.text, read)
        self._splices: list[Splice] = []
        self._finely = finely
        self.gone: list[str] = []

    def carry_over(self, old: Node, new: Node) -> str | None:
        """The edited text; None where there is no way."""
        self._moves = moves(old, new)
        if not isinstance(self._root, yaml.MappingNode) or not self._entries(self._root, old, new):
            return None
        edited = spliced(self._text, self._splices)
        return None if edited is None else self._mark + edited

    def _value(self, raw: yaml.Node, old: Node, new: Node, host: Host | None) -> None:
        """Make a value that says `old` say `new`. Without a host it is inside brackets."""
        if plain(old) == plain(new):
            return
        so_far, gone = len(self._splices), len(self.gone)
        finely = self._finely and not self._turns(raw, old, new, host)
        if finely and self._descended(raw, old, new, flow=host is None):
            return
        del self._splices[so_far:], self.gone[gone:]
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
        """Whether the value is in brackets, unlike its canonical spelling, and still fits there."""
        if host is None or not self._finely or not isinstance(raw, yaml.CollectionNode):
            return False
        ours = bool(raw.flow_style) and not in_brackets(old, host)
        fits = raw.start_mark.column + len(flow_text(new)) <= WIDTH
        held = self._lines.comments_in(raw.start_mark.index, raw.end_mark.index)
        return ours and fits and not held and isinstance(new, Items | Entries)

    def _descended(self, raw: yaml.Node, old: Node, new: Node, *, flow: bool) -> bool:
        """Whether the change could be made inside the value; splices of a try stay behind."""
        match raw, old, new:
            case yaml.ScalarNode(), Text(), Text():
                return self._scalar(raw, old, new, flow=flow)
            case yaml.MappingNode(), Entries(), Entries():
                return self._entries(raw, old, new)
            case yaml.SequenceNode(), Items(), Items():
                return self._items(raw, old, new)
            case yaml.MappingNode(), _, _:
                long = in_long_form({key.value.strip() for key, _ in raw.value}, old, new)
                return long is not None and self._entries(raw, *long)
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
        before, wanted = dict(old.entries), dict(new.entries)
        renamed = renamed_keys(old, new) if self._finely else {}
        gone = [key for key in before if key not in wanted and key not in renamed.values()]
        added = [key for key in wanted if key not in written and key not in renamed]
        if not before.keys() <= written.keys() or (raw.flow_style and (gone or added)):
            return False
        for name in wanted:
            if name in written:
                key, value = written[name]
                host = None if raw.flow_style else key_host(key, name)
                if name in before:
                    self._value(value, before[name], wanted[name], host)
                else:
                    self._replace(value, wanted[name], host)
        for name, former in renamed.items():
            key, value = written[former]
            as_key = spelled(name, flow=True)
            self._splices.append(Splice(key.start_mark.index, key.end_mark.index, as_key))
            host = None if raw.flow_style else key_host(key, name)
            self._value(value, before[former], wanted[name], host)
        for name in gone:
            key, value = written[name]
            if not self._remove(key.start_mark.index, value, raw.start_mark.column):
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
        key, value_before = written[earlier[-1]] if earlier else raw.value[0]
        start, end = self._span(key.start_mark.index, value_before, raw.start_mark.column)
        if not earlier and not self._lines.is_first(key.start_mark.index):
            return False
        self._insert(end if earlier else start, lines)
        return True

    # Lists

    def _items(self, raw: yaml.SequenceNode, old: Items, new: Items) -> bool:
        """Change, move, remove and add items."""
        if len(raw.value) != len(old.items) or not new.items:
            return False
        before, wanted = [plain(item) for item in old.items], [plain(item) for item in new.items]
        changed = [
            (range(i, i_end), range(j, j_end))
            for op, i, i_end, j, j_end in SequenceMatcher(None, before, wanted, False).get_opcodes()
            if op != "equal"
        ]
        moved = _moved(before, wanted, changed)
        gone: list[int] = []
        more: list[tuple[int, int]] = []  # behind how many of the old items which new one comes
        for olds, news in changed:
            left = [spot for spot in olds if spot not in moved.values()]
            fresh = [place for place in news if place not in moved]
            paired = pairs([old.items[spot] for spot in left], [new.items[at] for at in fresh])
            kept = {at: left[x] for at, (x, _) in zip(fresh, paired, strict=True) if x is not None}
            behind = olds.start
            for at in news:
                if at in kept:
                    node, behind = raw.value[kept[at]], kept[at] + 1
                    host = None if raw.flow_style else self._dash_host(raw, node)
                    self._value(node, old.items[kept[at]], new.items[at], host)
                else:
                    more.append((behind, at))
            gone += [spot for spot in olds if spot not in kept.values()]
        if raw.flow_style or not (gone or more):
            return not (gone or more)
        return self._rearranged(raw, new, gone, more, moved)

    def _rearranged(
        self,
        raw: yaml.SequenceNode,
        new: Items,
        gone: Sequence[int],
        more: Sequence[tuple[int, int]],
        moved: Mapping[int, int],
    ) -> bool:
        """Take items out, and put items in; what does both moves, with all of its lines."""
        column = raw.start_mark.column
        starts = [self._dash_host(raw, item).start for item in raw.value]
        if not all(map(self._lines.is_first, starts)):
            return False
        spans = [self._span(*item, column) for item in zip(starts, raw.value, strict=True)]
        for behind, at in more:
            if at in moved:
                text = self._text[slice(*spans[moved[at]])]
            else:
                text = self._joined(block_lines(Items((new.items[at],), inline=False), column))
            place = spans[behind - 1][1] if behind else spans[0][0]
            self._splices.append(Splice(place, place, text))
        for spot in gone:
            self._splices.append(Splice(*spans[spot], ""))
            if spot not in moved.values():
                self.gone += self._comments_in(*spans[spot])
        return True

    def _dash_host(self, raw: yaml.SequenceNode, item: yaml.Node) -> Host:
        column = raw.start_mark.column
        start = self._lines.start_of(item.start_mark.index)
        while self._text[start + column : start + column + 1] != "-":  # the dash may be above
            start = self._lines.start_of(start - 1)
        return Host(start + column, column)

    # Lines

    def _insert(self, at: int, lines: Sequence[str]) -> None:
        self._splices.append(Splice(at, at, self._joined(lines)))

    def _joined(self, lines: Sequence[str]) -> str:
        return "".join(f"{line}{self._lines.ending}" for line in lines)

    def _span(self, start: int, node: yaml.Node, column: int) -> tuple[int, int]:
        """All lines of an item or entry from `start`, with its comments above and below."""
        first = self._lines.start_of(start)
        last = self._lines.next_start(max(end_of(node, self._text) - 1, start))
        return self._lines.with_comments(first, last, column)

    def _comments_in(self, start: int, end: int) -> list[str]:
        return [comment.text for _, comment in self._lines.comments_in(start, end)]

    def _remove(self, start: int, node: yaml.Node, column: int) -> bool:
        """Take whole lines out, with their comments, but not those at the top of the file."""
        if not self._lines.is_first(start):
            return False
        first, end = self._span(start, node, column)
        if not self._text[:first].strip():
            first = self._lines.start_of(start)
        self._splices.append(Splice(first, end, ""))
        self.gone += self._comments_in(first, end)
        return True

    def _replace(self, raw: yaml.Node, new: Node, host: Host | None) -> None:
        """A value in its canonical spelling, with the comments that are in it."""
        start, end = raw.start_mark.index, end_of(raw, self._text)
        if host is None:
            self._rescue(start, end)
            self._splices.append(Splice(start, end, flow_text(new)))
            return
        one_line = isinstance(raw, yaml.ScalarNode) and raw.start_mark.line == raw.end_mark.line
        if one_line and start < end and isinstance(new, Text) and not new.in_block:
            self._splices.append(Splice(start, end, new.spelled(flow=False)))
            return
        node: Node = Items((new,), inline=False)
        if host.key is not None:
            node = Entries(((host.name, new),), inline=False)
        bare = block_lines(node, host.indent)
        if len(bare) == 1 and not self._lines.comments_in(host.start, end):
            self._splices.append(Splice(host.start, end, bare[0].lstrip(" ")))
        else:
            self._lay_out(node, host, self._span(host.start, raw, host.indent)[1])

    def _lay_out(self, node: Node, host: Host, end: int) -> None:
        """Lines for a node, in place of those from its host on, with the comments of these."""
        held = self._lines.numbers(host.start, end)
        found = carried(self._notes, held, self._moves)
        self.gone += found.gone
        strays = found.strays(node)
        lines = block_lines(node, host.indent, found.notes)
        if len(strays) == 1 and strays[0][0] == held[0] and "#" not in lines[0]:
            lines[0] += f"  {strays.pop()[1]}"
        lines = [*(" " * host.indent + text for _, text in strays), *lines]
        above = next(i for i, line in enumerate(lines) if not line.lstrip().startswith("#"))
        if above:
            line = self._lines.start_of(host.start)
            self._splices.append(Splice(line, line, self._joined(lines[:above])))
        lines[above] = lines[above].removeprefix(" " * host.indent)
        self._splices.append(Splice(host.start, end, self._joined(lines[above:])))

    def _rescue(self, start: int, end: int) -> None:
        """Comments inside what is replaced move above it."""
        comments = self._comments_in(start, end)
        if comments:
            line, indent = self._lines.start_of(start), " " * self._lines.indent_at(start)
            kept = self._joined([indent + comment for comment in comments])
            self._splices.append(Splice(line, line, kept))


def _moved(
    before: Sequence[object], wanted: Sequence[object], changed: Sequence[tuple[range, range]]
) -> dict[int, int]:
    """New places of items that stand elsewhere now, with their old ones."""
    olds = [spot for spots, _ in changed for spot in spots]
    found: dict[int, int] = {}
    for place in (place for _, places in changed for place in places):
        same = (spot for spot in olds if before[spot] == wanted[place])
        spot = next((index for index in same if index not in found.values()), None)
        if spot is not None:
            found[place] = spot
    return found
