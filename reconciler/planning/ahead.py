"""What the plans of other files would need to know of the account, for a watch that asks once."""

from reconciler.client import ReadClient
from reconciler.directory import Needs
from reconciler.live.lists import LISTS, list_calls
from reconciler.live.survey import results
from reconciler.planning.planning import Planned
from reconciler.planning.proved import Question, with_others
from reconciler.planning.request import PlanRequest

_BY_EMAIL = frozenset({"users"})  # read one by one


def read_ahead(client: ReadClient, planned: Planned, request: PlanRequest) -> None:
    """Read as if every route changed, and all lists of names. A later edit may still need a user,
    the entries of a catalog type or the options of a custom field. Raises the client's ApiError.
    """
    seen = planned.survey
    everything = Question({identity: live.route for identity, live in seen.lives.items()}, {})
    with_others(client, seen, request, [everything])
    for _ in results(client, list_calls(client, Needs(frozenset(LISTS) - _BY_EMAIL))):
        pass
