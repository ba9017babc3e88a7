"""`foi-triage evaluate`: how well the model does on held-out voices, beside baselines, or on a gold file.

Every figure has a 95 % interval from letters drawn again, and the number of letters or questions it rests on. On a gold
file the whole program runs, as on an inbox, and the letters' own labels are compared with its records.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import date
from typing import NamedTuple

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.multiclass import OneVsRestClassifier

from classifier.force import Force
from classifier.model.encoder import Encoder
from classifier.pipeline import Read, triage_letters
from classifier.questions import split
from classifier.records import LabelledLetter, TriageRecord
from classifier.rooms import asks, open_rooms
from classifier.taxonomy import taxonomy
from classifier.training.blends import Fold, Folds, Rows, fit, folds
from classifier.training.build import GROUNDS, QUESTION_GRAMS, TOPICS, Data, question_rows
from classifier.training.card import average_precision, f1, interval, judged, macro_average_precision
from classifier.training.corpus import examples


class Figure(NamedTuple):
    """A named figure with its 95 % interval, and how many examples it rests on."""

    name: str
    value: float
    low: float
    high: float
    n: int

    def __str__(self) -> str:
        return f"{self.name:<64} {self.value:.3f}  ({self.low:.3f} to {self.high:.3f}, n {self.n})"


def on_held_out_voices(letters: Sequence[LabelledLetter], encoder: Encoder) -> Iterator[Figure]:
    """Topics and grounds by question, each voice judged by a model that never saw it, beside three baselines."""
    data = question_rows(list(examples(letters)), encoder)
    cut = folds(data.questions, QUESTION_GRAMS, encoder.unseen_voices)
    for name, labels, settings in (
        ("topics", taxonomy().topic_ids, TOPICS),
        ("grounds", taxonomy().ground_labels, GROUNDS),
    ):
        rows = data.questions._replace(truth=data.truth[name])
        fitted = fit(rows, cut, labels, settings)
        scores, truth = judged(fitted, rows.truth)
        yield from _ranked(f"{name}, this model", scores, truth)
        said = scores >= fitted.blend.thresholds
        yield _figure(f"{name}, this model: F1 of the suggested", len(truth), lambda r, s=said, t=truth: f1(s[r], t[r]))
        apart = ~np.isnan(fitted.held_out[:, 0])
        yield from _ranked(f"{name}, baseline: how common each label is", _held_out(rows, cut, _prior)[apart], truth)
        yield from _ranked(
            f"{name}, baseline: word n-grams, logistic regression", _held_out(rows, cut, _words)[apart], truth
        )
        if name == "topics":
            yield from _ranked("topics, baseline: nearest definition", nearest_definition(data, encoder)[apart], truth)


def _ranked(name: str, scores: np.ndarray, truth: np.ndarray) -> Iterator[Figure]:
    n = len(truth)
    yield _figure(f"{name}: average precision, all labels", n, lambda r: average_precision(scores[r], truth[r]))
    yield _figure(
        f"{name}: average precision, mean of labels", n, lambda r: macro_average_precision(scores[r], truth[r])
    )
    some = truth.any(axis=1)
    s, t = scores[some], truth[some]
    yield _figure(f"{name}: first label among the true", len(s), lambda r: float(t[r, s[r].argmax(axis=1)].mean()))


def _figure(name: str, n: int, of: Callable[[np.ndarray], float]) -> Figure:
    return Figure(name, *interval(n, of), n)


def _held_out(rows: Rows, cut: Folds, learn: Callable[[Rows, Fold], np.ndarray]) -> np.ndarray:
    out = np.zeros(rows.truth.shape)
    for part in cut.parts:
        out[part.test] = learn(rows, part)
    return out


def _prior(rows: Rows, part: Fold) -> np.ndarray:
    return np.tile(rows.truth[part.train].mean(axis=0), (len(part.test), 1))


def _words(rows: Rows, part: Fold) -> np.ndarray:
    truth = rows.truth[part.train]
    present = [i for i in range(truth.shape[1]) if 0 < truth[:, i].sum() < len(truth)]
    model = OneVsRestClassifier(LogisticRegression(C=10.0, solver="liblinear"))
    model.fit(part.learnt, truth[:, present].astype(int))
    out = np.zeros((len(part.test), truth.shape[1]))
    out[:, present] = model.predict_proba(part.judged)
    return out


def nearest_definition(data: Data, encoder: Encoder) -> np.ndarray:
    """How near each question's vector lies to each topic's definition (cosine)."""
    definitions = encoder.encode([f"{t.id.replace('_', ' ')}: {t.covers}" for t in taxonomy().topic])
    return data.questions.vectors[:, : definitions.shape[1]] @ definitions.T


def on_gold(letters: Sequence[LabelledLetter], today: date) -> Iterator[Figure]:
    """The whole program on labelled letters: kinds, topics, grounds and referral rules by letter."""
    records = list(_records(letters, today))
    pairs = list(zip(letters, records, strict=True))
    kinds = np.array([g.kind == r.kind.label for g, r in pairs if g.kind])
    if len(kinds):
        yield _figure("kind of message: right", len(kinds), lambda x: float(kinds[x].mean()))
    for name, labels in (("topics", taxonomy().topic_ids), ("exemptions", taxonomy().ground_labels)):
        judged = [(getattr(g, name), getattr(r, name)) for g, r in pairs if getattr(g, name) is not None]
        if not judged:
            continue
        truth = np.array([[x in gold for x in labels] for gold, _ in judged], dtype=float)
        scores = np.array([[next((t.score for t in tags if t.label == x), 0.0) for x in labels] for _, tags in judged])
        said = np.array([[any(t.label == x and t.suggested for t in tags) for x in labels] for _, tags in judged])
        if truth.any():
            yield from _ranked(name, scores, truth)
        yield _figure(f"{name}: F1 of the suggested", len(truth), lambda x, s=said, t=truth: f1(s[x], t[x]))
    ruled = [
        (set(g.referral), {x.rule for x in r.referrals if x.level != "withdrawn"})
        for g, r in pairs
        if g.referral is not None
    ]
    hit = np.array([[len(g & r), len(r), len(g)] for g, r in ruled], dtype=float).reshape(-1, 3)
    if hit[:, 2].any():
        yield _figure("referral rules: F1", len(hit), lambda x: float(2 * hit[x, 0].sum() / max(1.0, hit[x, 1:].sum())))


def _records(letters: Sequence[LabelledLetter], today: date) -> Iterator[TriageRecord]:
    rooms = open_rooms(Force(), threads=2)
    reads = (Read(x.letter, split(x.letter.text, x.letter.blind, asks=asks())) for x in examples(letters))
    yield from triage_letters(reads, Force(), today, rooms)
