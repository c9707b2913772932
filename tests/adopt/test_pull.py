"""Whatever can be imported can be pulled: the file then means what is live."""

import difflib
from dataclasses import replace

import pytest

from reconciler.adopt import pull
from reconciler.adopt.pull import pull_route
from reconciler.directory import resolve
from reconciler.files import parse_route
from reconciler.files.write.fmt import format_text
from reconciler.model import (
    ApiVersion,
    Binding,
    Channels,
    Declaration,
    Destination,
    Escalation,
    Expression,
    Literal,
    Live,
    Navigate,
    Reference,
    Target,
    has_errors,
)
from reconciler.plan.compare.differences import differences
from reconciler.plan.compare.effective import effective
from tests.adopt.live_corpus import (
    FILE,
    NOBODY,
    drafted,
    edited_lives,
    importable,
    live_of,
    with_ids,
)
from tests.wire.corpus import body_of


def declared(text: str) -> Declaration:
    declaration, findings = parse_route(text, FILE)
    assert declaration is not None, findings
    return declaration


def says(text: str, live: Live) -> bool:
    """Whether the file's plan is empty."""
    declaration = declared(text)
    resolved, findings = resolve(declaration, NOBODY.directory, NOBODY.config)
    after = effective(resolved.route, live.route, declaration.ignore_changes)
    return not has_errors(findings) and not differences(after, NOBODY.typed(live).route)


def moved(before: str, after: str) -> set[str]:
    lines = difflib.ndiff(before.splitlines(), after.splitlines())
    return {line[2:].partition(":")[0].strip() for line in lines if line[0] in "+-"}


@pytest.mark.parametrize(("api", "slug"), importable())
def test_every_single_edit_is_pulled_and_nothing_is_left(api: ApiVersion, slug: str) -> None:
    original = drafted(live_of(api, with_ids(body_of(api, slug))))
    for where, live in edited_lives(api, slug):
        pulled = pull_route(original.text, original.declaration, live, None, NOBODY)

        assert not pulled.findings, where
        after = pulled.text if pulled.text is not None else original.text
        assert says(after, live), where
        assert format_text(after, FILE)[0] == after, where
        assert (pulled.text is None) == (not pulled.changes), where
        touched = {str(change.path[0]) for change in pulled.changes}
        for key in {"name", "enabled", "private", "owners", "message_template"} - touched:
            assert key not in moved(original.text, after) or touched & {"incident", "expressions"}


MINIMAL = """\
name: One   # the name
sources: [01KHSNW67SZJ1KGWEMA9C0GPT7]
notify:
  - slack: T0TEAM/C0ALERTS1
"""


def one(text: str = MINIMAL) -> tuple[Declaration, Live]:
    declaration = declared(text)
    resolved, _ = resolve(declaration, NOBODY.directory, NOBODY.config)
    return declaration, Live("01JR0000000000000000000001", 3, "v3", resolved.route, {})


def slack(channel: str, visibility: str = "public") -> Destination:
    return Destination(Channels(Binding((Literal(channel),), many=True), visibility))


def test_a_channel_keeps_the_spelling_of_the_file() -> None:
    declaration, live = one()
    live = replace(live, route=replace(live.route, notify=(slack("C0ALERTS1", "private"),)))

    pulled = pull_route(MINIMAL, declaration, live, None, NOBODY)

    assert pulled.text is not None
    assert "channel: T0TEAM/C0ALERTS1, visibility: private" in pulled.text


def test_a_channel_of_another_team_is_another_channel() -> None:
    declaration, live = one()
    place = slack("T0OTHER/C0ALERTS1")
    referenced = Destination(Channels(Binding((Reference("alert.title"),))))
    teams = Destination(None, Channels(Binding((Literal("19:x@thread"),), many=True)))
    live = replace(live, route=replace(live.route, notify=(place, referenced, teams)))

    pulled = pull_route(MINIMAL, declaration, live, None, NOBODY)

    assert pulled.text is not None
    assert "T0OTHER/C0ALERTS1" in pulled.text
    assert "T0TEAM" not in pulled.text


def test_a_file_with_an_error_is_not_touched() -> None:
    text = MINIMAL.replace("01KHSNW67SZJ1KGWEMA9C0GPT7", "Nobody")
    declaration, live = one(text)

    pulled = pull_route(text, declaration, live, None, NOBODY)

    assert pulled.text is None
    assert has_errors(pulled.findings)


def test_an_edit_that_no_file_can_say_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    declaration, live = one()
    live = replace(live, route=replace(live.route, enabled=False))
    monkeypatch.setattr(pull, "edit_route", lambda *_: None)

    pulled = pull_route(MINIMAL, declaration, live, None, NOBODY)

    assert [finding.code for finding in pulled.findings] == ["not-pullable"]
    assert pulled.text is None


