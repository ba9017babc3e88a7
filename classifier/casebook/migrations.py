"""Bringing a casebook up to date: a numbered list of steps, each taken once, in one transaction.

A new casebook gets the tables as they stand now; an older one takes the steps it lacks. A list rather than a migration
package: the steps are few and linear, run unattended on an officer's machine, and must work from an installed wheel.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy import Connection, inspect, select, update

from classifier.casebook.tables import about, meta
from classifier.errors import CasebookError


class NoCasebookError(CasebookError):
    """The database is no casebook, or one of a later program; says so without naming it."""


Step = Callable[[Connection], Any]

STEPS: tuple[Step, ...] = ()
"""The step at place n (from 0) leads from version n + 1 to n + 2. A step that has been released is never changed."""


def is_current(connection: Connection, steps: tuple[Step, ...] = STEPS) -> bool:
    """Whether there is nothing to migrate; reads only, so that a casebook opens while another program writes to it."""
    if not inspect(connection).has_table(about.name):
        return False
    return connection.execute(select(about.c.version)).scalar() == 1 + len(steps)


def migrate(connection: Connection, steps: tuple[Step, ...] = STEPS) -> None:
    """Make the tables, or bring them up to date, inside the connection's transaction.

    Raises NoCasebookError for a casebook of a later program, and for a database that is no casebook.
    """
    latest = 1 + len(steps)
    there = set(inspect(connection).get_table_names())
    if about.name not in there:
        strange = there if connection.dialect.name == "sqlite" else there & set(meta.tables)
        if strange:
            raise NoCasebookError(
                f"this is a database of another program (it has a table {min(strange)!r}). "
                "Name another file or database."
            )
        meta.create_all(connection)
        connection.execute(about.insert().values(version=latest))
        return
    found = connection.execute(select(about.c.version)).scalar()
    if not isinstance(found, int) or found < 1:
        raise NoCasebookError("this is no casebook: its version is missing. Name another file or database.")
    if found > latest:
        raise NoCasebookError(
            f"it was written by a later version of the program (form {found}, this one knows {latest}). "
            "Update the program, or name another casebook."
        )
    for step in steps[found - 1 :]:
        step(connection)
    if found < latest:
        connection.execute(update(about).values(version=latest))
