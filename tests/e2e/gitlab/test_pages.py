"""The page of routes and the replay of past alerts, in the note and in the issue."""

import re

from tests.browser.dom import parsed
from tests.e2e.gitlab.story import DATABASE, Story, disable
from tests.gitlab.fake import FORK

ADDRESS = re.compile(r"\[The page of all routes, [^]]*\]\((http[^)]*)\)\.\n")


def widened(story: Story) -> str:
    story.team.edit(DATABASE, "branch: main", "branch: [main, master]")
    return story.commit("wider")


def linked(story: Story, text: str) -> str:
    """The page behind the link of a note or an issue."""
    (address,) = ADDRESS.findall(text)
    return story.gitlab.artifact(address)


def test_the_note_links_the_page_of_its_plan(story: Story) -> None:
    ended = story.plan(7, widened(story))

    assert ended.ok, ended.log
    (note,) = story.gitlab.notes_of(7)
    assert "Database Alerts changed" in parsed(linked(story, note)).text
    assert "unpack" not in note


def test_the_same_plan_again_is_no_edit_although_its_page_is_another_one(story: Story) -> None:
    head = widened(story)
    assert story.plan(7, head).ok
    before = list(story.gitlab.notes_of(7))

    again = story.plan(7, head)

    assert "note of !7 unchanged" in again.log
    assert story.gitlab.notes_of(7) == before


def test_a_page_that_cannot_be_drawn_costs_no_plan(story: Story) -> None:
    (story.team.folder / "directory.lock.json").unlink()
    story.commit("main")

    ended = story.plan(7, widened(story))

    assert ended.ok, ended.log
    (note,) = story.gitlab.notes_of(7)
    assert "Database Alerts" in note
    assert not ADDRESS.search(note)
    assert not [name for name in ended.files if name.endswith(".html")]


def test_the_drift_issue_links_the_page_and_a_closed_one_does_not(story: Story) -> None:
    story.incident_io.state.edit("Database Alerts", disable)
    ended = story.drift()
    assert ended.ok, ended.log
    (issue,) = story.gitlab.issues
    text = parsed(linked(story, issue["description"])).text
    edits = text.split("What live edits changed Compared")[1]
    assert edits.index("page lost") < edits.index("Posts to")

    story.incident_io.state.edit("Database Alerts", lambda body: body.update(enabled=True))

    assert story.drift().ok
    assert issue["state"] == "closed"
    assert not ADDRESS.search(issue["description"])


def test_the_note_counts_past_alerts_where_asked(story: Story) -> None:
    story.incident_io.happen(40, seed=1)
    head = widened(story)
    assert story.plan(7, head).ok
    assert "**Replay:**" not in story.gitlab.notes_of(7)[0]
    story.runner.inputs |= {"replay": "14"}

    ended = story.plan(7, head)

    assert ended.ok, ended.log
    (note,) = story.gitlab.notes_of(7)
    assert re.search(r"\*\*Replay:\*\* .*alerts in 14 days", note)


def test_no_fork_gets_a_replay(story: Story) -> None:
    story.runner.inputs |= {"replay": "14"}
    head = widened(story)

    assert not story.plan(7, head, source=FORK).ran
    by_a_member = {"CI_PROJECT_ID": "7"}
    assert not story.plan(7, head, source=FORK, more=by_a_member).ran
    assert story.incident_io.count("GET", "^/v2/alerts") == 0


def test_a_merge_train_gets_neither(story: Story) -> None:
    story.runner.inputs |= {"replay": "14"}
    head = widened(story)

    ended = story.plan(7, head, built=head, more={"CI_MERGE_REQUEST_EVENT_TYPE": "merge_train"})

    assert ended.ok, ended.log
    assert ended.files == {}
    assert story.gitlab.notes_of(7) == []
    assert story.incident_io.count("GET", "^/v2/alerts$") == 0
