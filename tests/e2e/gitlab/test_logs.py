"""Names of routes act neither in the log of a job nor in a note.

GitLab folds lines of a log between `section_start:TIME:NAME` and `section_end`, each followed by a
carriage return and an escape sequence: so a name could hide what a job says.
"""

import re

import pytest

from tests.e2e.gitlab.story import DATABASE, Story

SECTION = "\\e[0Ksection_start:1:x[collapsed=true]\\r\\e[0K"
NAMES = (SECTION, "/merge", "a\\n/approve", "~label !1 @all", "</details><h1>hi")


@pytest.mark.parametrize("name", NAMES)
def test_a_name_hides_nothing_and_starts_nothing(story: Story, name: str) -> None:
    story.team.edit(DATABASE, "name: Database Alerts", f'name: "{name}"')
    head = story.commit("named")

    validated = story.plan(7, head, "reconciler-validate")
    planned = story.plan(7, head)

    for ended in (validated, planned):
        assert ended.log
        assert "\r" not in ended.log
        assert "\x1b" not in ended.log
    (note,) = story.gitlab.notes_of(7)
    assert story.gitlab.actions == []
    assert "\x1b" not in note
    outside = re.sub(r"^(```+).*?^\1|`[^`\n]*`", "", note, flags=re.M | re.S)
    assert "<h1>" not in outside
