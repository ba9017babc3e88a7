"""The records of a run while it goes on: `triage.jsonl.partial`, which takes its name when everything is done.

A line is written whole or, where the machine died over it, cut off when the run goes on. Finished records are touched
only when there is a new one to add, so that a run which finds itself done changes nothing that people have opened.
"""

from __future__ import annotations

import os
from contextlib import suppress
from typing import TYPE_CHECKING

import msgspec

from classifier.records import TriageRecord

if TYPE_CHECKING:
    from collections.abc import Iterator
    from io import FileIO
    from pathlib import Path
    from typing import Self

RECORDS, PARTIAL = "triage.jsonl", "triage.jsonl.partial"


class Journal:
    """The records of the run in folder `out`; `resume`: those of a stopped one come first. A context manager."""

    def __init__(self, out: Path, *, resume: bool) -> None:
        self._partial = out / PARTIAL
        self._finished = out / RECORDS
        self._resume = resume
        self._lines: FileIO | None = None

    @property
    def done(self) -> bool:
        """Whether an earlier run finished these records, and nothing has been added since."""
        return self._resume and self._lines is None and self._finished.exists() and not self._partial.exists()

    def kept(self) -> Iterator[TriageRecord]:
        """What a stopped run has done; a half-written last line is cut off. To be gone through before `add`."""
        if not self._resume:
            return
        there = self._finished if self.done else self._partial
        if not there.exists():
            return
        whole = 0
        with there.open("rb") as lines:
            for line in lines:
                if not line.endswith(b"\n"):
                    break
                yield msgspec.json.decode(line, type=TriageRecord)
                whole += len(line)
        if there.stat().st_size > whole:
            os.truncate(there, whole)

    def add(self, record: TriageRecord) -> None:
        """Write one record. Raises OSError where it cannot; the file then ends with the record before."""
        lines = self._open()
        whole = lines.tell()
        rest = memoryview(msgspec.json.encode(record) + b"\n")
        try:
            while rest:
                rest = rest[lines.write(rest) :]
        except OSError:
            with suppress(OSError):
                lines.truncate(whole)
            raise

    def sync(self) -> None:
        """Wait until what was written would survive a power cut."""
        if self._lines is not None:
            os.fsync(self._lines.fileno())

    def _open(self) -> FileIO:
        if self._lines is None:
            if self.done:
                self._finished.replace(self._partial)
            # Unbuffered, so that a full disk shows at the record that met it and nowhere later.
            self._lines = self._partial.open("ab", buffering=0)
            self._lines.seek(0, os.SEEK_END)
        return self._lines

    def close(self) -> Path:
        """End the writing; the file with the records, which has not got its name yet."""
        self.sync()
        if self._lines is None and not self._partial.exists():
            self._open()
        self.__exit__()
        return self._partial

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._lines is not None:
            self._lines.close()
            self._lines = None
