"""The page of routes: kept with each plan and drift run, linked, and published where asked."""

import re
import sys
from pathlib import Path

import pytest
import yaml

from tests.browser.dom import parsed
from tests.e2e.github.story import DATABASE, WARNINGS, Story, disable
from tests.e2e.team import REPOSITORY
from tests.github.called import NoStart
from tests.github.runner import Job
from tests.github.traps import arm, plant

ADDRESS = re.compile(r"\[The page of all routes, [^]]*\]\((http[^)]*/artifacts/(\d+))\)")
PAGE = REPOSITORY / "docs" / "how-to" / "look-at-the-routes.md"


def widened(story: Story) -> str:
    story.team.edit(DATABASE, "branch: main", "branch: [main, master]")
    return story.commit("wider")


def linked(story: Story, text: str) -> str:
    """The page behind the link of a comment or an issue."""
    (found,) = ADDRESS.findall(text)
    return story.github.artifact(int(found[1]))["index.html"].decode()


def publisher() -> str:
    """The job that the page shows, as a workflow."""
    text = PAGE.read_text("utf-8")
    (job,) = re.findall(r"^```yaml\n(  page:\n.*?)^```", text, re.M | re.S)
    return f"jobs:\n{job}"


def published(story: Story, text: str = "") -> Job:
    """That job on main. It has no key, though the repository has one."""
    return story.runner.run_text(text or publisher(), {}, story.git("rev-parse", "main"))


def test_the_comment_links_the_page_of_its_plan(story: Story) -> None:
    ended = story.plan(7, widened(story))

    assert ended.ok, ended.log
    (comment,) = story.github.comments_of(7)
    dom = parsed(linked(story, comment))
    assert "Database Alerts changed" in dom.text
    assert "unpack it and open `index.html`" in comment
    assert comment.index("[The page of all routes") < comment.index("<sub>Plan of")


def test_the_same_plan_again_is_no_edit_although_its_page_is_another_one(story: Story) -> None:
    head = widened(story)
    assert story.plan(7, head).ok
    before = list(story.github.comments_of(7))

    again = story.plan(7, head)

    assert "comment of #7 unchanged" in again.log
    assert story.github.comments_of(7) == before


def test_a_page_that_cannot_be_drawn_costs_no_plan(story: Story) -> None:
    (story.team.folder / "directory.lock.json").unlink()
    story.commit("main")

    ended = story.plan(7, widened(story))

    assert ended.ok, ended.log
    (comment,) = story.github.comments_of(7)
    assert "Database Alerts" in comment
    assert not ADDRESS.search(comment)
    assert "reconciler directory refresh" in ended.log


def test_the_comment_counts_past_alerts_where_asked_and_never_for_a_fork(story: Story) -> None:
    story.incident_io.happen(40, seed=1)
    story.runner.settings = {"replay": "14"}
    head = widened(story)

    assert not story.plan(8, head, repo="stranger/routes").ran
    assert story.incident_io.count("GET", "^/v2/alerts") == 0
    assert story.plan(7, head).ok
    (comment,) = story.github.comments_of(7)
    assert re.search(r"\*\*Replay:\*\* .*alerts in 14 days", comment)


def test_the_drift_issue_links_the_page_and_a_closed_one_does_not(story: Story) -> None:
    story.incident_io.state.edit("Database Alerts", disable)
    assert story.drift().ok
    (issue,) = story.github.issues
    text = parsed(linked(story, issue["body"])).text
    edits = text.split("What live edits changed Compared")[1]
    assert edits.index("page lost") < edits.index("Posts to")

    story.incident_io.state.edit("Database Alerts", lambda body: body.update(enabled=True))

    assert story.drift().ok
    assert issue["state"] == "closed"
    assert not ADDRESS.search(issue["body"])


def test_the_newest_page_is_published_after_a_merge(story: Story) -> None:
    assert published(story).ok
    assert "master" not in story.github.pages["index.html"].decode()
    assert story.plan(7, widened(story)).ok
    assert story.apply(story.merge(7, "wider")).ok

    ended = published(story)

    assert ended.ok, ended.log
    assert [*story.github.pages] == ["index.html"]
    dom = parsed(story.github.pages["index.html"].decode())
    assert "branch is one of main, master" in dom.text


def test_the_routes_of_the_published_page_may_be_in_a_folder(story: Story) -> None:
    (story.team.folder / "alerts").mkdir()
    for path in ("routes", "reconciler.yaml", "directory.lock.json"):
        story.git("mv", path, f"alerts/{path}")
    story.commit("main")

    ended = published(story, publisher().rstrip() + "\n    with: { path: alerts }\n")

    assert ended.ok, ended.log
    assert "alerts/routes/database-alerts.yaml:2" in story.github.pages["index.html"].decode()


def test_files_with_an_error_publish_nothing(story: Story) -> None:
    assert published(story).ok
    before = dict(story.github.pages)
    story.team.write(WARNINGS, "name: [")
    story.commit("main")

    ended = published(story)

    assert not ended.ok
    assert "routes/production-warnings.yaml:2:1: error" in ended.log
    assert story.github.pages == before


def test_to_publish_runs_no_file_of_the_checkout(story: Story, tmp_path: Path) -> None:
    sprung = tmp_path / "sprung"
    plant(story.team.folder, sprung)
    step = {"run": f"echo an action >> '{sprung}'", "shell": "bash", "name": "trap"}
    trap = yaml.safe_dump({"runs": {"using": "composite", "steps": [step]}})
    for place in ("action.yml", "program/action.yml", "change/action.yml"):
        story.team.write(place, trap)
    story.commit("main")
    story.runner.prepare = arm
    story.runner.program = Path(sys.prefix)  # a real start: what it reads is what is tested

    ended = published(story)

    assert not sprung.exists(), sprung.read_text("utf-8")
    assert ended.ok, ended.log
    assert "index.html" in story.github.pages


def test_a_github_that_does_not_name_the_commit_publishes_nothing(story: Story) -> None:
    story.runner.says_program = False

    ended = published(story)

    assert not ended.ok
    assert "GitHub does not name the commit of this workflow" in ended.log
    assert story.github.pages == {}


@pytest.mark.parametrize("right", ["pages: write", "id-token: write", "contents: read"])
def test_a_caller_that_grants_too_little_is_told_by_github(story: Story, right: str) -> None:
    granted = publisher()
    assert right in granted
    name = right.partition(":")[0]

    with pytest.raises(NoStart, match=right):
        published(story, granted.replace(right, f"{name}: none"))
