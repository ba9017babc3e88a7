"""What a person should know in the morning, gathered from the night's records and from the casebook.

Who wrote stands nowhere in it. Protected papers are here by id, log number and mark alone.
"""

from __future__ import annotations

from datetime import timedelta
from heapq import nsmallest
from typing import TYPE_CHECKING, Final, NamedTuple

import msgspec

from classifier.journal import PARTIAL, RECORDS
from classifier.records import TriageRecord
from classifier.sheets import words
from classifier.sheets.order import due, sort_key, strictest

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import date, datetime
    from pathlib import Path

    from classifier.batch.sources import Failure
    from classifier.batch.state import Night
    from classifier.casebook import Casebook

MOST: Final = 50
"""Letters shown in one section, the first in the order in which they should be looked at."""
_LONGEST_CLOCK: Final = timedelta(days=120)
"""No clock of the program runs longer than forty working days and an extension: older letters are not due this week."""
_QUOTED: Final = 160


class Line(NamedTuple):
    """A letter in a section. `order` sorts it; `night` is the folder that holds it, "" for an earlier one."""

    order: tuple[int, int, str, str]
    id: str
    title: str
    reference: str
    due: str
    why: str
    quote: str
    night: str


class Section(NamedTuple):
    """Letters under a heading: how many in all, and the first of them."""

    key: str
    title: str
    total: int
    lines: tuple[Line, ...]


class Morning(NamedTuple):
    """Everything the digest says. `unfinished` is why the last run ended early, "" where it did not."""

    made: datetime
    nights: tuple[str, ...]
    read: int
    sections: tuple[Section, ...]
    failures: tuple[Failure, ...]
    unfinished: str
    waiting: int


class _Found:
    """The letters of a section as they are met, no more of them in memory than are shown."""

    def __init__(self) -> None:
        self.count = 0
        self._lines: list[Line] = []

    def add(self, line: Line) -> None:
        self.count += 1
        self._lines.append(line)
        if len(self._lines) > 8 * MOST:
            self._lines = nsmallest(MOST, self._lines)

    def section(self, key: str, title: str) -> Section:
        return Section(key, title, self.count, tuple(nsmallest(MOST, self._lines)))


def gather(
    folder: Path, nights: Sequence[Night], book: Casebook | None, today: date, due_days: int, *, made: datetime,
    failures: Iterable[Failure] = (), unfinished: str = "", waiting: int = 0,
) -> Morning:  # fmt: skip
    """The morning's news: of the letters that `nights` read, and of all letters in `book` what is due within `due_days`
    calendar days of `today`. Raises CasebookError, OSError."""
    urgent, mandatory, aside, partly, late = _Found(), _Found(), _Found(), _Found(), _Found()
    coming = _Found()
    read = 0
    for night in nights:
        for record in _records(folder / night.name):
            read += 1
            if record.duplicate_of:
                continue
            line = _line(record, night.name)
            if record.urgent:
                urgent.add(line)
            if strictest(record) == "mandatory":
                mandatory.add(line)
            if not record.text.strip():
                aside.add(line._replace(why=_problems(record)))
            elif record.problems:
                partly.add(line._replace(why=_problems(record)))
            if (day := due(record)) and day < today.isoformat():
                late.add(line)
    last = (today + timedelta(days=due_days)).isoformat()
    for found in book.latest((today - _LONGEST_CLOCK).isoformat()) if book is not None else ():
        if today.isoformat() <= (due(found.record) or "") <= last and not found.record.duplicate_of:
            line = _line(found.record, "")
            coming.add(line._replace(order=(0, 0, line.due, line.id)))
    sections = (
        urgent.section("urgent", "May be urgent: read these first"),
        mandatory.section("mandatory", "Probably mandatory to refer to the CRU"),
        coming.section("due", f"Due in the next {due_days} days, of all letters known"),
        late.section("late", "Past their deadline when they were read"),
        aside.section("aside", "Set aside: nothing to classify could be read"),
        partly.section("partly", "Not read in full"),
    )
    return Morning(
        made, tuple(n.name for n in nights), read, sections, tuple(failures), unfinished, waiting
    )  # fmt: skip


def _records(night: Path) -> Iterator[TriageRecord]:
    """The records of a night, also of one that is not finished; a half-written last line is left out."""
    for name in (RECORDS, PARTIAL):
        if (night / name).exists():
            with (night / name).open("rb") as lines:
                for line in lines:
                    if line.endswith(b"\n"):
                        yield msgspec.json.decode(line, type=TriageRecord)
            return


def _line(record: TriageRecord, night: str) -> Line:
    if record.protected:
        # The place in the order may show nothing of the paper either.
        order = (2, 4, "", record.id)
        log = ", ".join(record.references)
        return Line(order, record.id, words.PROTECTED, log, "", "", "", night)
    why, quote = "", ""
    if record.urgent:
        why, quote = record.urgent[0].why, record.urgent[0].because
    elif strictest(record) == "mandatory":
        found = next(r for r in record.referrals if "mandatory" in (r.level, r.level_today))
        why, quote = words.referral_words(found), found.because
    else:
        why = words.kind_words(record.kind)
    return Line(
        (*sort_key(record)[:3], record.id), record.id, record.subject.strip(), ", ".join(record.references[:3]),
        due(record), why, " ".join(quote.split())[:_QUOTED], night,
    )  # fmt: skip


def _problems(record: TriageRecord) -> str:
    """The codes of a record's problems: the details can quote file names."""
    return ", ".join(dict.fromkeys(p.code for p in record.problems)) or "no words"
