"""One letter: what `classify` does, without a folder of results or a casebook."""

from __future__ import annotations

import sys
import tempfile
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from classifier.intake import Limits, find_items
from classifier.pipeline import Context, triage
from classifier.rooms import open_rooms

if TYPE_CHECKING:
    from classifier.force import Force
    from classifier.records import TriageRecord


def classify_file(file: Path, force: Force, received: date | None) -> list[TriageRecord]:
    """The records of one file, or of standard input where `file` is `-`.

    Raises InputMissing where there is no such file or nothing in it, ModelError where the model does not check out.
    """
    if str(file) != "-":
        return _records(file, force, received)
    with tempfile.TemporaryDirectory(prefix="foi-triage-") as scratch:
        path = Path(scratch) / "standard input"
        path.write_bytes(sys.stdin.buffer.read())
        return _records(path, force, received)


def _records(path: Path, force: Force, received: date | None) -> list[TriageRecord]:
    limits = Limits()
    items = find_items([path], limits)
    context = Context(force, received, datetime.now(ZoneInfo("Europe/London")).date(), limits)
    return list(triage(items, context, open_rooms(force)))
