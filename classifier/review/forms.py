"""A posted page of a letter as decisions: what was changed, or with "checked" everything that the page showed.

Only fields that the page showed are read, so that what stood beyond it is not decided by leaving it alone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import parse_qs

from classifier.casebook.corrected import corrected, proposed, standing
from classifier.casebook.decisions import Decision, Field, newest
from classifier.records import Value
from classifier.review.names import ITEM_KINDS, LABEL_FIELDS
from classifier.review.views import Posted

if TYPE_CHECKING:
    from collections.abc import Sequence

    from classifier.casebook.decisions import Current, Kept, Proposal
    from classifier.force import Force
    from classifier.records import TriageRecord
    from classifier.review.names import LabelField, Names

MOST_FIELDS = 20_000


class Form:
    """The fields of a posted form (application/x-www-form-urlencoded, UTF-8), each with all its values."""

    def __init__(self, body: bytes) -> None:
        """Raises ValueError for more fields than any page of ours has."""
        self._all = parse_qs(
            body.decode("utf-8", "replace"), keep_blank_values=True, max_num_fields=MOST_FIELDS, encoding="utf-8",
            errors="replace",
        )  # fmt: skip

    def one(self, name: str) -> str:
        """The first value of a field; "" where it is not there."""
        return self._all.get(name, [""])[0]

    def all(self, name: str) -> list[str]:
        """Every value of a field."""
        return self._all.get(name, [])


class Taken(Value, frozen=True, kw_only=True):
    """What came of a form: decisions to keep; or, with errors, what to show again."""

    decisions: tuple[Decision, ...]
    errors: dict[str, str]
    posted: Posted


class Stamp(Value, frozen=True, kw_only=True):
    """Who decides, when (UTC, ISO 8601 with Z), in how many seconds, and which model had proposed."""

    who: str
    when: str
    seconds: float | None
    model: str


def take(
    form: Form, made: TriageRecord, history: Sequence[Kept], force: Force, names: Names, stamp: Stamp, *, checked: bool
) -> Taken:
    """Read the posted page of a letter. `checked` says that all it showed is right as ticked, and the letter done."""
    reader = _Reader(form, made, history, force, names, stamp, checked)
    reader.kind()
    reader.urgent()
    for item in form.all("item"):
        reader.item(item)
    reader.labels("")
    decided = reader.out
    if checked:
        decided.append(reader.decision("", "seen", ("yes",)))
    if decided and stamp.seconds is not None:
        share = round(stamp.seconds / len(decided), 3)
        decided = [_timed(d, share) for d in decided]
    posted = Posted(ticked=reader.ticked, added=reader.added, errors=reader.errors)
    return Taken(decisions=tuple(decided), errors=reader.errors, posted=posted)


def ordered(chosen: Sequence[str], before: Sequence[Proposal], added: Sequence[str]) -> tuple[str, ...]:
    """The labels with the main one first: the program's order; what a person added comes before it where they took the
    program's main label away, since it was put in its place, and behind it otherwise."""
    shown = [p.label for p in before if p.label in chosen]
    rest = [label for label in chosen if label not in shown and label not in added]
    new = [label for label in added if label not in shown]
    replaced = bool(before) and before[0].label not in chosen
    return tuple(dict.fromkeys([*new, *shown, *rest] if replaced else [*shown, *rest, *new]))


class _Reader:
    """Goes through the fields of one form."""

    def __init__(
        self, form: Form, made: TriageRecord, history: Sequence[Kept], force: Force, names: Names, stamp: Stamp,
        checked: bool,
    ) -> None:  # fmt: skip
        self._form = form
        self._names = names
        self._stamp = stamp
        self._checked = checked
        current: Current = newest(history)
        self._now = corrected(made, current, force)
        outline = current.get(("", "questions"))
        self._base = corrected(made, {("", "questions"): outline}, force) if outline else made
        self._mine = {key for key, kept in current.items() if kept.who == stamp.who}
        self._items = {q.id: q for q in self._now.questions}
        self.out: list[Decision] = []
        self.errors: dict[str, str] = {}
        self.ticked: dict[str, list[str]] = {}
        self.added: dict[str, str] = {}

    def kind(self) -> None:
        """The kind of message, with what else it is."""
        label = self._form.one("kind")
        if not label:
            return
        also = [a for a in self._form.all("also") if a != label]
        known = {c.label for c in self._names.kinds}
        if label not in known or not known.issuperset(also):
            self.errors["kind"] = "Choose a kind of message from the list."
            return
        self._decide("", "kind", (label, *dict.fromkeys(also)))

    def urgent(self) -> None:
        """Whether somebody may be in danger."""
        if self._form.one("shown.urgent"):
            self._decide("", "urgent", ("yes" if self._form.one("urgent") else "no",))

    def item(self, item: str) -> None:
        """An item's own kind, and its labels."""
        if item not in self._items:
            return
        kind = self._form.one(f"kind.{item}")
        if kind in ITEM_KINDS:
            self._decide(item, "kind", (kind,))
        self.labels(item)

    def labels(self, item: str) -> None:
        """The ticks of an item, or of the letter itself, with what was typed beside them."""
        for field in LABEL_FIELDS:
            name = f"{field}.{item}"
            if self._form.one(f"shown.{name}"):
                self._labels(field, item, name)

    def _labels(self, field: LabelField, item: str, name: str) -> None:
        ticks = list(dict.fromkeys(self._form.all(name)))
        typed = [t for t in self._form.all(f"add.{name}") if t.strip()]
        meant = [(t, self._names.meant(field, t)) for t in typed]
        unknown = [t for t, label in meant if label is None]
        self.ticked[name] = ticks
        if unknown:
            self.added[name] = unknown[0]
            self.errors[name] = (
                f"Nothing here is called “{unknown[0][:60]}”. Choose from the list that opens as you type."
            )
            return
        strange = [t for t in ticks if self._names.meant(field, t) is None and field != "referrals"]
        if strange:
            self.errors[name] = f"There is no label “{strange[0][:60]}”."
            return
        added = [label for _, label in meant if label]
        new = [label for label in (*ticks, *added) if label not in standing(self._now, item, field)]
        chosen = ordered([*ticks, *added], proposed(self._base, item, field), new)
        self._decide(item, field, chosen)

    def _decide(self, item: str, field: Field, chosen: tuple[str, ...]) -> None:
        """Keep what differs from what stands; with `checked` also what was found right, once a person."""
        same = set(chosen) == set(standing(self._now, item, field)) and (
            field != "kind" or chosen[0] == standing(self._now, item, field)[0]
        )
        if not same or (self._checked and (item, field) not in self._mine):
            self.out.append(self.decision(item, field, chosen))

    def decision(self, item: str, field: Field, chosen: tuple[str, ...]) -> Decision:
        """A decision about this letter, with what the program had proposed."""
        return Decision(
            letter=self._now.id, item=item, field=field, proposed=proposed(self._base, item, field), chosen=chosen,
            model=self._stamp.model, who=self._stamp.who, when=self._stamp.when, source="page",
        )  # fmt: skip


def _timed(decision: Decision, seconds: float) -> Decision:
    import msgspec

    return msgspec.structs.replace(decision, seconds=seconds)
