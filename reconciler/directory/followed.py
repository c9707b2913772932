"""What of the catalog decides where a route's alerts go: which attributes of entries the route
follows, which entries it compares by name, and which stand for whom it pages.

A plan that changes no routing needs none of it, so it is asked for apart from names (`needs`).
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from reconciler.directory.directory import PAGED_TYPES, CatalogType, Directory
from reconciler.directory.lookup import Known, Lookup
from reconciler.directory.references import Scope, Typed
from reconciler.directory.translate import translate
from reconciler.directory.walk import Translation
from reconciler.model import TEXT_TYPES, Condition, Config, Incident, Path, Reference, Route
from reconciler.model.canonical import stored_operation

NAME_CONTAINS = "name_contains"
BY_NAME = ("contains", NAME_CONTAINS)


@dataclass(frozen=True, slots=True)
class Followed:
    """`types`: ids of catalog types all of whose entries count. `attributes`: of these, those whose
    values count, by the type's id.
    """

    types: frozenset[str] = frozenset()
    attributes: Mapping[str, frozenset[str]] = field(default_factory=dict)


def followed(routes: Iterable[Route], directory: Directory) -> Followed:
    """The types and attributes that routes with ids follow, as far as they are known."""
    following = _Following(Lookup(directory, Config()))
    for route in routes:
        deciding = _deciding(route)
        if _may_follow(deciding):  # most routes do not, and a walk through each takes time
            translate(deciding, following)
    attributes: dict[str, set[str]] = defaultdict(set)
    for use in following.lookup.uses:
        if use.slot.kind == "catalog-attribute" and isinstance(use.answer, Known):
            attributes[use.slot.owner].add(use.answer.id)
    types = frozenset(following.types | attributes.keys())
    return Followed(types, {kind: frozenset(of) for kind, of in attributes.items()})


def _deciding(route: Route) -> Route:
    """The route without parts that only fill texts and fields."""
    incident = Incident(when=route.incident.when) if route.incident else None
    return replace(route, owners=(), group=None, message_template=None, incident=incident)


def _may_follow(route: Route) -> bool:
    """Whether it has an expression, a reference as a target, or a condition that leaves its subject
    by an attribute or compares names.
    """
    groups = [route.when, *(source.when for source in route.sources)]
    groups += [destination.when for destination in route.notify]
    groups += [route.incident.when] if route.incident else []
    targets = (value for target in route.escalate.targets for value in target.binding.values)
    return (
        bool(route.expressions)
        or any(isinstance(value, Reference) for value in targets)
        or any(_may(condition) for those in groups for group in those for condition in group)
    )


def _may(condition: Condition) -> bool:
    values = (value for param in condition.params for value in param.values)
    return (
        ".catalog_attribute[" in condition.subject
        or any(isinstance(value, Reference) for value in values)
        or (condition.operation in BY_NAME and condition.subject_type not in TEXT_TYPES)
    )


class _Following(Translation):
    """Changes nothing, and collects `types`."""

    def __init__(self, lookup: Lookup) -> None:
        super().__init__(lookup)
        self.types: set[str] = set()

    def subject_type(self, condition: Condition, typed: Typed, path: Path, /) -> str:
        if stored_operation(condition.operation, typed.type) == NAME_CONTAINS:
            kind = self.lookup.catalog_type(typed.type)
            self.types.update({kind.id} if kind else ())
        return super().subject_type(condition, typed, path)

    def reference(self, text: str, scope: Scope, path: Path) -> tuple[str, Typed]:
        text, typed = super().reference(text, scope, path)
        if path[:1] == ("escalate",):
            kind = self.lookup.catalog_type(typed.type)
            self.types.update({kind.id} if kind and _is_paged(kind) else ())
        return text, typed


def _is_paged(kind: CatalogType) -> bool:
    return kind.type_name in PAGED_TYPES
