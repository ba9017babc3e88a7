"""`foi-triage train`: the corpus in, a model out, with its card."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from classifier import __version__
from classifier.model.store import Model, ModelWriter
from classifier.referral.register import load_register
from classifier.tagging.sums import Sums, log_odds
from classifier.taxonomy import taxonomy
from classifier.training.asks import train_asks
from classifier.training.blends import (
    Fitted,
    Rows,
    Settings,
    fit,
    folds,
    sum_weights,
    thresholds,
)
from classifier.training.card import card
from classifier.training.corpus import examples
from classifier.training.held_out import judged_letters, letter_truth, raw_scores
from classifier.training.rows import Data, kind_rows, question_rows, urgent_truth

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Sequence
    from pathlib import Path

    from classifier.model.encoder import Encoder
    from classifier.records import LabelledLetter
    from classifier.training.terms import Term

SEED = 20261121
TOPICS = Settings()
GROUNDS = Settings()
RULES = Settings()
KINDS = Settings(ridge=3.0, exclusive=True, balance=0.5)
URGENT = Settings(ridge=1.0, beta=3.0)
SUMMED = ("topics", "grounds")
"""The parts whose questions' scores are summed up for the letter."""
QUESTION_GRAMS, KIND_GRAMS = (2, 1), (2, 2)
"""The longest n-grams of a question and its letter, of a letter and its subject."""


def train(
    letters: Sequence[LabelledLetter],
    out: Path,
    encoder: Encoder,
    *,
    terms: Sequence[Term] = (),
    say: Callable[[str], None] = print,
) -> Model:
    """Train every part on `letters` (and topics on `terms` too) and write the model to the folder `out`.

    The same letters and terms give the same bytes.
    """
    found = list(examples(letters))
    say(f"{len(found)} letters read")
    data = question_rows(found, encoder, terms)
    say(f"{len(data.questions.letters)} questions encoded")
    writer = ModelWriter(out)
    kinds = kind_rows(found, encoder)
    report: dict[str, Fitted] = {}
    for name, fitted in fit_parts(data, kinds, encoder.unseen_voices):
        report[name] = fitted
        fitted.blend.save(writer, name)
        say(f"{name}: trained")
    sums = {part: fit_sums(part, report[part], data) for part in SUMMED}
    for part, of in sums.items():
        of.save(writer, part)
    writer.table("rule_thresholds", LIMITS)
    asks = train_asks(letters, writer, SEED)
    say("asks: trained")
    figures, text = card(report, sums, data, kinds, asks)
    writer.text("CARD.md", text)
    return writer.finish(
        name="foi-triage", program=__version__, seed=SEED, encoder=encoder.version, figures=figures,
        corpus={"letters": len(letters), "voices": len({x.source for x in letters})},
    )  # fmt: skip


def fit_parts(
    data: Data, kinds: Rows, unseen: Collection[str] = (), always: Collection[str] = ()
) -> Iterator[tuple[str, Fitted]]:
    """Every part that reads meaning, one after the other: topics, grounds, rules, kinds, urgent.

    `unseen` are the voices that the encoder was not taught on, `always` those that are never judged (`blends.folds`).
    """
    yield "topics", fit_topics(data, unseen, always)
    cut = folds(data.questions, QUESTION_GRAMS, unseen, always)
    for name, labels, settings in (
        ("grounds", taxonomy().ground_labels, GROUNDS),
        ("rules", list(load_register().rules), RULES),
    ):
        rows = data.questions._replace(truth=data.truth[name], weight=data.weight.get(name))
        yield name, fit(rows, cut, labels, settings)
    cut = folds(kinds, KIND_GRAMS, unseen, always)
    yield "kinds", fit(kinds._replace(weight=data.weight.get("kinds")), cut, taxonomy().kind_ids, KINDS)
    danger = kinds._replace(truth=urgent_truth(data.examples), weight=data.weight.get("urgent"))
    yield "urgent", fit(danger, cut, ["urgent"], URGENT)


def fit_topics(data: Data, unseen: Collection[str] = (), always: Collection[str] = ()) -> Fitted:
    """Topics, from the questions and the terms; only questions are ever held out."""
    rows = data.of_topics()
    fitted = fit(rows, folds(rows, QUESTION_GRAMS, unseen, always), taxonomy().topic_ids, TOPICS)
    return fitted._replace(held_out=fitted.held_out[: len(data.questions.voices)])


def fit_sums(part: str, fitted: Fitted, data: Data) -> Sums:
    """How the scores of a letter's questions become its own, learnt on letters of held-out voices."""
    kept = judged_letters(data, fitted)
    raw, asked = raw_scores(fitted, data, kept)
    truth = letter_truth(data, part, kept)
    slope, size, offset = sum_weights(log_odds(raw), np.log1p(asked), truth)
    sums = Sums(slope, size, offset, np.zeros(len(slope)))
    return sums._replace(thresholds=thresholds(sums.score(raw, asked), truth, beta=1.0))


LIMITS = {"mandatory": 0.8, "advised": 0.85}
"""From which probability the model alone flags a rule, by the rule's level; patterns flag whatever it says.

On held-out voices the model alone is right in three of four from 0.73 on. On the gold files it found no letter more
between 0.6 and 0.85 and raised a third more false alarms. Lower for mandatory rules: a miss is the costlier error.
"""
