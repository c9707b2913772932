"""Paging that an expression decides, from a file to a comment and back into a file."""

from typing import Any

from reconciler.sandbox.account.seed import ident
from reconciler.sandbox.http.running import RunningSandbox
from tests.e2e.team import Team

BEFORE = """\
name: By priority
sources:
  - PlanetScale
escalate:
  - path: {reference: 'expressions["who"]'}
notify:
  - slack: "#alerts"
expressions:
  who:
    branches:
      returns: {catalog: Escalation Path}
      cases:
        - when: [{priority: P1}]
          then: Platform On-Call
"""
AFTER = BEFORE.replace("then: Platform", "then: Database") + "    else: Platform On-Call\n"
FILE = "routes/by-priority.yaml"


def applied(team: Team, text: str) -> None:
    team.write(FILE, text)
    ended = team.run("apply", "--auto-approve")
    assert ended.code == 0, ended.out + ended.err


def test_another_path_for_some_alerts_is_a_changed_target(team: Team) -> None:
    applied(team, BEFORE)
    team.write(FILE, AFTER)

    planned = team.run("plan", FILE, "--comment", "comment.md")

    said = "Who is paged: 1 kind of alert pages another target, 1 pages more targets."
    assert said in " ".join(planned.out.split())
    assert "Platform On-Call → Database On-Call" in planned.out
    assert "Refused" not in planned.out
    comment = team.read("comment.md")
    assert "n0 ==> n" in comment
    assert '{{"Database On-Call"}}' in comment
    assert '("perhaps nobody")' in comment
    assert "expressions" not in comment.partition("```mermaid")[2].partition("```")[0]


def test_without_its_else_it_may_page_nobody_and_is_refused(
    team: Team, incident_io: RunningSandbox
) -> None:
    applied(team, AFTER)
    team.write(FILE, AFTER.replace("    else: Platform On-Call\n", ""))
    writes = incident_io.count("PUT")

    ended = team.run("apply", "--auto-approve")

    assert ended.code == 3
    assert "[guard-pages-nobody]" in ended.out + ended.err
    assert 'it may page nobody, because expressions["who"] has no else' in ended.out
    assert incident_io.count("PUT") == writes


def test_a_path_may_give_way_to_an_expression_that_is_never_empty(team: Team) -> None:
    applied(team, BEFORE.partition("expressions:")[0].replace(REFERENCE, "Platform On-Call"))

    applied(team, AFTER)


REFERENCE = """{reference: 'expressions["who"]'}"""


def with_path_ids(value: Any) -> Any:
    """The body as incident.io may have it too: results of branches by the path's own id."""
    ids = {
        ident("entry", f"Escalation Path {name}"): ident("escalation path", name)
        for name in ("Database On-Call", "Platform On-Call")
    }
    if isinstance(value, dict):
        return {key: with_path_ids(one) for key, one in value.items()}
    if isinstance(value, list):
        return [with_path_ids(one) for one in value]
    return ids.get(value, value)


def test_paths_by_their_own_ids_are_no_drift_and_get_names(
    team: Team, incident_io: RunningSandbox
) -> None:
    applied(team, AFTER)
    incident_io.state.edit("By priority", lambda body: body.update(with_path_ids(dict(body))))
    by_path_ids = with_path_ids(incident_io.state.find("By priority").body["expressions"])
    assert incident_io.state.find("By priority").body["expressions"] == by_path_ids

    assert team.run("plan", FILE, "--detailed-exitcode").code == 0
    (team.folder / FILE).unlink()
    assert team.run("import", "By priority").code == 0
    assert "then: Database On-Call" in team.read(FILE)
    assert "else: Platform On-Call" in team.read(FILE)

    team.edit(FILE, "name: By priority\n", "name: By priority\nenabled: false\n")
    team.approve("By priority", "pages-nobody")
    assert team.run("apply", "--auto-approve").code == 0
    body = incident_io.state.find("By priority").body
    assert body["enabled"] is False
    assert body["expressions"] == by_path_ids  # what nobody changed goes back as it was read
