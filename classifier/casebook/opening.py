"""Which casebook a command means, where it must be there already."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from classifier.casebook.book import Casebook
from classifier.errors import CasebookError

if TYPE_CHECKING:
    from classifier.force import Force


def open_existing(address: str, force: Force) -> Casebook:
    """The casebook at `address`, a file name or database address, or the force's own; a folder of results stands for
    the casebook in it.

    Raises CasebookError where none is named, or there is no such file: a new one would be empty.
    """
    address = address or force.casebook
    if not address:
        raise CasebookError(
            "which casebook? Name it with --casebook (a run leaves casebook.sqlite in its results), "
            "or name the force file with --force"
        )
    if "://" not in address:
        path = Path(address)
        if path.is_dir():
            path /= "casebook.sqlite"
        if not path.is_file():
            raise CasebookError(f"{path}: there is no casebook here")
        address = str(path)
    return Casebook.open(address)
