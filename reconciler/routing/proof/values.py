"""A value as far as it depends on the alert: pieces, each there under a formula of its own."""

from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from reconciler.routing.proof.atoms import Atoms
from reconciler.routing.proof.formula import FALSE, TRUE, Formula
from reconciler.routing.world import PRIORITY, TITLE, Entry, Kind, World

UNREAD = "the catalog was not read"
SEVERAL = "what a filter or a choice makes of several values is not proven"
SOME_ENTRY = Kind("CatalogEntry[")  # of a type that was not read
Table = tuple[tuple[str, tuple[str, ...]], ...]


@dataclass(frozen=True, slots=True)
class Given:
    """A literal."""

    guard: Formula
    text: str


@dataclass(frozen=True, slots=True)
class Own:
    """All that the alert holds at a reference."""

    guard: Formula
    of: str


@dataclass(frozen=True, slots=True)
class Mapped:
    """What the entries that the alert holds at a reference stand for. `path`: the reference that
    says so, "" where none does.
    """

    guard: Formula
    of: str
    table: Table
    path: str = ""


@dataclass(frozen=True, slots=True)
class Unclear:
    """Nothing is known of the value but that the same question gives the same. `why`: as Unproven
    says it; "" where incident.io itself leaves it open.
    """

    guard: Formula
    question: Hashable
    why: str = ""


Piece = Given | Own | Mapped | Unclear


@dataclass(frozen=True, slots=True)
class Value:
    """All pieces whose formula holds, together. `alone`: at most one holds; `single`: it is at most
    one value.
    """

    kind: Kind
    pieces: tuple[Piece, ...] = ()
    alone: bool = True
    single: bool = True


def under(guard: Formula, piece: Piece, atoms: Atoms) -> Piece:
    """The piece where a formula holds, too."""
    return replace(piece, guard=atoms.formulas.all((guard, piece.guard)))


def union(kind: Kind, values: Iterable[Value]) -> Value:
    """All of several values; what is in two of them is there once."""
    listed = [value for value in values if value.pieces]
    if len(listed) == 1:
        return replace(listed[0], kind=kind)
    pieces = dict.fromkeys(piece for value in listed for piece in value.pieces)
    return Value(kind, tuple(pieces), alone=not pieces, single=not pieces)


@dataclass(frozen=True, slots=True)
class Account:
    """The world, with the entries of each type by their ids."""

    world: World
    entries: dict[str, Mapping[str, Entry]] = field(default_factory=dict)
    every: dict[str, frozenset[str] | None] = field(default_factory=dict)

    def kind(self, reference: str) -> Kind:
        """The type of a value of the alert. What nobody read may be an array."""
        kind = self.world.subjects.get(reference)
        if reference == PRIORITY and not (kind and kind.is_entry):
            return SOME_ENTRY
        if kind is not None:
            return kind
        return Kind("String") if reference in (TITLE, "alert.description") else Kind(array=True)

    def catalog(self, type_: str) -> Mapping[str, Entry]:
        """The entries that are known, by id."""
        known = self.entries.get(type_)
        if known is None:
            read = self.world.catalog.get(type_)
            known = {entry.id: entry for entry in read.entries} if read else {}
            self.entries[type_] = known
        return known

    def whole(self, type_: str) -> bool:
        """Whether a type has no other entries than the known ones."""
        read = self.world.catalog.get(type_)
        return read is not None and read.whole

    def all_of(self, reference: str) -> frozenset[str] | None:
        """Every entry that a value of the alert may be; None where there may be others."""
        if reference not in self.every:
            type_ = self.kind(reference).type
            whole = self.whole(type_)
            self.every[reference] = frozenset(self.catalog(type_)) if whole else None
        return self.every[reference]

    def resolved(self, type_: str, literal: str) -> frozenset[str]:
        """The entry that a literal means: by id, external id, or alias of a whole type."""
        entries = self.catalog(type_)
        if literal in entries:
            return frozenset({literal})
        for entry in entries.values():
            if entry.external_id and entry.external_id == literal:
                return frozenset({entry.id})
        if self.whole(type_):
            named = [entry.id for entry in entries.values() if literal in entry.aliases]
            if len(named) == 1:
                return frozenset(named)
        return frozenset()


