"""Which model learnt from which letter, and what waits to be retrained."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import Connection, delete, insert, select, update

from classifier.casebook.tables import letters, retrain_wanted, trained
from classifier.records import Value

if TYPE_CHECKING:
    from collections.abc import Iterable


class Wanted(Value, frozen=True, kw_only=True):
    """A retraining that somebody or something asked for: why, and when (UTC, ISO 8601 with Z)."""

    number: int
    at: str
    why: str


class Training:
    """Made by `Casebook.training`; valid inside its block."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def note(self, model: str, ids: Iterable[str]) -> int:
        """Keep that the model of version `model` learnt from these letters, in place of what was noted of it before.

        How many of them the casebook holds; the others need no note, since they cannot be forgotten here.
        """
        wanted = list(dict.fromkeys(ids))
        self._connection.execute(delete(trained).where(trained.c.model == model))
        known: list[int] = []
        for start in range(0, len(wanted), 500):
            query = select(letters.c.number).where(letters.c.id.in_(wanted[start : start + 500]))
            known += self._connection.execute(query).scalars()
        if known:
            self._connection.execute(insert(trained), [{"model": model, "letter": number} for number in known])
        return len(known)

    def models(self, letter: str) -> list[str]:
        """The versions of the models that learnt from a letter, in order."""
        query = select(trained.c.model).join(letters, letters.c.number == trained.c.letter)
        return list(self._connection.execute(query.where(letters.c.id == letter).order_by(trained.c.model)).scalars())

    def letters(self, model: str) -> list[str]:
        """The ids of the letters that a model learnt from, in the order they were first seen."""
        query = select(letters.c.id).join(trained, letters.c.number == trained.c.letter)
        return list(
            self._connection.execute(query.where(trained.c.model == model).order_by(letters.c.number)).scalars()
        )

    def want(self, why: str, at: str) -> int:
        """Ask for a retraining; the number of the request."""
        values = {"at": at, "why": why}
        return self._connection.execute(
            insert(retrain_wanted).values(values).returning(retrain_wanted.c.number)
        ).scalar_one()

    def wanted(self) -> list[Wanted]:
        """What waits, oldest first. While something does, retraining is due even where no correction is new."""
        query = select(retrain_wanted).where(retrain_wanted.c.done.is_(None)).order_by(retrain_wanted.c.number)
        return [Wanted(number=row.number, at=row.at, why=row.why) for row in self._connection.execute(query)]

    def done(self, at: str, up_to: int) -> None:
        """Mark what waited, up to a request's number, as dealt with."""
        waiting = retrain_wanted.c.done.is_(None) & (retrain_wanted.c.number <= up_to)
        self._connection.execute(update(retrain_wanted).where(waiting).values(done=at))
