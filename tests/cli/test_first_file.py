"""`reconciler test --init`: a first file of tests, from the routes."""

import shutil

from tests.e2e.team import Team


def test_a_first_file_passes_and_covers_everything(tables: Team) -> None:
    shutil.rmtree(tables.folder / "routing-tests")

    written = tables.run("test", "--init")
    ended = tables.run("test", "--min-coverage", "100")

    assert (written.code, ended.code) == (0, 0), ended.out
    assert "wrote routing-tests/first.yaml: 16 tests of 9 sources" in written.out
    assert "review each" in written.err
    assert "16 tests: 16 passed." in ended.out


def test_a_first_file_replaces_nothing(tables: Team) -> None:
    tables.run("test", "--init")
    tables.write("routing-tests/first.yaml", "tests: []\n")

    again = tables.run("test", "--init")

    assert again.code == 1
    assert "exists and was not changed" in again.err
    assert tables.read("routing-tests/first.yaml") == "tests: []\n"


RICH = """\
name: Rich
sources:
  - source: Grafana Cloud
    when:
      any:
        - - title: {contains: latency}
        - - service.["Tier"]: Tier 1
          - priority: P1
when:
  - customers: "on: fire"
escalate:
  - path: {reference: "Escalation path"}
  - user: lead@example.com
notify:
  - slack: "#alerts"
    when:
      - environment: production
incident:
  when:
    - severity: critical
"""


def test_a_first_file_of_richer_routes_passes(team: Team) -> None:
    team.write("routes/rich.yaml", RICH)
    assert team.run("directory", "refresh").code == 0

    written = team.run("test", "--init")
    ended = team.run("test")

    assert written.code == 0, written.err
    assert ended.code == 0, ended.out + ended.err
    text = team.read("routing-tests/first.yaml")
    assert '"on: fire"' in text
    assert "Platform On-Call" in text
    assert "incident: true" in text
