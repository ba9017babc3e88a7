"""The file of learnt letters: JSON Lines in the one form of labelled letters, whole or not there."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from classifier.errors import OutputExists, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from classifier.records import LabelledLetter


def refuse_existing(out: Path, *, replace: bool) -> None:
    """Raise OutputExists where `out` is there and shall not be replaced, UsageError where it is a folder."""
    if out.is_dir():
        raise UsageError(f"{out} is a folder: name a file, such as {out / 'learnt.jsonl'}")
    if out.exists() and not replace:
        raise OutputExists(f"{out} is there already: choose another name, or give --replace to write over it")


def write(out: Path, letters: Iterable[LabelledLetter]) -> None:
    """Write the letters to `out`, UTF-8, a line each; the file takes its name when it is complete. Raises UsageError
    where it cannot be written."""
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(prefix=f".{out.name[:60]}.", dir=out.parent)
        try:
            with os.fdopen(handle, "wb") as file:
                for letter in letters:
                    file.write(msgspec.json.encode(letter) + b"\n")
            Path(name).replace(out)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise
    except OSError as e:
        raise UsageError(f"{out}: cannot be written: {e.strerror or e}") from e
