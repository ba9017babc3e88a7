"""Removing what the configuration says is kept no longer: letters' text, from the casebook and from the results.

Counted from the end of the run that read a letter, the one day the program knows for certain. What stays: that the
content was read (a digest, so that it is not read again), and `run.json` with its figures.
"""

from __future__ import annotations

import json
from datetime import UTC, timedelta
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from classifier.batch.digest import MAIL, PAGE
from classifier.casebook.forget import forget_all
from classifier.journal import RECORDS
from classifier.records import TriageRecord
from classifier.run import RUN, write_whole

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime
    from pathlib import Path

    from classifier.batch.state import State
    from classifier.casebook import Casebook

WHO = "retention period"
_SHEETS = ("triage.xlsx", "report.html", PAGE, MAIL)


class Cleared(NamedTuple):
    """What came of it: letters removed, and nights that still hold a file that could not be removed, or that is not the
    program's."""

    letters: int
    left: tuple[str, ...]


def clear_old(folder: Path, state: State, book: Casebook, keep_days: int, now: datetime) -> Cleared:
    """Remove the letters of nights that ended more than `keep_days` days ago. May be killed and done again.

    Raises CasebookError; a file that another program has open is left for the next run and told.
    """
    nights = state.to_clear(now - timedelta(days=keep_days))
    # All of them at once, as wiping the space writes the whole casebook anew.
    ids = [id_ for night in nights for id_ in _letters(folder / night.name / RECORDS)]
    letters = sum(len(gone.letters) for gone in forget_all(book, ids, WHO, _stamp(now))) if nights else 0
    left: list[str] = []
    for night in nights:
        place = folder / night.name
        records = place / RECORDS
        try:
            for name in _SHEETS:
                (place / name).unlink(missing_ok=True)
            _without_words(place / RUN)
            # Last, as it says which letters there were.
            records.unlink(missing_ok=True)
        except OSError:
            left.append(night.name)
            continue
        state.cleared(night, now)
        if place.exists() and any(path.name != RUN for path in place.iterdir()):
            left.append(night.name)
    return Cleared(letters, tuple(left))


def _letters(path: Path) -> Iterator[str]:
    """The ids of a night's records; none where they are gone already."""
    if path.exists():
        with path.open("rb") as lines:
            for line in lines:
                yield msgspec.json.decode(line, type=TriageRecord).id


def _without_words(path: Path) -> None:
    """Take out of `run.json` what it quotes of circulations."""
    if path.exists():
        said = json.loads(path.read_text(encoding="utf-8"))
        said["proposals"] = []
        write_whole(path, json.dumps(said, indent=1, ensure_ascii=False) + "\n")


def _stamp(when: datetime) -> str:
    return when.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
