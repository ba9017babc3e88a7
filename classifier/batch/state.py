"""What unattended runs have read: digests of contents, the night that read them, mail known by its server's number.

One SQLite file beside the results, without a word from a letter. A content is noted once all its records are in the
casebook and in the night's file, and not before, so that a run which is killed at any point does over what was in
hand and nothing else. Until then the file keeps where a content was first met: done over, it is told by the same
place, also where somebody has moved or renamed its file meanwhile.
"""

from __future__ import annotations

import hashlib
import sqlite3
import threading
from datetime import UTC, datetime
from typing import TYPE_CHECKING, NamedTuple

from classifier.errors import CasebookError
from classifier.intake import mbox

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path
    from typing import Self

    from classifier.intake import RawItem

NAME = "batch.sqlite"
_VERSION = 2
_TABLES = """
CREATE TABLE night (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, started TEXT NOT NULL, finished TEXT,
                    cleared TEXT);
CREATE TABLE content (digest TEXT PRIMARY KEY, night INTEGER NOT NULL REFERENCES night (id)) WITHOUT ROWID;
CREATE TABLE mail (mailbox TEXT, validity INTEGER, uid INTEGER, PRIMARY KEY (mailbox, validity, uid)) WITHOUT ROWID;
"""
_HAND = "CREATE TABLE hand (digest TEXT PRIMARY KEY, source TEXT NOT NULL) WITHOUT ROWID;"


class Night(NamedTuple):
    """One run that found something: its number, the name of its folder, when it began and ended (UTC ISO 8601)."""

    id: int
    name: str
    started: datetime
    finished: datetime | None


def digest(item: RawItem, data: bytes) -> str:
    """What a content is known by: the SHA-256 of its bytes, equal for the same mail however it was exported.

    Line ends and empty lines at the end don't count, nor does a mailbox's separator. What could not be read is known by
    its place and what is wrong with it, so that it is told once, and is new when it can be read.
    """
    if item.problem is not None:
        said = f"{item.problem.code}\0{item.source}"
        return "problem:" + hashlib.sha256(said.encode("utf-8", "replace")).hexdigest()
    if item.mbox:
        data = mbox.message(data)
    return hashlib.sha256(data.replace(b"\r\n", b"\n").rstrip(b"\r\n")).hexdigest()


