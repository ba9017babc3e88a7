"""A record as people corrected it: what the review pages show and what exports hold. The record itself stays as it was.

A person's label has the score 1.0; a main label stands a thousandth above the next, since scores order labels wherever
they are shown. Summaries, departments and clocks follow from what was corrected.
"""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, cast

import msgspec

from classifier.casebook.decisions import Current, Field, Proposal, text_digest, words_of
from classifier.deadlines import deadlines_for
from classifier.force import Force
from classifier.records import ItemKind, Kind, MessageKind, Question, Referral, Tag, TriageRecord, Urgent
from classifier.referral.register import Register, levels, load_register, period

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from classifier.casebook.decisions import Kept, Piece

MARKED = "marked by a person"
"""Why a letter is urgent that a person marked so."""


def corrected(record: TriageRecord, current: Current, force: Force | None = None) -> TriageRecord:
    """`record` with what holds for its letter (`Decisions.current`) in place of what the program proposed.

    `force` gives departments and the register's overlay. Decisions on items that this record does not hold, because a
    later model split the letter otherwise, leave it as it is (`unplaced` names them).
    """
    if not current:
        return record
    force = force or Force()
    questions = outline(record, current)
    found = _placed(questions, current)
    items = tuple(_item(q, found) for q in questions)
    kind = _kind(record, current.get(("", "kind")))
    topics = _summary(record.topics, items, "topics", current.get(("", "topics")), found)
    deadlines = record.deadlines
    if kind != record.kind and record.received:
        deadlines = deadlines_for(kind.label, record.regime, record.received.date(), kind.also)
    names = (force.department(t.label) for t in topics if t.suggested)
    departments = tuple(dict.fromkeys(filter(None, names))) if topics != record.topics else record.departments
    return msgspec.structs.replace(
        record,
        kind=kind,
        questions=items,
        topics=topics,
        exemptions=_summary(record.exemptions, items, "exemptions", current.get(("", "exemptions")), found),
        referrals=_referrals(record, items, current.get(("", "referrals")), found, force),
        departments=departments,
        deadlines=deadlines,
        urgent=_urgent(record, current.get(("", "urgent"))),
    )


def outline(record: TriageRecord, current: Current) -> tuple[Question, ...]:
    """The items of a letter as a person cut them, or as the program did, before labels are corrected.

    A new piece takes over the labels of the items that it covers in part, as the program scored them there.
    """
    kept = current.get(("", "questions"))
    if kept is None or kept.split is None or kept.anchor != text_digest(record.text):
        return record.questions
    return tuple(_piece(record, piece) for piece in sorted(kept.split, key=lambda p: p.span))


def unplaced(record: TriageRecord, current: Current) -> list[Kept]:
    """What was decided about items that this record does not hold: kept, and in force again when they return."""
    placed = {kept.number for kept in _placed(outline(record, current), current).values()}
    gone = [k for (item, _), k in current.items() if item and k.number not in placed]
    split = current.get(("", "questions"))
    if split is not None and split.anchor != text_digest(record.text):
        gone.append(split)
    return gone


def proposed(record: TriageRecord, item: str, field: Field) -> tuple[Proposal, ...]:
    """What the program shows for a field, for `Decision.proposed`: suggestions, likeliest first; spans for `questions`.

    Raises KeyError for an item that the record does not hold.
    """
    if field == "questions":
        return tuple(Proposal(label=f"{q.span[0]}-{q.span[1]}") for q in record.questions)
    if field == "referrals":
        mine = [r for r in record.referrals if (r.question or "") == item]
        return tuple({r.rule: Proposal(label=r.rule, score=r.score, because=(r.because,)) for r in mine}.values())
    if field == "urgent":
        words = tuple(u.because for u in record.urgent)
        return (Proposal(label="yes" if words else "no", because=words),)
    if field == "seen":
        return ()
    holder = record if not item else question_of(record, item)
    if field == "kind":
        if isinstance(holder, Question):
            return (Proposal(label=holder.kind),)
        kind = holder.kind
        return tuple(Proposal(label=label, score=kind.score) for label in (kind.label, *kind.also))
    tags = holder.topics if field == "topics" else holder.exemptions
    return tuple(Proposal(label=t.label, score=t.score, because=t.because) for t in _suggested(tags))


def standing(record: TriageRecord, item: str, field: Field) -> tuple[str, ...]:
    """The labels that a field shows, as a decision would choose them to leave them as they are."""
    return tuple(p.label for p in proposed(record, item, field))


def question_of(record: TriageRecord, item: str) -> Question:
    """The item with this id. Raises KeyError where the record does not hold it."""
    for question in record.questions:
        if question.id == item:
            return question
    raise KeyError(item)


def _suggested(tags: Iterable[Tag]) -> list[Tag]:
    return sorted((t for t in tags if t.suggested), key=lambda t: (-t.score, t.label))


_Found = dict[tuple[str, str], "Kept"]


def _placed(questions: Sequence[Question], current: Current) -> _Found:
    """Decisions on items by the ids that the items have here."""
    place = places(questions)
    out: _Found = {}
    # Older first, so that of two decisions that meet on one item the newest holds.
    for (item, field), kept in sorted(current.items(), key=lambda pair: pair[1].number):
        if item and (here := place(kept)):
            out[here, field] = kept
    return out


def places(questions: Sequence[Question]) -> Callable[[Kept], str]:
    """A function that tells where among `questions` a decision on an item belongs: the item of that id where its words
    are the same, else the first with the same words; "" where there is none."""
    words = {q.id: words_of(q.text) for q in questions}
    first = {text: id_ for id_, text in reversed(words.items())}

    def place(kept: Kept) -> str:
        return kept.item if words.get(kept.item) == kept.anchor else first.get(kept.anchor, "")

    return place


