"""Past alerts on disk, with what happened for them: `.reconciler/alerts/ACCOUNT.sqlite3`, for its
owner alone.

It holds what routes look at, and ids of paths, users, routes and incidents. It has no payloads, and
no title or description of an alert whose source is not known to be public. A damaged file, or one
of another version, is made anew. Texts are kept as JSON in ASCII: senders that cut a text at its
length may leave half a character, which has no UTF-8.
"""

import hashlib
import json
import os
import sqlite3
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Literal, Self

import msgspec

from reconciler.files import FileRefused
from reconciler.files.disk import own_folder, real_folder
from reconciler.model import Names
from reconciler.routing.past import Attached, Page, PastAlert
from reconciler.routing.world import DESCRIPTION, TITLE, Alert

FOLDER = "alerts"
VERSION = 3
KEPT_DAYS = 90
_WAIT = 30.0  # seconds for another run that writes
_ADVICE = {
    "locked": "another run of reconciler holds it: run the command again when that run has ended",
    "full": "free some space, then run the command again",
}
_TABLES = """
create table alerts (
    id text primary key, created_at real not null, updated_at real, source text not null,
    title text, description text, held text not null, unknown text not null,
    status text not null, redacted integer not null, groups integer not null, url text not null
) without rowid;
create index by_time on alerts (created_at);
create table names (id text primary key, name text not null) without rowid;
create table pages (
    id text primary key, created_at real not null, page text not null
) without rowid;
create table incidents (alert text primary key, held text not null) without rowid;
create table progress (
    what text primary key, since real not null, until real not null, after text not null
) without rowid;
"""


Of = Literal["alerts", "pages"]


@dataclass(frozen=True, slots=True)
class Window:
    """A reading of alerts, or of pages, from `since` on that began at `until`. `after`: the cursor
    of the last page that is kept; "" before the first.
    """

    since: datetime
    until: datetime
    after: str = ""


