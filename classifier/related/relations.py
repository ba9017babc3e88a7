"""Earlier letters and published answers that have to do with a letter, as evidence for a person to weigh.

Letters are remembered in the casebook as they come, so that memory grows neither with the run nor with the casebook,
and "earlier" is what was first seen before, in this run or another.
"""

from __future__ import annotations

from datetime import date, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING

from classifier.deadlines import add_working_days, is_working_day
from classifier.force import Force
from classifier.records import Related, Relation, Value
from classifier.related.fingerprint import similarities
from classifier.related.keys import Found, find_keys

if TYPE_CHECKING:
    from collections.abc import Iterable

    from classifier.casebook import Casebook, Desk, Earlier
    from classifier.records import Kind, Letter
    from classifier.related.answers import Answers
    from classifier.tagging.tagger import Tagged

SAME_TEXT = 0.48
"""Similarity from which two texts are the same request: copies with a tenth of their words changed lie at 0.73 on
average and above 0.58 but for one in a hundred; requests of different people below 0.25 (`docs/related.md`)."""
SIMILAR_TEXT = 0.2
"""Similarity from which two requests of one person are on a similar subject whatever their topics."""
SIMILAR_TOPICS = 1 / 3
"""Share of common topics, of all that either has, from which they are."""
PERIOD = 60
"""Working days in which requests of one person count together: Freedom of Information and Data Protection (Appropriate
Limit and Fees) Regulations 2004, reg 5(2)(b), "any period of sixty consecutive working days"."""
MOST = 5
"""Letters shown for each relation, the best."""
_MOST_READ = 20
_AT_MOST = timedelta(days=110)
"""Sixty working days never take longer, whatever the holidays."""


class Relations(Value, frozen=True):
    """What was found of one letter.

    `duplicate_of` is the id of the same message, met before in this run. `senders` counts the other applicants who sent
    the same text to this force, and `other_forces` says that it was seen at another: both are evidence that a request
    goes round, for rules that ask.
    """

    related: tuple[Related, ...] = ()
    duplicate_of: str | None = None
    senders: int = 0
    other_forces: bool = False


NO_RELATIONS = Relations()
"""For a letter that is looked at by itself."""


class Relater:
    """Relates the letters of one run, in order. `answers`: the published responses to look into, if any."""

    def __init__(self, book: Casebook, run: int, *, force: Force | None = None, answers: Answers | None = None) -> None:
        self._book = book
        self._run = run
        self._force = force or Force()
        self._answers = answers

    def relate(self, letter: Letter, kind: Kind, tagged: Tagged) -> Relations:
        """What the letter has to do with those before it; it is remembered for those after it.

        Raises CasebookError where the casebook fails.
        """
        found = find_keys(letter, kind, tagged.topics, self._force)
        with self._book.desk() as desk:
            number, fresh = desk.remember(self._run, found.keys, found.threads, found.bands)
            met = desk.in_thread(found.threads, number)
            duplicate = self._duplicate(desk, found, number, letter.message.source, fresh=fresh, met=met)
            same = _same_text(desk, found, number)
            person = _same_person(desk, found, number)
        threads = _threads(found, met)
        same = [(e, score) for e, score in same if e.id != duplicate]
        elsewhere = [(e, score) for e, score in same if self._elsewhere(found, e)]
        related = [
            *_best("thread", [(e, score) for e, score in threads if e.id != duplicate]),
            *_best("same request to other forces", elsewhere),
            *_best("same text", [pair for pair in same if pair not in elsewhere]),
            *_best("same person within 60 working days", [(e, score) for e, score in person if e.id != duplicate]),
        ]
        if self._answers is not None and found.keys.asks:
            related += self._answers.nearest(letter, tagged.questions)
        mine = found.keys.applicant
        return Relations(
            related=tuple(related),
            duplicate_of=duplicate,
            senders=len({e.applicant for e, _ in same if e.applicant and e.applicant != mine and not e.via}),
            other_forces=bool(elsewhere),
        )

    def _elsewhere(self, found: Found, earlier: Earlier) -> bool:
        """Whether the same text shows a request that went to other forces: one of the two came from one or through the
        referral unit, or they speak to different forces, or to another than this one where its name is known."""
        mine = found.keys
        if mine.via != earlier.via or mine.via == "force":
            return True
        spoken = {name for name in (mine.addressed, earlier.addressed) if name}
        return len(spoken) > 1 or (bool(spoken) and bool(self._force.name or self._force.mail_domains))

    def _duplicate(
        self, desk: Desk, found: Found, number: int, source: str, *, fresh: bool, met: list[tuple[str, Earlier]]
    ) -> str | None:
        """The same message in this run: the same bytes in another place, or the same message id over the same words
        (a copy that took another way, with other headers)."""
        if not fresh and desk.read_in_run(self._run, number, source):
            return found.keys.id
        for key, earlier in met:
            same = key == found.own and earlier.text_key == found.keys.text_key
            if same and desk.read_in_run(self._run, earlier.number, source):
                return earlier.id
        return None