def test_a_text_that_would_not_mean_it_is_not_written(monkeypatch: pytest.MonkeyPatch) -> None:
    declaration, live = one()
    live = replace(live, route=replace(live.route, enabled=False))
    for wrong in ("name: [", MINIMAL, MINIMAL.replace("One ", "Two ")):
        monkeypatch.setattr(pull, "edit_route", lambda *_, wrong=wrong: wrong)

        assert pull_route(MINIMAL, declaration, live, None, NOBODY).text is None


PATH = Expression(
    "path",
    "path",
    "alert.attributes.01JA7TEAM00000000000000007",
    (Navigate('catalog_attribute["01"]'),),
)
PAGED = Escalation((Target("path", Binding((Reference('expressions["path"]'),), many=True)),))


def test_an_ignored_key_brings_no_expression_along() -> None:
    text = f"{MINIMAL}ignore_changes: [escalate]\n"
    declaration, live = one(text)
    live = replace(live, route=replace(live.route, escalate=PAGED, expressions=(PATH,)))

    assert pull_route(text, declaration, live, None, NOBODY).text is None


def test_with_a_base_the_files_own_change_stays() -> None:
    declaration, live = one()
    base = replace(live.route, notify=())
    live = replace(live, route=replace(base, enabled=False))

    pulled = pull_route(MINIMAL, declaration, live, base, NOBODY)

    assert pulled.text == MINIMAL.replace("# the name\n", "# the name\nenabled: false\n")
    assert not pulled.conflicts


def test_a_field_that_moved_on_both_sides_is_a_conflict() -> None:
    declaration, live = one()
    base = replace(live.route, private=True, notify=(slack("C0BEFORE1"),))
    changed = replace(live.route, private=False, enabled=False, notify=(slack("C0AFTER11"),))
    live = replace(live, route=replace(changed, sources=()))
    base = replace(base, sources=(), escalate=PAGED, expressions=(PATH,))

    pulled = pull_route(MINIMAL, declaration, live, base, NOBODY)

    assert pulled.text is not None
    assert "enabled: false" in pulled.text
    assert "private" not in pulled.text


def test_edits_that_cannot_be_separated_are_conflicts() -> None:
    text = f"{MINIMAL}group: {{window: 30m}}\n"
    declaration, live = one(text)
    base = replace(live.route, group=None)
    assert live.route.group is not None
    other = replace(live.route.group, window_seconds=60)
    live = replace(live, route=replace(live.route, group=other))

    pulled = pull_route(text, declaration, live, base, NOBODY)

    assert pulled.text is None
    assert pulled.conflicts
    assert all(change.position is not None for change in pulled.conflicts)


def test_a_rename_of_an_expression_by_hand_cannot_be_separated() -> None:
    uses = Escalation((Target("path", Binding((Reference('expressions["other"]'),), many=True)),))
    text = f"""{MINIMAL}enabled: false
escalate:
  - path: {{reference: 'expressions["path"]'}}
expressions:
  path:
    label: Path of the team
    from: alert.attributes.01JA7TEAM00000000000000007
    steps: [{{navigate: 'catalog_attribute["01"]'}}]
"""
    declaration, live = one(text)
    base = replace(live.route, enabled=True)
    renamed = replace(base.expressions[0], reference="other")
    live = replace(live, route=replace(base, escalate=uses, expressions=(renamed,)))

    pulled = pull_route(text, declaration, live, base, NOBODY)

    assert pulled.text is None
    assert [change.path for change in pulled.conflicts] == [("expressions", "path", "reference")]


def test_the_name_that_a_file_gives_stays_the_files() -> None:
    text = f"{MINIMAL}previously: Former\n"
    declaration, live = one(text)
    live = replace(live, route=replace(live.route, name="Former", enabled=False))

    pulled = pull_route(text, declaration, live, None, NOBODY)

    assert pulled.text is not None
    assert pulled.text.startswith("name: One ")
    assert "enabled: false" in pulled.text


def test_an_id_in_the_file_stays_an_id_beside_a_new_name() -> None:
    text = MINIMAL + "owners: [01JG1TEAMP1ATF0RM000000002]\n"
    declaration, live = one(text)
    owners = ("01JG1TEAMSECVR1TY000000001", *live.route.owners)
    live = replace(live, route=replace(live.route, owners=owners))

    pulled = pull_route(text, declaration, live, None, NOBODY)

    assert pulled.text is not None
    assert "[01JG1TEAMP1ATF0RM000000002, 01JG1TEAMSECVR1TY000000001]" in pulled.text
