"""An inbox of a few letters, a configuration over it, and the unattended run with a model that is loaded once."""

from __future__ import annotations

import os
from collections import Counter
from typing import TYPE_CHECKING, Protocol

import msgspec
import pytest

import classifier.run as job
from classifier.batch.config import BatchConfig, load_batch
from classifier.records import TriageRecord

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from classifier.rooms import Rooms


def letter(number: int, body: str = "", *, writer: str = "") -> str:
    """A request as a mail."""
    name = writer or f"Writer {number}"
    asked = body or f"1. How many lanterns were bought in {1980 + number}?\n2. What did they cost?"
    return (
        f"From: {name} <w{number}@mail.example>\nTo: foi@wealdmere.police.example\nSubject: Lanterns {number}\n"
        f"Date: Tue, {1 + number % 28:02} Sep 2026 10:00:00 +0100\nMessage-ID: <{number}@mail.example>\n\n"
        f"Dear Sir or Madam\n\n{asked}\n\nYours faithfully\n{name}\n"
    )


def put(folder: Path, number: int, body: str = "", *, name: str = "", writer: str = "") -> Path:
    """Put a letter into a folder, as if it had been there for an hour."""
    path = folder / (name or f"{number}.eml")
    path.write_text(letter(number, body, writer=writer), encoding="utf-8", newline="\n")
    old = path.stat().st_mtime - 3600
    os.utime(path, (old, old))
    return path


class Configure(Protocol):
    """Writes a configuration and reads it back."""

    def __call__(self, more: str = "", *, inputs: str = '["inbox"]') -> BatchConfig: ...


@pytest.fixture
def inbox(tmp_path: Path) -> Path:
    """Three letters."""
    folder = tmp_path / "inbox"
    folder.mkdir()
    for number in (1, 2, 3):
        put(folder, number)
    return folder


@pytest.fixture
def configure(tmp_path: Path) -> Configure:
    """A configuration over the inbox, with further keys."""

    def make(more: str = "", *, inputs: str = '["inbox"]') -> BatchConfig:
        path = tmp_path / "batch.toml"
        path.write_text(f'out = "nights"\ninputs = {inputs}\n{more}\n', encoding="utf-8")
        return load_batch(path)

    return make


@pytest.fixture(autouse=True)
def _loaded(rooms: Rooms, monkeypatch: pytest.MonkeyPatch) -> None:
    def opened(*_: object, **__: object) -> Rooms:
        return rooms

    monkeypatch.setattr(job, "open_rooms", opened)


def nights(config: BatchConfig) -> dict[str, list[TriageRecord]]:
    """The finished records by night."""
    return {
        path.parent.name: [msgspec.json.decode(line, type=TriageRecord) for line in path.read_bytes().splitlines()]
        for path in sorted(config.folder.glob("*/triage.jsonl"))
    }


def subjects(config: BatchConfig) -> Counter[str]:
    """How often each subject stands in the finished records."""
    return Counter(record.subject for records in nights(config).values() for record in records)


@pytest.fixture
def expect() -> Callable[[BatchConfig, int], None]:
    """Checks that the letters 1 to so many have one record each, here and in the casebook."""

    def check(config: BatchConfig, letters: int) -> None:
        from classifier.casebook import Casebook

        wanted = Counter(f"Lanterns {n}" for n in range(1, letters + 1))
        assert subjects(config) == wanted
        with Casebook.open(str(config.folder / "casebook.sqlite")) as book:
            runs = [r.subject for n in range(1, 200) for r in book.records(n)]
        assert Counter(runs) == wanted

    return check
