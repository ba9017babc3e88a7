"""One corrected row beside the row as it was written: what a person changed or confirmed, and what is wrong with it.

A cell that was left alone decides nothing. A row that was ticked as right decides every field that it shows.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from classifier.casebook.corrected import corrected, proposed, standing
from classifier.casebook.decisions import Decision, words_of
from classifier.casebook.latest import Read
from classifier.corrections.faults import Fault
from classifier.sheets import rows as written
from classifier.sheets.cells import CUT, cell_text, plain_text
from classifier.sheets.columns import (
    GROUND_CELLS,
    LETTER_COLUMNS,
    QUESTION_COLUMNS,
    RULE_CELLS,
    TOPIC_CELLS,
    Column,
    ListName,
    label_id,
)

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from classifier.casebook.decisions import Current, Field
    from classifier.corrections.reading import Found, Line, Which
    from classifier.force import Force
    from classifier.records import TriageRecord
    from classifier.sheets.rows import Cell, Row

_COLUMN: Final[dict[Which, dict[str, Column]]] = {
    "letters": {c.key: c for c in LETTER_COLUMNS},
    "questions": {c.key: c for c in QUESTION_COLUMNS},
}
_GROUPS: Final[tuple[tuple[Field, ListName, tuple[str, ...]], ...]] = (
    ("topics", "topic", TOPIC_CELLS),
    ("exemptions", "ground", GROUND_CELLS),
    ("referrals", "rule", RULE_CELLS),
)
# What tells one reading of a letter from another: nobody changes these, and scores stand in them.
_TELLING: Final[dict[Which, tuple[str, ...]]] = {
    "letters": ("topics", "grounds", "referral", "urgent_words", "also"),
    "questions": ("topic_why", "ground_why", "rule_why", "asked_as"),
}
_TICKS: Final = {
    "y": "yes", "true": "yes", "1": "yes", "x": "yes", "\u2713": "yes", "\u2714": "yes",
    "n": "no", "false": "no", "0": "no",
}  # fmt: skip


class Stamp(NamedTuple):
    """Who hands a file in, and when (UTC, ISO 8601 with Z)."""

    who: str
    when: str


class Wrong(Exception):  # noqa: N818 - never seen outside this room
    """A row that cannot be taken in, with its faults."""

    def __init__(self, *faults: Fault) -> None:
        super().__init__(*faults)
        self.faults = faults


def readings(reads: Sequence[Read], held: Current, force: Force, *, exported: bool) -> list[Read]:
    """What a sheet of this letter may show, the likeliest first, with the model whose proposals those were.

    A sheet that a run wrote shows what the run said; one that was `exported` also what was decided by then (`held`).
    """
    shown = [Read(corrected(read.record, held, force), read.model) for read in reads] if held else []
    return [*shown, *reads] if exported else [*reads, *shown]


def read_row(line: Line, found: Sequence[Read], stamp: Stamp, rules: Collection[str]) -> list[Decision]:
    """What a row decides; empty where it was left alone. `rules` are the ids of the register's rules.

    Raises Wrong where a cell holds what it must not, or the row is not the one that was written.
    """
    shown = _shown(line, found)
    item = line.cells["question"].text if line.which == "questions" else ""
    row = _Reading(line, shown, rules)
    tick, note = row.tick(), row.text("notes")
    chosen: dict[Field, tuple[str, ...]] = {}
    if line.which == "letters":
        row.choose_kind(chosen, "kind", tick)
        row.choose_urgent(chosen, tick)
    else:
        row.choose_kind(chosen, "item", tick)
        for field, name, cells in _GROUPS:
            row.choose_group(chosen, field, name, cells, item, tick)
    if row.faults:
        raise Wrong(*row.faults)
    if tick == "no" and not chosen and not note:
        said = "says that the row is not right, but nothing in it was changed: change what is wrong, or write a note"
        raise Wrong(Fault(sheet=line.sheet, row=line.number, cell=line.cells["correct"].cell, said=said))
    record = shown.read.record
    if tick == "yes" and not item:
        chosen["seen"] = ("yes",)
    elif note and not chosen:
        chosen["seen"] = ("no",)  # a note alone leaves the letter on the list
    anchor = ""
    if item:
        anchor = words_of(next(q.text for q in record.questions if q.id == item))
    return [
        Decision(
            letter=record.id, item=item, field=field, proposed=proposed(record, item, field), chosen=labels,
            model=shown.read.model, who=stamp.who, when=stamp.when, source="sheet", note=note if n == 0 else "",
            anchor=anchor,
        )
        for n, (field, labels) in enumerate(chosen.items())
    ]  # fmt: skip


class _Shown(NamedTuple):
    read: Read
    row: Row


def _shown(line: Line, found: Sequence[Read]) -> _Shown:
    """The reading of the letter that this row was written from: the one whose other cells say the same."""
    made = [_Shown(read, row) for read in found if (row := _written(line, read.record)) is not None]
    if not made:
        cell = line.cells["question"]
        said = f"the letter has no item {cell.text!r}: take the id over from the sheet as it was written"
        raise Wrong(Fault(sheet=line.sheet, row=line.number, cell=cell.cell, said=said))
    if text := line.cells.get("text"):
        same = [m for m in made if _same_text(text.text, m.row.get("text"))]
        if not same:
            said = "the question's text was changed, or this row's ids belong to another: take both over as written"
            raise Wrong(Fault(sheet=line.sheet, row=line.number, cell=text.cell, said=said))
        made = same
    keys = _TELLING[line.which]
    return next((m for m in made if all(_same(line.cells.get(key), m.row.get(key)) for key in keys)), made[0])


def _written(line: Line, record: TriageRecord) -> Row | None:
    if line.which == "letters":
        return written.letter_row(0, record, lambda _: None)
    wanted = line.cells["question"].text
    return next((row for row in written.question_rows(0, record) if row["question"] == wanted), None)


def _plain(value: Cell) -> str:
    return words_of(plain_text(cell_text("" if value is None else str(value))))


def _same(cell: Found | None, value: Cell) -> bool:
    return cell is None or words_of(cell.text) == _plain(value)


def _same_text(cell: str, value: Cell) -> bool:
    """Whether a text is the one that was written, but for white space, which spreadsheet programs change."""
    there, ours = words_of(cell), _plain(value)
    if there == ours:
        return True
    mark = words_of(CUT)  # some programs hold less than Excel: the beginning must be the same
    return len(there) > 10_000 and ours.removesuffix(mark).startswith(there.removesuffix(mark)[:10_000])


class _Reading:
    """The cells of one row that a person may change, beside what was written there."""

    def __init__(self, line: Line, shown: _Shown, rules: Collection[str]) -> None:
        self._line, self._row, self._record = line, shown.row, shown.read.record
        self._rules = rules
        self.faults: list[Fault] = []

    def text(self, key: str) -> str:
        """A cell's text; "" for a formula, which is a fault."""
        cell = self._line.cells.get(key)
        if cell is None:
            return ""
        if cell.formula:
            self._fault(cell, "holds a formula, which is not run here: write the words themselves")
            return ""
        return cell.text

    def tick(self) -> str:
        """What stands under "Correct?": yes, no or nothing."""
        said = self.text("correct").casefold()
        said = _TICKS.get(said, said)
        if said not in ("", "yes", "no"):
            self._fault(self._line.cells["correct"], f"{said[:40]!r} is neither yes nor no")
            return ""
        return said

    def choose_kind(self, chosen: dict[Field, tuple[str, ...]], key: str, tick: str) -> None:
        """The kind of the letter (`key` "kind") or of an item ("item")."""
        item = "" if key == "kind" else str(self._row["question"])
        before = standing(self._record, item, "kind")
        cell = self._line.cells.get(key)
        if self._left(key):
            if tick == "yes" and self._row.get(key):
                chosen["kind"] = before
            return
        name: ListName = "kind" if key == "kind" else "item"
        label = self._label(key, name)
        if label == "" and cell is not None:
            self._fault(cell, "was emptied: every row has a kind, choose one from the drop-down")
        elif label:
            also = tuple(k for k in before[1:] if k != label) if key == "kind" else ()
            chosen["kind"] = (label, *also)

    def choose_urgent(self, chosen: dict[Field, tuple[str, ...]], tick: str) -> None:
        """Whether the letter is urgent: an emptied cell means that it isn't."""
        if self._left("urgent"):
            if tick == "yes" and not self._record.protected:
                chosen["urgent"] = standing(self._record, "", "urgent")
            return
        said = self.text("urgent").casefold()
        said = _TICKS.get(said, said)
        if said not in ("", "yes", "no"):
            self._fault(self._line.cells["urgent"], f"{said[:40]!r} is neither yes nor no")
        else:
            chosen["urgent"] = (said or "no",)

    def choose_group(
        self, chosen: dict[Field, tuple[str, ...]], field: Field, name: ListName, keys: Sequence[str], item: str,
        tick: str,
    ) -> None:  # fmt: skip
        """The labels of a group of cells, the first the main one."""
        before = standing(self._record, item, field)
        if all(self._left(key) for key in keys):
            if tick == "yes":
                chosen[field] = before
            return
        picked: list[str] = []
        for key in keys:
            label = self._label(key, name)
            if label and label not in picked:
                picked.append(label)
        if picked:
            # Labels beyond the cells were shown with their reasons beside them, and nobody took them away.
            picked += [label for label in before[len(keys) :] if label not in picked]
        chosen[field] = tuple(picked)

    def _left(self, key: str) -> bool:
        """Whether a cell holds what was written there, or its column is not in the sheet."""
        cell = self._line.cells.get(key)
        return cell is None or (not cell.formula and _same(cell, self._row.get(key)))

    def _label(self, key: str, name: ListName) -> str | None:
        """The id that a cell means; "" for an empty one, None for one that means nothing, which is a fault."""
        cell = self._line.cells.get(key)
        if cell is None:
            shown = self._row.get(key)
            return label_id(name, str(shown)) or "" if shown else ""
        text = self.text(key)
        if cell.formula:
            return None
        label = label_id(name, text)
        if name == "rule" and label and label not in self._rules and label not in self._known_rules():
            label = None
        if label is None:
            header = _COLUMN[self._line.which][key].header
            empty = "" if name in ("kind", "item") else ", or empty the cell"
            own = "; name the force file with --force if the rule is your own" if name == "rule" else ""
            self._fault(cell, f"{text[:60]!r} is no label for {header}: choose one from the drop-down{empty}{own}")
        return label

    def _known_rules(self) -> set[str]:
        return {r.rule for r in self._record.referrals}

    def _fault(self, cell: Found, said: str) -> None:
        self.faults.append(Fault(sheet=self._line.sheet, row=self._line.number, cell=cell.cell, said=said))
