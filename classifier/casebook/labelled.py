"""The casebook's decisions as labelled letters: what retraining reads and what `corrections export` writes.

Only what a person decided is a label; everything else is null, "not judged". Papers for police eyes only are left out.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from classifier.casebook.corrected import corrected, places, standing
from classifier.casebook.decisions import newest
from classifier.records import LabelledLetter, LabelledQuestion, Value

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from classifier.casebook.book import Casebook
    from classifier.casebook.decisions import Field, Kept
    from classifier.records import TriageRecord

_FIELDS: tuple[Field, ...] = ("kind", "topics", "exemptions", "referrals", "urgent", "questions")


class Against(Value, frozen=True, kw_only=True):
    """Somebody who decided otherwise: the labels they chose last."""

    who: str
    chosen: tuple[str, ...]
    when: str


class Judged(Value, frozen=True, kw_only=True):
    """How a label of a labelled letter came about. `item` is "" for the letter itself.

    The newest decision wins. `people` counts those whose last word it is too, the decider among them; `against` lists
    those whose last word was another: a conflict, to be pointed out and weighed. `model` proposed `proposed`.
    """

    item: str
    field: Field
    chosen: tuple[str, ...]
    proposed: tuple[str, ...]
    model: str
    who: str
    when: str
    people: int
    against: tuple[Against, ...] = ()

    @property
    def weight(self) -> float:
        """How much the label counts: 1 for one person, more for each who agrees, less for each who does not."""
        return self.people / (1 + len(self.against))


class Labelled(Value, frozen=True, kw_only=True):
    """A labelled letter with where its labels come from.

    `letter.questions` lists all items wherever one of them was judged, so that the letter stands whole; `outline` says
    whether a person cut or checked them: without it their spans and kinds are the program's own and teach nothing.
    """

    letter: LabelledLetter
    judged: tuple[Judged, ...]
    outline: bool = False

    @property
    def conflicts(self) -> tuple[Judged, ...]:
        """What people do not agree on."""
        return tuple(j for j in self.judged if j.against)


def labelled(casebook: Casebook) -> Iterator[Labelled]:
    """Every letter that somebody judged, in the order the letters were first seen; protected papers never.

    A decision that only says "seen" judges nothing. Raises CasebookError.
    """
    with casebook.decisions(writing=False) as desk:
        wanted = desk.letters()
    for id_ in wanted:
        record = casebook.record(id_)
        if record is None or record.protected:
            continue
        with casebook.decisions(writing=False) as desk:
            history = desk.of_letter(id_)
        if (made := label(record, history)) is not None:
            yield made


def label(record: TriageRecord, history: Sequence[Kept]) -> Labelled | None:
    """One letter with what was decided of it, newest first; None where nothing was judged, or the paper is protected.

    What was decided of an item that the record no longer holds is left out.
    """
    if record.protected:
        return None
    current = newest(history)
    now = corrected(record, current)
    place = places(now.questions)
    judged: list[Judged] = []
    for (item, field), kept in sorted(current.items(), key=lambda pair: pair[1].number):
        if field not in _FIELDS:
            continue
        here = place(kept) if item else ""
        if item and not here:
            continue
        if not item and field == "questions" and standing(now, "", "questions") != _spans(kept):
            continue  # the letter's text is another now: the outline that was cut does not fit it
        same = [
            k for k in history if k.field == field and bool(k.item) == bool(item) and (not item or place(k) == here)
        ]
        judged.append(_judged(here, field, kept, same))
    if not judged:
        return None
    return Labelled(
        letter=_letter(now, judged),
        judged=tuple(judged),
        outline=any(j.field == "questions" for j in judged),
    )


def _spans(kept: Kept) -> tuple[str, ...]:
    return tuple(f"{p.span[0]}-{p.span[1]}" for p in sorted(kept.split or (), key=lambda p: p.span))


def _judged(item: str, field: Field, kept: Kept, same: Sequence[Kept]) -> Judged:
    """The decision that holds, with everybody's last word on the same field of the same item, newest first."""
    last: dict[str, Kept] = {}
    for other in same:
        if other.retracts is None and not other.retracted:
            last.setdefault(" ".join(other.who.split()).casefold(), other)
    agree = [k for k in last.values() if _choice(k) == _choice(kept)]
    against = tuple(
        Against(who=k.who, chosen=k.chosen or _spans(k), when=k.when)
        for k in last.values()
        if _choice(k) != _choice(kept)
    )
    return Judged(
        item=item, field=field, chosen=kept.chosen or _spans(kept), proposed=tuple(p.label for p in kept.proposed),
        model=kept.model, who=kept.who, when=kept.when, people=len(agree), against=against,
    )  # fmt: skip


def _choice(kept: Kept) -> object:
    """What was chosen, for comparing two people: the order of labels beyond the main one means nothing."""
    if kept.split is not None:
        return sorted((p.span, p.kind) for p in kept.split)
    main = kept.chosen[:1] if kept.field in ("kind", "topics") else ()
    return (main, frozenset(kept.chosen))


def _letter(now: TriageRecord, judged: Sequence[Judged]) -> LabelledLetter:
    fields = {(j.item, j.field): j.chosen for j in judged}
    newest_one = max(judged, key=lambda j: j.when)
    items = any(j.item or j.field == "questions" for j in judged)
    outlined = ("", "questions") in fields
    notes = [
        f"{j.item or 'letter'} {j.field}: {a.who} chose {', '.join(a.chosen) or 'none'}"
        for j in judged
        for a in j.against
    ]
    return LabelledLetter(
        id=now.id,
        source="casebook",
        annotator=newest_one.who,
        date=newest_one.when[:10],
        reference=now.references[0] if now.references else None,
        received=now.received.isoformat() if now.received else None,
        subject=now.subject,
        text=now.text,
        kind=now.kind.label if ("", "kind") in fields else None,
        also=now.kind.also if ("", "kind") in fields else (),
        urgent=fields["", "urgent"] == ("yes",) if ("", "urgent") in fields else None,
        sender=now.sender_class,
        questions=tuple(
            LabelledQuestion(
                id=q.id, number=q.number, parent=q.parent, kind=q.kind, span=q.span,
                topics=fields.get((q.id, "topics")), exemptions=fields.get((q.id, "exemptions")),
                referral=fields.get((q.id, "referrals")),
            )
            for q in now.questions
        ) if items or (outlined and not now.questions) else None,
        topics=fields.get(("", "topics")),
        exemptions=fields.get(("", "exemptions")),
        referral=fields.get(("", "referrals")),
        note="; ".join(notes) or None,
    )  # fmt: skip


def encode(found: Labelled) -> bytes:
    """One line of JSON for a labelled letter, as the contract has it: UTF-8, a line feed at its end."""
    return msgspec.json.encode(found.letter) + b"\n"
