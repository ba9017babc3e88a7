"""Opening the casebook, its runs and their records.

Every write is a short transaction of its own, so that review pages can read and write while a run goes on, and a run
that is killed leaves nothing half done.
"""

from __future__ import annotations

import json
import sqlite3
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

import msgspec
from sqlalchemy import Connection, Engine, create_engine, event, func, select, update
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, SQLAlchemyError

from classifier.casebook.decisions import Decisions
from classifier.casebook.desk import Desk
from classifier.casebook.latest import Read, all_latest, latest, reads
from classifier.casebook.migrations import NoCasebookError, is_current, migrate
from classifier.casebook.tables import letters, records, runs
from classifier.casebook.trained import Training
from classifier.errors import CasebookError, ExtraMissing
from classifier.records import TriageRecord

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator, Sequence
    from datetime import date

    from classifier.casebook.worklist import Worklist

_LOCK = 0x464F49
WAIT = 30.0
"""Seconds to wait for another program that is writing to the same file."""


class Casebook:
    """A casebook that is open. Use it as a context manager.

    Every method raises CasebookError, in words, where the database fails: locked for too long, damaged, out of reach.
    """

    def __init__(self, engine: Engine, address: str) -> None:
        self._engine = engine
        self._address = address

    @classmethod
    def open(cls, address: str, *, wait: float = WAIT) -> Casebook:
        """The casebook at `address`: a file name, or a database address such as `postgresql+psycopg://…`.

        It is made where there is none, and brought up to date where an earlier version of the program wrote it. Raises
        CasebookError where it can't be opened, is no casebook or of a later version, ExtraMissing without its driver.
        """
        url = address if "://" in address else f"sqlite:///{Path(address).as_posix()}"
        shown = _hidden(url)
        try:
            engine = _engine(url, wait)
        except ModuleNotFoundError as e:
            raise ExtraMissing(
                f"the casebook {shown} needs the package {e.name}: pip install 'foi-triage[postgres]'"
            ) from e
        except (ArgumentError, SQLAlchemyError) as e:
            raise CasebookError(
                f"{shown}: this is no address of a casebook. Give a file name, or a database address."
            ) from e
        book = cls(engine, shown)
        try:
            with book._reading() as connection:
                current = is_current(connection)
            if not current:
                with book._transaction() as connection:
                    migrate(connection)
        except NoCasebookError as e:
            engine.dispose()
            raise CasebookError(f"the casebook {shown}: {e}") from e
        except CasebookError:
            engine.dispose()
            raise
        return book

    def begin(self, inputs: Sequence[str], versions: dict[str, str], *, resume: bool = False) -> int:
        """Note the start of a run; its number. With `resume` the last run, where it had these inputs, goes on."""
        given = json.dumps(list(inputs), ensure_ascii=False)
        with self._transaction() as connection:
            last = connection.execute(select(runs.c.id, runs.c.inputs).order_by(runs.c.id.desc()).limit(1)).first()
            if resume and last is not None and last.inputs == given:
                return int(last.id)
            values = {"started": _now(), "inputs": given, "versions": json.dumps(versions, ensure_ascii=False)}
            return connection.execute(runs.insert().values(values).returning(runs.c.id)).scalar_one()

    def finish(self, run: int, summary: Any) -> None:
        """Note the end of a run with its summary (anything that JSON can hold)."""
        with self._transaction() as connection:
            values = {"finished": _now(), "summary": json.dumps(summary, ensure_ascii=False)}
            connection.execute(update(runs).where(runs.c.id == run).values(values))

    @contextmanager
    def desk(self) -> Generator[Desk]:
        """One transaction in which letters are remembered and earlier ones looked up. What was remembered is kept when
        the block ends, and dropped where it raises."""
        with self._transaction() as connection:
            yield Desk(connection)

    @contextmanager
    def decisions(self, *, writing: bool = True) -> Generator[Decisions]:
        """One transaction in which people's decisions are read and added; dropped where the block raises. Without
        `writing` it only reads, and waits for nobody."""
        with self._transaction() if writing else self._reading() as connection:
            yield Decisions(connection)

    @contextmanager
    def worklist(self, today: date, *, writing: bool = False) -> Generator[Worklist]:
        """One transaction in which the list of letters is read, or with `writing` brought up to date. `today` is the
        day in London that deadlines are held against."""
        from classifier.casebook.worklist import Worklist

        with self._transaction() if writing else self._reading() as connection:
            yield Worklist(connection, today)

    @contextmanager
    def training(self, *, writing: bool = True) -> Generator[Training]:
        """One transaction over which model learnt from which letter, and what waits to be retrained."""
        with self._transaction() if writing else self._reading() as connection:
            yield Training(connection)

    @contextmanager
    def transaction(self, *, writing: bool = True) -> Generator[Connection]:
        """One transaction, for what is done to several tables at once by the other modules of this room."""
        with self._transaction() if writing else self._reading() as connection:
            yield connection

    def wipe(self) -> bool:
        """Overwrite the space of what was deleted; False where another program has the database open just now.

        A SQLite file is written anew. A PostgreSQL server frees the space; its own logs and backups are out of reach.
        """
        try:
            if self._engine.dialect.name != "sqlite":
                with self._engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
                    connection.exec_driver_sql("VACUUM")
                return True
            raw = self._engine.raw_connection()  # outside any transaction, which VACUUM needs
            try:
                cursor = raw.cursor()
                cursor.execute("VACUUM")
                # The log beside the file still holds the old pages until it is taken in and cut off.
                cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
                busy = cursor.fetchone()
                return busy is not None and not busy[0]
            finally:
                raw.close()
        except (SQLAlchemyError, sqlite3.Error):
            return False

    def add(self, run: int, record: TriageRecord) -> None:
        """Keep what a run said of a letter that `Desk.remember` knows; the same place again replaces it.

        Raises CasebookError for a letter that has not.
        """
        with self._transaction() as connection:
            number = connection.execute(select(letters.c.number).where(letters.c.id == record.id)).scalar()
            if number is None:
                raise CasebookError(f"the casebook {self._address}: the letter {record.id} has not been remembered")
            place = (records.c.run == run) & (records.c.letter == number) & (records.c.source == record.source)
            line = msgspec.json.encode(record)
            if not connection.execute(update(records).where(place).values(record=line)).rowcount:
                values = {"run": run, "letter": number, "source": record.source, "record": line}
                connection.execute(records.insert().values(values))

    def record(self, id_: str) -> TriageRecord | None:
        """The newest record of a letter, or None. Of several places in one run, the first that is no duplicate."""
        with self._reading() as connection:
            return latest(connection, id_)

    def records(self, run: int) -> Iterator[TriageRecord]:
        """The records of a run in the order their letters were first seen, a few in memory at a time."""
        query = select(records.c.record).where(records.c.run == run).order_by(records.c.letter, records.c.source)
        with self._reading() as connection:
            for row in connection.execution_options(yield_per=200).execute(query):
                yield msgspec.json.decode(row.record, type=TriageRecord)

    def reads(self, id_: str) -> list[Read]:
        """What each run made of a letter, the newest run first, with the model that it used."""
        with self._reading() as connection:
            return reads(connection, id_)

    def latest(self, since: str = "") -> Iterator[Read]:
        """The newest record of every letter in the order they were first seen, a few in memory at a time; with `since`
        (YYYY-MM-DD) of those received on that day or later."""
        with self._reading() as connection:
            yield from all_latest(connection, since)

    def count(self) -> int:
        """How many letters are remembered."""
        with self._reading() as connection:
            return int(connection.execute(select(func.count()).select_from(letters)).scalar() or 0)

    def close(self) -> None:
        """Let go of the database."""
        self._engine.dispose()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @contextmanager
    def _transaction(self) -> Generator[Connection]:
        """A writing transaction: no other writer comes between what is read in it and what is written."""
        with self._words(), self._engine.execution_options(writing=True).begin() as connection:
            yield connection

    @contextmanager
    def _reading(self) -> Generator[Connection]:
        with self._words(), self._engine.connect() as connection:
            yield connection

    @contextmanager
    def _words(self) -> Generator[None]:
        try:
            yield
        except SQLAlchemyError as e:
            raise CasebookError(f"the casebook {self._address} {_explain(e)}") from e


