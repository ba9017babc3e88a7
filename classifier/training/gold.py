"""How well the whole program does on labelled letters, as on an inbox, beside baselines (`foi-triage evaluate GOLD`).

What a letter leaves out was not judged and counts nowhere. Register rules are compared as of the day of receipt, or of
today where the letter has none.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

import numpy as np

from classifier.force import Force
from classifier.pipeline import Read, triage_letters
from classifier.questions import split
from classifier.rooms import asks, open_rooms
from classifier.taxonomy import taxonomy
from classifier.training.corpus import examples
from classifier.training.evaluate import definitions, ranked
from classifier.training.figures import Figure, f1, f1_of_counts, figure, share

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date

    from classifier.records import LabelledLetter, Tag, TriageRecord
    from classifier.rooms import Rooms

FIRST_WORDS = 5
"""Words by which a question found is told to be a question labelled."""
_WORD = re.compile(r"[^\W_]+")
_ENDS_ASKING = re.compile(r"[^.?!\n]*\?")
Pair = tuple["LabelledLetter", "TriageRecord"]


def on_gold(letters: Sequence[LabelledLetter], today: date, force: Force | None = None) -> Iterator[Figure]:
    """Kinds, questions, topics, grounds and referral rules, by letter, each beside a baseline where one makes sense.

    Raises ModelError or RegisterError where the program's own parts don't check out.
    """
    own = force or Force()
    rooms = open_rooms(own, threads=2)
    pairs = list(zip(letters, records(letters, today, rooms, own), strict=True))
    yield from _kinds([pair for pair in pairs if pair[0].kind])
    yield from _questions([pair for pair in pairs if pair[0].questions is not None])
    yield from _tags("topics", taxonomy().topic_ids, [(g, g.topics, r.topics) for g, r in pairs], rooms)
    yield from _tags("exemptions", taxonomy().ground_labels, [(g, g.exemptions, r.exemptions) for g, r in pairs], rooms)
    yield from _referrals([pair for pair in pairs if pair[0].referral is not None])


def records(letters: Sequence[LabelledLetter], today: date, rooms: Rooms, force: Force) -> Iterator[TriageRecord]:
    """The record of each letter, as a run would write it."""
    found = (x.letter for x in examples(letters, force))
    reads = (Read(x, split(x.text, x.blind, asks=asks())) for x in found)
    yield from triage_letters(reads, force, today, rooms)


def _kinds(pairs: Sequence[Pair]) -> Iterator[Figure]:
    if not pairs:
        return
    right = np.array([g.kind == r.kind.label for g, r in pairs], dtype=float)
    yield figure("kind of message: right", len(right), share(right))
    commonest = Counter(g.kind for g, _ in pairs).most_common(1)[0][0]
    always = np.array([g.kind == commonest for g, _ in pairs], dtype=float)
    name = f"kind of message, baseline: always {commonest}: right"
    yield figure(name, len(always), share(always))


def _questions(pairs: Sequence[Pair]) -> Iterator[Figure]:
    """Requests that were found as requests, by their first words."""
    ours = np.array([_found(g, [q.text for q in r.questions if q.kind == "request"]) for g, r in pairs], dtype=float)
    marks = np.array([_found(g, _ENDS_ASKING.findall(r.text)) for g, r in pairs], dtype=float)
    if not len(ours) or not ours[:, 2].any():
        return
    yield figure("questions: F1", len(ours), f1_of_counts(ours))
    exact = ((ours[:, 0] == ours[:, 1]) & (ours[:, 0] == ours[:, 2])).astype(float)
    yield figure("questions: letters split exactly", len(exact), share(exact))
    yield figure("questions, baseline: sentences with a question mark: F1", len(marks), f1_of_counts(marks))


def _found(gold: LabelledLetter, texts: Sequence[str]) -> tuple[int, int, int]:
    """Requests in both, requests found, requests labelled."""
    starts = [_start(gold, n) for n, q in enumerate(gold.questions or ()) if q.kind == "request"]
    labelled = [s for s in starts if s]
    left = [_words(t)[:FIRST_WORDS] for t in texts]
    found = len(left)
    both = 0
    for start in labelled:
        at = next((n for n, words in enumerate(left) if words[: len(start)] == start), None)
        if at is not None:
            both += 1
            left.pop(at)
    return both, found, len(labelled)


def _start(gold: LabelledLetter, number: int) -> list[str]:
    item = (gold.questions or ())[number]
    text = gold.text[slice(*item.span)] if item.span else item.start or ""
    return _words(text)[:FIRST_WORDS]


def _words(text: str) -> list[str]:
    return _WORD.findall(text[:400].lower())


def _tags(
    name: str, labels: Sequence[str], letters: Sequence[tuple[LabelledLetter, Sequence[str] | None, Sequence[Tag]]],
    rooms: Rooms,
) -> Iterator[Figure]:  # fmt: skip
    judged = [(g, given, tags) for g, given, tags in letters if given is not None]
    if not judged:
        return
    truth = np.array([[x in (given or ()) for x in labels] for _, given, _ in judged], dtype=float)
    scored = [{t.label: t.score for t in tags} for _, _, tags in judged]
    suggested = [{t.label for t in tags if t.suggested} for _, _, tags in judged]
    scores = np.array([[of.get(x, 0.0) for x in labels] for of in scored])
    said = np.array([[x in of for x in labels] for of in suggested])
    if truth.any():
        yield from ranked(name, scores, truth)
    yield figure(f"{name}: F1 of the suggested", len(truth), f1(said, truth))
    if truth.any():
        # As good as a guess without reading can be: it knows how common each label is in these very letters.
        common = np.tile(truth.mean(axis=0), (len(truth), 1))
        yield from ranked(f"{name}, baseline: how common each label is", common, truth)
        if name == "topics":
            vectors = rooms.encoder.encode([f"{g.subject}\n{g.text}" for g, _, _ in judged])
            near = vectors @ definitions(rooms.encoder).T
            yield from ranked(f"{name}, baseline: nearest definition", near, truth)


def _referrals(pairs: Sequence[Pair]) -> Iterator[Figure]:
    raised = [{x.rule for x in r.referrals if x.level != "withdrawn"} for _, r in pairs]
    due = [set(g.referral or ()) for g, _ in pairs]
    counts = np.array([[len(a & b), len(a), len(b)] for a, b in zip(raised, due, strict=True)], dtype=float)
    counts = counts.reshape(-1, 3)
    if not counts[:, 2].any():
        return
    yield figure("referral rules: F1", len(counts), f1_of_counts(counts))
    caught = (counts[counts[:, 2] > 0, 1] > 0).astype(float)
    yield figure("referral letters caught", len(caught), share(caught))
    alarms = (counts[counts[:, 2] == 0, 1] > 0).astype(float)
    if len(alarms):
        yield figure("false alarms among the other letters", len(alarms), share(alarms))