_CERTAINTY = {"own": 0.95, "message": 0.95, "site": 0.95, "reference": 0.9}


def _threads(found: Found, met: list[tuple[str, Earlier]]) -> list[tuple[Earlier, float]]:
    """Letters of the same thread: 1 for the one that is answered, less where only a reference number is shared."""
    scored: dict[str, tuple[Earlier, float]] = {}
    for key, earlier in met:
        score = 1.0 if key == found.answers else _CERTAINTY[key.partition(":")[0]]
        if earlier.id not in scored or scored[earlier.id][1] < score:
            scored[earlier.id] = (earlier, score)
    return list(scored.values())


def _same_text(desk: Desk, found: Found, number: int) -> list[tuple[Earlier, float]]:
    """Letters with the same words (1), or with most of them (the similarity)."""
    mine = found.keys
    scored = {e.id: (e, 1.0) for e in desk.with_text(mine.text_key, number, _MOST_READ) if _says_something(found, e)}
    if mine.signature:
        near = desk.with_bands(found.bands, number)
        scores = similarities(mine.signature, [signature for _, signature in near])
        alike = {n: score for (n, _), score in zip(near, scores, strict=True) if score >= SAME_TEXT}
        for n, earlier in desk.letters(alike).items():
            scored.setdefault(earlier.id, (earlier, round(alike[n], 2)))
    return list(scored.values())


def _says_something(found: Found, earlier: Earlier) -> bool:
    """Whether equal words are evidence: "I have had no answer to my request" comes from many people."""
    mine = found.keys
    return bool(mine.signature) or (mine.asks and earlier.asks) or (mine.applicant == earlier.applicant != "")


def _same_person(desk: Desk, found: Found, number: int) -> list[tuple[Earlier, float]]:
    """Requests of the same applicant on a similar subject within the period, on either side of this one's day."""
    mine = found.keys
    if not (mine.asks and mine.applicant and mine.day):
        return []
    day = date.fromisoformat(mine.day)
    days = ((day - _AT_MOST).isoformat(), (day + _AT_MOST).isoformat())
    near = [
        e
        for e in desk.by_applicant(mine.applicant, days, number, _MOST_READ)
        if e.asks and within_period(day, date.fromisoformat(e.day))
    ]
    out: list[tuple[Earlier, float]] = []
    for earlier, text in zip(near, similarities(mine.signature, [e.signature for e in near]), strict=True):
        topics = _shared(mine.topics.split(), earlier.topics.split())
        if mine.text_key and mine.text_key == earlier.text_key:
            text = 1.0
        if text >= SIMILAR_TEXT or topics >= SIMILAR_TOPICS:
            out.append((earlier, round(max(text, topics), 2)))
    return out


def within_period(one: date, other: date) -> bool:
    """Whether two days can lie in one period of sixty consecutive working days."""
    first, last = sorted((one, other))
    return last < _day_after_period(first)


@lru_cache(maxsize=2048)
def _day_after_period(first: date) -> date:
    """The 61st working day, `first` itself counted where it is one."""
    return add_working_days(first, PERIOD if is_working_day(first) else PERIOD + 1)


def _shared(one: Iterable[str], other: Iterable[str]) -> float:
    a, b = set(one), set(other)
    return len(a & b) / len(a | b) if a | b else 0.0


def _best(relation: Relation, scored: list[tuple[Earlier, float]]) -> list[Related]:
    best = sorted(scored, key=lambda s: (-s[1], -s[0].number))[:MOST]
    return [Related(id=e.id, relation=relation, score=score) for e, score in best]
