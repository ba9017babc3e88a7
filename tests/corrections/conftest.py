"""A casebook whose letters stand in a triage.xlsx, as a run leaves both behind."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from casebook_tools import asked
from correction_tools import Desk

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    """Two letters of two questions each, and a paper for police eyes only."""
    letters = (asked("a" * 64), asked("b" * 64), asked("c" * 64, protected=True, references=("CRU 1/26",)))
    with Desk.make(tmp_path, *letters) as made:
        yield made
