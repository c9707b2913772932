"""What happened: alerts of the past, and whom incident.io paged for them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from reconciler.routing.who import Thing
from reconciler.routing.world import Alert

Status = Literal["firing", "resolved"]
By = Literal["alert", "user", "workflow", "unknown"]
"""Who started an escalation: a route for an alert, a person by hand, a workflow; "unknown" for a
call, or where the answer says nothing."""


@dataclass(frozen=True, slots=True)
class PastAlert:
    """An alert as incident.io has it today. `alert`: what routes see; of a private alert title and
    description are unknown (`redacted`). `groups`: how many alert groups it belongs to. `url`: the
    alert in the dashboard, "" where the account's address is not known. Times have a zone.
    """

    id: str
    created_at: datetime
    alert: Alert
    status: Status = "firing"
    updated_at: datetime | None = None
    redacted: bool = False
    groups: int = 0
    url: str = ""

    @property
    def source(self) -> str:
        """The id of its source."""
        return self.alert.source


@dataclass(frozen=True, slots=True)
class Page:
    """An escalation. `things`: the path, or the users whom it notified where it has no path; empty
    where it has neither (nobody was notified yet, or the answer does not say). `alerts`: ids of all
    that it is related to. `priority` is a name.
    """

    id: str
    at: datetime
    things: tuple[Thing, ...] = ()
    by: By = "unknown"
    started_by: str = ""  # the id of the alert, user or workflow
    alerts: tuple[str, ...] = ()
    priority: str = ""
    status: str = ""


@dataclass(frozen=True, slots=True)
class Attached:
    """An alert that belongs to an incident. `route`: the id of the route that created the
    connection; "" where it was made in another way.
    """

    id: str
    alert: str
    incident: str
    route: str = ""


@dataclass(frozen=True, slots=True)
class Observed:
    """What happened for one alert. `pages`: every escalation that it started or is related to."""

    alert: str
    pages: tuple[Page, ...] = ()
    incidents: tuple[Attached, ...] = ()

    @property
    def paged(self) -> frozenset[Thing]:
        """Whom escalations of the alert paged, without those that a person or workflow started."""
        own = (page for page in self.pages if page.by == "alert" and page.started_by == self.alert)
        return frozenset(thing for page in own for thing in page.things)


def observed(
    alerts: Iterable[str], pages: Iterable[Page], incidents: Iterable[Attached]
) -> Mapping[str, Observed]:
    """By alert; one that nothing happened for has an empty observation. What belongs to other
    alerts is left out.
    """
    found: dict[str, tuple[dict[str, Page], dict[str, Attached]]] = {
        identity: ({}, {}) for identity in alerts
    }
    for page in pages:
        for alert in {*page.alerts, page.started_by} & found.keys():
            found[alert][0][page.id] = page
    for attached in incidents:
        if attached.alert in found:
            found[attached.alert][1][attached.id] = attached
    return {
        alert: Observed(alert, tuple(paged.values()), tuple(attached.values()))
        for alert, (paged, attached) in found.items()
    }
