"""AWS, a cluster and an account for the tests of tokens."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from reconciler.sandbox.http.running import RunningSandbox
from tests.e2e.conftest import checkout, incident_io
from tests.sources.clouds import ACCOUNT, OTHER_KEY, REGION, SECRET, Aws, serving_aws
from tests.sources.cluster import Cluster, make_cluster
from tests.sources.rotations import OLD, TOKEN, Place

__all__ = ["incident_io"]

ENVIRONMENT = f"""\
  production:
    aws: {{account: "{ACCOUNT}", region: {REGION}, secret: {SECRET}}}
    kubernetes:
      context: production
      namespace: observability
      secret: alertmanager-incidentio
      external_secret: alertmanager-incidentio
      store: aws
      workload: statefulset/alertmanager
"""


@pytest.fixture
def aws() -> Iterator[Aws]:
    with serving_aws() as running:
        running.holds({"alert_source_token": OLD, "another": OTHER_KEY})
        yield running


@pytest.fixture
def cluster(tmp_path: Path, aws: Aws) -> Cluster:
    made = make_cluster(tmp_path / "bin", aws.endpoint)
    made.holds(OLD)
    return made


@pytest.fixture
def place(tmp_path: Path, incident_io: RunningSandbox, aws: Aws, cluster: Cluster) -> Place:
    """A team whose production source has a new token, in incident.io only."""
    account = incident_io.state.account
    (source,) = (row for row in account.sources if row["name"] == "Alertmanager (Production)")
    account.secrets[source["id"]] = TOKEN
    team = checkout(tmp_path / "team", incident_io)
    team.edit("reconciler.yaml", "  production:\n", ENVIRONMENT)
    text = team.read("reconciler.yaml")
    first, token, rest = text.partition("    token:\n")
    team.write("reconciler.yaml", f"{first}{token}      in: [aws, kubernetes]\n{rest}")
    team.environment |= {**aws.environment, "PATH": f"{cluster.path}:{os.environ['PATH']}"}
    return Place(team, incident_io, aws, cluster)
