"""Who is paged differently, beside what people need to read it."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from reconciler.model import Names
from reconciler.routing.who import Region, Row, Unproven, Who


@dataclass(frozen=True, slots=True)
class Proof:
    """`names` are those of routes, too, by their ids. `changed`: how many routes the question was
    about. `by_file`: names of unchanged routes that count as their files say, not as they are live;
    `beyond`: of routes with parts that this version does not know, which are taken to decide
    nothing. `doubles`: the unknown regions of which it is only unknown whether they page twice.
    """

    who: Who
    names: Names = field(default_factory=dict)
    changed: int = 0
    by_file: tuple[str, ...] = ()
    beyond: tuple[str, ...] = ()
    doubles: tuple[Unproven, ...] = ()

    @property
    def paging(self) -> tuple[Row, ...]:
        """The rows about who is paged, and how often: not those about channels and incidents."""
        return tuple(row for row in self.who.rows if pages_otherwise(row))

    @property
    def nobody_paged_differently(self) -> bool:
        """Proved: there is no such row, and nothing is unknown."""
        return self.who.complete and not self.paging

    def of_source(self, source: str) -> "Proof":
        """What it says of the alerts of one source."""

        def inside(region: Region) -> Region:
            return replace(region, sources=(source,))

        rows = tuple(
            replace(row, region=inside(row.region))
            for row in self.who.rows
            if source in row.region.sources
        )
        unknown = tuple(
            replace(unproven, region=inside(unproven.region))
            for unproven in self.who.unknown
            if source in unproven.region.sources
        )
        who = replace(self.who, rows=rows, unknown=unknown, sources=(source,))
        return replace(self, who=who)

    def named(self, row: Row) -> Iterator[str]:
        """The routes that cause it, by name."""
        return (self.names.get(route, route) for route in row.caused_by)


def pages_otherwise(row: Row) -> bool:
    """Whether the row is about paging."""
    return bool(row.lost or row.gained or row.doubled or row.undoubled or row.nobody)
