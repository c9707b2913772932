"""What logs, summaries and comments say of files that are wrong and names that are hostile."""

import json

from tests.e2e.github.story import DATABASE, THREE, Story, disable, opened


def test_findings_of_a_broken_file_are_in_the_comment_too(story: Story) -> None:
    story.team.edit(DATABASE, "path: Engineering On-Call", "paths: Engineering On-Call")
    head = story.commit("typo")

    validated = story.plan(7, head, "validate")
    planned = story.plan(7, head)

    assert not validated.ok
    assert "::error file=routes/database-alerts.yaml,line=" in validated.log
    assert "The route files have errors" in validated.summary
    assert not planned.ok
    assert "❌ **1 error" in story.github.comments_of(7)[0]


TESTS = """\
tests:
  - name: databases page
    alert: {source: PlanetScale, title: "::error::forged", attributes: {branch: main}}
    expect: {routes: [Database Alerts]}
"""


def test_a_routing_test_that_fails_is_annotated(story: Story) -> None:
    story.team.write("routing-tests/a.yaml", TESTS)
    passed = story.plan(7, story.commit("tests"), "validate")
    story.team.edit(DATABASE, "branch: main", "branch: dev")
    story.write_table()

    failed = story.plan(8, story.commit("edit"), "validate")

    assert passed.ok, passed.log
    assert not failed.ok
    (line,) = [one for one in failed.commands if "title=routing-test" in one]
    assert line.startswith("::error file=routing-tests/a.yaml,line=4,")


COMMANDS = (
    "::error file=x::forged",
    "##[add-mask]e",
    "see ##[set-env name=PATH]/tmp",
    f"{'words ' * 11}::warning::forged at the start of a line once it is wrapped",
)


def test_the_summary_says_why_a_valid_file_is_refused(story: Story) -> None:
    story.team.edit(DATABASE, "branch: main", 'branch: "main"')

    refused = story.plan(7, story.commit("quoted"), "validate")

    assert not refused.ok
    assert "The route files are valid" in refused.summary
    assert "canonical spelling" in refused.summary
    assert "`reconciler fmt`" in refused.summary


def test_no_name_is_ever_a_command_to_the_runner(story: Story) -> None:
    team, store = story.team, story.incident_io.state
    for place, name in enumerate(COMMANDS):
        text = team.read(DATABASE).replace("name: Database Alerts", f"name: {json.dumps(name)}")
        team.write(f"routes/forged-{place}.yaml", text)
    head = story.commit("forged")
    jobs = [story.plan(7, head, "validate"), story.plan(7, head)]
    jobs.append(story.apply(story.merge(7, "forged")))
    assert jobs[-1].ok, jobs[-1].log
    for name in COMMANDS:
        store.edit(name, disable)
    jobs += [story.drift(), story.adopt()]

    assert [line for job in jobs for line in job.commands] == []
    team.edit("routes/forged-0.yaml", "path: Engineering On-Call", "'::error::x': y")
    broken = story.plan(8, story.commit("broken"), "validate")
    assert broken.commands
    assert all(line.startswith("::error file=routes/forged-0.yaml,") for line in broken.commands)


def test_a_comment_that_cannot_be_edited_leaves_the_others_true(story: Story) -> None:
    opened(story, *THREE[0])
    opened(story, *THREE[1])
    story.merge(11, "one")
    merged = story.merge(12, "two")
    (first,) = (row for row in story.github.comments if row["pull"] == 11)
    first["locked"] = True

    ended = story.apply(merged)

    assert not ended.ok
    assert "error: the comment of #11 was not changed: GitHub answered 403" in ended.log
    assert "✅ **Applied**" in story.github.comments_of(12)[0]


def test_a_change_s_own_warning_is_annotated_however_many_were_there_before(story: Story) -> None:
    team = story.team
    warned = 'name: {0}\nsources: []\nnotify:\n  - slack: "#alerts"\n'
    for number in range(12):
        team.write(f"routes/old-{number:02}.yaml", warned.format(f"Old {number}"))
    story.commit("main")
    team.write("routes/zz-new.yaml", warned.format("New"))
    head = story.commit("new")

    validated = story.plan(7, head, "validate")
    planned = story.plan(7, head)

    warnings = [line for line in validated.commands if line.startswith("::warning")]
    assert len(warnings) == 1, validated.log
    assert "file=routes/zz-new.yaml" in warnings[0]
    assert "12 warnings in files that this change does not touch" in validated.log
    assert planned.ok, planned.log
    (comment,) = story.github.comments_of(7)
    assert "routes/old-" not in comment
    assert "12 more in files that this change does not touch" in comment
