"""`reconciler page PLAN.JSON`: what the plan writes comes first; a plan of others is refused."""

import json
import re
from collections.abc import Iterator

import pytest

from reconciler import sandbox
from reconciler.sandbox.http.running import RunningSandbox
from tests.browser.dom import Dom, parsed
from tests.browser.pages import HOSTILE
from tests.e2e.conftest import checkout
from tests.e2e.team import Team

PRODUCTION = "routes/production-alerts.yaml"


def page(team: Team, *arguments: str) -> Dom:
    ended = team.run("page", *arguments)
    assert ended.code == 0, ended.err
    return parsed(team.read("routes.html"))


@pytest.fixture
def planned(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Team, RunningSandbox]]:
    """A checkout that is applied, and then edited: another path, a new route."""
    with sandbox.start(sandbox.Settings(rate_limit=False)) as running:
        team = checkout(tmp_path_factory.mktemp("planned") / "team", running)
        assert team.run("apply", "--auto-approve").code == 0
        team.edit(PRODUCTION, "path: Engineering On-Call", "path: Platform On-Call")
        copy = team.read("routes/database-alerts.yaml").replace("Database Alerts", "Database Again")
        team.write("routes/database-again.yaml", re.sub("^id: .*\n", "", copy, flags=re.M))
        yield team, running


def test_a_saved_plan_comes_first_and_needs_no_key(planned: tuple[Team, RunningSandbox]) -> None:
    team, running = planned
    assert team.run("plan", "--out", "plan.json").code == 0
    running.requests.clear()

    dom = page(team, "plan.json")

    assert running.requests == []
    (summary,) = re.findall("Compared what was live with what the plan writes. (.*?)\\.", dom.text)
    assert summary == json.loads(team.read("plan.json"))["who"]["summary"].removesuffix(".")
    proof, table = dom.text.index("other target"), dom.text.index("Posts to")
    assert proof < table
    assert "Production Alerts changed" in dom.text
    assert "Database Again new" in dom.text
    assert "Settings that the plan writes" in dom.text
    assert 'Production Alerts escalate.to["Platform On-Call"] — Platform On-Call' in dom.text


def test_live_edits_that_a_plan_found_have_their_own_rows(
    planned: tuple[Team, RunningSandbox],
) -> None:
    team, running = planned
    running.state.edit("Database Alerts", lambda body: body.update(enabled=False))
    assert team.run("plan", "--out", "plan.json").code == 0

    text = page(team, "plan.json").text

    edits = text.split("Compared what was applied last with what was live.")[1]
    assert edits.index("page lost") < edits.index("Posts to")


def test_a_plan_of_other_files_is_refused(planned: tuple[Team, RunningSandbox]) -> None:
    team, _ = planned
    assert team.run("plan", "--out", "plan.json").code == 0
    team.edit(PRODUCTION, "path: Platform On-Call", "path: Engineering On-Call")

    ended = team.run("page", "plan.json")

    assert ended.code == 1
    assert "plan.json: files changed since this plan was created" in ended.err
    assert "plan again, and name the new plan" in ended.err
    assert not (team.folder / "routes.html").exists()


@pytest.mark.parametrize("where", ["reconciler.yaml", "directory.lock.json"])
def test_a_plan_of_another_account_is_refused(
    planned: tuple[Team, RunningSandbox], where: str
) -> None:
    team, _ = planned
    assert team.run("plan", "--out", "plan.json").code == 0
    plan = json.loads(team.read("plan.json"))
    ours = plan["account"]
    team.write(
        "reconciler.yaml", re.sub("^account: .*\n", "", team.read("reconciler.yaml"), flags=re.M)
    )
    lock = json.loads(team.read("directory.lock.json"))
    lock["account"] = ours
    other = "https://app.incident.io/other"
    if where == "reconciler.yaml":
        team.write(where, f"account: {other}\n{team.read(where)}")
    else:
        lock["account"] = other
    team.write("directory.lock.json", json.dumps(lock))

    ended = team.run("page", "plan.json")

    assert ended.code == 1
    assert f"plan.json is a plan of {ours}, and {where} is of {other}" in ended.err


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (None, "plan.json: file not found; `reconciler plan --out FILE` creates a plan file"),
        ("{", "plan.json is not JSON"),
        ("[]", "plan.json is not a plan document"),
        ('{"format_version": "2.0"}', "has format_version '2.0'; this tool reads"),
        ("\0", "plan.json"),
    ],
)
def test_what_is_no_plan_is_refused(team: Team, text: str | None, words: str) -> None:
    if text is not None:
        team.write("plan.json", text)

    ended = team.run("page", "plan.json")

    assert ended.code == 1
    assert words in ended.err
    assert not (team.folder / "routes.html").exists()


def test_a_folder_is_no_plan(team: Team) -> None:
    ended = team.run("page", "routes")

    assert ended.code == 1
    assert "routes: this is a folder; name a file" in ended.err


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("",), "PLAN.JSON is empty"),
        (("plan.json", "--base", "HEAD"), "leave out --base and --live"),
        (("plan.json", "--live"), "leave out --base and --live"),
    ],
)
def test_a_plan_stands_alone(team: Team, arguments: tuple[str, ...], words: str) -> None:
    ended = team.run("page", *arguments)

    assert ended.code == 64
    assert words in ended.err


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_words_of_a_plan_stay_text(planned: tuple[Team, RunningSandbox], name: str) -> None:
    team, _ = planned
    assert team.run("plan", "--out", "plan.json").code == 0
    plain = [tag for tag, _ in page(team, "plan.json").found]
    plan = json.loads(team.read("plan.json"))
    plan["who"]["rows"][0]["words"]["where"] = name
    plan["who"]["summary"] = name
    plan["changes"][0]["name"] = plan["changes"][0]["fields"][0]["path"] = name
    team.write("plan.json", json.dumps(plan))

    dom = page(team, "plan.json")

    assert sorted(tag for tag, _ in dom.found) == sorted(plain)
    assert not [key for _, each in dom.found for key in each if key.startswith("on")]
    assert not {"\x1b", "\u202e"} & {*team.read("routes.html")}
