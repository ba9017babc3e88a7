"""Topics, grounds and referral scores of questions, for many letters at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import msgspec

from classifier.model.blend import Blend
from classifier.records import Question, Tag
from classifier.tagging.because import quotes
from classifier.tagging.decided import Decided
from classifier.tagging.sums import Sums, how_much, together
from classifier.tagging.views import READOUTS, View, views

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import numpy as np

    from classifier.model.encoder import Encoded, Encoder
    from classifier.model.store import Model

MOST_GROUNDS = 10
MOST_TOPICS = 5
SHOWN = 0.02
"""A score under this is not worth a line in the record."""


class Tagged(NamedTuple):
    """A letter's questions with their tags, the letter's own tags, and each question's score for each referral rule."""

    questions: tuple[Question, ...]
    topics: tuple[Tag, ...]
    exemptions: tuple[Tag, ...]
    rule_scores: Mapping[str, Mapping[str, float]]


class Asked(NamedTuple):
    """A letter as the tagger sees it: no sender, only the blind text, its subject and its questions."""

    subject: str
    blind: str
    questions: tuple[Question, ...]


class Tagger:
    """The three sets of labels that share one pass of the encoder."""

    def __init__(self, model: Model, encoder: Encoder) -> None:
        self._encoder = encoder
        self._topics = Blend.load(model, "topics")
        self._grounds = Blend.load(model, "grounds")
        self._rules = Blend.load(model, "rules")
        self._sums = {name: Sums.load(model, name) for name in ("topics", "grounds")}
        self._decided = {name: Decided.load(model, name) for name in ("questions", "letters")}
        self.rule_thresholds: dict[str, float] = model.table("rule_thresholds")
        """From which probability the model alone flags a rule, by the rule's level."""

    def tag(self, letters: Sequence[Asked]) -> list[Tagged]:
        """Tag a batch of letters; the encoder is called once for all their texts."""
        import numpy as np

        asked = [tuple(q for q in x.questions if q.kind == "request") or x.questions for x in letters]
        seen = [_seen(x, qs) for x, qs in zip(letters, asked, strict=True)]
        flat = [v for vs in seen for v in vs]
        if not flat:
            return []
        of_own, of_letter = READOUTS
        own = self._encoder.explain([v.own for v in flat], of_own)
        around = self._encoder.encode([v.letter for v in flat], of_letter)
        vectors = np.hstack([np.stack([e.vector for e in own]), around])
        texts = [(v.own, v.letter) for v in flat]
        scored = {
            name: blend.score(vectors, blend.features(texts))
            for name, blend in (("topics", self._topics), ("grounds", self._grounds), ("rules", self._rules))
        }
        out: list[Tagged] = []
        start = 0
        for letter, questions, mine in zip(letters, asked, seen, strict=True):
            rows = slice(start, start + len(mine))
            start = rows.stop
            out.append(self._letter(letter, questions, mine, own[rows], {n: s[rows] for n, s in scored.items()}))
        return out

    def _letter(
        self, letter: Asked, asked: Sequence[Question], seen: Sequence[View], own: Sequence[Encoded],
        scored: Mapping[str, np.ndarray],
    ) -> Tagged:  # fmt: skip
        tagged: dict[str, Question] = {}
        rules: dict[str, dict[str, float]] = {}
        decided = self._decided["questions"]
        expected = decided.score(scored["grounds"])
        least = self._topics.thresholds
        for i, question in enumerate(asked):
            words = (seen[i], own[i])
            topics = self._tags(self._topics, scored["topics"][i], least, *words, MOST_TOPICS, at_least_one=True)
            grounds = self._tags(self._grounds, expected[i], decided.thresholds, *words, MOST_GROUNDS)
            if question.kind == "request":
                tagged[question.id] = msgspec.structs.replace(question, topics=topics, exemptions=grounds)
            rules[question.id] = dict(zip(self._rules.labels, map(float, scored["rules"][i]), strict=True))
        return Tagged(
            tuple(tagged.get(q.id, q) for q in letter.questions),
            self._sum(self._topics, scored["topics"], letter, "topics", MOST_TOPICS),
            self._sum(self._grounds, scored["grounds"], letter, "grounds", MOST_GROUNDS),
            rules,
        )

    def _tags(
        self, blend: Blend, scores: np.ndarray, least: np.ndarray, seen: View, own: Encoded, most: int,
        *, at_least_one: bool = False,
    ) -> tuple[Tag, ...]:  # fmt: skip
        order = sorted(range(len(blend.labels)), key=lambda i: -float(scores[i]))[:most]
        out: list[Tag] = []
        for rank, i in enumerate(order):
            score = float(scores[i])
            suggested = score >= float(least[i]) or (at_least_one and rank == 0)
            if score < SHOWN and not suggested:
                break
            because = self._because(blend, i, seen, own) if suggested else ()
            out.append(Tag(label=blend.labels[i], score=round(score, 4), suggested=suggested, because=because))
        return tuple(out)

    @staticmethod
    def _because(blend: Blend, label: int, seen: View, own: Encoded) -> tuple[str, ...]:
        weights = blend.words(label, seen.own, 0, own.shares, own.places, block=0)
        return quotes(seen.own, weights)

    def _sum(self, blend: Blend, scores: np.ndarray, letter: Asked, name: str, most: int) -> tuple[Tag, ...]:
        """The letter's tags: what its questions say together."""
        import numpy as np

        found = self._sums[name].score(together(scores)[None], np.array([how_much(len(scores), letter.questions)]))[0]
        least = self._sums[name].thresholds
        if name == "grounds":
            decided = self._decided["letters"]
            found, least = decided.score(found), decided.thresholds
        order = sorted(range(len(blend.labels)), key=lambda i: -float(found[i]))[:most]
        out = [
            Tag(
                label=blend.labels[i],
                score=round(float(found[i]), 4),
                suggested=float(found[i]) >= float(least[i]) or (name == "topics" and rank == 0),
            )
            for rank, i in enumerate(order)
        ]
        return tuple(t for t in out if t.suggested or t.score >= SHOWN)


def _seen(letter: Asked, asked: Sequence[Question]) -> list[View]:
    """The texts of the items `asked`, or of the letter where there are none."""
    seen = views(letter.subject, letter.blind, letter.questions)
    if not asked:
        return seen
    wanted = {q.id for q in asked}
    return [v for v, q in zip(seen, letter.questions, strict=True) if q.id in wanted]
