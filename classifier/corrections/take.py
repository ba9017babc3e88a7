"""Taking a file of corrections into the casebook: all of it, or nothing and a list of what is wrong."""

from __future__ import annotations

from collections import Counter
from functools import lru_cache
from hashlib import file_digest
from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import select

from classifier.casebook.corrected import places, register_of
from classifier.casebook.decisions import Decisions, newest
from classifier.casebook.tables import imported
from classifier.corrections.faults import CorrectionsError, Fault
from classifier.corrections.lines import read_letter, read_lines
from classifier.corrections.reading import Sheets
from classifier.corrections.rows import Stamp, Wrong, read_row, readings
from classifier.errors import InputMissing
from classifier.records import Value

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from classifier.casebook.book import Casebook
    from classifier.casebook.decisions import Decision, Kept
    from classifier.casebook.latest import Read
    from classifier.corrections.reading import Line
    from classifier.force import Force

_KEPT = 256
"""Letters whose readings are kept at hand while a sheet is gone through: rows of one letter mostly stand together."""


class Imported(Value, frozen=True, kw_only=True):
    """What an import did: rows (or lines) with something in them, letters decided on, decisions by field; `known` are
    decisions that this person's sheets had brought before. `before` says who handed the same file in, and when."""

    rows: int
    letters: int
    decisions: dict[str, int]
    known: int = 0
    before: str = ""


class _Held(NamedTuple):
    """What the casebook holds of one letter: what sheets may show of it, its decisions, the newest record."""

    found: list[Read]
    history: list[Kept]
    newest: Read | None


class _Choice(NamedTuple):
    line: Line
    decisions: dict[str, Decision]


def import_file(casebook: Casebook, path: Path, force: Force, who: str, when: str) -> Imported:
    """Take in a sheet (`triage.xlsx`, an export, `.csv`) or labelled letters (`.jsonl`) that `who` corrected.

    `when` is UTC, ISO 8601 with Z. The same file again adds nothing. Raises CorrectionsError with every fault,
    InputMissing, RegisterError, DecisionError (a `who` that is none) or CasebookError; nothing is kept then.
    """
    if not path.is_file():
        raise InputMissing(f"{path}: there is no such file")
    with path.open("rb") as file:
        digest = file_digest(file, "sha256").hexdigest()
    if before := _before(casebook, digest):
        return Imported(rows=0, letters=0, decisions={}, before=before)
    stamp = Stamp(who, when)
    take = _Taking(casebook, path, force)
    if path.suffix.lower() in (".jsonl", ".ndjson"):
        take.labelled(stamp)
    else:
        take.sheets(stamp, set(register_of(force).rules))
    if take.faults:
        raise CorrectionsError(path, take.faults)
    fresh = [d for d in take.made if not take.was_told(d)]
    with casebook.transaction() as connection:
        Decisions(connection).add(fresh)
        if fresh:
            values = {"digest": digest, "who": who, "at": when, "decisions": len(fresh)}
            connection.execute(imported.insert().values(values))
    return Imported(
        rows=take.rows,
        letters=len({d.letter for d in fresh}),
        decisions=dict(Counter(d.field for d in fresh)),
        known=len(take.made) - len(fresh),
    )


def _before(casebook: Casebook, digest: str) -> str:
    with casebook.transaction(writing=False) as connection:
        row = connection.execute(select(imported).where(imported.c.digest == digest)).first()
    return f"{row.who} on {row.at[:10]}" if row else ""


