"""`foi-triage train`: the corpus in, a model out, with its card."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from classifier import __version__
from classifier.letters.kinds import cue_matrix, kind_view
from classifier.model.store import Model, ModelWriter
from classifier.referral.register import Register, load_register
from classifier.tagging.tagger import letter_scores
from classifier.tagging.views import views
from classifier.taxonomy import taxonomy
from classifier.training.asks import train_asks
from classifier.training.blends import (
    Fitted,
    Rows,
    Settings,
    encode_rows,
    fit,
    folds,
    threshold_for_precision,
    thresholds,
)
from classifier.training.card import card, judged
from classifier.training.corpus import Example, examples

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from classifier.model.encoder import Encoder
    from classifier.records import LabelledLetter

SEED = 20261121
TOPICS = Settings()
GROUNDS = Settings()
RULES = Settings()
KINDS = Settings(ridge=3.0, exclusive=True, balance=0.5)
URGENT = Settings(ridge=1.0, beta=3.0)
QUESTION_GRAMS, KIND_GRAMS = (2, 1), (2, 2)
"""The longest n-grams of a question and its letter, of a letter and its subject."""


class Data(NamedTuple):
    """The corpus as rows: one a question (or letter without one), one a letter, and which rows a letter has."""

    examples: list[Example]
    questions: Rows
    rows_of: list[list[int]]
    truth: dict[str, np.ndarray]


def train(
    letters: Sequence[LabelledLetter], out: Path, encoder: Encoder, *, say: Callable[[str], None] = print
) -> Model:
    """Train every part on `letters` and write the model to the folder `out`; the same letters give the same bytes."""
    found = list(examples(letters))
    say(f"{len(found)} letters read")
    data = question_rows(found, encoder)
    say(f"{len(data.questions.letters)} questions encoded")
    writer = ModelWriter(out)
    report: dict[str, Fitted] = {}
    cut = folds(data.questions, QUESTION_GRAMS, encoder.unseen_voices)
    for name, labels, settings in (
        ("topics", taxonomy().topic_ids, TOPICS),
        ("grounds", taxonomy().ground_labels, GROUNDS),
        ("rules", list(load_register().rules), RULES),
    ):
        report[name] = fit(data.questions._replace(truth=data.truth[name]), cut, labels, settings)
        report[name].blend.save(writer, name)
        say(f"{name}: trained")
    writer.table("letter_thresholds", letter_thresholds(report, data))
    writer.table("rule_thresholds", rule_thresholds(report["rules"], data.truth["rules"]))
    kinds = kind_rows(found, encoder)
    cut = folds(kinds, KIND_GRAMS, encoder.unseen_voices)
    report["kinds"] = fit(kinds, cut, taxonomy().kind_ids, KINDS)
    report["kinds"].blend.save(writer, "kinds")
    report["urgent"] = fit(kinds._replace(truth=urgent_truth(found)), cut, ["urgent"], URGENT)
    report["urgent"].blend.save(writer, "urgent")
    say("kinds, urgent: trained")
    asks = train_asks(letters, writer, SEED)
    say("asks: trained")
    figures, text = card(report, data, kinds, asks)
    writer.text("CARD.md", text)
    return writer.finish(
        name="foi-triage", program=__version__, seed=SEED, encoder=encoder.version, figures=figures,
        corpus={"letters": len(letters), "voices": len({x.source for x in letters})},
    )  # fmt: skip


def question_rows(found: Sequence[Example], encoder: Encoder) -> Data:
    """A row for each request (and for each letter that has a subject but no request), with its truths."""
    seen: list[tuple[str, str]] = []
    voices: list[str] = []
    ids: list[str] = []
    rows_of: list[list[int]] = []
    truths: dict[str, list[list[str]]] = {"topics": [], "grounds": [], "rules": []}
    for example in found:
        asked = [(q, x) for q, x in zip(example.questions, example.labels, strict=True) if q.kind == "request"]
        mine = views(example.gold.subject, example.letter.blind, example.questions)
        chosen = (
            [v for v, q in zip(mine, example.questions, strict=False) if q.kind == "request"] if asked else mine[:1]
        )
        rows_of.append(list(range(len(seen), len(seen) + len(chosen))) if asked or example.gold.topics else [])
        if not rows_of[-1]:
            continue
        for i, v in enumerate(chosen):
            seen.append((v.own, v.letter))
            voices.append(example.gold.source)
            ids.append(example.gold.id)
            item = asked[i][1] if asked else example.gold
            truths["topics"].append(list(item.topics or ()))
            truths["grounds"].append(list(item.exemptions or ()))
            truths["rules"].append(list(item.referral or ()))
    labels = {
        "topics": taxonomy().topic_ids,
        "grounds": taxonomy().ground_labels,
        "rules": list(load_register().rules),
    }
    truth = {
        name: np.array([[x in given for x in labels[name]] for given in truths[name]], dtype=float) for name in labels
    }
    rows = Rows(encode_rows(encoder, seen), seen, truth["topics"], voices, ids)
    return Data(list(found), rows, rows_of, truth)


def kind_rows(found: Sequence[Example], encoder: Encoder) -> Rows:
    """A row for each letter: its subject and words, and the cues beside them."""
    labels = taxonomy().kind_ids
    seen = [kind_view(x.gold.subject, x.letter.blind) for x in found]
    vectors = np.hstack([encode_rows(encoder, seen), cue_matrix([x.letter for x in found])])
    truth = np.array([[x.gold.kind == k for k in labels] for x in found], dtype=float)
    return Rows(vectors, seen, truth, [x.gold.source for x in found], [x.gold.id for x in found])


def urgent_truth(found: Sequence[Example]) -> np.ndarray:
    """Whether each letter tells of present danger, letters x 1."""
    return np.array([[bool(x.gold.urgent)] for x in found], dtype=float)


def letter_truth(data: Data, name: str, kept: Sequence[int]) -> np.ndarray:
    """The labels of some letters, letters x labels: their own topics, and all their questions' grounds."""
    if name == "topics":
        labels = taxonomy().topic_ids
        return np.array([[t in (data.examples[i].gold.topics or ()) for t in labels] for i in kept], dtype=float)
    return np.array([data.truth[name][data.rows_of[i]].max(axis=0) for i in kept])


