"""`reconciler cover`: what the files leave open, proven, without a key or a network."""

import json

import pytest

from tests.e2e.team import Team

PLANETSCALE = """
accepted_gaps:
  - source: PlanetScale
    gap: dropped
    unless:
      - branch: main
    reason: Other branches are noise.
    expires: 2026-12-31
"""
INFO = """  - source: Alertmanager (Production)
    gap: dropped
    reason: The team reads them in Grafana.
    expires: 2026-12-31
"""


def accept(tables: Team, gaps: str) -> None:
    tables.write("reconciler.yaml", tables.read("reconciler.yaml") + gaps)


def test_it_says_what_the_six_routes_leave_open(tables: Team) -> None:
    ended = tables.run("cover")

    assert ended.code == 0
    start, posts = ended.out.split("Routes take these alerts and page nobody:")
    assert (
        "✗ PlanetScale, every alert, unless branch is one of main\n      e.g. branch: other"
        in start
    )
    assert "✗ Alertmanager (Production), severity is set, unless severity is one of" in start
    assert "- Axiom, Status Page Views, every alert\n      taken by Informational" in posts
    assert "Proved for every alert of 9 sources." in posts


def test_a_check_fails_until_each_gap_is_accepted(tables: Team) -> None:
    open_ = tables.run("cover", "--check")
    accept(tables, PLANETSCALE)
    one = tables.run("cover", "--check")
    accept(tables, INFO)
    none = tables.run("cover", "--check")

    assert (open_.code, one.code, none.code) == (1, 1, 0)
    assert "or accept it: `accepted_gaps` in reconciler.yaml." in one.err
    assert none.err == ""
    assert "1 kind of alert that no route takes." in one.out
    assert "Nothing to do." in none.out
    assert "reconciler.yaml:68: PlanetScale, dropped, until 2026-12-31: Other branches" in none.out


def test_an_accepted_gap_that_is_closed_or_over_fails_the_check(tables: Team) -> None:
    accept(tables, PLANETSCALE + INFO)
    tables.edit("routes/database-alerts.yaml", "when:\n  - branch: main\n", "")
    closed = tables.run("cover", "--check")
    tables.edit(
        "reconciler.yaml", "noise.\n    expires: 2026-12-31", "noise.\n    expires: 2026-11-28"
    )
    expired = tables.run("cover", "--check")

    assert (closed.code, expired.code) == (1, 1)
    assert "1 accepted gap that is out of date." in closed.out
    assert "no alert falls into it any more: delete it" in " ".join(closed.out.split())
    assert "it was accepted until 2026-11-28: write a later day, or delete it" in " ".join(
        expired.out.split()
    )


def test_only_the_accepted_alerts_are_left_out(tables: Team) -> None:
    accept(tables, PLANETSCALE.replace("    unless:", "    when:").replace("main", "dev"))

    ended = tables.run("cover", "--source", "PlanetScale")

    assert "PlanetScale, every alert, unless branch is one of dev, main" in (
        " ".join(ended.out.split())
    )


def test_a_name_in_an_accepted_gap_that_is_unknown_is_an_error(tables: Team) -> None:
    accept(tables, PLANETSCALE.replace("branch", "brunch"))

    ended = tables.run("cover")

    assert ended.code == 1
    assert (
        'reconciler.yaml:68:5: error: alert attribute "brunch" is not in directory.lock.json '
        "[not-in-lock]" in ended.err
    )
    assert "not accepted before the errors above are corrected" in " ".join(ended.out.split())
    assert "No route takes these alerts:" in ended.out


def test_an_unknown_source_of_an_accepted_gap_is_said_once(tables: Team) -> None:
    accept(tables, PLANETSCALE.replace("PlanetScale", "PlanetScal"))

    ended = tables.run("cover")

    assert ended.err.count('alert source "PlanetScal" is not in directory.lock.json') == 1
    assert "accepted gap that is out of date" not in ended.out


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("gap: dropped", "gap: droped", "did you mean `dropped`?"),
        ("    gap: dropped\n", "", "`gap` is missing"),
        ("expires: 2026-12-31", "expires: soon", "expected a date"),
        ("  - source: PlanetScale", "  - sauce: PlanetScale", "did you mean `source`?"),
        ("\n  - source: PlanetScale\n    gap", " {source: x,\n    gap", ""),
    ],
)
def test_a_mistake_in_an_accepted_gap_is_said(tables: Team, old: str, new: str, words: str) -> None:
    accept(tables, PLANETSCALE.replace(old, new))

    ended = tables.run("cover")

    assert ended.code == 1
    assert "reconciler.yaml:" in ended.out + ended.err
    assert words in ended.out


def test_routes_that_cannot_match_and_idle_conditions_have_their_lines(tables: Team) -> None:
    tables.edit(
        "routes/database-alerts.yaml",
        "  - branch: main",
        "  - branch: main\n  - branch: {is_set: true}",
    )
    tables.edit(
        "routes/unrouted-alerts.yaml",
        "  - severity: {is_not_set: true}",
        "  - severity: {is_not_set: true}\n  - severity: {is_set: true}",
    )

    ended = tables.run("cover", "--check")

    assert ended.code == 1
    assert "1 route that can never match, 1 condition that decides nothing." in ended.out
    never, idle = ended.out.split("Routes that can never match:")[1].split("Conditions that")
    assert "routes/unrouted-alerts.yaml:2: Unrouted Alerts takes no alert of" in never
    assert 'routes/database-alerts.yaml:7: Database Alerts: "branch is set"' in idle


