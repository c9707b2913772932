"""`reconciler page`: one HTML file, whatever routes are called, and nothing that it asks for."""

import base64
import hashlib
import json
import re
import shutil
from datetime import UTC, datetime

import pytest

from reconciler import sandbox
from reconciler.cli import shell
from reconciler.git.git import git
from reconciler.sandbox.http.running import RunningSandbox
from tests.browser.dom import Dom, parsed
from tests.browser.pages import HOSTILE
from tests.e2e.conftest import checkout
from tests.e2e.team import REPOSITORY, Team

PRODUCTION = "routes/production-alerts.yaml"


@pytest.fixture
def team(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Team:
    """The repository's routes in a commit whose remote is on GitHub."""
    monkeypatch.setattr(shell, "present", lambda: datetime(2026, 11, 29, tzinfo=UTC))
    folder = tmp_path_factory.mktemp("pages")
    shutil.copytree(REPOSITORY / "routes", folder / "routes")
    for name in ("reconciler.yaml", "directory.lock.json"):
        shutil.copy(REPOSITORY / name, folder / name)
    team = Team(folder)
    own = ("-c", "user.name=a", "-c", "user.email=a@example.com", "-c", "commit.gpgsign=false")
    for arguments in (
        ("init", "-q"),
        ("remote", "add", "origin", "https://me:secret-word@github.com/acme/alerts.git"),
        ("add", "-A"),
        (*own, "commit", "-q", "-m", "As it is"),
    ):
        assert git(folder, *arguments).ok
    return team


def page(team: Team, *arguments: str) -> Dom:
    ended = team.run("page", *arguments)
    assert ended.code == 0, ended.err
    return parsed(team.read("routes.html"))


def rename(team: Team, name: str) -> None:
    text = team.read("routes/informational.yaml")
    quoted = json.dumps(name)
    team.write(
        "routes/informational.yaml",
        re.sub(r"^name: .*", lambda _: f"name: {quoted}", text, flags=re.M),
    )


def test_it_says_where_it_wrote_the_page(team: Team) -> None:
    ended = team.run("page")

    assert ended.out.strip() == str((team.folder / "routes.html").resolve())


def test_a_route_has_its_words_its_line_and_its_link(team: Team) -> None:
    dom = page(team)

    commit = git(team.folder, "rev-parse", "HEAD").output.decode().strip()
    assert "Database Alerts PlanetScale branch is one of main Engineering On-Call" in dom.text
    link = f"https://github.com/acme/alerts/blob/{commit}/routes/database-alerts.yaml#L2"
    assert link in dom.attributes("href")
    assert "secret-word" not in team.read("routes.html")


def test_a_source_has_its_decisions_and_what_no_route_takes(team: Team) -> None:
    text = page(team).text

    source = text.split("PlanetScale 3 rows")[1]
    assert source.startswith(
        " What Which alerts Who or where By Example Not taken every alert, unless branch is one of"
        " main nobody: no route takes it branch: other Pages branch is one of main"
        " Engineering On-Call Database Alerts ("
    )
    assert "Several routes page the same target" not in text
    holes = text.split("Holes and double pages")[-1]
    assert "No route takes these alerts PlanetScale, every alert, unless branch" in holes


def test_a_path_that_two_routes_page_is_a_double_page_with_both_files(team: Team) -> None:
    copy = team.read("routes/database-alerts.yaml").replace("Database Alerts", "Database Again")
    team.write("routes/database-again.yaml", copy)

    text = page(team).text

    double = text.split("Several routes page the same target")[1]
    assert "Engineering On-Call" in double
    assert "routes/database-again.yaml:2" in double
    assert "routes/database-alerts.yaml:2" in double
    assert "Pages twice" in text


def test_an_accepted_gap_stays_in_the_decisions_and_leaves_the_holes(team: Team) -> None:
    gap = """
accepted_gaps:
  - source: PlanetScale
    gap: dropped
    unless:
      - branch: main
    reason: Other branches are noise.
    expires: 2026-12-31
"""
    team.write("reconciler.yaml", team.read("reconciler.yaml") + gap)

    text = page(team).text
    decisions, holes = text.rsplit("Holes and double pages", 1)

    assert "Not taken every alert, unless branch" in decisions
    assert "PlanetScale, every alert, unless branch" not in holes
    assert "Accepted in reconciler.yaml" in holes
    assert "Other branches are noise" in holes


def test_a_change_is_marked_and_the_proof_comes_first(team: Team) -> None:
    text = team.read("routes/production-alerts.yaml")
    team.write("routes/production-alerts.yaml",
               text.replace("path: Engineering On-Call", "path: Platform On-Call"))  # fmt: skip

    dom = page(team, "--base", "HEAD")

    proof, table = (
        dom.text.index("2 kinds of alerts page another target"),
        dom.text.index("Posts to"),
    )
    assert proof < table
    assert "Production Alerts changed" in dom.text
    assert "Engineering On-Call Platform On-Call" in dom.text
    tags = [tag for tag, _ in dom.found]
    assert tags.count("del") == tags.count("ins") == 1


def test_a_reading_that_a_change_brings_counts_for_nothing_of_its_page(team: Team) -> None:
    team.write(
        "semantics.lock.yaml",
        "version: 1\naccount: https://sandbox.invalid/acme\nleft: [{text_case: counts}]\n"
        "ruled_out:\n- answers: {text_case: ignored}\n  since: 2026-11-28\n"
        '  alerts: [{alert: 01A, at: "2026-11-20T10:00:00Z", saw: not paged}]\n',
    )
    rests = "case counts (semantics.lock.yaml:5"

    assert rests in page(team).text
    assert rests not in page(team, "--base", "HEAD").text


def test_new_and_removed_routes_are_marked(team: Team) -> None:
    copy = team.read("routes/database-alerts.yaml").replace("Database Alerts", "Database Again")
    team.write("routes/database-again.yaml", copy)
    (team.folder / "routes/informational.yaml").unlink()

    text = page(team, "--base", "HEAD").text

    assert "Database Again new" in text
    assert "Informational removed" in text


def test_a_route_whose_file_moved_is_the_same_route(team: Team) -> None:
    (team.folder / "routes/informational.yaml").rename(team.folder / "routes/moved.yaml")

    text = page(team, "--base", "HEAD").text

    assert "Nobody is paged differently" in text
    assert "removed" not in text


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_name_stays_text(team: Team, name: str) -> None:
    plain = [tag for tag, _ in page(team).found]
    rename(team, name.replace("\x00", ""))

    dom = page(team)

    assert [tag for tag, _ in dom.found].count("script") == 2
    assert sorted(tag for tag, _ in dom.found) == sorted(plain)
    assert not [key for _, each in dom.found for key in each if key.startswith("on")]
    assert not {"\x1b", "\u202e"} & {*team.read("routes.html")}
    data = json.loads(dom.inline["script application/json"][0])
    assert len(data) == 6


def test_the_policy_lets_nothing_run_but_the_page_s_own_script(team: Team) -> None:
    dom = page(team)

    metas = [each for tag, each in dom.found if tag == "meta"]
    policy = next(each["content"] for each in metas if "http-equiv" in each) or ""
    rules = dict(rule.strip().split(" ", 1) for rule in policy.split(";"))
    assert rules["default-src"] == rules["base-uri"] == rules["form-action"] == "'none'"
    for rule, kind in (("script-src", "script"), ("style-src", "style")):
        (text,) = dom.inline[kind]
        made = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
        assert rules[rule] == f"'sha256-{made}'"
    assert not dom.attributes("style")


def test_the_page_asks_for_nothing(team: Team) -> None:
    dom = page(team)

    loading = {"src", "srcset", "data", "poster", "action", "xlink:href", "background"}
    assert not [key for _, each in dom.found for key in each if key in loading]
    assert "link" not in [tag for tag, _ in dom.found]
    outside = [one for one in dom.attributes("href") if not one.startswith("#")]
    assert all(one.startswith("https://github.com/acme/alerts/blob/") for one in outside)
    assert not re.search(r"url\(|@import", dom.inline["style"][0])


def test_ids_are_unique_and_links_of_the_page_lead_somewhere(team: Team) -> None:
    dom = page(team)

    ids = dom.attributes("id")
    assert len(ids) == len(set(ids))
    inside = {one.removeprefix("#") for one in dom.attributes("href") if one.startswith("#")}
    assert inside <= set(ids)
    assert set(dom.attributes("for")) <= set(ids)


def test_without_git_the_places_have_no_links(team: Team) -> None:
    shutil.rmtree(team.folder / ".git")

    dom = page(team)

    assert "routes/database-alerts.yaml:2" in dom.text
    assert not [one for one in dom.attributes("href") if not one.startswith("#")]


def test_without_a_lock_file_it_says_what_to_do(team: Team) -> None:
    (team.folder / "directory.lock.json").unlink()

    ended = team.run("page")

    assert ended.code == 1
    assert "reconciler directory refresh" in ended.out
    assert not (team.folder / "routes.html").exists()


def test_a_file_with_an_error_leaves_no_page(team: Team) -> None:
    team.write("routes/informational.yaml", "name: [")

    ended = team.run("page")

    assert ended.code == 1
    assert "routes/informational.yaml:2:1: error" in ended.out
    assert not (team.folder / "routes.html").exists()


def test_a_base_with_a_file_that_cannot_be_read_is_refused(team: Team) -> None:
    good = team.read("routes/informational.yaml")
    team.write("routes/informational.yaml", "name: [")
    own = ("-c", "user.name=a", "-c", "user.email=a@example.com", "-c", "commit.gpgsign=false")
    assert git(team.folder, *own, "commit", "-q", "-a", "--amend", "-m", "Broken").ok
    team.write("routes/informational.yaml", good)

    ended = team.run("page", "--base", "HEAD")

    assert ended.code == 1
    assert "routes/informational.yaml cannot be read in HEAD" in ended.err
    assert "name a commit in which the files have no error" in ended.err


def test_a_base_beside_live_routes_is_refused(team: Team) -> None:
    ended = team.run("page", "--live", "--base", "HEAD")

    assert ended.code == 64
    assert "--base compares files" in ended.err


def test_the_live_routes_have_a_page_too(tmp_path_factory: pytest.TempPathFactory) -> None:
    running: RunningSandbox
    with sandbox.start(sandbox.Settings(rate_limit=False)) as running:
        team = checkout(tmp_path_factory.mktemp("live") / "team", running)
        assert team.run("apply", "--auto-approve").code == 0

        dom = page(team, "--live")

    assert "The live routes." in dom.text
    assert "Database Alerts PlanetScale" in dom.text
