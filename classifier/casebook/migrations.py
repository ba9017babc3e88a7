"""Bringing a casebook up to date: a numbered list of steps, each taken once, in one transaction.

A new casebook gets the tables as they stand now; an older one takes the steps it lacks. A list rather than a migration
package: the steps are few and linear, run unattended on an officer's machine, and must work from an installed wheel.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy import (
    Boolean,
    Column,
    Connection,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    inspect,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import TSVECTOR

from classifier.casebook.tables import about, meta
from classifier.errors import CasebookError


class NoCasebookError(CasebookError):
    """The database is no casebook, or one of a later program; says so without naming it."""


Step = Callable[[Connection], Any]


def _add_decisions(connection: Connection) -> None:
    """Form 2: what people decide, what was imported, which model learnt from which letter, what was forgotten.

    The tables are spelt out as they were then: `tables` says what they are now.
    """
    then = MetaData()
    Table("letter", then, Column("number", Integer, primary_key=True))
    made = [
        Table(
            "decision",
            then,
            Column("number", Integer, primary_key=True, autoincrement=True),
            Column("letter", Integer, ForeignKey("letter.number"), nullable=False),
            Column("item", String(40), nullable=False),
            Column("field", String(20), nullable=False),
            Column("retracts", Integer, ForeignKey("decision.number")),
            Column("chosen", Text, nullable=False),
            Column("model", String(80), nullable=False),
            Column("who", String(200), nullable=False),
            Column("at", String(40), nullable=False),
            Column("seconds", Float),
            Column("source", String(20), nullable=False),
            Column("body", LargeBinary, nullable=False),
            Index("decision_letter", "letter", "number"),
            Index("decision_at", "at"),
            sqlite_autoincrement=True,
        ),
        Table(
            "imported",
            then,
            Column("digest", String(64), primary_key=True),
            Column("who", String(200), nullable=False),
            Column("at", String(40), nullable=False),
            Column("decisions", Integer, nullable=False),
        ),
        Table(
            "trained",
            then,
            Column("model", String(80), primary_key=True),
            Column("letter", Integer, ForeignKey("letter.number"), primary_key=True),
            Index("trained_letter", "letter"),
        ),
        Table(
            "retrain_wanted",
            then,
            Column("number", Integer, primary_key=True, autoincrement=True),
            Column("at", String(40), nullable=False),
            Column("why", Text, nullable=False),
            Column("done", String(40)),
            sqlite_autoincrement=True,
        ),
        Table(
            "forgotten",
            then,
            Column("digest", String(64), primary_key=True),
            Column("at", String(40), nullable=False),
            Column("who", String(200), nullable=False),
            Column("removed", Text, nullable=False),
            Column("models", Text, nullable=False),
        ),
    ]
    then.create_all(connection, tables=made)


def _add_worklist(connection: Connection) -> None:
    """Form 3: what the review pages list letters by. It is filled from the records when pages are first opened."""
    then = MetaData()
    Table("letter", then, Column("number", Integer, primary_key=True))
    days, texts = ("day", "due"), ("subject", "refs", "topics", "grounds", "rules")
    numbers, marks = (
        ("form", "run", "decision", "asked", "cluster"),
        ("urgent", "mandatory", "unread", "protected", "seen"),
    )
    made = Table(
        "listed",
        then,
        Column("letter", Integer, ForeignKey("letter.number"), primary_key=True, autoincrement=False),
        *(Column(name, Integer, nullable=False) for name in numbers),
        *(Column(name, String(10), nullable=False) for name in days),
        Column("kind", String(40), nullable=False),
        *(Column(name, Text, nullable=False) for name in texts),
        *(Column(name, Boolean, nullable=False) for name in marks),
        Column("unsure", Float, nullable=False),
        Column("worth", Float, nullable=False),
        Column("words", Text().with_variant(TSVECTOR(), "postgresql")),
        Index("listed_cluster", "cluster"),
        Index("listed_seen", "seen", "due"),
        Index("listed_words", "words", postgresql_using="gin").ddl_if(dialect="postgresql"),
    )
    then.create_all(connection, tables=[made])


STEPS: tuple[Step, ...] = (_add_decisions, _add_worklist)
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
