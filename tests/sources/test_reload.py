"""What Alertmanager needs after a rotation, by how its configuration gives it the token."""

import pytest

from reconciler.model import InventorySource, KubernetesPlace, Position
from reconciler.sources.senders.addresses import Address
from reconciler.sources.senders.alertmanager import Form
from reconciler.sources.senders.feeds import Feed
from reconciler.sources.senders.render import reload_words
from reconciler.sources.senders.verify import Verified

HERE = Position("values.yaml", 1, 1)
URL = "https://api.incident.io/v2/alert_events/alertmanager/01AM"
AM = InventorySource("AM", "01AM", url=URL)
PLACE = KubernetesPlace("production", "observability", "alertmanager-incidentio")


@pytest.mark.parametrize(
    ("ways", "place", "words"),
    [
        ((("credentials-file",),), PLACE, "at every request"),
        ((("token-file",),), PLACE, "then reload Alertmanager: POST to its /-/reload"),
        ((("token-file",),), None, "then reload Alertmanager: POST to its /-/reload"),
        ((("credentials-file",), ("token-file",)), PLACE, "then if it has alert_source"),
        ((("inline",),), PLACE, "a rotation does not reach it"),
        ((("templated",),), PLACE, "a template writes the token"),
        (((),), PLACE, "(which is not known), reload Alertmanager: POST"),
        ((), PLACE, "(which is not known), reload Alertmanager: POST"),
        (None, PLACE, "(which is not known), reload Alertmanager: POST"),
    ],
)
def test_what_alertmanager_needs_depends_on_how_it_gets_its_token(
    ways: tuple[tuple[Form, ...], ...] | None, place: KubernetesPlace | None, words: str
) -> None:
    feeds = tuple(Feed("receiver io", Address(URL, False), HERE, AM, way) for way in ways or ())
    verified = None if ways is None else Verified(feeds, ())

    assert words in reload_words(verified, place, AM)


def test_the_command_is_offered_where_the_workload_is_known() -> None:
    place = KubernetesPlace("c", "ns", "s", workload="statefulset/am")

    words = reload_words(None, place, AM)
    assert words.splitlines()[1:] == [
        "  kubectl --context c -n ns exec statefulset/am -- "
        "wget -qO- --post-data= http://localhost:9093/-/reload",
        "That reaches one pod. Of several replicas reload each, or restart all:",
        "  kubectl --context c -n ns rollout restart statefulset/am",
    ]
    assert "see its documentation" in reload_words(None, place, InventorySource("Checkly"))
