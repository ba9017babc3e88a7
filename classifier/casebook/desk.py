"""The casebook inside one transaction: letters are remembered by their keys, and earlier ones found by them.

"Earlier" means first seen before, by the number a letter got then. A letter that is read again finds what it found the
first time, so a run that is done again says the same.
"""

from __future__ import annotations

from collections import Counter
from functools import cache
from typing import TYPE_CHECKING, Any

import msgspec
from sqlalchemy import Connection, Select, Table, bindparam, insert, select, union_all, update

from classifier.casebook.tables import bands, letters, published, records, thread_keys

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

NEWEST = 16
"""Letters looked at under one key: the newest. What half the inbox shares is furniture, and one match is enough."""
MOST_CANDIDATES = 64
"""Letters whose signatures are compared: those that share most bands."""


class Keys(msgspec.Struct, frozen=True, kw_only=True):
    """What one letter is found by. See `tables.letters` for the fields' meaning."""

    id: str
    day: str
    kind: str
    asks: bool
    protected: bool
    applicant: str
    via: str
    addressed: str
    topics: str
    text_key: str
    signature: bytes


class Earlier(Keys, frozen=True, kw_only=True):
    """A letter that is remembered, with its number."""

    number: int


_KEYS = tuple(Keys.__struct_fields__)
_EARLIER = tuple(letters.c[name] for name in (*_KEYS, "number"))


class Desk:
    """Made by `Casebook.desk`; valid inside its block."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def remember(self, run: int, keys: Keys, threads: Iterable[str], band_keys: Sequence[int]) -> tuple[int, bool]:
        """The letter's number, and whether it is new: its keys are written then, and its number of old else."""
        found = self._connection.execute(_NUMBER, {"wanted": keys.id}).scalar()
        if found is not None:
            # The model may read it otherwise now; its words and headers are what they were.
            read = {"kind": keys.kind, "asks": keys.asks, "topics": keys.topics}
            self._connection.execute(update(letters).where(letters.c.number == found).values(read))
            return int(found), False
        values = {name: getattr(keys, name) for name in _KEYS}
        number = self._connection.execute(_INSERT, {**values, "first_run": run}).scalar_one()
        if named := [{"key": key, "letter": number} for key in dict.fromkeys(threads)]:
            self._connection.execute(insert(thread_keys), named)
        if kept := [{"key": key, "letter": number} for key in dict.fromkeys(band_keys)]:
            self._connection.execute(insert(bands), kept)
        return number, True

    def in_thread(self, keys: Sequence[str], before: int) -> list[tuple[str, Earlier]]:
        """Earlier letters that carry one of some thread keys, each with the key; newest first for each key."""
        pairs = self._newest(thread_keys, keys, before)
        known = self.letters({number for _, number in pairs})
        return [(key, known[number]) for key, number in pairs]

    def with_bands(self, keys: Sequence[int], before: int) -> list[tuple[int, bytes]]:
        """Numbers and signatures of earlier letters that share bands with a signature: those that share most."""
        shared = Counter(number for _, number in self._newest(bands, keys, before))
        best = sorted(shared, key=lambda n: (-shared[n], -n))[:MOST_CANDIDATES]
        if not best:
            return []
        return [(row.number, row.signature) for row in self._connection.execute(_SIGNATURES, {"wanted": best})]

    def letters(self, numbers: Iterable[int]) -> dict[int, Earlier]:
        """Earlier letters by their numbers."""
        wanted = sorted(numbers)
        return {e.number: e for e in self._all(_BY_NUMBER, {"wanted": wanted})} if wanted else {}

    def with_text(self, text_key: str, before: int, most: int) -> list[Earlier]:
        """Earlier letters with the same words, newest first."""
        if not text_key:
            return []
        return self._all(_WITH_TEXT, {"wanted": text_key, "before": before, "most": most})

    def by_applicant(self, applicant: str, days: tuple[str, str], before: int, most: int) -> list[Earlier]:
        """Earlier letters of one applicant, received on the days `days[0]` to `days[1]`, newest first."""
        if not applicant:
            return []
        wanted = {"wanted": applicant, "first": days[0], "last": days[1], "before": before, "most": most}
        return self._all(_BY_APPLICANT, wanted)

    def read_in_run(self, run: int, number: int, source: str) -> bool:
        """Whether this run has a record of the letter from another place of the export."""
        return (
            self._connection.execute(_READ_IN_RUN, {"run": run, "number": number, "source": source}).scalar()
            is not None
        )

    def pages(self, digest: str, encoder: str) -> bytes | None:
        """What was kept of a published response, or None."""
        query = select(published.c.pages).where((published.c.digest == digest) & (published.c.encoder == encoder))
        return self._connection.execute(query).scalar()

    def keep_pages(self, digest: str, encoder: str, pages: bytes) -> None:
        """Keep what was made of a published response; another program may have done so meanwhile."""
        if self.pages(digest, encoder) is None:
            self._connection.execute(insert(published), {"digest": digest, "encoder": encoder, "pages": pages})

    def _newest(self, table: Table, keys: Sequence[Any], before: int) -> list[tuple[Any, int]]:
        """(key, letter) pairs of the newest `NEWEST` letters under each key, in one statement of a fixed size."""
        wanted = list(dict.fromkeys(keys))
        if not wanted:
            return []
        size = 1 << (len(wanted) - 1).bit_length()
        padded = [*wanted, *[wanted[-1]] * (size - len(wanted))]
        values: dict[str, Any] = {f"key{i}": key for i, key in enumerate(padded)}
        rows = self._connection.execute(_newest_query(table, size), {**values, "before": before})
        return list(dict.fromkeys((row.key, row.letter) for row in rows))

    def _all(self, query: Select[Any], values: dict[str, Any]) -> list[Earlier]:
        return [Earlier(**row) for row in self._connection.execute(query, values).mappings()]  # pyright: ignore[reportCallIssue]


_INSERT = insert(letters).returning(letters.c.number)
_NUMBER = select(letters.c.number).where(letters.c.id == bindparam("wanted"))
_BY_NUMBER = select(*_EARLIER).where(letters.c.number.in_(bindparam("wanted", expanding=True)))
_SIGNATURES = select(letters.c.number, letters.c.signature).where(
    letters.c.number.in_(bindparam("wanted", expanding=True))
)
_WITH_TEXT = (
    select(*_EARLIER)
    .where((letters.c.text_key == bindparam("wanted")) & (letters.c.number < bindparam("before")))
    .order_by(letters.c.number.desc())
    .limit(bindparam("most"))
)
_BY_APPLICANT = (
    select(*_EARLIER)
    .where(
        (letters.c.applicant == bindparam("wanted"))
        & letters.c.day.between(bindparam("first"), bindparam("last"))
        & (letters.c.number < bindparam("before"))
    )
    .order_by(letters.c.day.desc(), letters.c.number.desc())
    .limit(bindparam("most"))
)
_READ_IN_RUN = (
    select(records.c.letter)
    .where(
        (records.c.run == bindparam("run"))
        & (records.c.letter == bindparam("number"))
        & (records.c.source != bindparam("source"))
    )
    .limit(1)
)


@cache
def _newest_query(table: Table, size: int) -> Any:
    """One statement for `size` keys: an index look-up a key, each stopped after `NEWEST` rows."""
    parts = [
        select(table.c.key, table.c.letter)
        .where((table.c.key == bindparam(f"key{i}")) & (table.c.letter < bindparam("before")))
        .order_by(table.c.letter.desc())
        .limit(NEWEST)
        .subquery()
        for i in range(size)
    ]
    return union_all(*(select(part.c.key, part.c.letter) for part in parts))
