"""Two sets of routes, whole, as past alerts are sent through them: what is live, or a commit's
files, and what would be.
"""

from dataclasses import dataclass

from reconciler.client import ReadClient
from reconciler.directory import Directory
from reconciler.model import Assumed, Finding, Names
from reconciler.planning.planning import Planned
from reconciler.planning.proved import (
    Question,
    Routes,
    changes_of,
    joined,
    names_of,
    unsupported,
    with_others,
)
from reconciler.planning.request import PlanRequest
from reconciler.planning.who_files import sides_of_files
from reconciler.planning.world import world_of
from reconciler.routing.world import World


@dataclass(frozen=True, slots=True)
class Sides:
    """`changed`: keys of the routes that treat alerts otherwise. `unsure`: why a side may not be
    all there is, each a clause.
    """

    before: Routes
    after: Routes
    changed: tuple[str, ...]
    world: World
    assumed: tuple[Assumed, ...] = ()
    unsure: tuple[str, ...] = ()

    @property
    def names(self) -> Names:
        """Of everything, by id."""
        return self.world.names


def of_account(client: ReadClient, planned: Planned, request: PlanRequest) -> Sides:
    """What is live, and what apply would write. Reads the routes that do not change, too. Raises
    the client's ApiError.
    """
    question, seen, config = changes_of(planned.plan.changes), planned.survey, request.config
    if not question.changed:
        return Sides({}, {}, (), world_of(seen.directory, config, {}), config.assumed)
    seen, beside = with_others(client, seen, request, (question,))
    names = names_of(seen, request, beside, question)
    unsure = [unproven.why for unproven in unsupported(seen.lives.values(), question)]
    if beside.missing:
        first, more = beside.missing[0], len(beside.missing) - 1
        unsure.append(f'the live route "{first}"{f" and {more} more" if more else ""} was not read')
    world = world_of(seen.directory, config, names)
    return _sides(question, beside.routes, world, config.assumed, unsure)


def of_files(
    request: PlanRequest, directory: Directory
) -> tuple[Sides | None, tuple[Finding, ...]]:
    """The files of the request's base, and today's. None where a file of today has an error, which
    the findings say. Pure.
    """
    found = sides_of_files(request, directory)
    if found.question is None:
        return None, found.findings
    unsure = [unproven.why for unproven in found.unknown]
    sides = _sides(found.question, found.others, found.world, request.config.assumed, unsure)
    return sides, found.findings


def _sides(
    question: Question,
    others: Routes,
    world: World,
    assumed: tuple[Assumed, ...],
    unsure: list[str],
) -> Sides:
    before, after = joined(question, others)
    return Sides(before, after, question.changed, world, assumed, tuple(dict.fromkeys(unsure)))
