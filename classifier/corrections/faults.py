"""What is wrong with a file of corrections: each fault with its place and what to do about it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from classifier.errors import UsageError
from classifier.records import Value

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

SHOWN = 50
"""Faults that the error's words list; all of them stand in `faults`."""


class Fault(Value, frozen=True, kw_only=True):
    """One fault. `cell` is as spreadsheets name it ("F12"), "" where the whole row is meant; rows count from 1."""

    sheet: str
    row: int
    cell: str = ""
    said: str

    def __str__(self) -> str:
        row = "line" if self.sheet.lower().endswith((".jsonl", ".ndjson")) else "row"
        place = f"cell {self.cell}" if self.cell else f"{row} {self.row}"
        return f"{self.sheet}, {place}: {self.said}" if self.row else f"{self.sheet}: {self.said}"


class CorrectionsError(UsageError):
    """A file of corrections cannot be taken in; nothing of it was."""

    code = "corrections"

    def __init__(self, path: Path, faults: Sequence[Fault]) -> None:
        self.faults = tuple(faults)
        count = f"{len(faults)} things are" if len(faults) > 1 else "one thing is"
        more = [f"  ... and {len(faults) - SHOWN} more"] if len(faults) > SHOWN else []
        lines = [f"  {fault}" for fault in faults[:SHOWN]]
        super().__init__("\n".join([f"{path}: {count} to be put right first; nothing was imported", *lines, *more]))