def judged_letters(data: Data, fitted: Fitted) -> list[int]:
    """The letters that have rows and whose voice was held out."""
    return [i for i, rows in enumerate(data.rows_of) if rows and not np.isnan(fitted.held_out[rows[0], 0])]


def letter_thresholds(report: dict[str, Fitted], data: Data) -> dict[str, dict[str, float]]:
    """From which score a letter is given a label that its questions share, chosen on held-out voices."""
    out: dict[str, dict[str, float]] = {}
    for name in ("topics", "grounds"):
        fitted = report[name]
        kept = judged_letters(data, fitted)
        together = np.array([letter_scores(fitted.held_out[data.rows_of[i]]) for i in kept])
        chosen = thresholds(together, letter_truth(data, name, kept), beta=1.0)
        out[name] = {label: round(float(t), 4) for label, t in zip(fitted.blend.labels, chosen, strict=True)}
    return out


PRECISION = {"mandatory": 0.65, "advised": 0.68}
"""Of the flags that the model raises alone, on held-out voices, at least this share must be right. Recall rests on the
register's patterns and the model together; lower shares doubled the false alarms for a tenth more recall."""


def rule_thresholds(fitted: Fitted, truth: np.ndarray) -> dict[str, float]:
    """From which probability the model alone flags a rule, by the rule's level, chosen on held-out voices."""
    register = load_register()
    held, right = judged(fitted, truth)
    out: dict[str, float] = {}
    for level, share in PRECISION.items():
        columns = [i for i, name in enumerate(fitted.blend.labels) if level in _levels(register, name)]
        out[level] = round(threshold_for_precision(held[:, columns], right[:, columns], share), 4)
    return out


def _levels(register: Register, rule: str) -> set[str]:
    """The levels that a rule ever has; one that is mandatory at any time counts as mandatory alone."""
    levels = {period.level for period in register.rules[rule].levels}
    return {"mandatory"} if "mandatory" in levels else {"advised"}