class Cache:
    """The alerts of one account. `with Cache.open(...) as cache`. Every method may raise
    FileRefused: the disk is full, or the file became unreadable.
    """

    def __init__(self, connection: sqlite3.Connection, path: Path, renewed: str) -> None:
        self._connection = connection
        self.path = path
        self.renewed = renewed  # why it was made anew; "" where it was not

    @classmethod
    def open(cls, root: Path, account: str, *, anew: bool = False) -> Self:
        """The file of this account (its address), made if missing. Raises FileRefused."""
        name = hashlib.sha256(account.encode()).hexdigest()[:16]
        try:
            folder = own_folder(root) / FOLDER
            real_folder(folder)
            path = folder / f"{name}.sqlite3"
            if path.is_symlink():
                raise FileRefused(f"{path}: it is a link, which is not followed; remove it")
            if anew:
                _remove(path)
            unusable = _unusable(path) if path.exists() else ""
            if unusable:
                _remove(path)
            return cls(_connected(path), path, unusable)
        except (OSError, sqlite3.Error) as error:
            place = f"{root}/.reconciler/{FOLDER}"
            words = f"{place}: past alerts cannot be kept there: {error}"
            raise FileRefused("; ".join(filter(None, (words, _advice(error))))) from None

    @property
    def covered(self) -> Window | None:
        """What was read to its end."""
        return self.window("covered")

    @property
    def pending(self) -> Window | None:
        """What was interrupted."""
        return self.window("pending")

    def window(self, what: Literal["covered", "pending"], of: Of = "alerts") -> Window | None:
        """The same of alerts or of pages."""
        query = "select since, until, after from progress where what = ?"
        with self._decoding():
            for since, until, after in self._all(query, f"{of} {what}"):
                return Window(_time(since), _time(until), after)
        return None

    def begin(self, window: Window, of: Of = "alerts") -> None:
        """Say what is being read from now on."""
        with _Writing(self):
            self._set("pending", window, of)

    def keep(self, alerts: Iterable[PastAlert], names: Names, window: Window) -> None:
        """One page, and where the next begins: both or neither."""
        with _Writing(self):
            self._connection.executemany(
                "insert or replace into alerts values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                [_row(alert) for alert in alerts],
            )
            self._connection.executemany(
                "insert or replace into names values (?, ?)",
                [(key, json.dumps(name)) for key, name in names.items()],
            )
            self._set("pending", window)

    def keep_pages(self, pages: Iterable[Page], window: Window) -> None:
        """The same of escalations."""
        rows = [
            (page.id, page.at.timestamp(), msgspec.json.encode(page).decode()) for page in pages
        ]
        with _Writing(self):
            self._connection.executemany("insert or replace into pages values (?, ?, ?)", rows)
            self._set("pending", window, "pages")

    def keep_incidents(self, alert: str, attached: Sequence[Attached]) -> None:
        """All incidents of an alert; it may have none."""
        row = (alert, msgspec.json.encode(attached).decode())
        with _Writing(self):
            self._connection.execute("insert or replace into incidents values (?, ?)", row)

    def finish(self, window: Window, of: Of = "alerts") -> None:
        """The window was read to its end. It joins what was covered where the two meet. It covers
        no more than what is kept shows: the clock here may be ahead of incident.io's.
        """
        before = self.window("covered", of)
        since = window.since
        if before is not None and before.until >= window.since:
            since = min(before.since, window.since)
        until = min(window.until, max(self._newest(of), since))
        with _Writing(self):
            self._set("covered", Window(since, until), of)
            self._connection.execute("delete from progress where what = ?", (f"{of} pending",))

    def _newest(self, of: Of) -> datetime:
        newest = next(self._all(f"select max(created_at) from {of}"))[0]  # noqa: S608 - of `Of`
        with self._decoding():
            return _time(newest or 0)

    def redact(self, open_sources: Collection[str]) -> None:
        """Forget the texts of sources that are not known to be public any more."""
        kept = {
            row[0] for row in self._all("select distinct source from alerts where not redacted")
        }
        with _Writing(self):
            self._connection.executemany(
                "update alerts set title = null, description = null, redacted = 1,"
                " unknown = ? where source = ?",
                [(_UNKNOWN, source) for source in sorted(kept - {*open_sources})],
            )

    def prune(self, before: datetime) -> None:
        """Forget alerts from before then, and what happened for them."""
        with _Writing(self):
            for table in ("alerts", "pages"):
                self._connection.execute(
                    f"delete from {table} where created_at < ?",  # noqa: S608 - no text of others
                    (before.timestamp(),),
                )
            self._connection.execute(
                "delete from incidents where alert not in (select id from alerts)"
            )

    def count(self, since: datetime, source: str = "") -> int:
        """How many alerts since then are kept, of one source if it is named."""
        query = "select count(*) from alerts where created_at >= ? and (? = '' or source = ?)"
        return int(next(self._all(query, since.timestamp(), source, source))[0])

    def alerts(self, since: datetime, source: str = "") -> Iterator[PastAlert]:
        """Those since then, of one source if it is named, the oldest first, as they are read."""
        query = (
            "select * from alerts where created_at >= ? and (? = '' or source = ?)"
            " order by created_at, id"
        )
        for row in self._all(query, since.timestamp(), source, source):
            with self._decoding():
                past = _alert(row)
            yield past

    def pages(self, since: datetime) -> Iterator[Page]:
        """The escalations since then."""
        query = "select page from pages where created_at >= ? order by created_at, id"
        for row in self._all(query, since.timestamp()):
            with self._decoding():
                page = msgspec.json.decode(row[0], type=Page)
            yield page

    @property
    def incidents(self) -> Mapping[str, tuple[Attached, ...]]:
        """By alert, for those that were asked for."""
        with self._decoding():
            return {
                alert: msgspec.json.decode(held, type=tuple[Attached, ...])
                for alert, held in self._all("select alert, held from incidents")
            }

    @property
    def names(self) -> Names:
        """What entries and attributes are called, by id and reference."""
        with self._decoding():
            return {key: json.loads(name) for key, name in self._all("select id, name from names")}

    def close(self) -> None:
        """Leaving the `with` block does it too."""
        self._connection.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def _set(self, what: str, window: Window, of: Of = "alerts") -> None:
        row = (f"{of} {what}", window.since.timestamp(), window.until.timestamp(), window.after)
        self._connection.execute("insert or replace into progress values (?, ?, ?, ?)", row)

    def _all(self, query: str, *values: object) -> Iterator[tuple[str, ...]]:
        try:
            yield from self._connection.execute(query, values)
        except sqlite3.Error as error:
            raise self._refused(error) from None

    @contextmanager
    def _decoding(self) -> Iterator[None]:
        """Of what a sound file holds all the same, another program or a person wrote."""
        try:
            yield
        except (ValueError, TypeError, OverflowError, AttributeError) as error:
            raise self._refused(f"it has what reconciler never writes: {error}") from None

    def _refused(self, error: object) -> FileRefused:
        advice = _advice(error) or "remove this file, then run the command again"
        return FileRefused(f"{self.path}: {error}; {advice}")


