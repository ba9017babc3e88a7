"""From an inbox export to messages: every input gives a message, with problems where something could not be read.

Two steps, so that the second can run in worker processes: `find_items` walks the export and hands out cheap, picklable
`RawItem`s in a stable order; `parse_item` turns one into messages and never raises for bad input. `read_export` is both
in a row. What strangers send is held within `limits`; PDF and Office files are parsed in a process of their own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from classifier.intake.assemble import parse_item
from classifier.intake.formats import describe_formats
from classifier.intake.headers import KEPT_HEADERS
from classifier.intake.items import RawItem, find_items
from classifier.intake.limits import DEFAULT, Limits

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date
    from pathlib import Path

    from classifier.records import Message

__all__ = [
    "DEFAULT",
    "KEPT_HEADERS",
    "Limits",
    "RawItem",
    "describe_formats",
    "find_items",
    "parse_item",
    "read_export",
]


def read_export(paths: Sequence[Path], *, received: date | None = None, limits: Limits = DEFAULT) -> Iterator[Message]:
    """The messages of an export in a stable order, one at a time.

    `received` is the day, in London, for inputs that carry no date. Raises InputMissing, before the first message,
    where a path does not exist or a folder holds nothing that could be a letter.
    """
    items = find_items(paths, limits)
    return (message for item in items for message in parse_item(item, received, limits))
