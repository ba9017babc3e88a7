"""The order in which people should look at letters, without holding the letters.

Urgent first, then mandatory referrals, then the earliest deadline; the stricter of a referral's two levels counts. Sort
keys go to a temporary SQLite file, records stay in `triage.jsonl`, so memory does not grow with the run.
"""

from __future__ import annotations

import sqlite3
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Self

import msgspec

from classifier.records import TriageRecord

if TYPE_CHECKING:
    from collections.abc import Iterator

_RANK = {"mandatory": 0, "advised": 1, "withdrawn": 2}
NEVER = "9999-12-31"


def strictest(record: TriageRecord) -> str:
    """The strictest level among a record's referrals, of receipt and of today; "" where it has none."""
    levels = [level for r in record.referrals for level in (r.level, r.level_today)]
    return min(levels, key=_RANK.__getitem__, default="")


def due(record: TriageRecord) -> str:
    """The earliest deadline as YYYY-MM-DD; "" where there is none."""
    return min((d.due.isoformat() for d in record.deadlines), default="")


def sort_key(record: TriageRecord) -> tuple[int, int, str, str]:
    """Smaller is looked at first."""
    level = strictest(record)
    return (0 if record.urgent else 1, _RANK.get(level, 3), due(record) or NEVER, record.source)


class Ordered:
    """The records of a JSON Lines file in the order people should see them. A context manager: it owns a scratch file.

    Can be gone through any number of times, also inside one another.
    """

    def __init__(self, jsonl: Path) -> None:
        self._jsonl = jsonl
        self._scratch = tempfile.TemporaryDirectory(prefix="foi-triage-")
        self._index = sqlite3.connect(str(Path(self._scratch.name) / "order.sqlite"))
        try:
            self._index.execute("PRAGMA journal_mode=OFF")
            self._index.execute(
                "CREATE TABLE place (urgent INT, level INT, due TEXT, source TEXT, start INT, size INT, id TEXT)"
            )
            self._index.executemany("INSERT INTO place VALUES (?, ?, ?, ?, ?, ?, ?)", self._places())
            self._index.execute(
                "CREATE TABLE ranked AS SELECT start, size, id,"
                " ROW_NUMBER() OVER (ORDER BY urgent, level, due, source, start) AS number FROM place"
            )
            self._index.execute("CREATE INDEX by_number ON ranked (number)")
            self._index.execute("CREATE INDEX by_id ON ranked (id, number)")
            (self.count,) = self._index.execute("SELECT COUNT(*) FROM ranked").fetchone()
        except BaseException:
            self.__exit__()
            raise

    def _places(self) -> Iterator[tuple[int, int, str, str, int, int, str]]:
        start = 0
        with self._jsonl.open("rb") as lines:
            for line in lines:
                record = msgspec.json.decode(line, type=TriageRecord)
                yield (*sort_key(record), start, len(line), record.id)
                start += len(line)

    def __iter__(self) -> Iterator[TriageRecord]:
        with self._jsonl.open("rb") as lines:
            for start, size in self._index.execute("SELECT start, size FROM ranked ORDER BY number"):
                lines.seek(start)
                yield msgspec.json.decode(lines.read(size), type=TriageRecord)

    def number_of(self, identifier: str) -> int | None:
        """The place, counted from 1, of the first record with this id; None where it is not among these."""
        row = self._index.execute("SELECT MIN(number) FROM ranked WHERE id = ?", (identifier,)).fetchone()
        return row[0]

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._index.close()
        self._scratch.cleanup()