def _advice(error: object) -> str:
    """Where the file itself is no trouble: removing it would help nobody."""
    text = str(error) if isinstance(error, sqlite3.Error) else ""
    return next((words for sign, words in _ADVICE.items() if sign in text), "")


@dataclass(slots=True)
class _Writing:
    """A transaction."""

    cache: Cache

    def __enter__(self) -> None:
        try:
            self.cache._connection.execute("begin immediate")
        except sqlite3.Error as error:
            raise self.cache._refused(error) from None

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        connection = self.cache._connection
        try:
            connection.execute("commit" if error is None else "rollback")
        except sqlite3.Error as failed:
            with suppress(sqlite3.Error):
                connection.execute("rollback")
            raise self.cache._refused(failed) from None
        if isinstance(error, sqlite3.Error):
            raise self.cache._refused(error) from None


def _connected(path: Path) -> sqlite3.Connection:
    """Raises sqlite3.Error, OSError."""
    with suppress(FileExistsError):
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    path.chmod(0o600)
    connection = sqlite3.connect(path, timeout=_WAIT, isolation_level=None)
    try:
        connection.execute("pragma secure_delete = on")
        connection.execute("begin immediate")
        if connection.execute("pragma user_version").fetchone()[0] != VERSION:
            for statement in filter(str.strip, _TABLES.split(";")):
                connection.execute(statement)
            connection.execute(f"pragma user_version = {VERSION}")
        connection.execute("commit")
    except BaseException:
        connection.close()
        raise
    return connection


def _unusable(path: Path) -> str:
    """Why the file cannot be used; "" where it can. Raises OSError; sqlite3.OperationalError while
    another run holds it.
    """
    if path.stat().st_size == 0:
        return ""
    try:
        with closing(sqlite3.connect(path, timeout=_WAIT)) as connection:
            version = connection.execute("pragma user_version").fetchone()[0]
            if version != VERSION:
                return "it is of another version of reconciler"
            sound = connection.execute("pragma quick_check(1)").fetchone()[0]
            columns = connection.execute("select * from alerts limit 0").description
            connection.execute("select what, since, until, after from progress limit 0")
            connection.execute("select id, name from names limit 0")
            connection.execute("select id, created_at, page from pages limit 0")
            connection.execute("select alert, held from incidents limit 0")
            return "" if sound == "ok" and len(columns) == 12 else "it is damaged"
    except sqlite3.DatabaseError as error:
        if "locked" in str(error):
            raise
        return "it is damaged"


def _remove(path: Path) -> None:
    for file in (path, path.with_name(f"{path.name}-journal")):
        file.unlink(missing_ok=True)


_BLANK = json.dumps("")
_UNKNOWN = json.dumps(sorted(["alert.priority", TITLE, DESCRIPTION]))


def _row(past: PastAlert) -> tuple[object, ...]:
    values = {**past.alert.values}
    texts = (values.pop(field, None) for field in (TITLE, DESCRIPTION))
    title, description = (json.dumps(held[0]) if held else None for held in texts)
    return (
        past.id,
        past.created_at.timestamp(),
        past.updated_at.timestamp() if past.updated_at else None,
        past.source,
        title,
        _BLANK if DESCRIPTION in past.alert.blank else description,
        json.dumps(values, separators=(",", ":")),
        json.dumps(sorted(past.alert.unknown)),
        past.status,
        int(past.redacted),
        past.groups,
        past.url,
    )


def _alert(row: tuple[object, ...]) -> PastAlert:
    identity, created, updated, source, title, description, held, unknown, status, *rest = row
    redacted, groups, url = rest
    values = {key: tuple(texts) for key, texts in json.loads(str(held)).items()}
    blank = frozenset((DESCRIPTION,) if description == _BLANK else ())
    for reference, text in ((TITLE, title), (DESCRIPTION, description)):
        if text is not None and reference not in blank:
            values[reference] = (json.loads(str(text)),)
    return PastAlert(
        str(identity),
        _time(created),
        Alert(str(source), values, frozenset(json.loads(str(unknown))), blank),
        "resolved" if status == "resolved" else "firing",
        None if updated is None else _time(updated),
        bool(redacted),
        int(str(groups)),
        str(url),
    )


def _time(seconds: object) -> datetime:
    return datetime.fromtimestamp(float(str(seconds)), UTC)
