"""`foi-triage train`: the corpus in, a model out, with its card."""

from __future__ import annotations

import json
from datetime import date
from hashlib import sha256
from typing import TYPE_CHECKING, cast

import msgspec
import numpy as np

from classifier import __version__
from classifier.model.store import Model, ModelWriter
from classifier.referral.register import load_register
from classifier.tagging.sums import Sums, log_odds
from classifier.taxonomy import taxonomy
from classifier.training.asks import learn_asks
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
from classifier.training.decided import Expected, fit_decided
from classifier.training.held_out import held_out_figures, judged, judged_letters, letter_odds, letter_truth, raw_scores
from classifier.training.referrals import referral_figures
from classifier.training.rows import Data, kind_rows, question_rows, urgent_truth

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from classifier.model.encoder import Vectors
    from classifier.records import LabelledLetter
    from classifier.tagging.decided import Decided
    from classifier.training.asks import Asks
    from classifier.training.figures import Figure
    from classifier.training.odds import Odds
    from classifier.training.terms import Term

SEED = 20261121
TOPICS = Settings()
GROUNDS = Settings()
RULES = Settings()
KINDS = Settings(ridge=3.0, exclusive=True, balance=0.5)
URGENT = Settings(ridge=1.0, beta=3.0)
SUMMED = ("topics", "grounds")
"""The parts whose questions' scores are summed up for the letter."""
MANY = 500
"""From so many letters on the asks are learnt beside the rest, by another process."""
QUESTION_GRAMS, KIND_GRAMS = (2, 1), (2, 2)
"""The longest n-grams of a question and its letter, of a letter and its subject."""


def train(
    letters: Sequence[LabelledLetter],
    out: Path,
    encoder: Vectors,
    *,
    terms: Sequence[Term] = (),
    odds: Odds | None = None,
    say: Callable[[str], None] = print,
) -> Model:
    """Train every part on `letters` (topics on `terms` too, grounds on `odds`) and write the model to the folder `out`.

    The same letters, terms and odds give the same bytes.
    """
    learning = _beside(learn_asks, letters, SEED)
    found = list(examples(letters))
    say(f"{len(found)} letters read")
    data = question_rows(found, encoder, terms, odds)
    say(f"{len(data.questions.letters)} questions encoded")
    writer = ModelWriter(out)
    kinds = kind_rows(found, encoder)
    report: dict[str, Fitted] = {}
    for name, fitted in fit_parts(data, kinds, encoder):
        report[name] = fitted
        fitted.blend.save(writer, name)
        say(f"{name}: trained")
    sums = {part: fit_sums(part, report[part], data) for part in SUMMED}
    for part, of in sums.items():
        of.save(writer, part)
    for of, moved in decided_of(report["grounds"], sums["grounds"], data).items():
        moved.save(writer, of)
    writer.table("rule_thresholds", LIMITS)
    (asks,) = learning
    asks.save(writer)
    say("asks: trained")
    figures = figures_of(report, sums, data, kinds, LIMITS, newest(letters))
    writer.text("CARD.md", card(figures, report, data, asks.report))
    return writer.finish(
        name="foi-triage", program=__version__, seed=SEED, encoder=encoder.version,
        figures={f.name: [round(f.value, 4), round(f.low, 4), round(f.high, 4), f.n] for f in figures},
        judged_on=corpus_digest(letters, terms, odds or {}, encoder.version),
        corpus={"letters": len(letters), "voices": len({x.source for x in letters})},
    )  # fmt: skip


def _beside(
    learn: Callable[[Sequence[LabelledLetter], int], Asks], letters: Sequence[LabelledLetter], seed: int
) -> Iterable[Asks]:
    """One result, made by another process meanwhile where there is enough to learn from to pay for one."""
    from joblib import Parallel, delayed

    two = Parallel(n_jobs=2 if len(letters) >= MANY else 1, return_as="generator")
    return cast("Iterable[Asks]", two([delayed(learn)(letters, seed)]))


