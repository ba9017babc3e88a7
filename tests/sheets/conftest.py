"""Files of records as a run leaves them behind."""

from __future__ import annotations

from contextlib import ExitStack
from typing import TYPE_CHECKING

import msgspec
import pytest

from classifier.sheets.order import Ordered

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from classifier.records import TriageRecord


@pytest.fixture
def ordered(tmp_path: Path) -> Iterator[Callable[..., Ordered]]:
    """A function that puts records into a file and opens them in their order."""
    with ExitStack() as stack:

        def make(*records: TriageRecord) -> Ordered:
            path = tmp_path / "triage.jsonl"
            path.write_bytes(b"".join(msgspec.json.encode(r) + b"\n" for r in records))
            return stack.enter_context(Ordered(path))

        yield make
