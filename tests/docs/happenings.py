"""What happens to the account behind the back of a page's reader."""

import copy
from collections.abc import Callable, Mapping

from reconciler.sandbox.http.running import RunningSandbox

Happening = Callable[[RunningSandbox], None]


def settle(account: RunningSandbox) -> None:
    """The one route that had drifted pages again whom its file says."""
    wanted = account.state.find("Production Alerts").body["escalation_config"]

    def change(body: dict[str, object]) -> None:
        body["escalation_config"] = copy.deepcopy(wanted)

    account.state.edit("Database Alerts", change)


def edit_by_hand(account: RunningSandbox) -> None:
    """A responder switches a route off in the dashboard."""

    def change(body: dict[str, object]) -> None:
        body["enabled"] = False

    account.state.edit("Database Alerts", change)


def lose_the_answer(account: RunningSandbox) -> None:
    """The network drops the next POST's answer, and the list cannot be read for a while."""
    account.fault("lose", method="POST", path="/alert_routes$")
    account.fault("status", method="GET", path="/alert_routes", status=503, skip=8, times=50)


def delay_the_next_create(account: RunningSandbox) -> None:
    """The network cuts the next POST's connection; the request is still on its way."""
    account.fault("late", method="POST", path="/alert_routes$")


def mend_the_network(account: RunningSandbox) -> None:
    """Everything is answered again."""
    account.clear_faults()


def let_alerts_come_in(account: RunningSandbox) -> None:
    """Alerts of the last days, routed by the routes as they are."""
    account.happen(300, seed=7)


HAPPENINGS: Mapping[str, Happening] = {
    "the account is as the files say": settle,
    "a responder switches Database Alerts off in the dashboard": edit_by_hand,
    "the answer to the next POST is lost": lose_the_answer,
    "the next POST is cut off, and may arrive later": delay_the_next_create,
    "the network works again": mend_the_network,
    "alerts came in during the last 14 days": let_alerts_come_in,
}
