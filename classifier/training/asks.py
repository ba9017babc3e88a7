"""Training of the part that knows which pieces of a letter ask, from labelled letters.

Each labelled letter goes through the same outline and sentences as in the live run; a piece in which a labelled item
begins gets that item's kind, one inside an item goes on with it, everything else is not an ask.
"""

from __future__ import annotations

import random
import re
import sys
from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from classifier.errors import CorpusError
from classifier.questions.asks import BEFORE, GAPS, LABELS, NAME, AskModel, gap_of
from classifier.questions.cues import pieces
from classifier.questions.features import features
from classifier.questions.lines import read_lines
from classifier.questions.markers import candidates
from classifier.questions.outline import choose
from classifier.questions.segments import Segment, split_sentences
from classifier.training.varieties import Shaped, varieties

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np

    from classifier.model.store import ModelWriter
    from classifier.records import LabelledLetter

SEEN_AT_LEAST = 4
"""Letters (variants counted) in which a feature must occur to be kept."""
STRENGTH = 0.05
"""Inverse of the penalty on the weights, chosen on held-out voices."""

WEAKEST = 0.02
"""Features none of whose weights (about their mean) reaches this are left out: they tip nothing, and are most."""

_HISTORY = re.compile(r"^(?:-{3,}[ ]?original message|from: .*|>.*|on .{5,80} wrote:)", re.IGNORECASE | re.MULTILINE)


class AsksReport(msgspec.Struct, frozen=True, kw_only=True):
    """What was trained on: letters, pieces, pieces by label, features kept."""

    letters: int
    pieces: int
    labels: dict[str, int]
    features: int


class Example(msgspec.Struct):
    """One letter as the learner sees it: per piece the features, the label, and what parts it from the piece before."""

    features: list[list[str]]
    labels: list[str]
    gaps: list[str]


VARIETIES = 2
"""Variants in other shapes of each letter that asks something (`varieties`)."""


def examples(letter: LabelledLetter, seed: int, how_many: int = VARIETIES) -> list[Example]:
    """What one letter teaches, as written and in other shapes.

    Nothing where its items were not judged or have no places.
    """
    if letter.questions is None or any(q.span is None for q in letter.questions):
        return []
    spans = tuple(sorted((q.span[0], q.span[1], q.kind) for q in letter.questions if q.span is not None))
    text = letter.text
    cut = _HISTORY.search(text, spans[-1][1] if spans else 0)
    if cut is not None and cut.start() > 0:
        text = text[: cut.start()]
    # Seeded by the letter, so that one letter more or less changes no other's variants.
    rng = random.Random(f"{seed} {letter.id}")  # noqa: S311
    shapes = [Shaped(text, spans), *varieties(text, spans, rng, how_many)]
    return [e for x in shapes if (e := _example(x)) is not None]


def _example(shaped: Shaped) -> Example | None:
    text = shaped.text
    lines = read_lines(text)
    markers = choose(candidates(text, lines))
    segments = split_sentences(text, lines, markers)
    if not segments:
        return None
    # Millions of features, most of them the same few: kept once each, or a corpus of this size takes 2 GB.
    found = [list(map(sys.intern, f)) for f in features(text, segments, markers, pieces(text, segments, markers))]
    return Example(found, gold_labels(segments, shaped.spans), [gap_of(s) for s in segments])


def gold_labels(segments: Sequence[Segment], spans: Sequence[tuple[int, int, str]]) -> list[str]:
    """The label of each piece by the places of the items (start, end, kind), both in order."""
    out: list[str] = []
    k = 0
    for s in segments:
        while k < len(spans) and spans[k][1] <= s.start:
            k += 1
        what = "other"
        if k < len(spans):
            start, end, kind = spans[k]
            if start < s.start < end:
                what = "more"
                # The tail of one item and the beginning of the next in one piece: the beginning counts.
                if k + 1 < len(spans) and end < s.end and spans[k + 1][0] < s.end and s.end - end > end - s.start:
                    what = spans[k + 1][2]
            elif s.start <= start < s.end:
                what = kind
        if what == "more" and (not out or out[-1] == "other"):
            what = "other"
        out.append(what)
    return out


