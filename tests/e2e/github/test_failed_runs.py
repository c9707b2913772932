"""A run that failed half way: what it wrote is nobody's edit, and no change is forgotten."""

import json
import re

from tests.e2e.github.story import DATABASE, THREE, Story, disable, opened


def failed_half(story: Story) -> str:
    """Two merges; the run writes the first one's route and fails on the second one's. Returns the
    first merge.
    """
    opened(story, *THREE[0])
    opened(story, *THREE[1])
    first = story.merge(11, "one")
    merged = story.merge(12, "two")
    warnings = story.incident_io.state.find("Production Warnings").id
    story.incident_io.fault("status", method="PUT", path=f"/alert_routes/{warnings}", status=422)
    assert not story.apply(merged).ok
    assert "master" in str(story.incident_io.state.find("Database Alerts").body)
    return first


def test_a_merge_goes_on_from_what_a_failed_run_wrote(story: Story) -> None:
    failed_half(story)
    opened(story, 14, "on", DATABASE, "[main, master]", "[main, master, trunk]")

    ended = story.apply(story.merge(14, "on"))

    assert ended.ok, ended.log
    assert "trunk" in str(story.incident_io.state.find("Database Alerts").body)
    assert "info" in str(story.incident_io.state.find("Production Warnings").body)
    assert "✅ **Applied**" in story.github.comments_of(14)[0]


def test_a_revert_of_what_a_failed_run_wrote_is_written(story: Story) -> None:
    story.team.approve("Database Alerts", "paging-lost")  # of the branch that it takes back
    failed_half(story)
    opened(story, 14, "revert", DATABASE, "branch: [main, master]", "branch: main")

    ended = story.apply(story.merge(14, "revert"))

    assert ended.ok, ended.log
    assert "master" not in str(story.incident_io.state.find("Database Alerts").body)
    assert "info" in str(story.incident_io.state.find("Production Warnings").body)
    assert "✅ **Applied**" in story.github.comments_of(14)[0]
    assert "a later merge reverted this change" in story.github.comments_of(11)[0]
    assert "✅ `Production Warnings` updated" in story.github.comments_of(12)[0]


def test_a_revert_that_waits_is_no_hand_edit_to_anybody(story: Story) -> None:
    failed_half(story)
    opened(story, 14, "revert", DATABASE, "branch: [main, master]", "branch: main")
    story.incident_io.fault("status", method="PUT", path="/alert_routes/", status=422, times=9)
    assert not story.apply(story.merge(14, "revert")).ok

    assert story.drift().ok
    assert story.adopt().ok

    assert story.github.issues == []
    assert story.github.opened == []


def test_a_hand_edit_beside_what_a_failed_run_wrote_stays_beside_the_revert(story: Story) -> None:
    failed_half(story)
    story.incident_io.state.edit("Database Alerts", disable)
    opened(story, 14, "revert", DATABASE, "branch: [main, master]", "branch: main")

    ended = story.apply(story.merge(14, "revert"))

    assert ended.ok, ended.log
    body = story.incident_io.state.find("Database Alerts").body
    assert (body["enabled"], "master" in str(body)) == (False, False)
    assert "✅ **Applied**" in story.github.comments_of(14)[0]
    assert story.drift().ok
    assert "### `Database Alerts`" in story.github.issues[0]["body"]


def trunk_instead(body: dict[str, object]) -> None:
    text = json.dumps(body["condition_groups"])
    assert '"master"' in text
    body["condition_groups"] = json.loads(text.replace('"master"', '"trunk"'))


