"""Past alerts on disk: private, resumable, and made anew where the file is of no use."""

import sqlite3
import stat
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from reconciler.files import FileRefused
from reconciler.past.cache import Cache, Window
from reconciler.routing.past import Attached, Page, PastAlert
from reconciler.routing.world import Alert

AT = datetime(2026, 11, 20, 10, 0, 0, 500_000, tzinfo=UTC)
ACCOUNT = "https://app.incident.io/acme"
PRIORITY = "alert.priority"


def past(number: int, source: str = "01S", **values: str) -> PastAlert:
    held = {"alert.title": (f"secret {number}",), "alert.description": ("why",)}
    held |= {f"alert.attributes.{key}": (text,) for key, text in values.items()}
    alert = Alert(source, {**held, "alert.attributes.L": ("a", "b")}, frozenset({PRIORITY}))
    at = AT + timedelta(hours=number)
    return PastAlert(f"01A{number}", at, alert, "resolved", at, groups=number, url=f"u{number}")


def window(hours: int, until: int = 9, after: str = "") -> Window:
    return Window(AT + timedelta(hours=hours), AT + timedelta(hours=until), after)


@pytest.fixture
def cache(tmp_path: Path) -> Iterator[Cache]:
    with Cache.open(tmp_path, ACCOUNT) as made:
        yield made


def test_alerts_come_back_as_they_were_kept_the_oldest_first(cache: Cache) -> None:
    some = [past(2), past(1, "01T", team="01E")]
    cache.keep(some, {"01E": "Platform"}, window(0))

    assert list(cache.alerts(AT)) == [some[1], some[0]]
    assert list(cache.alerts(AT + timedelta(hours=2))) == [some[0]]
    assert list(cache.alerts(AT, "01T")) == [some[1]]
    assert (cache.count(AT), dict(cache.names)) == (2, {"01E": "Platform"})
    cache.keep(some, {}, window(0))
    assert cache.count(AT) == 2


def test_an_empty_description_that_may_be_missing_stays_so(cache: Cache) -> None:
    blank = Alert("01S", {"alert.title": ("t",)}, blank=frozenset({"alert.description"}))
    missing = Alert("01S", {"alert.title": ("t",)})
    cache.keep([PastAlert("01A", AT, blank), PastAlert("01B", AT, missing)], {}, window(0))

    assert [one.alert for one in cache.alerts(AT)] == [blank, missing]


def test_half_a_character_comes_back_as_it_was(cache: Cache) -> None:
    """A sender cut an emoji at the length that it allows."""
    half = "disk full \ud83d"
    values = {"alert.title": (half,), "alert.description": (half,), "alert.attributes.T": (half,)}
    cut = PastAlert("01A", AT, Alert("01S", values))
    cache.keep([cut], {"01E": half}, window(0))

    assert [*cache.alerts(AT)] == [cut]
    assert dict(cache.names) == {"01E": half}


def test_it_is_for_its_owner_alone_and_git_ignores_it(cache: Cache, tmp_path: Path) -> None:
    assert stat.S_IMODE(cache.path.stat().st_mode) == 0o600
    assert stat.S_IMODE((tmp_path / ".reconciler").stat().st_mode) == 0o700
    assert (tmp_path / ".reconciler" / ".gitignore").read_text() == "*\n"


def test_each_account_has_a_file_of_its_own(cache: Cache, tmp_path: Path) -> None:
    cache.keep([past(1)], {}, window(0))
    with Cache.open(tmp_path, f"{ACCOUNT}2") as other:
        assert other.count(AT) == 0


def test_what_was_read_and_what_was_interrupted_is_known_in_the_next_run(
    cache: Cache, tmp_path: Path
) -> None:
    assert [cache.covered, cache.pending] == [None, None]
    cache.begin(window(5))
    cache.keep([past(6)], {}, window(5, after="01A6"))
    with Cache.open(tmp_path, ACCOUNT) as again:
        assert again.pending == window(5, after="01A6")
        again.keep([past(9)], {}, window(5))
        again.finish(window(5))
        assert [again.pending, again.covered] == [None, window(5)]
        again.keep([past(20)], {}, window(8))
        again.finish(window(8, 20))
        assert again.covered == window(5, 20)
        again.keep([past(40)], {}, window(8))
        again.finish(window(30, 40))  # a gap: only the newer part counts
        assert again.covered == window(30, 40)


def test_no_more_is_covered_than_what_is_kept_shows(cache: Cache) -> None:
    """The clock of this machine may be ahead: then the next run would begin too late."""
    cache.keep([past(6)], {}, window(5))
    cache.finish(window(5))
    assert cache.covered == window(5, 6)
    cache.finish(window(5), "pages")
    assert cache.window("covered", "pages") == window(5, 5)


def test_texts_of_a_source_that_is_no_longer_public_leave_the_file(cache: Cache) -> None:
    cache.keep([past(1), past(2, "01T")], {}, window(0))
    cache.redact({"01T"})

    private, public = cache.alerts(AT)
    assert private.redacted
    assert {"alert.title", "alert.description", PRIORITY} == private.alert.unknown
    assert "alert.title" not in private.alert.values
    assert private.alert.values["alert.attributes.L"] == ("a", "b")
    assert public == past(2, "01T")
    assert b"secret 1" not in cache.path.read_bytes()
    assert b"secret 2" in cache.path.read_bytes()