_REASONS = (
    ("locked", "is being written by another program, which has not finished. Wait for it, or name another casebook."),
    ("not a database", "is not a casebook but some other file. Name another file."),
    ("malformed", "is damaged. Restore it from a backup, or name another: letters seen before are then not known."),
    ("unable to open", "cannot be opened. Check that its folder exists and that you may write there."),
    ("readonly", "may only be read. Check your rights on the file and its folder."),
    ("read-only", "may only be read. Check your rights on the file and its folder."),
    ("disk is full", "cannot grow: the disk is full."),
    ("password", "does not let you in: check the user and the password."),
    ("refused", "cannot be reached: no database server answers there."),
    ("could not translate host", "cannot be reached: there is no such server."),
    ("does not exist", "does not exist, or lacks what belongs to a casebook. Ask for an empty database."),
)


def _explain(error: SQLAlchemyError) -> str:
    """What is wrong, in words, with the database's own first line behind it."""
    reason = " ".join(str(getattr(error, "orig", None) or error).split("\n", 1)[0].split())
    lowered = reason.lower()
    said = next(
        (words for sign, words in _REASONS if sign in lowered),
        "cannot be used. Check the address and your rights there.",
    )
    return f"{said} ({reason})"


def _engine(url: str, wait: float) -> Engine:
    parsed = make_url(url)
    if parsed.get_backend_name() != "sqlite":
        connect = {"connect_timeout": max(1, round(wait))} if parsed.get_backend_name() == "postgresql" else {}
        engine = create_engine(parsed, connect_args=connect)
        if engine.dialect.name == "postgresql":
            event.listen(engine, "begin", _begin_postgresql)
        return engine
    engine = create_engine(parsed, connect_args={"timeout": wait})
    event.listen(engine, "connect", _tune_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _tune_sqlite(connection: Any, _: Any) -> None:
    # The driver would begin transactions late and leave table changes outside them; `_begin_sqlite` does it instead.
    connection.isolation_level = None
    cursor = connection.cursor()
    # Write-ahead logging: review pages can read while a run writes, and a crash leaves the file whole.
    cursor.execute("PRAGMA journal_mode=WAL")
    cursor.execute("PRAGMA synchronous=NORMAL")
    cursor.execute("PRAGMA foreign_keys=ON")
    # Bands land all over their index: a larger cache (32 MB) and rarer checkpoints keep a letter's writes in memory.
    cursor.execute("PRAGMA cache_size=-32768")
    cursor.execute("PRAGMA wal_autocheckpoint=4000")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    # A writer takes its lock at once: two that read first and write later could otherwise block each other for good.
    connection.exec_driver_sql("BEGIN IMMEDIATE" if connection.get_execution_options().get("writing") else "BEGIN")


def _begin_postgresql(connection: Connection) -> None:
    # One writer at a time, as with a file, so that two runs that meet the same letter don't trip over each other.
    if connection.get_execution_options().get("writing"):
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_LOCK})")


def _hidden(url: str) -> str:
    """The address without its password; a file's plain name."""
    try:
        parsed = make_url(url)
    except ArgumentError:
        return "(address not understood)"
    if parsed.get_backend_name() == "sqlite" and parsed.database:
        return parsed.database
    return parsed.render_as_string(hide_password=True)


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
