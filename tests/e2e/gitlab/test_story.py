"""The whole loop on GitLab: the jobs of the template by bash, a fake GitLab, the sandbox."""

from tests.e2e.gitlab.story import DATABASE, Story, disable


def test_the_whole_story(story: Story) -> None:
    team, gitlab = story.team, story.gitlab
    team.edit(DATABASE, "branch: main", "branch: [main, master]")
    story.write_table()
    first = story.commit("wider")

    validated = story.plan(7, first, "reconciler-validate")
    planned = story.plan(7, first)

    assert validated.ok, validated.log
    assert "6 routes valid" in validated.log
    assert planned.ok, planned.log
    assert planned.reports == {"dotenv": ["reconciler-artifacts/plan.env"]}
    variables = planned.files["reconciler-artifacts/plan.env"].decode()
    assert variables.startswith("RECONCILER_PLAN_CHANGES=true\nRECONCILER_PLAN_DIGEST=")
    (note,) = gitlab.notes_of(7)
    lines = note.splitlines()
    assert lines[0].startswith(f"<!-- reconciler:plan v1 sha={first} digest=")
    assert lines[1] == (
        "**Who is paged: 1 kind of alert pages more targets, 1 posts elsewhere.** "
        f"Proved for every alert of 1 source. 1 route changes. *(plan of `{first[:7]}`)*"
    )
    assert "```mermaid" in note
    assert "Compared with incident.io: the 1 route that this merge request changes." in note
    assert "pull request" not in note

    team.edit(DATABASE, "[main, master]", "[main, trunk]")
    second = story.commit("wider")
    assert story.plan(7, second).ok
    (note,) = gitlab.notes_of(7)
    assert "trunk" in note
    assert "master" not in note

    applied = story.apply(story.merge(7, "wider"))

    assert applied.ok, applied.log
    assert "trunk" in str(story.incident_io.state.find("Database Alerts").body)
    (note,) = gitlab.notes_of(7)
    assert "state=applied" in note.splitlines()[0]
    assert "✅ **Applied**" in note
    assert "✅ `Database Alerts` updated v7" in note
    assert "1 kind of alert pages more targets" in note
    assert any("/runs/" in name for name in applied.files)

    assert story.drift().ok
    assert gitlab.issues == []
    story.incident_io.state.edit("Database Alerts", disable)
    drifted = story.drift()
    assert drifted.ok, drifted.log
    (issue,) = gitlab.issues
    assert issue["state"] == "opened"
    assert "reconciler pull 'Database Alerts'" in issue["description"]

    assert team.run("pull", "Database Alerts").code == 0
    adopted = story.commit("adopt")
    assert story.plan(8, adopted).ok
    assert "**Merging this changes nothing in incident.io.**" in gitlab.notes_of(8)[0]
    assert story.apply(story.merge(8, "adopt")).ok
    assert "There was nothing to write" in gitlab.notes_of(8)[0]
    assert story.drift().ok
    assert [row["state"] for row in gitlab.issues] == ["closed"]

    story.incident_io.state.edit("Database Alerts", lambda body: body.update(enabled=True))
    assert story.drift().ok
    assert [row["state"] for row in gitlab.issues] == ["opened"]