def fit_parts(data: Data, kinds: Rows, encoder: Vectors, always: Collection[str] = ()) -> Iterator[tuple[str, Fitted]]:
    """Every part that reads meaning, one after the other: topics, grounds, rules, kinds, urgent.

    The voices that `encoder` was not taught on are judged, `always` are those that are never judged (`blends.folds`).
    """
    unseen = encoder.unseen_voices
    yield "topics", fit_topics(data, encoder, always)
    cut = folds(data.questions, QUESTION_GRAMS, unseen, always)
    for name, labels, settings in (
        ("grounds", taxonomy().ground_labels, GROUNDS),
        ("rules", list(load_register().rules), RULES),
    ):
        rows = data.questions._replace(truth=data.truth[name], weight=data.weight.get(name))
        if name == "grounds":
            rows = rows._replace(odds=data.truth["odds"])
        yield name, fit(rows, cut, labels, settings, encoder.taught(name))
    cut = folds(kinds, KIND_GRAMS, unseen, always)
    yield "kinds", fit(kinds._replace(weight=data.weight.get("kinds")), cut, taxonomy().kind_ids, KINDS)
    danger = kinds._replace(truth=urgent_truth(data.examples), weight=data.weight.get("urgent"))
    yield "urgent", fit(danger, cut, ["urgent"], URGENT)


def fit_topics(data: Data, encoder: Vectors, always: Collection[str] = ()) -> Fitted:
    """Topics, from the questions and the terms; only questions are ever held out."""
    rows = data.of_topics()
    cut = folds(rows, QUESTION_GRAMS, encoder.unseen_voices, always)
    fitted = fit(rows, cut, taxonomy().topic_ids, TOPICS, encoder.taught("topics"))
    return fitted._replace(held_out=fitted.held_out[: len(data.questions.voices)])


def fit_sums(part: str, fitted: Fitted, data: Data) -> Sums:
    """How the scores of a letter's questions become its own, learnt on letters of held-out voices."""
    kept = judged_letters(data, fitted)
    raw, asked = raw_scores(fitted, data, kept)
    truth = letter_odds(data, kept) if part == "grounds" else letter_truth(data, part, kept)
    slope, size, offset = sum_weights(log_odds(raw), asked, truth)
    sums = Sums(slope, size, offset, np.zeros(len(slope)))
    return sums._replace(thresholds=thresholds(sums.score(raw, asked), truth, beta=1.0))


def decided_of(fitted: Fitted, sums: Sums, data: Data, own: Collection[str] = ()) -> dict[str, Decided]:
    """How grounds, of letters and of questions, are moved to what forces decide; `own` are the voices of real letters
    whose grounds people chose."""
    kept = judged_letters(data, fitted)
    raw, asked = raw_scores(fitted, data, kept)
    weight = data.weight.get("grounds")
    chosen = [
        data.truth["grounds"][rows].max(axis=0)
        for example, rows in zip(data.examples, data.rows_of, strict=True)
        if example.gold.source in own and rows and (weight is None or weight[rows].any())
    ]
    return fit_decided(
        Expected(sums.score(raw, asked), letter_odds(data, kept)),
        Expected(*judged(fitted, data.truth["odds"])),
        np.array(chosen).reshape(-1, data.truth["grounds"].shape[1]),
    )


def figures_of(
    report: Mapping[str, Fitted], sums: Mapping[str, Sums], data: Data, kinds: Rows, limits: Mapping[str, float],
    today: date,
) -> list[Figure]:  # fmt: skip
    """Every figure on held-out voices. `today` stands in for the day of receipt where a letter has none."""
    return [
        *held_out_figures(report, sums, data, kinds),
        *referral_figures(report["rules"], limits, data, today),
    ]


def newest(letters: Sequence[LabelledLetter]) -> date:
    """The last day on which one of `letters` was received: what a training takes for today, so that it gives the same
    bytes on any day."""
    return max((date.fromisoformat(x.received[:10]) for x in letters if x.received), default=date.min)


def corpus_digest(letters: Sequence[LabelledLetter], terms: Sequence[Term], odds: Odds, encoder: str) -> str:
    """What figures on held-out voices depend on beside corrections: corpus, settings, and the encoder's version."""
    settings = (TOPICS, GROUNDS, RULES, KINDS, URGENT, LIMITS)
    parts = [
        *sorted(sha256(msgspec.json.encode(x)).hexdigest() for x in letters),
        repr((settings, QUESTION_GRAMS, KIND_GRAMS, SEED)),
        *(msgspec.json.encode(odds[i]).decode() for i in sorted(odds)),
        encoder, load_register().version, __version__,
        json.dumps([taxonomy().topic_ids, taxonomy().ground_labels, taxonomy().kind_ids, list(terms)]),
    ]  # fmt: skip
    return sha256("\n".join(parts).encode()).hexdigest()


LIMITS = {"mandatory": 0.8, "advised": 0.9}
"""From which probability the model alone flags a rule, by the rule's level; patterns flag whatever it says.

The card says what both together raise on held-out voices, `docs/register.md` what other limits gave there. Lower for
mandatory rules: a miss is the costlier error.
"""