def _piece(record: TriageRecord, piece: Piece) -> Question:
    start, end = piece.span
    covered = [q for q in record.questions if q.span[0] < end and start < q.span[1]]
    exact = next((q for q in covered if q.span == piece.span), None)
    return Question(
        id=piece.id,
        number=piece.number,
        parent=piece.parent,
        kind=piece.kind,
        span=piece.span,
        text=exact.text if exact else words_of(record.text[start:end]),
        refers_to=exact.refers_to if exact else (),
        topics=_joined(t for q in covered for t in q.topics),
        exemptions=_joined(t for q in covered for t in q.exemptions),
    )


def _joined(tags: Iterable[Tag]) -> tuple[Tag, ...]:
    best: dict[str, Tag] = {}
    for tag in tags:
        if tag.label not in best or tag.score > best[tag.label].score:
            best[tag.label] = tag
    return tuple(sorted(best.values(), key=lambda t: (-t.score, t.label)))


def _item(question: Question, found: _Found) -> Question:
    kind, topics, grounds = (found.get((question.id, f)) for f in ("kind", "topics", "exemptions"))
    if kind is None and topics is None and grounds is None:
        return question
    return msgspec.structs.replace(
        question,
        kind=cast("ItemKind", kind.chosen[0]) if kind else question.kind,
        topics=_chosen(question.topics, topics) if topics else question.topics,
        exemptions=_chosen(question.exemptions, grounds) if grounds else question.exemptions,
    )


def _chosen(tags: Sequence[Tag], kept: Kept) -> tuple[Tag, ...]:
    """The labels that a person chose, in their order; after them what the program thought of, no longer suggested."""
    why = {t.label: t.because for t in tags}
    mine = (
        Tag(label=label, score=round(1 - n / 1000, 3), suggested=True, because=why.get(label, ()))
        for n, label in enumerate(kept.chosen)
    )
    rest = (msgspec.structs.replace(t, suggested=False) for t in tags if t.label not in kept.chosen)
    return (*mine, *rest)


def _summary(
    tags: tuple[Tag, ...], items: Sequence[Question], field: Field, kept: Kept | None, found: _Found
) -> tuple[Tag, ...]:
    """The letter's own labels: a person's, or those of its questions where one of these was corrected."""
    if kept is not None:
        return _chosen(tags, kept)
    if not any(f in (field, "kind") for _, f in found):
        return tags
    asked = [q for q in items if q.kind == "request"]
    best = _joined(t for q in asked for t in (q.topics if field == "topics" else q.exemptions) if t.suggested)
    shown = {t.label for t in best}
    rest = (msgspec.structs.replace(t, suggested=False) for t in tags if t.label not in shown)
    return (*best, *rest)


def _kind(record: TriageRecord, kept: Kept | None) -> Kind:
    if kept is None:
        return record.kind
    label, *also = cast("tuple[MessageKind, ...]", kept.chosen)
    return Kind(label=label, score=1.0, also=tuple(also), because=f"chosen by {kept.who}")


def _urgent(record: TriageRecord, kept: Kept | None) -> tuple[Urgent, ...]:
    if kept is None:
        return record.urgent
    if kept.chosen == ("no",):
        return ()
    return record.urgent or (Urgent(because="", why=MARKED),)


def _referrals(
    record: TriageRecord, items: Sequence[Question], letter: Kept | None, found: _Found, force: Force
) -> tuple[Referral, ...]:
    """The rules that people chose for an item in place of the register's; the others as they were."""
    by_item: dict[str | None, list[Referral]] = {None: []}
    by_item |= {q.id: [] for q in items}
    for referral in record.referrals:
        # What a split item raised stands with the letter until somebody says which of the pieces it belongs to.
        by_item[referral.question if referral.question in by_item else None].append(
            referral if referral.question in by_item else msgspec.structs.replace(referral, question=None)
        )
    decided = {item: kept for (item, field), kept in found.items() if field == "referrals"}
    if letter is not None:
        decided[""] = letter
    for item, kept in decided.items():
        there = {r.rule: r for r in by_item[item or None]}
        by_item[item or None] = [there.get(rule) or _added(rule, item or None, record, force) for rule in kept.chosen]
    return tuple(r for rules in by_item.values() for r in rules)


def _added(rule: str, item: str | None, record: TriageRecord, force: Force) -> Referral:
    """A rule that a person saw and the program did not. One that was not in force that day is shown as advised."""
    register = register_of(force)
    known = register.rules.get(rule)
    today = date.today()  # noqa: DTZ011 - a calendar day where the program runs, as in a run
    day = record.received.date() if record.received else today
    held = period(known, day) if known else None
    confirmed = register.confirmed.get(rule)
    return Referral(
        rule=rule,
        subject=known.subject if known else rule,
        level=(levels(known, day) if known else None) or "advised",
        level_today=(levels(known, today) if known else None) or "advised",
        evidence=known.evidence if known else "proposal",
        confirmed=str(confirmed) if confirmed else None,
        question=item,
        because=MARKED,
        effective_from=held.start if held else None,
        effective_to=held.end if held else None,
    )


def register_of(force: Force) -> Register:
    """The register with a force's overlay, read again only where that file has changed. Raises RegisterError."""
    overlay = force.register_overlay
    changed = Path(overlay).stat().st_mtime_ns if overlay and Path(overlay).exists() else 0
    return _register(overlay, changed)


@lru_cache(maxsize=4)
def _register(overlay: str, _: int) -> Register:
    return load_register(overlay=Path(overlay) if overlay else None)
