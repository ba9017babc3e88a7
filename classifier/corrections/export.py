"""What the casebook holds as a sheet to correct, or as labelled letters.

The sheet is `triage.xlsx` with what people decided in its cells; protected papers stand there by id and mark, and among
the labelled letters not at all. A file is complete under its name or not there.
"""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from classifier.casebook.corrected import corrected
from classifier.casebook.labelled import encode, labelled
from classifier.corrections.reading import UP_TO
from classifier.errors import OutputExists, UsageError
from classifier.records import Value
from classifier.sheets.order import Ordered
from classifier.sheets.workbook import write_workbook

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from classifier.casebook.book import Casebook
    from classifier.force import Force
    from classifier.records import TriageRecord


class Exported(Value, frozen=True, kw_only=True):
    """What was written: how many letters; of labelled letters, how many labels, and on how many people differ."""

    letters: int
    labels: int = 0
    conflicts: int = 0


def export(
    casebook: Casebook, out: Path, force: Force, *, since: date | None = None, decided: bool = False,
    replace: bool = False,
) -> Exported:  # fmt: skip
    """Write `out`: a workbook (`.xlsx`) of the letters received on or after `since` (all, and those without a date,
    where it is None), with `decided` only those that somebody decided on; or those as labelled letters (`.jsonl`).

    Raises OutputExists for a file that is there, unless `replace`, UsageError for another ending or a place that
    cannot be written to, CasebookError.
    """
    ending = out.suffix.lower()
    if ending not in (".xlsx", ".jsonl"):
        raise UsageError(f"{out}: give a name that ends in .xlsx (a sheet to correct) or .jsonl (labelled letters)")
    if out.exists() and not replace:
        raise OutputExists(f"{out}: is there already, and people may have worked in it. Name another, or add --replace")
    scratch = out.with_name(f".{out.name}.partial")
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        made = (
            _sheet(casebook, scratch, force, since, decided) if ending == ".xlsx" else _lines(casebook, scratch, since)
        )
        scratch.replace(out)
    except OSError as e:
        scratch.unlink(missing_ok=True)
        raise UsageError(f"{out}: cannot be written: {e.strerror or e}. Close it where it is open") from e
    return made


def _sheet(casebook: Casebook, out: Path, force: Force, since: date | None, decided: bool) -> Exported:
    with casebook.decisions(writing=False) as desk:
        up_to = desk.newest_number()
        wanted = set(desk.letters())
    with tempfile.TemporaryDirectory(prefix="foi-triage-") as folder:
        records = Path(folder) / "records.jsonl"
        with records.open("wb") as file:
            for record in _records(casebook, wanted, force, up_to, since):
                if record.id in wanted or not decided:
                    file.write(msgspec.json.encode(record) + b"\n")
        with Ordered(records) as ordered:
            write_workbook(out, ordered, notes=[(UP_TO, str(up_to))])
            return Exported(letters=ordered.count)


def _records(
    casebook: Casebook, decided: set[str], force: Force, up_to: int, since: date | None
) -> Iterator[TriageRecord]:
    """The newest record of each letter, as corrected by what was decided when the export began."""
    for read in casebook.latest(since.isoformat() if since else ""):
        record = read.record
        if record.id in decided:
            with casebook.decisions(writing=False) as desk:
                record = corrected(record, desk.current(record.id, up_to=up_to), force)
        yield record


def _lines(casebook: Casebook, out: Path, since: date | None) -> Exported:
    letters = labels = conflicts = 0
    with out.open("wb") as file:
        for found in labelled(casebook):
            if since is not None and (found.letter.received or "")[:10] < since.isoformat():
                continue
            file.write(encode(found))
            letters += 1
            labels += len(found.judged)
            conflicts += len(found.conflicts)
    return Exported(letters=letters, labels=labels, conflicts=conflicts)