class _Taking:
    """Goes through a file and gathers what it decides and what is wrong with it."""

    def __init__(self, casebook: Casebook, path: Path, force: Force) -> None:
        self._casebook, self._path, self._force = casebook, path, force
        self._letters = lru_cache(maxsize=_KEPT)(self._look)
        self._up_to: int | None = None
        self.rows = 0
        self.made: list[Decision] = []
        self.faults: list[Fault] = []

    def sheets(self, stamp: Stamp, rules: set[str]) -> None:
        """Go through a workbook or CSV file."""
        sheets = Sheets(self._path)
        seen: dict[tuple[str, str, str], Line] = {}
        chosen: dict[tuple[str, str], _Choice] = {}
        for line in sheets.lines():
            self._up_to = sheets.up_to
            self.rows += 1
            try:
                key = self._key(line)
                self._repeated(line, key, seen)
                made = read_row(line, self._letters(key[0]).found, stamp, rules)
                self._merge(line, key, made, chosen)
            except Wrong as e:
                self.faults += e.faults
        for choice in chosen.values():
            self.made += choice.decisions.values()

    def labelled(self, stamp: Stamp) -> None:
        """Go through labelled letters."""
        seen: dict[str, int] = {}
        for number, letter in read_lines(self._path):
            self.rows += 1
            try:
                held = self._letters(letter.id)
                last = held.newest
                if letter.id in seen:
                    raise self._bad(number, f"is about the same letter as line {seen[letter.id]}: leave one of the two")
                if last is None:
                    raise self._bad(number, f"the letter {letter.id[:80]!r} is not in this casebook")
                if last.record.protected:
                    raise self._bad(number, "is about a paper for police eyes only, which no file labels")
                seen[letter.id] = number
                with self._casebook.decisions(writing=False) as desk:
                    used = desk.used_ids(letter.id, last.record)
                self.made += read_letter(self._path.name, number, letter, last, held.history, used, stamp)
            except Wrong as e:
                self.faults += e.faults

    def was_told(self, decision: Decision) -> bool:
        """Whether this person's last sheet, or last word, on the same field of the same item said the same."""
        held = self._letters(decision.letter)
        place = places(held.newest.record.questions if held.newest else ())
        name = _person(decision.who)

        def same(kept: Kept) -> bool:
            if kept.field != decision.field or bool(kept.item) != bool(decision.item):
                return False
            as_told = kept.item == decision.item and kept.anchor == decision.anchor
            return not decision.item or as_told or place(kept) == decision.item

        theirs = [k for k in held.history if k.retracts is None and _person(k.who) == name and same(k)]
        last_sheet = next((k for k in theirs if k.source == decision.source), None)
        last_word = next((k for k in theirs if not k.retracted), None)
        return any(k is not None and _choice(k) == _choice(decision) for k in (last_sheet, last_word))

    def _look(self, id_: str) -> _Held:
        reads = self._casebook.reads(id_)
        with self._casebook.decisions(writing=False) as desk:
            history = desk.of_letter(id_)
            held = desk.current(id_, up_to=self._up_to) if history and self._up_to is not None else newest(history)
        found = readings(reads, held, self._force, exported=self._up_to is not None)
        return _Held(found, history, reads[0] if reads else None)

    def _bad(self, number: int, said: str) -> Wrong:
        return Wrong(Fault(sheet=self._path.name, row=number, said=said))

    def _key(self, line: Line) -> tuple[str, str]:
        """The letter and item of a row. Raises Wrong where the casebook does not hold them."""
        ids = [("letter", "Letter id"), ("question", "Question id")] if line.which == "questions" else [("id", "Id")]
        for key, header in ids:
            cell = line.cells.get(key)
            if cell is None or not cell.text or cell.formula:
                said = f"{header} is empty: take it over from the sheet as it was written, or empty the whole row"
                raise self._wrong(line, cell.cell if cell else "", said)
        letter = line.cells[ids[0][0]]
        if not self._letters(letter.text).found:
            said = f"no letter {letter.text[:80]!r} is in this casebook: name the one of this run, or take the row out"
            raise self._wrong(line, letter.cell, said)
        return letter.text, line.cells["question"].text if line.which == "questions" else ""

    def _repeated(self, line: Line, key: tuple[str, str], seen: dict[tuple[str, str, str], Line]) -> None:
        """Raise Wrong for a row that is there twice. One letter found in several places of an export has a row for
        each, told apart by the place."""
        source = line.cells["source"].text if "source" in line.cells else ""
        other = seen.setdefault((*key, source), line)
        if other is not line:
            said = f"repeats row {other.number} of {other.sheet}: leave one of the two"
            raise self._wrong(line, "", said)

    def _merge(
        self, line: Line, key: tuple[str, str], made: Sequence[Decision], chosen: dict[tuple[str, str], _Choice]
    ) -> None:
        """Add what a row decides to what other rows of the same letter and item do. Raises Wrong where they differ."""
        if not made:
            return
        before = chosen.setdefault(key, _Choice(line, {}))
        for decision in made:
            other = before.decisions.setdefault(decision.field, decision)
            if other.chosen != decision.chosen:
                place = f"row {before.line.number} of {before.line.sheet}"
                said = (
                    f"decides {decision.field} otherwise than {place}, another copy of the same letter: make them equal"
                )
                raise self._wrong(line, "", said)

    def _wrong(self, line: Line, cell: str, said: str) -> Wrong:
        return Wrong(Fault(sheet=line.sheet, row=line.number, cell=cell, said=said))


def _person(who: str) -> str:
    return " ".join(who.split()).casefold()


def _choice(decision: Decision) -> object:
    pieces = [(p.span, p.number, p.kind) for p in decision.split] if decision.split is not None else None
    return (decision.chosen, pieces, decision.note)
