"""A POST that arrives after its answer was given up."""

from reconciler.sandbox.http.running import RunningSandbox
from tests.e2e.team import Ended, Team

NEW = "name: New\nsources: [Axiom]\nnotify:\n  - slack: C06E4KQ7R2N\n"


def late(team: Team, incident_io: RunningSandbox) -> Ended:
    """A run whose POST is cut off and still on its way."""
    incident_io.fault("late", method="POST")
    ended = team.run("apply", "--auto-approve")
    assert ended.code == 5, ended.out + ended.err
    return ended


def called(incident_io: RunningSandbox, name: str = "New") -> int:
    return incident_io.state.names().count(name)


def flat(ended: Ended) -> str:
    return " ".join((ended.out + ended.err).split())
