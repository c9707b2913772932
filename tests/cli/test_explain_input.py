"""Where the alert of `explain` comes from: a file, a notification, the past."""

import json

import pytest

from reconciler.cli.shell import Shell
from reconciler.sandbox.account.seed import DASHBOARD
from reconciler.sandbox.http.running import RunningSandbox
from tests.cli.explaining import ALERT, MAPPING, PRODUCTION, explain, lines, past
from tests.e2e.team import Team


@pytest.fixture(autouse=True)
def wide(monkeypatch: pytest.MonkeyPatch) -> None:
    """A line is a line. How they are wrapped is another test."""
    monkeypatch.setattr(Shell, "width", 200)


def test_an_alert_in_a_file(team: Team) -> None:
    team.write(
        "alert.yaml",
        "source: Alertmanager (Production)\ntitle: PodNotRunning\n"
        "attributes: {severity: warning, customers: [a, b]}\nunknown: [branch]\n",
    )
    said = lines(explain(team, "alert.yaml"))
    assert said[0] == "Pages NOBODY."
    assert said[2] == (
        'Alert: Alertmanager (Production); title "PodNotRunning"; severity "warning"; '
        'customers "a", "b"; not given: branch, priority'
    )

    changed = lines(explain(team, "alert.yaml", "--set", "severity=critical"))
    assert changed[0] == "Pages Engineering On-Call."


@pytest.mark.parametrize(
    ("text", "place", "words"),
    [
        ("source: PlanetScale\nattributes: {brnch: main}\n", "2:21", 'did you mean "branch"?'),
        ("source: PlanetScal\n", "1:9", 'did you mean "PlanetScale"?'),
        ("sorce: PlanetScale\n", "1:1", "did you mean `source`"),
        ("source: [\n", "2:1", "error"),
        ("", "1:1", "a file of an alert starts with `source:`"),
        ("source: Axiom\ntitle: null\n", "2:8", "an alert always has a title"),
    ],
)
def test_a_file_with_a_mistake_has_its_place(team: Team, text: str, place: str, words: str) -> None:
    team.write("alert.yaml", text)
    ended = explain(team, "alert.yaml")

    assert (ended.code, ended.out) == (1, "")
    assert f"alert.yaml:{place}: error" in ended.err
    assert words in " ".join(ended.err.split())


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ((*PRODUCTION, "--set", "sevrity=x"), 'did you mean "severity"?'),
        (("--source", "PlanetScal"), 'did you mean "PlanetScale"?'),
        (("--set", "severity=x"), "add --source NAME"),
        ((*PRODUCTION, "--set", "severity"), "write NAME=VALUE"),
        ((*PRODUCTION, "--live", "--base", "HEAD"), "leave out --live"),
        ((*PRODUCTION, "--set", "severity=a", "--set", "severity=b"), "holds one value"),
    ],
)
def test_an_argument_that_means_nothing_is_a_usage_error(
    team: Team, arguments: tuple[str, ...], words: str
) -> None:
    ended = explain(team, *arguments)

    assert (ended.code, ended.out) == (64, "")
    assert words in " ".join(ended.err.split())


def notification(*severities: str, **more: object) -> str:
    alerts = [{"labels": {"alertname": "Pod", "severity": one}} for one in severities]
    common = {"alertname": "Pod"}
    if len(set(severities)) == 1:
        common["severity"] = severities[0]
    return json.dumps(
        {"version": "1", "alerts": alerts, "commonLabels": common,
         "commonAnnotations": {"summary": "Pod down"}} | more
    )  # fmt: skip


def test_what_alertmanager_sends(team: Team) -> None:
    team.write("reconciler.yaml", team.read("reconciler.yaml") + MAPPING)
    team.write("payload.json", notification("critical", "critical"))

    ended = explain(team, "--alertmanager", "payload.json")

    said = lines(ended)
    assert said[0] == "Pages Engineering On-Call."
    assert 'title "Pod down"' in said[2]
    assert "warning" not in ended.err


def test_a_label_that_differs_inside_the_group_is_gone(team: Team) -> None:
    team.write("reconciler.yaml", team.read("reconciler.yaml") + MAPPING)
    team.write("payload.json", notification("critical", "warning"))

    ended = explain(team, "--alertmanager", "payload.json", *PRODUCTION)

    assert lines(ended)[0] == "Pages NOBODY."
    assert (
        "warning: the label `severity` differs inside this group (critical, warning), so it is not "
        "in commonLabels and the alert has no severity: add `severity` to group_by" in ended.err
    )


def test_a_notification_needs_a_mapping(team: Team) -> None:
    team.write("payload.json", notification("critical"))

    unmapped = explain(team, "--alertmanager", "payload.json", *PRODUCTION)
    assert unmapped.code == 64
    assert "write in reconciler.yaml: alertmanager:" in " ".join(unmapped.err.split())
    unnamed = explain(team, "--alertmanager", "payload.json")
    assert unnamed.code == 64


@pytest.mark.parametrize("text", ["{", "[]", '{"alerts": 1}', "null"])
def test_a_file_that_is_no_notification(team: Team, text: str) -> None:
    team.write("reconciler.yaml", team.read("reconciler.yaml") + MAPPING)
    team.write("payload.json", text)

    ended = explain(team, "--alertmanager", "payload.json")

    assert ended.code == 1
    assert "payload.json is not a notification of Alertmanager" in ended.err


def test_an_alert_of_the_past(team: Team, incident_io: RunningSandbox) -> None:
    said = lines(past(team))

    assert said[0] == "Pages Engineering On-Call."
    assert said[2] == (
        'Alert: Alertmanager (Production); title "PodNotRunning"; severity "critical"; '
        "team Platform; not given: priority"
    )
    assert {request.method for request in incident_io.requests} == {"GET"}
    assert lines(past(team, "--live"))[0] == "Pages Engineering On-Call."


def test_an_alert_is_also_found_by_its_address(team: Team) -> None:
    """`replay` and `calibrate` print addresses."""
    address = f"{DASHBOARD}/alerts/{ALERT}"

    found = [team.run("explain", "--alert", f"{address}{end}") for end in ("", "/", "?tab=a/b")]

    assert [ended.out for ended in found] == [past(team).out] * 3


def test_a_value_that_is_also_unknown_is_a_usage_error(team: Team) -> None:
    ended = explain(team, *PRODUCTION, "--set", "severity=a", "--unknown", "attributes.severity")

    assert ended.code == 64
    assert "--unknown attributes.severity: --set gives it a value; keep one of them" in ended.err


def test_an_alert_that_is_not_there(team: Team) -> None:
    ended = team.run("explain", "--alert", "01NOTHING")

    assert ended.code == 1
    assert "no alert has the id 01NOTHING" in ended.err
    assert past(team, *PRODUCTION).code == 64


@pytest.mark.parametrize(
    ("odd", "words"),
    [
        ("..", "'..' is not an id: it would change the request's address"),
        ("", "'' is not an id: it would change the request's address"),
        ("a/b", "no alert has the id a/b, or the key may not see it"),
        ("a\nb", "'a\\nb' is not an id: it would change the request's address"),
    ],
)
def test_an_id_that_is_none_is_refused(team: Team, odd: str, words: str) -> None:
    ended = team.run("explain", "--alert", odd)

    assert (ended.code, ended.out, ended.err) == (1, "", f"error: {words}\n")
