"""`reconciler who`: which alerts page whom differently, live, offline, and against a commit."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from reconciler.plan import exit_codes
from reconciler.sandbox.account.seed import ident
from reconciler.sandbox.http.running import RunningSandbox
from tests.e2e.base.repository import git
from tests.e2e.team import Ended, Team

PRODUCTION = "routes/production-alerts.yaml"


@pytest.fixture
def committed(team: Team) -> Team:
    """A repository with one commit, and an account that is as its files say."""
    git(team.folder, "init", "-q", "-b", "main")
    git(team.folder, "add", "-A")
    git(team.folder, "commit", "-q", "-m", "routes")
    return team


def offline(team: Team, *arguments: str) -> Ended:
    """Without a key."""
    return team.run("who", *arguments, INCIDENT_API_KEY="")


def test_with_a_key_it_shows_what_the_next_apply_would_do(committed: Team) -> None:
    ended = committed.run("who")

    assert ended.out.splitlines()[:6] == [
        "Compared incident.io with what apply would write.",
        "Who is paged: 1 kind of alert pages another target. Proved for every alert of 1",
        "  source.",
        "  ~ other target: PlanetScale, branch is one of main",
        "      Database On-Call → Engineering On-Call",
        "      because of Database Alerts; e.g. branch: main",
    ]
    assert (ended.code, ended.err) == (exit_codes.CHANGES_PENDING, "")


def test_where_nothing_changes_it_ends_with_0(committed: Team) -> None:
    committed.run("apply", "--auto-approve")

    ended = committed.run("who")

    assert ended.code == exit_codes.DONE
    assert ended.out.splitlines()[1] == ("✅ Nobody is paged differently: proved for every alert.")


def test_a_live_edit_is_kept_by_apply_and_shown_with_live(
    committed: Team, incident_io: RunningSandbox
) -> None:
    committed.run("apply", "--auto-approve")
    incident_io.state.edit("Production Alerts", lambda body: body.update(enabled=False))

    kept, shown = committed.run("who"), committed.run("who", "--live")

    assert kept.code == exit_codes.DONE
    assert shown.code == exit_codes.CHANGES_PENDING
    assert shown.out.startswith("Compared incident.io with the files.\n")
    assert "+ page gained: Checkly (Production)" in shown.out


def test_without_a_key_it_compares_with_the_last_commit_and_asks_nobody(
    committed: Team, incident_io: RunningSandbox
) -> None:
    committed.edit(PRODUCTION, "severity: critical", "severity: warning")

    ended = offline(committed)

    assert ended.code == exit_codes.CHANGES_PENDING
    assert ended.out.startswith("Compared the files of ")
    assert "names by directory.lock.json.\n" in ended.out.splitlines(keepends=True)[0]
    assert "Engineering On-Call → NOBODY" in ended.out
    assert incident_io.requests == []


def test_a_base_is_any_commit_and_needs_no_key(committed: Team) -> None:
    committed.edit(PRODUCTION, "  - Checkly (Production)\n", "")
    git(committed.folder, "commit", "-q", "-a", "-m", "one")

    assert offline(committed, "--base", "HEAD").code == exit_codes.DONE
    ended = committed.run("who", "--base", "HEAD~1")
    assert ended.code == exit_codes.CHANGES_PENDING
    assert "✗ page lost: Checkly (Production), every alert" in ended.out


def test_a_route_split_in_two_is_proved_to_page_nobody_differently(committed: Team) -> None:
    committed.edit(PRODUCTION, "  - Checkly (Production)\n", "")
    committed.write(
        "routes/checkly.yaml",
        "name: Checkly\nsources:\n  - Checkly (Production)\n"
        'escalate:\n  - path: Engineering On-Call\nnotify:\n  - slack: "#alerts"\n',
    )

    ended = offline(committed)

    assert ended.code == exit_codes.DONE
    assert "Nobody is paged differently: proved for every alert. 2 routes changed." in ended.out


def test_a_removed_file_leaves_its_route_live(committed: Team) -> None:
    (committed.folder / PRODUCTION).unlink()

    assert offline(committed).code == exit_codes.DONE
    committed.write(
        "reconciler.yaml",
        "undeclared: delete\nowns: {teams: [Platform]}\nmax_deletes: 1\n"
        + committed.read("reconciler.yaml"),
    )
    git(committed.folder, "commit", "-q", "-m", "settings", "reconciler.yaml")
    ended = offline(committed)
    assert ended.code == exit_codes.CHANGES_PENDING
    assert "Production Alerts" in ended.out


def test_without_a_key_and_a_commit_it_says_what_it_compares_with(team: Team) -> None:
    nowhere = offline(team)
    git(team.folder, "init", "-q", "-b", "main")
    empty = offline(team)

    assert (nowhere.code, empty.code) == (exit_codes.ERROR, exit_codes.ERROR)
    assert "without a key, `who` compares with the last commit, and git finds none" in nowhere.err
    assert nowhere.err == empty.err
    assert "--base" not in nowhere.err


def test_one_source_alone(committed: Team) -> None:
    committed.edit(PRODUCTION, "severity: critical", "severity: warning")

    other = offline(committed, "--source", "Checkly (Production)")
    own = offline(committed, "--source", "Alertmanager (Production)")
    unknown = offline(committed, "--source", "Chekly (Production)")

    assert (other.code, own.code) == (exit_codes.DONE, exit_codes.CHANGES_PENDING)
    assert unknown.code == exit_codes.USAGE
    assert 'alert source "Chekly (Production)" is not in directory.lock.json; did you mean' in (
        unknown.err
    )


def test_the_changes_of_some_files(committed: Team) -> None:
    committed.edit(PRODUCTION, "severity: critical", "severity: warning")

    assert offline(committed, "routes/informational.yaml").code == exit_codes.DONE
    assert offline(committed, PRODUCTION).code == exit_codes.CHANGES_PENDING


def test_json_is_the_form_of_the_plan_file(committed: Team) -> None:
    document = json.loads(committed.run("who", "--format", "json").out)

    plan = json.loads(committed.run("plan", "--format", "json").out)
    assert document == plan["who"]
    assert document["rows"][0]["lost"]


def test_markdown_is_a_table(committed: Team) -> None:
    ended = committed.run("who", "--format", "markdown")

    assert ended.out.startswith("Compared incident.io with what apply would write.\n\n**Who is")
    assert "| 🟠 other target | PlanetScale, `branch is one of main` |" in ended.out


def test_a_file_with_an_error_makes_it_unknown(committed: Team) -> None:
    committed.edit(PRODUCTION, "path: Engineering On-Call", "path: Enginering On-Call")

    ended = committed.run("who")

    assert ended.code == exit_codes.ERROR
    assert "[unknown-path]" in ended.err
    assert "it is unknown who is paged: correct the errors first" in ended.err
    assert ended.out == ""


ENGINEERING, DATABASE = (
    ident("escalation path", f"{of} On-Call") for of in ("Engineering", "Database")
)


def test_a_name_that_another_path_has_now_pages_another_target(committed: Team) -> None:
    """The files are as they were; the lock file says what incident.io calls things today."""
    lock = committed.read("directory.lock.json")
    swapped = lock.replace(ENGINEERING, "01OTHER").replace(DATABASE, ENGINEERING)
    committed.write("directory.lock.json", swapped.replace("01OTHER", DATABASE))

    ended = offline(committed, "--base", "HEAD")

    assert ended.code == 2
    assert "Database On-Call → Engineering On-Call" in ended.out
    assert "because of Database Alerts" in ended.out


def test_a_path_that_was_made_anew_is_another_one(committed: Team) -> None:
    lock = committed.read("directory.lock.json")
    committed.write("directory.lock.json", lock.replace(ENGINEERING, "01JJ7GTCAJEZ2X719RXE69JWP9"))

    ended = offline(committed, "--base", "HEAD")

    assert ended.code == 2
    assert "Engineering On-Call (before) → Engineering On-Call" in ended.out


def test_a_thing_that_was_renamed_pages_nobody_differently(committed: Team) -> None:
    lock = committed.read("directory.lock.json")
    committed.write("directory.lock.json", lock.replace('"branch"', '"git branch"'))
    committed.edit("routes/database-alerts.yaml", "branch: main", "git branch: main")

    ended = offline(committed, "--base", "HEAD")

    assert ended.code == 0, ended.out
    assert "Nobody is paged differently: proved for every alert." in ended.out


def test_a_name_that_the_lock_file_lacks_is_unknown(committed: Team) -> None:
    committed.edit(PRODUCTION, "path: Engineering On-Call", "path: New On-Call")

    ended = offline(committed)

    assert ended.code == exit_codes.CHANGES_PENDING
    assert "unknown for some alerts of 4 sources" in " ".join(ended.out.split())
    assert (
        'escalation path "New On-Call" is not in directory.lock.json (in the file of "Production '
        'Alerts"); run `reconciler directory refresh` with a key' in " ".join(ended.out.split())
    )


def test_a_name_in_a_condition_that_the_lock_file_lacks_is_one_unknown(committed: Team) -> None:
    committed.edit(PRODUCTION, "severity: critical", "service: ledger")

    document = json.loads(offline(committed, "--format", "json").out)

    whys = [one["why"] for one in document["unknown"]]
    sources = [source for one in document["unknown"] for source in one["sources"]]
    assert all('"ledger" is not in directory.lock.json' in why for why in whys)
    assert len(sources) == len(set(sources))


def test_without_a_lock_file_it_says_how_to_get_one(committed: Team) -> None:
    (committed.folder / "directory.lock.json").unlink()

    ended = offline(committed)

    assert ended.code == exit_codes.ERROR
    assert "there is no directory.lock.json" in ended.err
    committed.write(PRODUCTION, "name: [")
    assert "[yaml-syntax]" in offline(committed).err


def test_a_part_that_a_file_leaves_to_the_dashboard_is_unknown_offline(committed: Team) -> None:
    committed.edit(PRODUCTION, "name:", "ignore_changes: [escalate]\nname:")
    git(committed.folder, "commit", "-q", "-a", "-m", "leave")
    committed.edit(PRODUCTION, "severity: critical", "severity: warning")

    ended = offline(committed)

    assert ended.code == exit_codes.CHANGES_PENDING
    assert 'the file of "Production Alerts" leaves escalate to the dashboard' in " ".join(
        ended.out.split()
    )


def test_base_and_live_exclude_each_other(committed: Team) -> None:
    assert committed.run("who", "--base", "HEAD", "--live").code == exit_codes.USAGE


def test_outside_a_repository_it_says_so(team: Team) -> None:
    ended = offline(team)

    assert ended.code == exit_codes.ERROR
    assert "git" in ended.err


def test_a_file_that_cannot_be_read_in_the_base_makes_it_unknown(
    committed: Team, tmp_path: Path
) -> None:
    """In a shallow clone, where no older commit says what the file was."""
    right = committed.read(PRODUCTION)
    committed.write(PRODUCTION, "name: [")
    git(committed.folder, "commit", "-q", "-a", "-m", "broken")
    shallow = tmp_path / "shallow"
    git(tmp_path, "clone", "-q", "--depth", "1", f"file://{committed.folder}", str(shallow))
    clone = replace(committed, folder=shallow)
    clone.write(PRODUCTION, right)

    ended = offline(clone)

    assert ended.code == exit_codes.CHANGES_PENDING
    assert f"{PRODUCTION} of " in ended.out
    assert "has an error, so it was not read" in " ".join(ended.out.split())


def test_a_file_that_had_an_error_in_the_base_counts_from_before_and_is_named(
    committed: Team,
) -> None:
    was = committed.read(PRODUCTION)
    committed.write(PRODUCTION, f"{was} bad")
    git(committed.folder, "commit", "-q", "-a", "-m", "broken")
    committed.write(PRODUCTION, was)

    ended = offline(committed, "--base", "HEAD")

    assert ended.code == exit_codes.DONE
    assert "this file had an error in " in ended.err
    assert "its changes count from " in ended.err


@pytest.mark.parametrize("command", ["who --base HEAD", "cover", "explain"])
def test_a_source_that_is_near_none_comes_with_those_that_there_are(
    committed: Team, command: str
) -> None:
    wholly, partly, by_id = (
        committed.run(*command.split(), "--source", name, INCIDENT_API_KEY="")
        for name in ("Nope", "checkly", "01KHSNW67SZJ1KGWEMA9C0GPT9")
    )

    assert [wholly.code, partly.code, by_id.code] == [exit_codes.USAGE] * 3
    assert '; known names: "Alertmanager (Production)", "Alertmanager (Staging)", ' in wholly.err
    assert "and 4 more (names of" in wholly.err
    assert '; did you mean "Checkly (Production)" or "Checkly (Staging)"? (names' in partly.err


PIN = "assume: {text_case: {answer: counts, because: seen in July, since: 2026-07-03}}\n"


def test_a_pin_that_the_commit_does_not_have_is_named_until_it_is_committed(
    committed: Team,
) -> None:
    committed.write("reconciler.yaml", committed.read("reconciler.yaml") + PIN)
    new = [offline(committed, "--format", form) for form in ("text", "markdown", "json")]
    git(committed.folder, "commit", "-q", "-a", "-m", "pin")
    then = offline(committed)

    for ended in new[:2]:
        assert "Not counted yet: case counts. " in ended.out
    assert json.loads(new[2].out)["complete"] is True
    assert "does not have this pin of `assume`." in new[2].err
    assert "does not count yet" not in then.out