def test_a_hand_edit_in_what_a_revert_takes_back_lets_no_run_forget_the_revert(
    story: Story,
) -> None:
    story.team.approve("Database Alerts", "paging-lost")  # of the branch that it takes back
    story.team.edit(DATABASE, "name: Database Alerts", "name: Database Alerts\nprivate: true")
    opened(story, *THREE[0])
    opened(story, *THREE[1])
    story.merge(11, "one")
    merged = story.merge(12, "two")
    warnings = story.incident_io.state.find("Production Warnings").id
    story.incident_io.fault("status", method="PUT", path=f"/alert_routes/{warnings}", status=422)
    assert not story.apply(merged).ok
    story.team.edit(DATABASE, "\nprivate: true", "")
    opened(story, 14, "revert", DATABASE, "branch: [main, master]", "branch: main")
    story.incident_io.state.edit("Database Alerts", trunk_instead)
    reverted = story.merge(14, "revert")

    ended = story.apply(reverted)

    again = story.apply(reverted)

    assert (ended.ok, again.ok) == (False, False)  # no run forgets the revert
    body = story.incident_io.state.find("Database Alerts").body
    assert (body["is_private"], "trunk" in str(body)) == (True, True)
    (comment,) = story.github.comments_of(14)
    assert "🛑 **Not applied**" in comment
    assert "The file and a live edit changed the same field: you decide." in comment
    assert "info" in str(story.incident_io.state.find("Production Warnings").body)
    shown = story.apply(reverted, **{"revert-drift": "true"})
    assert not shown.ok  # the end of the live edit was in no reviewed plan
    (digest,) = set(re.findall(r"--digest ([0-9a-f]{64})", " ".join(shown.log.split())))
    by_hand = story.apply(reverted, **{"revert-drift": "true", "digest": digest})
    assert by_hand.ok, by_hand.log
    body = story.incident_io.state.find("Database Alerts").body
    assert (body["is_private"], "trunk" in str(body)) == (False, False)


def test_a_push_that_reverts_what_a_failed_run_wrote_is_not_forgotten(story: Story) -> None:
    failed_half(story)
    story.incident_io.state.edit("Database Alerts", disable)
    story.team.edit(DATABASE, "branch: [main, master]", "branch: main")
    pushed = story.commit("main")

    ended = story.apply(pushed)

    assert not ended.ok
    assert "Production Warnings: updated" in ended.summary
    body = story.incident_io.state.find("Database Alerts").body
    assert (body["enabled"], "master" in str(body)) == (False, True)
    (digest,) = set(re.findall(r"--digest ([0-9a-f]{64})", " ".join(ended.log.split())))
    by_hand = story.apply(pushed, digest=digest)
    assert by_hand.ok, by_hand.log
    body = story.incident_io.state.find("Database Alerts").body
    assert (body["enabled"], "master" in str(body)) == (False, False)


def test_a_hand_edit_beside_what_a_failed_run_wrote_stops_nothing_else(story: Story) -> None:
    failed_half(story)
    story.incident_io.state.edit("Database Alerts", disable)

    ended = story.apply(story.git("rev-parse", "main"))

    assert ended.ok, ended.log
    assert "info" in str(story.incident_io.state.find("Production Warnings").body)
    assert story.incident_io.state.find("Database Alerts").body["enabled"] is False


def test_a_plain_revert_of_a_name_makes_no_second_route(
    story: Story,
) -> None:
    file = "routes/informational.yaml"
    opened(story, 11, "one", file, "name: Informational", "name: Two\npreviously: Informational")
    opened(story, *THREE[1])
    story.merge(11, "one")
    merged = story.merge(12, "two")
    warnings = story.incident_io.state.find("Production Warnings").id
    story.incident_io.fault("status", method="PUT", path=f"/alert_routes/{warnings}", status=422)
    assert not story.apply(merged).ok
    assert "Two" in story.incident_io.state.names()
    story.team.edit(file, "name: Two\npreviously: Informational", "name: Informational")

    reverted = story.commit("main")

    refused = story.apply(reverted)

    assert not refused.ok  # nobody reviewed the push
    assert "Informational" not in story.incident_io.state.names()
    (digest,) = set(re.findall(r"--digest ([0-9a-f]{64})", " ".join(refused.log.split())))
    by_hand = story.apply(reverted, digest=digest)
    assert by_hand.ok, by_hand.log
    assert "Informational" in story.incident_io.state.names()
    assert "Two" not in story.incident_io.state.names()