def test_alerts_that_page_twice_are_named_with_their_routes(tables: Team) -> None:
    tables.edit("routes/informational.yaml", "sources:", "sources:\n  - PlanetScale")
    tables.edit(
        "routes/informational.yaml", "notify:", "escalate:\n  - path: Engineering On-Call\nnotify:"
    )

    ended = tables.run("cover", "--source", "PlanetScale", "--check")

    assert ended.code == 1
    assert "1 kind of alert that pages twice." in ended.out
    assert "Engineering On-Call, by Database Alerts, Informational" in ended.out


def test_a_source_without_a_route_is_named(tables: Team) -> None:
    (tables.folder / "routes/informational.yaml").unlink()

    ended = tables.run("cover", "--check")

    assert ended.code == 1
    assert "2 sources that no route has." in ended.out
    assert "No route has these sources:\n  Axiom\n  Status Page Views" in ended.out


def test_markdown_and_json_say_the_same(tables: Team) -> None:
    accept(tables, PLANETSCALE)
    tables.edit(
        "routes/database-alerts.yaml",
        "  - branch: main",
        "  - branch: main\n  - branch: {is_set: true}",
    )

    page = tables.run("cover", "--format", "markdown").out
    document = json.loads(tables.run("cover", "--format", "json").out)

    assert "### No route takes these alerts" in page
    assert "| Alertmanager (Production) | `severity is set, unless" in page
    assert "### Accepted in reconciler.yaml" in page
    assert (document["complete"], document["clean"], len(document["sources"])) == (True, False, 9)
    assert [one["kind"] for one in document["gaps"]] == ["dropped", *["pages-nobody"] * 4]
    assert document["gaps"][0]["when"][0][0]["operation"]
    assert document["gaps"][0]["witness"]["attributes"]
    assert set(document["gaps"][0]["sources"]) <= set(document["gaps"][0]["names"])
    assert set(document["names"]) == set(document["sources"])
    assert set(document["sources_without_route"]) <= set(document["names"])
    assert document["idle"][0]["line"] == 7
    assert document["accepted"][0]["state"] == "open"


def test_what_is_unknown_is_said_with_its_reason(tables: Team) -> None:
    tables.write(
        "routes/informational.yaml",
        tables.read("routes/informational.yaml").replace(
            "notify:", 'when:\n  - service.["Owner"]: Platform\nnotify:'
        ),
    )

    ended = tables.run("cover", "--source", "Axiom", "--check")

    assert ended.code == 1
    assert "Unknown:" in ended.out
    assert "no route takes these alerts? Axiom" in ended.out


def test_a_source_that_is_not_there_is_refused(tables: Team) -> None:
    ended = tables.run("cover", "--source", "PlanetScal")

    assert ended.code == 64
    assert 'did you mean "PlanetScale"?' in ended.err


def test_a_broken_file_or_a_missing_lock_stops_everything(tables: Team) -> None:
    tables.edit("routes/informational.yaml", "sources:", "sorces:")
    broken = tables.run("cover")
    tables.edit("routes/informational.yaml", "sorces:", "sources:")
    (tables.folder / "directory.lock.json").unlink()
    missing = tables.run("cover")

    assert (broken.code, missing.code) == (1, 1)
    assert "routes/informational.yaml:3:1: error:" in broken.out
    assert "`reconciler directory refresh` writes it" in missing.out


def test_too_many_kinds_of_alerts_that_only_post_are_no_failure(tables: Team) -> None:
    for number in range(41):
        text = f"name: R{number}\nsources: [Axiom]\nwhen:\n  - branch: b-{number:02}\n"
        tables.write(f"routes/r{number}.yaml", text + 'notify:\n  - slack: "#alerts"\n')
    tables.write(
        "routes/informational.yaml",
        'name: Informational\nsources: [Status Page Views]\nnotify:\n  - slack: "#alerts"\n',
    )
    accept(tables, PLANETSCALE + INFO + INFO.replace("Alertmanager (Production)", "Axiom"))

    ended = tables.run("cover", "--check")

    assert ended.code == 0
    assert (
        "routes take these alerts and page nobody? Axiom, every alert: there are more than 40 kinds"
        in (" ".join(ended.out.split()))
    )


def test_the_json_says_what_it_rests_on(tables: Team) -> None:
    tables.write(
        "semantics.lock.yaml",
        "version: 1\naccount: https://sandbox.invalid/acme\nleft: [{text_case: counts}]\n"
        "ruled_out:\n- answers: {text_case: ignored}\n  since: 2026-11-28\n"
        '  alerts: [{alert: 01A, at: "2026-11-20T10:00:00Z", saw: not paged}]\n',
    )
    document = json.loads(tables.run("cover", "--format", "json").out)

    assert document["assumed"] == []
    (seen,) = document["observed"]
    assert (seen["file"], seen["line"]) == ("semantics.lock.yaml", 5)