@dataclass(frozen=True, slots=True)
class Tests:
    """Asks a value whether some of it passes a test."""

    atoms: Atoms
    account: Account

    def some(
        self,
        value: Value,
        text: Callable[[str], Formula],
        own: Callable[[str], Formula],
        question: Hashable,
    ) -> Formula:
        """`text` is the test of a literal, `own` that of what the alert holds at a reference."""
        return self.atoms.formulas.any(
            self.atoms.formulas.all((piece.guard, self._piece(piece, text, own, question)))
            for piece in value.pieces
        )

    def _piece(
        self,
        piece: Piece,
        text: Callable[[str], Formula],
        own: Callable[[str], Formula],
        question: Hashable,
    ) -> Formula:
        match piece:
            case Given(_, literal):
                return text(literal)
            case Own(_, of):
                return own(of)
            case Mapped(_, of, table, _):
                return self.by_entry(
                    of, ((e, self.atoms.formulas.any(map(text, vs))) for e, vs in table)
                )
            case Unclear():
                return self.unclear(piece, question)

    def by_entry(self, of: str, passes: Iterable[tuple[str, Formula]]) -> Formula:
        """One of the entries is there, and what belongs to it holds."""
        groups: dict[Formula, set[str]] = {}
        for entry, formula in passes:
            if formula != FALSE:
                groups.setdefault(formula, set()).add(entry)
        return self.atoms.formulas.any(
            self.atoms.formulas.all((self.atoms.among(of, frozenset(those)), formula))
            for formula, those in groups.items()
        )

    def unclear(self, piece: Unclear, question: Hashable) -> Formula:
        """A question about what is not known."""
        if piece.why:
            return self.atoms.beyond(piece.why, (question, piece.question))
        return self.atoms.asks(question, ("result", piece.question))

    def present(self, value: Value) -> Formula:
        """A value is there, an empty text too."""
        return self.some(value, lambda _: TRUE, self.atoms.present, "present")

    def asked(self, value: Value, question: Hashable) -> Formula:
        """A question of unknown meaning, about the whole value."""
        atoms, formulas = self.atoms, self.atoms.formulas
        if not value.alone:
            why = "a test of unknown meaning asks for several values"
            return atoms.beyond(why, (question, value.pieces))
        nothing = formulas.all(-piece.guard for piece in value.pieces)
        return formulas.any(
            [
                formulas.all((nothing, atoms.asks(question, ("missing",)))),
                *(
                    formulas.all((piece.guard, self._asked_piece(piece, question)))
                    for piece in value.pieces
                ),
            ]
        )

    def _asked_piece(self, piece: Piece, question: Hashable) -> Formula:
        match piece:
            case Given(_, text):
                return self.atoms.asks(question, ("text", text))
            case Own(_, of):
                return self.atoms.asks(question, ("value", of))
            case Mapped(_, of, table, _) if not self.account.kind(of).array:
                answers = [(entry, self._asked_texts(texts, question)) for entry, texts in table]
                known = self.atoms.among(of, frozenset(entry for entry, _ in table))
                nothing = self.atoms.asks(question, ("missing",))
                other = self.atoms.formulas.all((-known, nothing))
                return self.atoms.formulas.any((self.by_entry(of, answers), other))
            case Mapped(_, of, table, _):
                return self.atoms.asks(question, ("result", (of, table)))
            case Unclear():
                return self.unclear(piece, question)

    def _asked_texts(self, texts: tuple[str, ...], question: Hashable) -> Formula:
        match texts:
            case ():
                return self.atoms.asks(question, ("missing",))
            case (text,):
                return self.atoms.asks(question, ("text", text))
            case _:
                return self.atoms.asks(question, ("texts", texts))


def references(pieces: Iterable[Piece]) -> Iterator[str]:
    """Values of the alert that these depend on."""
    for piece in pieces:
        if isinstance(piece, Own | Mapped):
            yield piece.of