class Asks(NamedTuple):
    """What was learnt: the vocabulary, the weights of its features, the weights of the label before, and the report."""

    vocabulary: list[str]
    weights: np.ndarray
    transitions: np.ndarray
    report: AsksReport

    def save(self, writer: ModelWriter) -> None:
        """Write as `asks.npz` and `asks.json`."""
        writer.arrays(NAME, {"weights": self.weights, "transitions": self.transitions})
        writer.table(NAME, {"labels": list(LABELS), "vocabulary": self.vocabulary})


def learn_asks(letters: Sequence[LabelledLetter], seed: int) -> Asks:
    """Learn from `letters`. The same letters and seed give the same weights.

    Raises CorpusError where fewer than two labels occur.
    """
    taught = [e for letter in letters for e in examples(letter, seed)]
    vocabulary, weights, transitions = fit(taught, seed)
    count = Counter(x for e in taught for x in e.labels)
    report = AsksReport(
        letters=len(letters), pieces=count.total(), labels=dict(sorted(count.items())), features=len(vocabulary)
    )
    return Asks(vocabulary, weights, transitions, report)


def model_of(taught: Sequence[Example], seed: int) -> AskModel:
    """A model straight from examples, for evaluation on held-out voices."""
    return AskModel(*fit(taught, seed))


def fit(taught: Sequence[Example], seed: int) -> tuple[list[str], np.ndarray, np.ndarray]:
    """(vocabulary, weights, transitions) by logistic regression with the true label before as a feature."""
    import numpy as np
    from scipy.sparse import csr_matrix
    from sklearn.linear_model import LogisticRegression

    seen: Counter[str] = Counter()
    for e in taught:
        seen.update({x for f in e.features for x in f})
    vocabulary = sorted(x for x, n in seen.items() if n >= SEEN_AT_LEAST)
    rows = {x: k for k, x in enumerate(vocabulary)}
    first = len(vocabulary)
    columns: list[int] = []
    starts = [0]
    target: list[int] = []
    for e in taught:
        before = "start"
        for f, what, gap in zip(e.features, e.labels, e.gaps, strict=True):
            known = sorted({rows[x] for x in f if x in rows})
            columns.extend(known)
            columns.append(first + GAPS.index(gap) * len(BEFORE) + BEFORE.index(before))
            starts.append(len(columns))
            target.append(LABELS.index(what))
            before = what
    if len(set(target)) < 2:
        raise CorpusError("the letters hold too few kinds of piece to learn from")
    matrix = csr_matrix(
        (np.ones(len(columns)), np.array(columns), np.array(starts)),
        shape=(len(target), first + len(GAPS) * len(BEFORE)),
    )
    learner = LogisticRegression(C=STRENGTH, max_iter=400, random_state=seed, tol=1e-4)
    learner.fit(matrix, np.array(target))
    columns_of = first + len(GAPS) * len(BEFORE)
    weights = np.zeros((columns_of, len(LABELS)), dtype=np.float32)
    bias = np.full(len(LABELS), -8.0, dtype=np.float32)
    classes: list[int] = [int(x) for x in np.asarray(learner.classes_)]
    coefficients, intercepts = np.asarray(learner.coef_), np.asarray(learner.intercept_)
    if len(classes) == 2:  # one row for two labels
        coefficients, intercepts = np.vstack([-coefficients, coefficients]), np.append(-intercepts, intercepts)
    for k, label in enumerate(classes):
        weights[:, label] = coefficients[k]
        bias[label] = intercepts[k]
    weights[rows["bias"]] += bias
    transitions = weights[first:].reshape(len(GAPS), len(BEFORE), len(LABELS))
    words = weights[:first]
    kept = np.abs(words - words.mean(axis=1, keepdims=True)).max(axis=1) >= WEAKEST
    kept[rows["bias"]] = True
    names = [x for x, keep in zip(vocabulary, kept.tolist(), strict=True) if keep]
    return names, np.ascontiguousarray(words[kept]), np.ascontiguousarray(transitions)
