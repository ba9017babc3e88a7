"""The program as its users call it: arguments in, exit code and what was printed out."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, NamedTuple, Protocol

import pytest

from classifier.cli import main

if TYPE_CHECKING:
    from pathlib import Path


class Said(NamedTuple):
    """How a command ended."""

    code: int
    out: str
    err: str


class Foi(Protocol):
    """Calls the program; with `terminal`, as from a terminal of 80 columns."""

    def __call__(self, *arguments: object, terminal: bool = False) -> Said: ...


@pytest.fixture
def foi(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Foi:
    """The program, piped or at a terminal."""
    monkeypatch.setenv("TERM", "dumb")
    monkeypatch.setenv("COLUMNS", "80")

    def call(*arguments: object, terminal: bool = False) -> Said:
        code = 0
        with monkeypatch.context() as patch:
            patch.setattr(sys, "argv", ["foi-triage", *map(str, arguments)])
            patch.setattr(sys.stdout, "isatty", lambda: terminal, raising=False)
            try:
                main()
            except SystemExit as e:
                code = int(e.code or 0)
        out, err = capsys.readouterr()
        return Said(code, out, err)

    return call


@pytest.fixture
def force_file(tmp_path: Path) -> Path:
    """A force file in a folder of its own, which names an overlay that isn't there yet."""
    path = tmp_path / "force" / "force.toml"
    path.parent.mkdir()
    path.write_text('name = "Thornshire Police"\nregister_overlay = "own.toml"\n', encoding="utf-8")
    return path