def created_half(story: Story) -> None:
    """The same as `failed_half`, with a new route."""
    text = story.team.read(DATABASE).replace("Database Alerts", "New One")
    story.team.write("routes/new.yaml", text)
    assert story.plan(11, story.commit("one")).ok
    opened(story, *THREE[1])
    story.merge(11, "one")
    merged = story.merge(12, "two")
    story.incident_io.fault("status", method="PUT", path="/alert_routes/", status=422)
    assert not story.apply(merged).ok
    assert "New One" in story.incident_io.state.names()


def test_a_created_route_that_is_deleted_later_is_not_called_applied(story: Story) -> None:
    created_half(story)
    story.team.write("routes/new.yaml", "name: New One\nstate: absent\n")
    story.team.approve("New One", "delete")
    assert story.plan(14, story.commit("absent")).ok

    ended = story.apply(story.merge(14, "absent"))

    assert ended.ok, ended.log
    assert "New One" not in story.incident_io.state.names()
    assert "✅ `New One` deleted" in story.github.comments_of(14)[0]
    (comment,) = story.github.comments_of(11)
    assert "↩️ `New One`: a later merge reverted this change" in comment


def test_a_created_route_whose_file_is_gone_is_still_called_live(story: Story) -> None:
    created_half(story)
    (story.team.folder / "routes/new.yaml").unlink()
    assert story.plan(14, story.commit("gone")).ok

    ended = story.apply(story.merge(14, "gone"))

    assert ended.ok, ended.log
    assert "New One" in story.incident_io.state.names()
    (comment,) = story.github.comments_of(11)
    assert "⚠️ `New One` is live and still pages, although a later merge removed its" in comment


def test_a_route_that_a_failed_run_deleted_comes_back(story: Story) -> None:
    file, before = "routes/informational.yaml", story.team.read("routes/informational.yaml")
    story.team.write(file, "name: Informational\nstate: absent\n")
    story.team.approve("Informational", "delete")
    assert story.plan(15, story.commit("absent")).ok
    story.github.comments[0]["locked"] = True
    assert not story.apply(story.merge(15, "absent")).ok
    assert "Informational" not in story.incident_io.state.names()
    story.github.comments[0]["locked"] = False
    story.team.write(file, before)
    assert story.plan(16, story.commit("back")).ok

    ended = story.apply(story.merge(16, "back"))

    assert ended.ok, ended.log
    assert "Informational" in story.incident_io.state.names()
    assert "✅ **Applied**" in story.github.comments_of(16)[0]


def test_a_route_that_was_deleted_by_hand_comes_back_by_hand(story: Story) -> None:
    file, before = "routes/informational.yaml", story.team.read("routes/informational.yaml")
    story.incident_io.state.delete("Informational")
    story.team.write(file, "name: Informational\nstate: absent\n")
    story.team.approve("Informational", "delete")
    story.commit("main")
    story.team.write(file, before)
    assert story.plan(16, story.commit("back")).ok
    back = story.merge(16, "back")

    story.apply(back)

    assert "Informational" not in story.incident_io.state.names()
    (comment,) = story.github.comments_of(16)
    assert "Merging this changes nothing in incident.io" in comment
    assert "it is left deleted" in comment
    shown = story.apply(back, **{"revert-drift": "true"})
    (digest,) = set(re.findall(r"--digest ([0-9a-f]{64})", " ".join(shown.log.split())))
    by_hand = story.apply(back, **{"revert-drift": "true", "digest": digest})
    assert by_hand.ok, by_hand.log
    assert "Informational" in story.incident_io.state.names()


def test_what_was_never_written_and_is_reverted_was_not_applied(story: Story) -> None:
    opened(story, *THREE[0])
    story.incident_io.fault("status", method="PUT", path="/alert_routes/", status=422)
    assert not story.apply(story.merge(11, "one")).ok
    opened(story, 14, "revert", DATABASE, "branch: [main, master]", "branch: main")

    ended = story.apply(story.merge(14, "revert"))

    assert ended.ok, ended.log
    assert "🛑 **Not applied**" in story.github.comments_of(11)[0]
    assert "a later merge reverted this change" in story.github.comments_of(11)[0]