class State:
    """The file, open. A context manager; may be used from several threads. Raises CasebookError where it is damaged."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / NAME
        self._lock = threading.Lock()
        self._db = sqlite3.connect(str(self._path), check_same_thread=False, isolation_level=None)
        try:
            self._db.execute("PRAGMA journal_mode=WAL")
            # A commit is on the disk when it returns, and so are the records before it: the order holds in a power cut.
            self._db.execute("PRAGMA synchronous=FULL")
            # A file's name can hold a person's: what is taken out is overwritten.
            self._db.execute("PRAGMA secure_delete=ON")
            (version,) = self._db.execute("PRAGMA user_version").fetchone()
            if version in (0, 1):
                made = _HAND if version else _TABLES + _HAND
                self._db.executescript(f"BEGIN; {made} PRAGMA user_version={_VERSION}; COMMIT;")
            elif version != _VERSION:
                raise CasebookError(f"{self._path}: was written by a later version of the program. Update the program.")
        except sqlite3.DatabaseError as e:
            self._db.close()
            if "not a database" in str(e) or "malformed" in str(e):
                raise CasebookError(
                    f"{self._path}: is damaged. Restore it from a backup; without it every letter counts as new."
                ) from e
            raise
        except CasebookError:
            self._db.close()
            raise

    def open_night(self) -> Night | None:
        """The night that was begun and not finished, if any."""
        return self._one("WHERE finished IS NULL ORDER BY id LIMIT 1")

    def last_night(self) -> Night | None:
        """The newest night."""
        return self._one("ORDER BY id DESC LIMIT 1")

    def begin(self, now: datetime) -> Night:
        """Begin a night, named for the day; a second one of a day gets a number."""
        with self._lock:
            day = now.strftime("%Y-%m-%d")
            taken = {name for (name,) in self._db.execute("SELECT name FROM night WHERE name LIKE ?", (f"{day}%",))}
            number = next(n for n in range(1, len(taken) + 2) if _name(day, n) not in taken)
            self._db.execute("INSERT INTO night (name, started) VALUES (?, ?)", (_name(day, number), _stamp(now)))
        night = self.open_night()
        assert night is not None
        return night

    def finish(self, night: Night, now: datetime) -> None:
        """Note that a night's results are whole."""
        with self._lock:
            self._db.execute("UPDATE night SET finished = ? WHERE id = ?", (_stamp(now), night.id))

    def nights(self, since: datetime) -> list[Night]:
        """Nights begun at or after `since`, oldest first."""
        return self._all("WHERE started >= ? ORDER BY id", (_stamp(since),))

    def to_clear(self, before: datetime) -> list[Night]:
        """Nights finished before a time whose letters' text has not been removed, oldest first."""
        return self._all("WHERE finished < ? AND cleared IS NULL ORDER BY id", (_stamp(before),))

    def cleared(self, night: Night, now: datetime) -> None:
        """Note that a night's letters have been removed. Their contents stay known, so that they are not read again."""
        with self._lock:
            self._db.execute("UPDATE night SET cleared = ? WHERE id = ?", (_stamp(now), night.id))

    def knows(self, content: str) -> bool:
        """Whether a content has been read."""
        with self._lock:
            return self._db.execute("SELECT 1 FROM content WHERE digest = ?", (content,)).fetchone() is not None

    def knows_mail(self, mailbox: str, validity: int, uid: int) -> bool:
        """Whether a mail has been fetched and read."""
        wanted = (mailbox, validity, uid)
        query = "SELECT 1 FROM mail WHERE mailbox = ? AND validity = ? AND uid = ?"
        with self._lock:
            return self._db.execute(query, wanted).fetchone() is not None

    def take_in_hand(self, content: str, source: str) -> str:
        """Note that a content is about to be read; the source by which it was first met since it was last known."""
        with self._lock:
            self._db.execute("INSERT OR IGNORE INTO hand VALUES (?, ?)", (content, source))
            (first,) = self._db.execute("SELECT source FROM hand WHERE digest = ?", (content,)).fetchone()
            return str(first)

    def put_down(self) -> None:
        """Forget what was in hand: for a time when no night is open, and so nothing of it is written anywhere."""
        with self._lock:
            self._db.execute("DELETE FROM hand")

    def note(self, night: Night | None, content: str, mail: tuple[str, int, int] | None = None) -> None:
        """Note a content as read by a night (None: it was known already), and the mail that it came as."""
        with self._lock:
            self._db.execute("BEGIN IMMEDIATE")
            try:
                if night is not None:
                    self._db.execute("INSERT OR IGNORE INTO content VALUES (?, ?)", (content, night.id))
                    self._db.execute("DELETE FROM hand WHERE digest = ?", (content,))
                if mail is not None:
                    self._db.execute("INSERT OR IGNORE INTO mail VALUES (?, ?, ?)", mail)
                self._db.execute("COMMIT")
            except sqlite3.Error:
                if self._db.in_transaction:
                    self._db.execute("ROLLBACK")
                raise

    def count(self) -> int:
        """How many contents have been read in all."""
        with self._lock:
            return int(self._db.execute("SELECT COUNT(*) FROM content").fetchone()[0])

    def _one(self, where: str) -> Night | None:
        found = self._all(where)
        return found[0] if found else None

    def _all(self, where: str, values: Sequence[object] = ()) -> list[Night]:
        with self._lock:
            rows = self._db.execute(f"SELECT id, name, started, finished FROM night {where}", tuple(values)).fetchall()  # noqa: S608 - our own words
        return [Night(id_, name, _time(started), _time(ended) if ended else None) for id_, name, started, ended in rows]

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._db.close()


def _name(day: str, number: int) -> str:
    return day if number == 1 else f"{day}-{number}"


def _stamp(when: datetime) -> str:
    return when.astimezone(UTC).isoformat(timespec="milliseconds")


def _time(stamp: str) -> datetime:
    return datetime.fromisoformat(stamp)
