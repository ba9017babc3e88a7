"""The flow, from an inbox export to triage records: every room once, in order.

    intake     bytes → messages              (worker processes where asked for)
    letters    whose words, what kind
    questions  what is asked
    tagging    topics and likely grounds
    referral   the register, as of receipt and as of today
    deadlines  the clock
    record     one line of triage.jsonl

Values only move down. Messages are an iterator from the first byte to the last record: memory does not grow with the
export. Model work goes in batches across letters, parsing in worker processes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from typing import TYPE_CHECKING, NamedTuple

from classifier.deadlines import calendar_problem, deadlines_for
from classifier.intake import Limits, RawItem, parse_item
from classifier.letters import read_letter
from classifier.questions import split
from classifier.record import make_record
from classifier.records import Kind, Letter, Question, TriageRecord
from classifier.referral.circulars import is_circular, with_log_number
from classifier.referral.matcher import Thresholds
from classifier.referral.matcher import find as find_referrals
from classifier.referral.rounds import add_rounds
from classifier.referral.urgent import find_urgent
from classifier.related.relations import NO_RELATIONS, Relations
from classifier.tagging.tagger import Asked, Tagged

if TYPE_CHECKING:
    from datetime import date
    from pathlib import Path

    from classifier.force import Force
    from classifier.letters.kinds import KindAndDanger
    from classifier.rooms import Rooms

Relate = Callable[[Letter, Kind, Tagged], Relations]
"""Sets a letter beside the earlier ones and remembers it; called for each in order, before its record is made."""

BATCH = 32
"""Letters that go through the models together: enough to keep all of the encoder's threads busy, few enough to show
progress. What a record says does not hang on it."""

ASKING = {"new_request", "clarification_reply", "cru_circulation", "media_enquiry", "other_force", "subject_access"}
"""Kinds whose items are questions to be answered. In the others, numbers and question marks argue or remind."""
FROM_APPLICANTS = {"new_request", "clarification_reply", "media_enquiry", "subject_access"}
"""Those that keep a letter's questions where they only stand beside its kind: a guess must not lose what is asked."""


class Read(NamedTuple):
    """A message whose words have been told apart and split, before any model of meaning has seen it."""

    letter: Letter
    questions: tuple[Question, ...]


class Context(NamedTuple):
    """What stays the same for all letters of a run; picklable, so that worker processes can have it."""

    force: Force
    received: date | None
    today: date
    limits: Limits
    model: Path | None = None
    """Where the model lies that the run began with; None: the one in use."""


def triage(
    items: Iterable[RawItem], context: Context, rooms: Rooms, *, workers: int = 1, dask: str = "",
    relate: Relate | None = None,
) -> Iterator[TriageRecord]:  # fmt: skip
    """A record for every message in `items`, in their order."""
    yield from triage_letters(read_all(items, context, workers, dask), context.force, context.today, rooms, relate)


def triage_letters(
    reads: Iterable[Read], force: Force, today: date, rooms: Rooms,
    relate: Relate | None = None,
) -> Iterator[TriageRecord]:  # fmt: skip
    """The rooms from kinds of message to record, for letters that have been read."""
    for batch in _batches(iter(reads)):
        letters = [read.letter for read in batch]
        decided = rooms.kinds.decide(letters)
        questions = [items_of(read, d.kind) for read, d in zip(batch, decided, strict=True)]
        tagged = rooms.tagger.tag(
            [Asked(x.message.subject, x.blind, qs) for x, qs in zip(letters, questions, strict=True)]
        )
        for letter, kind, tags in zip(letters, decided, tagged, strict=True):
            yield finish(letter, kind, tags, force, today, rooms, relate)


def is_asking(kind: Kind) -> bool:
    """Whether a message of this kind holds questions to be answered."""
    return kind.label in ASKING or not FROM_APPLICANTS.isdisjoint(kind.also)


def items_of(read: Read, kind: Kind) -> tuple[Question, ...]:
    """The items that count in a message of this kind.

    A circulation's wishes about the form of the answer are for the force that was asked, not for those it is sent to.
    """
    if not is_asking(kind):
        return ()
    if kind.label == "cru_circulation":
        return tuple(q for q in read.questions if q.kind != "format")
    return read.questions


def finish(
    letter: Letter, decided: KindAndDanger, tagged: Tagged, force: Force, today: date, rooms: Rooms,
    relate: Relate | None,
) -> TriageRecord:  # fmt: skip
    """The rooms after tagging, for one letter."""
    kind = decided.kind
    received = letter.received.date() if letter.received else None
    if is_circular(kind, letter.sender_class):
        letter = with_log_number(letter, rooms.register, today)
    referrals = find_referrals(
        letter.blind,
        tagged.questions,
        rooms.register,
        received or today,
        today,
        subject=letter.message.subject,
        model_scores=tagged.rule_scores,
        thresholds=Thresholds(**rooms.tagger.rule_thresholds),
        districts={d.name: d.population for d in force.districts},
        force_name=force.name,
    )
    deadlines = deadlines_for(kind.label, letter.regime, received, kind.also) if received else ()
    urgent = find_urgent(letter.blind, decided.danger, lambda: rooms.kinds.danger_words(letter))
    relations = relate(letter, kind, tagged) if relate else NO_RELATIONS
    referrals = add_rounds(referrals, relations, kind, tagged.questions, rooms.register, received or today, today)
    problem = calendar_problem(deadlines)
    return make_record(
        letter,
        kind,
        tagged,
        referrals,
        deadlines,
        urgent,
        force,
        related=relations.related,
        duplicate_of=relations.duplicate_of,
        problems=(problem,) if problem else (),
    )


def read_all(items: Iterable[RawItem], context: Context, workers: int, dask: str = "") -> Iterator[Read]:
    """Intake, letters and questions of every item, in order: in `workers` processes (1: in this one), or on the Dask
    cluster whose address is `dask`. Raises ClusterError, ClusterLost."""
    if dask or workers > 1:
        from classifier.handout import Cluster, Here, hand_out

        for reads in hand_out(items, context, read_item, Cluster(dask) if dask else Here(workers)):
            yield from reads
        return
    for item in items:
        yield from read_item(item, context)


def read_item(item: RawItem, context: Context) -> list[Read]:
    """All messages of one item, read and split. Never raises for bad input: problems stand in the messages."""
    from classifier.rooms import asks

    out: list[Read] = []
    for message in parse_item(item, received=context.received, limits=context.limits):
        letter = read_letter(message, context.force)
        out.append(Read(letter, split(letter.text, letter.blind, asks=asks(context.model))))
    return out


def _batches(reads: Iterator[Read]) -> Iterator[Sequence[Read]]:
    """One letter, then two, four and so on up to `BATCH`: the first record need not wait for many letters."""
    size = 1
    while batch := list(islice(reads, size)):
        yield batch
        size = min(2 * size, BATCH)