def test_old_alerts_are_forgotten(cache: Cache) -> None:
    cache.keep([past(1), past(5)], {}, window(0))
    cache.prune(AT + timedelta(hours=3))

    assert [one.id for one in cache.alerts(AT)] == ["01A5"]


@pytest.mark.parametrize("content", [b"no database", b"SQLite format 3\0" + b"\xff" * 5000])
def test_a_damaged_file_is_made_anew_and_that_is_said(tmp_path: Path, content: bytes) -> None:
    with Cache.open(tmp_path, ACCOUNT) as cache:
        path = cache.path
    path.write_bytes(content)
    with Cache.open(tmp_path, ACCOUNT) as anew:
        assert anew.renewed == "it is damaged"
        assert anew.count(AT) == 0


def test_a_page_that_was_overwritten_is_seen(tmp_path: Path) -> None:
    with Cache.open(tmp_path, ACCOUNT) as cache:
        cache.keep([past(number, text="x" * 500) for number in range(99)], {}, window(0))
        path = cache.path
    content = bytearray(path.read_bytes())
    content[8192:12288] = b"\xa5" * 4096
    path.write_bytes(content)
    with Cache.open(tmp_path, ACCOUNT) as anew:
        assert anew.renewed == "it is damaged"


@pytest.mark.parametrize("version", [0, 99])
def test_a_file_of_another_version_is_made_anew(tmp_path: Path, version: int) -> None:
    with Cache.open(tmp_path, ACCOUNT) as cache:
        cache.keep([past(1)], {}, window(0))
        with sqlite3.connect(cache.path) as other:
            other.execute(f"pragma user_version = {version}")
        other.close()
    with Cache.open(tmp_path, ACCOUNT) as anew:
        assert anew.renewed == "it is of another version of reconciler"
        assert anew.count(AT) == 0


def test_a_file_with_other_tables_is_made_anew(tmp_path: Path) -> None:
    with Cache.open(tmp_path, ACCOUNT) as cache:
        with sqlite3.connect(cache.path) as other:
            other.execute("drop table progress")
        other.close()
    with Cache.open(tmp_path, ACCOUNT) as anew:
        assert anew.renewed == "it is damaged"
        assert anew.covered is None


def test_an_empty_file_and_the_option_begin_anew_without_a_word(tmp_path: Path) -> None:
    with Cache.open(tmp_path, ACCOUNT) as cache:
        cache.keep([past(1)], {}, window(0))
        path = cache.path
    with Cache.open(tmp_path, ACCOUNT, anew=True) as cache:
        assert (cache.count(AT), cache.renewed) == (0, "")
    path.write_bytes(b"")
    with Cache.open(tmp_path, ACCOUNT) as cache:
        assert (cache.count(AT), cache.renewed) == (0, "")


def test_links_and_folders_in_its_place_are_refused(tmp_path: Path) -> None:
    with Cache.open(tmp_path, ACCOUNT) as cache:
        path = cache.path
    path.unlink()
    path.symlink_to(tmp_path / "elsewhere")
    with pytest.raises(FileRefused, match="a link, which is not followed"):
        Cache.open(tmp_path, ACCOUNT)
    path.unlink()
    path.mkdir()
    with pytest.raises(FileRefused, match="past alerts cannot be kept there"):
        Cache.open(tmp_path, ACCOUNT)


def test_a_file_that_breaks_while_it_is_used_says_what_to_do(cache: Cache) -> None:
    with sqlite3.connect(cache.path) as other:
        other.execute("drop table progress")
        other.execute("drop table alerts")
    other.close()
    with pytest.raises(FileRefused, match="remove this file, then run the command again"):
        cache.begin(window(0))
    with pytest.raises(FileRefused, match="no such table: alerts"):
        cache.count(AT)
    cache.close()
    with pytest.raises(sqlite3.ProgrammingError):
        cache._connection.execute("select 1")


def test_another_run_s_transaction_is_waited_for_and_then_said(
    cache: Cache, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("reconciler.past.cache._WAIT", 0.05)
    cache._connection.execute("begin exclusive")
    held = "database is locked; another run of reconciler holds it"
    with pytest.raises(FileRefused, match=held):
        Cache.open(tmp_path, ACCOUNT)
    cache._connection.execute("rollback")
    with Cache.open(tmp_path, ACCOUNT) as other:
        cache._connection.execute("begin immediate")
        with pytest.raises(FileRefused, match=held):
            other.begin(window(0))
        cache._connection.execute("rollback")


@pytest.mark.parametrize(
    "change",
    [
        "update alerts set held = '{'",
        "update alerts set held = '3'",
        "update alerts set updated_at = 'soon'",
        "update progress set since = 'long ago'",
        "update progress set until = 1e300",
        "update pages set page = '{}'",
        "update incidents set held = '[{}]'",
    ],
)
def test_a_sound_file_with_what_no_run_writes_says_so(cache: Cache, change: str) -> None:
    page = Page("01P", AT, (("path", "01E"),), "alert", "01A1", ("01A1",))
    cache.keep([past(1)], {}, window(0))
    cache.keep_pages([page], window(0))
    cache.keep_incidents("01A1", [Attached("01I", "01A1", "01INC", "01R")])
    cache._connection.execute(change)
    with pytest.raises(FileRefused, match=r"it has what reconciler never writes: .*; remove this"):
        assert [cache.pending, *cache.alerts(AT), *cache.pages(AT), cache.incidents]
