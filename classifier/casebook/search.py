"""Full-text search of the letters in a casebook: FTS5 in a SQLite file, a tsvector with its index in PostgreSQL.

What is found by: the subject, who wrote, references, and the first `MOST_WORDS` characters of the letter. A protected
paper is found by its references only, so that a search never shows what stands in it.
"""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING, Final

from sqlalchemy import ColumnElement, Connection, bindparam, func, select, text, update
from sqlalchemy import column as named
from sqlalchemy import table as table_of

from classifier.casebook.tables import listed

if TYPE_CHECKING:
    from classifier.records import TriageRecord

MOST_WORDS: Final = 200_000
"""Characters of a letter that are searched. PostgreSQL refuses more than a megabyte of distinct words."""
_MOST_TERMS: Final = 12
_TERM: Final = re.compile(r"\w+")
_STEMS: Final = ("ations", "ation", "ings", "ing", "ies", "ed", "es", "s", "e", "y")
_FTS: Final = table_of("letter_words", named("rowid"), named("letter_words"))


def prepare(connection: Connection) -> None:
    """Make the SQLite index where it isn't there yet: it can be made anew from the records at any time."""
    if connection.dialect.name != "sqlite":
        return
    there = text("SELECT 1 FROM sqlite_master WHERE name = 'letter_words'")
    if connection.execute(there).first() is not None:
        return
    connection.exec_driver_sql(
        "CREATE VIRTUAL TABLE letter_words USING fts5"
        "(subject, people, words, tokenize = 'porter unicode61 remove_diacritics 2')"
    )
    version = connection.exec_driver_sql("SELECT sqlite_version()").scalar_one()
    if tuple(int(n) for n in str(version).split(".")) >= (3, 42):
        # A letter that is forgotten leaves no words behind in the index.
        connection.exec_driver_sql("INSERT INTO letter_words (letter_words, rank) VALUES ('secure-delete', 1)")
    connection.exec_driver_sql(
        "CREATE TRIGGER listed_forgotten AFTER DELETE ON listed BEGIN "
        "DELETE FROM letter_words WHERE rowid = old.letter; END"
    )


def keep(connection: Connection, letter: int, record: TriageRecord) -> None:
    """Take the words of a letter into the index, in place of those that were there."""
    people = " ".join((record.applicant.name, record.applicant.address)) if not record.protected else ""
    subject = " ".join((record.subject if not record.protected else "", *record.references))
    words = record.text[:MOST_WORDS] if not record.protected else ""
    if connection.dialect.name == "sqlite":
        connection.execute(text("DELETE FROM letter_words WHERE rowid = :letter"), {"letter": letter})
        connection.execute(
            text(
                "INSERT INTO letter_words (rowid, subject, people, words) VALUES (:letter, :subject, :people, :words)"
            ),
            {"letter": letter, "subject": _plain(subject), "people": _plain(people), "words": _plain(words)},
        )
    else:
        # Its own reading of text keeps an address or a date as one word, which no part of it finds.
        plain = " ".join(_TERM.findall(_plain(" ".join((subject, people, words)))))
        vector = func.to_tsvector("english", plain)
        connection.execute(update(listed).where(listed.c.letter == letter).values(words=vector))


def matching(connection: Connection, wanted: str) -> ColumnElement[bool] | None:
    """A condition on `listed`: letters that hold all words of `wanted`; a part in double quotes as it stands, the last
    word as a beginning. None where `wanted` holds no word."""
    terms = _terms(wanted)
    if not terms:
        return None
    if connection.dialect.name == "sqlite":
        query = " ".join(f'"{t}"' for t in terms[:-1]) + f' "{terms[-1]}"*'
        found = select(_FTS.c.rowid).where(_FTS.c.letter_words.bool_op("MATCH")(bindparam("wanted", query.strip())))
        return listed.c.letter.in_(found)
    # One query for all, so that words which every letter holds ("how", "the") are left out of it and not looked for.
    joined = [" <-> ".join(f"'{word}'" for word in term.split()) for term in terms]
    wanted_all = " & ".join((*(f"({term})" for term in joined[:-1]), f"({joined[-1]}:*)"))
    return listed.c.words.bool_op("@@")(func.to_tsquery("english", wanted_all))


def excerpt(words: str, wanted: str, *, around: int = 90) -> tuple[str, str, str] | None:
    """The first place where a word of `wanted` begins a word of `words`: what stands before it, it, and after; None
    where it stands further down than is searched. Looks for the word's stem, as the index does."""
    shown = words[:MOST_WORDS]
    stems = [re.escape(_stem(t)) for term in _terms(wanted) for t in term.split()]
    if not stems:
        return None
    found = re.search(rf"\b(?:{'|'.join(stems)})\w*", shown, re.IGNORECASE)
    if found is None:
        return None
    start, end = max(0, found.start() - around), min(len(shown), found.end() + around)
    before, after = " ".join(shown[start : found.start()].split()), " ".join(shown[found.end() : end].split())
    return ("… " if start else "") + before, found[0], after + (" …" if end < len(words) else "")


def _terms(wanted: str) -> list[str]:
    """Words and quoted phrases, without any character that means something to a query language."""
    out: list[str] = []
    for place, part in enumerate(
        unicodedata.normalize("NFKC", wanted[:300]).replace("“", '"').replace("”", '"').split('"')
    ):
        found = _TERM.findall(part)
        out += [" ".join(found)] if place % 2 and found else found
    return out[:_MOST_TERMS]


def _stem(term: str) -> str:
    for end in _STEMS:
        if term.lower().endswith(end) and len(term) - len(end) >= 4:
            return term[: -len(end)]
    return term


def _plain(words: str) -> str:
    """Text that a database takes: no NUL, no half of a surrogate pair."""
    return words.replace("\x00", " ").encode("utf-8", "replace").decode("utf-8")
