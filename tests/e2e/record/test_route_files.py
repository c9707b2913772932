"""The record knows the same route files as the checkout and a commit, however they are laid out."""

from collections.abc import Callable

import pytest

from reconciler.sandbox.account.seed import ident
from reconciler.sandbox.http.running import RunningSandbox
from tests.e2e.base.test_route_files import PLACES, commit
from tests.e2e.team import Team

NAME = "Database Alerts"
OTHER = ident("escalation path", "Database On-Call")


def by_hand(running: RunningSandbox) -> None:
    def edit(body: dict[str, object]) -> None:
        config = body["escalation_config"]
        assert isinstance(config, dict)
        (target,) = config["escalation_targets"]
        target["escalation_paths"]["array_value"][0]["literal"] = OTHER

    running.state.edit(NAME, edit)


@pytest.mark.parametrize("applied", [True, False], ids=["applied there", "moved since"])
@pytest.mark.parametrize("base", [(), ("--base", "HEAD")], ids=["record", "base"])
@pytest.mark.parametrize("place", PLACES)
def test_a_hand_edit_stays_wherever_the_route_file_is(
    place: Callable[[Team], None],
    base: tuple[str, ...],
    applied: bool,
    repository: Team,
    incident_io: RunningSandbox,
) -> None:
    place(repository)
    commit(repository)
    if applied:
        assert repository.run("apply", "--auto-approve").code == 0
    by_hand(incident_io)
    edited = incident_io.state.find(NAME).version

    ended = repository.run("apply", *base, "--auto-approve")

    assert ended.code == 0, ended.out + ended.err
    assert OTHER in str(incident_io.state.find(NAME).body["escalation_config"])
    assert incident_io.state.find(NAME).version == edited
    assert "[drift]" in ended.out


@pytest.mark.parametrize("place", PLACES)
def test_a_change_of_such_a_file_is_an_update_and_keeps_the_edit(
    place: Callable[[Team], None], repository: Team, incident_io: RunningSandbox
) -> None:
    place(repository)
    by_hand(incident_io)
    file = repository.folder / "routes/database-alerts.yaml"
    (found,) = [
        one
        for one in (file, file.with_suffix(".YAML"), file.parent / "databases/alerts.yml")
        if one.exists()
    ]
    text = found.read_text(encoding="utf-8")
    found.resolve().write_text(text.replace("branch: main", "branch: [main, x]"), encoding="utf-8")

    ended = repository.run("apply", "--auto-approve")

    assert ended.code == 0, ended.out + ended.err
    body = incident_io.state.find(NAME).body
    assert OTHER in str(body["escalation_config"])
    assert "'x'" in str(body["condition_groups"])
