"""What several commands share: the types of their options, and results as a table on a terminal or as JSON."""

from __future__ import annotations

import sys
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

PATH = click.Path(path_type=Path)


class Day(click.ParamType):  # pyright: ignore[reportMissingTypeArgument] - generic in newer releases of click only
    """A calendar day, YYYY-MM-DD."""

    name = "date"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        """The day, or a usage error that says which form is wanted."""
        if isinstance(value, date):
            return value
        try:
            return datetime.strptime(str(value), "%Y-%m-%d").date()  # noqa: DTZ007 - a day has no zone
        except ValueError:
            self.fail(f"{value!r} is not a day; write it as 2026-03-31", param, ctx)


def wants_json(as_json: bool) -> bool:
    """Whether a result goes out as JSON: asked for, or read by a program and not by a person."""
    return as_json or not sys.stdout.isatty()


def put_json(value: Any) -> None:
    """Print a value as JSON, UTF-8 whatever the console's own encoding."""
    import msgspec

    sys.stdout.flush()
    sys.stdout.buffer.write(msgspec.json.format(msgspec.json.encode(value), indent=1) + b"\n")
    sys.stdout.buffer.flush()


def put_table(columns: Sequence[str], rows: Iterable[Sequence[object]], *, whole: Sequence[str] = ()) -> None:
    """Print a table for a person, as wide as the terminal. Cells wrap, but for those of the columns in `whole`."""
    from rich import box
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    from classifier.screen import printable

    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for name in columns:
        table.add_column(name, no_wrap=name in whole, overflow="fold")
    for row in rows:
        table.add_row(*[Text("" if cell is None else printable(str(cell))) for cell in row])
    Console(highlight=False).print(table)
