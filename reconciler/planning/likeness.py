"""Which file was which: by id, name or path, else by its content, as git finds renames. Pure.

Two files are alike if they share at least half of the larger one; comments, `id` and `previously`
do not count. A file counts as the one that it is most like, if that is most like it, too; of two
that are equally like it, neither counts. A copied file keeps the `id` of the first one.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cache, partial

from reconciler.files.read.route import parse_route
from reconciler.files.write.route import emit_route
from reconciler.live.survey import Survey
from reconciler.model import Declaration, Finding
from reconciler.plan.guards import Approvals, approving
from reconciler.planning.request import PlanRequest, Remembered

ENOUGH = 0.5  # git's own limit


Text = Callable[[Declaration], str]
"""The content of a file, as a text with names."""


def text_of(declaration: Declaration) -> str:
    """The file in its canonical spelling, without what only says which route it is."""
    return emit_route(replace(declaration, id=None, previously=None))


def spelled(
    remembered: Remembered, identity: str | None = None
) -> Iterator[tuple[Declaration, Declaration]]:
    """Each recorded file with names, and with ids; with `identity` that of one route."""
    for with_ids, _ in remembered.applied:
        if identity not in (None, with_ids.id):
            continue
        text = remembered.texts.get(with_ids.id or "", "")
        with_names, _ = parse_route(text, with_ids.file)
        if with_names is not None:
            yield with_names, with_ids


def past_of(
    request: PlanRequest, past: Sequence[Declaration], text: Text = text_of
) -> dict[str, Declaration]:
    """The past declarations of the same routes, by today's paths: by id, name, former name, path,
    or likeness, each of them once. All of today's files take part: one that got another route's
    name or path does not get its past.
    """
    today = (*request.declarations, *request.beside)
    found: dict[str, Declaration] = {}
    free = list(past)
    for ours, theirs in (("id", "id"), ("name", "name"), ("previously", "name")):
        waiting = {_key(declared, theirs): declared for declared in reversed(free)}
        for declaration in today:
            key = _key(declaration, ours)
            if key and declaration.file not in found and key in waiting:
                found[declaration.file] = waiting.pop(key)
        taken = {id(declared) for declared in found.values()}
        free = [declared for declared in free if id(declared) not in taken]
    new = [declared for declared in today if declared.file not in found]
    for declared, was in by_path_or_likeness(new, free, text, partial(may_be_renamed, request)):
        found[declared.file] = was
    chosen = {declared.file for declared in request.declarations}
    return {file: was for file, was in found.items() if file in chosen}


def _key(declaration: Declaration, by: str) -> str | None:
    return {
        "id": declaration.id,
        "name": declaration.route.name,
        "previously": declaration.previously,
    }[by]


def recorded_twins(request: PlanRequest, remembered: Remembered) -> dict[str, Declaration]:
    """The files applied last, by today's paths. A file's text has its names; `applied` has ids."""

    @cache
    def applied_text(identity: str, file: str) -> str:
        declaration, _ = parse_route(remembered.texts.get(identity, ""), file)
        return text_of(declaration) if declaration else ""

    past = tuple(_not_replaced(request, remembered))
    return past_of(
        request, past, lambda declaration: applied_text(declaration.id or "", declaration.file)
    )


def _not_replaced(request: PlanRequest, remembered: Remembered) -> Iterator[Declaration]:
    """The recorded routes, without gone ones that another one of the name replaces: a route that is
    created again has a new id. Of several gone ones the last counts.
    """
    live = {row.id for row in request.listed}
    rows = [declaration for declaration, _ in remembered.applied]
    there = [declaration for declaration in rows if declaration.id in live or not live]
    yield from there
    taken = {declaration.route.name for declaration in there}
    for declaration in rows:
        if declaration.id not in live and live and declaration.route.name not in taken:
            taken.add(declaration.route.name)
            yield declaration


def by_path_or_likeness(
    new: Sequence[Declaration],
    gone: Sequence[Declaration],
    text: Text,
    may_be: Callable[[Declaration, Declaration], bool],
) -> Iterator[tuple[Declaration, Declaration]]:
    """The files of `new` with their pasts in `gone`. A file keeps its path's past, unless less than
    half of it is left and another file has it. `may_be` (file, was) allows a pair of two paths.
    """
    now, then = (
        [_lines(text_of(declaration)) for declaration in new],
        [_lines(text(declaration)) for declaration in gone],
    )
    at = {declaration.file: there for there, declaration in reversed([*enumerate(gone)])}
    kept = {
        here: at[declaration.file] for here, declaration in enumerate(new) if declaration.file in at
    }
    shares = {pair: _share(now[pair[0]], then[pair[1]]) for pair in kept.items()}
    firm = {pair for pair, share in shares.items() if share >= ENOUGH}
    mine, theirs = {here for here, _ in firm}, {there for _, there in firm}
    scores = {
        (here, there): share
        for here, declaration in enumerate(new)
        for there, was in enumerate(gone)
        if here not in mine
        and there not in theirs
        and declaration.file != was.file
        and may_be(declaration, was)
        if (share := _share(now[here], then[there])) >= ENOUGH
    }
    taken = _best_matches(scores)
    mine, theirs = {here for here, _ in taken}, {there for _, there in taken}
    left = [pair for pair in kept.items() if pair[0] not in mine and pair[1] not in theirs]
    yield from ((new[here], gone[there]) for here, there in (*taken, *left))


def may_be_renamed(request: PlanRequest, declaration: Declaration, was: Declaration) -> bool:
    """As far as is known. An unreadable file may be any, so with one no file counts as renamed."""
    named = (
        declaration.absent
        or was.absent
        or declaration.previously is not None
        or None not in (declaration.id, was.id)
    )
    if named or not request.all_read or _is_new(request, declaration.route.name):
        return False
    others = {live.name for live in request.listed if live.id != was.id}
    return declaration.route.name not in others or (was.id is None and was.route.name not in others)


def moved_files(
    declarations: Iterable[Declaration], pasts: Mapping[str, Declaration]
) -> Iterator[Finding]:
    """A note for each file that only what it says makes one that was applied."""
    for declaration in declarations:
        was = pasts.get(declaration.file)
        if was is None or declaration.file == was.file or declaration.id is not None:
            continue
        if was.route.name not in (declaration.route.name, declaration.previously):
            yield _taken_for(declaration, was)


def _taken_for(declaration: Declaration, was: Declaration) -> Finding:
    name = declaration.route.name
    message = (
        f'this file counts as {was.file} with a new name: it was "{was.route.name}", and at least '
        "half of the file is the same"
    )
    hint = f'if "{name}" is a new route, {approving(name, "second-route")}'
    return declaration.finding("note", "taken-for-renamed", message, hint)


def copied_ids(request: PlanRequest, seen: Survey) -> Iterator[Finding]:
    """An error in both files where one has the id, and the other the name, of a live route: the
    first would be renamed, and the second created. Not for a file with `previously`, or that was
    the route's file when it was applied; and not for ids that only the record knows.
    """
    recorded = {
        declaration.id: declaration.file
        for declaration, _ in request.recorded(seen.identity.account).applied
    }
    live = {route.id: route.name for route in seen.listed or ()}
    live |= {identity: route.route.name for identity, route in seen.lives.items()}
    everything = (*request.declarations, *request.beside)
    by_name = {
        declaration.route.name: declaration for declaration in everything if declaration.id is None
    }
    for declaration in everything:
        name = live.get(declaration.id or "")
        other = by_name.get(name or "")
        if (
            other is None
            or name is None
            or name in (declaration.route.name, declaration.previously)
        ):
            continue
        if recorded.get(declaration.id) != declaration.file:
            yield _two_files(declaration, other, name, "id")
            yield _two_files(other, declaration, name, "name")


def _two_files(declaration: Declaration, other: Declaration, name: str, key: str) -> Finding:
    has, others = ("id", "name") if key == "id" else ("name", "id")
    message = (
        f'this file has the {has} of the live route "{name}", and {other.file} has its {others}'
    )
    with_id = "this file" if key == "id" else other.file
    hint = (
        f"if {with_id} is a copy, delete its `id`; if it renames the route, write "
        f"`previously: {name}` into it"
    )
    return declaration.finding("error", "one-route-two-files", message, hint, (key,))


def _is_new(request: PlanRequest, name: str) -> bool:
    """Whether an approval says that a route beside its likes is meant."""
    approvals = Approvals((name,), request.config, request.today)
    return approvals.holding("second-route") is not None


_Lines = tuple[Counter[str], int]
_Pair = tuple[int, int]  # places in `new` and in `gone`


def _lines(text: str) -> _Lines:
    stripped = (line.strip() for line in text.splitlines())
    counted = Counter(line for line in stripped if line and not line.startswith("#"))
    return counted, sum(len(line) * many for line, many in counted.items())


def _share(lines: _Lines, other: _Lines) -> float:
    same = sum(len(line) * many for line, many in (lines[0] & other[0]).items())
    return same / max(lines[1], other[1], 1)


def _best_matches(scores: Mapping[_Pair, float]) -> list[_Pair]:
    """The pairs that are better than all others that have one of the two."""
    by_new: dict[int, list[float]] = {}
    by_gone: dict[int, list[float]] = {}
    for (here, there), share in scores.items():
        by_new.setdefault(here, []).append(share)
        by_gone.setdefault(there, []).append(share)
    return [
        (here, there)
        for (here, there), share in scores.items()
        if _leads(share, by_new[here]) and _leads(share, by_gone[there])
    ]


def _leads(share: float, rivals: list[float]) -> bool:
    return share == max(rivals) and rivals.count(share) == 1
