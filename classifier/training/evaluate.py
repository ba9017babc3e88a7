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
from sklearn.model_selection import GroupKFold
from sklearn.multiclass import OneVsRestClassifier

from classifier.force import Force
from classifier.model.encoder import Encoder
from classifier.model.ngrams import Ngrams
from classifier.pipeline import Read, triage_letters
from classifier.questions import split
from classifier.records import LabelledLetter, TriageRecord
from classifier.rooms import asks, open_rooms
from classifier.taxonomy import taxonomy
from classifier.training.blends import FOLDS, Rows, fit, folds
from classifier.training.build import GROUNDS, QUESTION_GRAMS, TOPICS, Data, question_rows
from classifier.training.card import average_precision, f1, interval, macro_average_precision
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
    cut = folds(data.questions, QUESTION_GRAMS)
    for name, labels, settings in (
        ("topics", taxonomy().topic_ids, TOPICS),
        ("grounds", taxonomy().ground_labels, GROUNDS),
    ):
        truth = data.truth[name]
        rows = data.questions._replace(truth=truth)
        fitted = fit(rows, cut, labels, settings)
        yield from _ranked(f"{name}, this model", fitted.held_out, truth)
        said = fitted.held_out >= fitted.blend.thresholds
        yield _figure(f"{name}, this model: F1 of the suggested", len(truth), lambda r, s=said, t=truth: f1(s[r], t[r]))
        yield from _ranked(f"{name}, baseline: how common each label is", _held_out(rows, _prior), truth)
        yield from _ranked(f"{name}, baseline: word n-grams, logistic regression", _held_out(rows, _words), truth)
    yield from _ranked("topics, baseline: nearest definition", nearest_definition(data, encoder), data.truth["topics"])


def _ranked(name: str, scores: np.ndarray, truth: np.ndarray) -> Iterator[Figure]:
    n = len(truth)
    yield _figure(f"{name}: average precision, all labels", n, lambda r: average_precision(scores[r], truth[r]))
    yield _figure(f"{name}: average precision, mean of labels", n, lambda r: macro_average_precision(scores[r], truth[r]))
    some = truth.any(axis=1)
    s, t = scores[some], truth[some]
    yield _figure(f"{name}: first label among the true", len(s), lambda r: float(t[r, s[r].argmax(axis=1)].mean()))


def _figure(name: str, n: int, of: Callable[[np.ndarray], float]) -> Figure:
    return Figure(name, *interval(n, of), n)


def _held_out(rows: Rows, learn: Callable[[Rows, np.ndarray, np.ndarray], np.ndarray]) -> np.ndarray:
    out = np.zeros(rows.truth.shape)
    splits = GroupKFold(n_splits=min(FOLDS, len(set(rows.voices)))).split(rows.vectors, groups=list(rows.voices))
    for train, test in splits:
        out[test] = learn(rows, train, test)
    return out


def _prior(rows: Rows, train: np.ndarray, test: np.ndarray) -> np.ndarray:
    return np.tile(rows.truth[train].mean(axis=0), (len(test), 1))


def _words(rows: Rows, train: np.ndarray, test: np.ndarray) -> np.ndarray:
    own = [view[0] for view in rows.views]
    grams = Ngrams.fit([own[i] for i in train], [rows.letters[i] for i in train])
    present = [i for i in range(rows.truth.shape[1]) if 0 < rows.truth[train, i].sum() < len(train)]
    model = OneVsRestClassifier(LogisticRegression(C=10.0, solver="liblinear"))
    model.fit(grams.matrix([own[i] for i in train]), rows.truth[np.ix_(train, present)].astype(int))
    out = np.zeros((len(test), rows.truth.shape[1]))
    out[:, present] = model.predict_proba(grams.matrix([own[i] for i in test]))
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
    ruled = [(set(g.referral), {x.rule for x in r.referrals if x.level != "withdrawn"}) for g, r in pairs if g.referral is not None]
    hit = np.array([[len(g & r), len(r), len(g)] for g, r in ruled], dtype=float).reshape(-1, 3)
    if hit[:, 2].any():
        yield _figure("referral rules: F1", len(hit), lambda x: float(2 * hit[x, 0].sum() / max(1.0, hit[x, 1:].sum())))


def _records(letters: Sequence[LabelledLetter], today: date) -> Iterator[TriageRecord]:
    rooms = open_rooms(Force(), threads=2)
    reads = (Read(x.letter, split(x.letter.text, x.letter.blind, asks=asks())) for x in examples(letters))
    yield from triage_letters(reads, Force(), today, rooms)
