"""The corpus as rows of features and truths: one a question for what is tagged, one a letter for its kind."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from classifier.letters.kinds import KIND_READOUTS, cue_matrix, kind_view
from classifier.referral.register import load_register
from classifier.tagging.views import READOUTS, views
from classifier.taxonomy import taxonomy
from classifier.training.blends import TERMS, Rows, encode_rows

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from classifier.model.encoder import Vectors
    from classifier.training.corpus import Example
    from classifier.training.odds import Odds
    from classifier.training.terms import Term


class Data(NamedTuple):
    """The corpus as rows: one a question (or letter without one), which rows each letter has, the rows' truths by part,
    and the rows of terms, whose truth is their topics."""

    examples: list[Example]
    questions: Rows
    rows_of: list[list[int]]
    truth: dict[str, np.ndarray]
    weight: Mapping[str, np.ndarray] = {}
    """By part, how much each row counts in training; a part that is not named counts all rows alike."""
    terms: Rows | None = None
    whole: Mapping[str, np.ndarray] = {}
    """By letter, the odds of each ground for the letter as a whole, where a reader gave them (`training.odds`)."""

    def of_topics(self) -> Rows:
        """The questions with their topics, and the terms after them."""
        ours, terms = self.questions, self.terms
        weight = self.weight.get("topics")
        if terms is None:
            return ours._replace(truth=self.truth["topics"], weight=weight)
        return Rows(
            np.vstack([ours.vectors, terms.vectors]),
            [*ours.views, *terms.views],
            np.vstack([self.truth["topics"], terms.truth]),
            [*ours.voices, *terms.voices],
            [*ours.letters, *terms.letters],
            None if weight is None else np.append(weight, np.ones(len(terms.voices))),
        )


def question_rows(
    found: Sequence[Example], encoder: Vectors, terms: Sequence[Term] = (), odds: Odds | None = None
) -> Data:
    """A row for each request (and for each letter that has a subject but no request), with its truths; the `terms`.

    The truth "odds" is that of grounds, and where a reader gave `odds`, these.
    """
    odds = odds or {}
    seen: list[tuple[str, str]] = []
    voices: list[str] = []
    ids: list[str] = []
    rows_of: list[list[int]] = []
    truths: dict[str, list[list[str]]] = {"topics": [], "grounds": [], "rules": []}
    likely: list[Mapping[str, float]] = []
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
            read = odds.get(example.gold.id)
            said = read.of(item.id if asked else None) if read else None
            likely.append(dict.fromkeys(truths["grounds"][-1], 1.0) if said is None else said)
    labels = {
        "topics": taxonomy().topic_ids,
        "grounds": taxonomy().ground_labels,
        "rules": list(load_register().rules),
    }
    truth = {
        name: np.array([[x in given for x in labels[name]] for given in truths[name]], dtype=float) for name in labels
    }
    grounds = labels["grounds"]
    truth["odds"] = np.array([[of.get(x, 0.0) for x in grounds] for of in likely]).reshape(-1, len(grounds))
    whole = {i: np.array([odds[i].letter.get(x, 0.0) for x in grounds]) for i in ids if i in odds}
    rows = Rows(encode_rows(encoder, seen, READOUTS), seen, truth["topics"], voices, ids)
    return Data(list(found), rows, rows_of, truth, terms=term_rows(terms, encoder) if terms else None, whole=whole)


def term_rows(terms: Sequence[Term], encoder: Vectors) -> Rows:
    """A row for each term, as the words of a question whose letter says nothing.

    As a letter's words too they would teach that one mention anywhere names every question of the letter: measured,
    that raised the figures on authored letters, which keep to one subject, and lowered them on restated real ones.
    """
    labels = taxonomy().topic_ids
    meant = encoder.encode([term for term, _ in terms], READOUTS[0])
    truth = np.array([[x in topics for x in labels] for _, topics in terms], dtype=float)
    return Rows(
        np.hstack([meant, np.zeros((len(meant), encoder.width(READOUTS[1])), np.float32)]),
        [(term, "") for term, _ in terms],
        truth,
        [TERMS] * len(terms),
        [f"term {i}" for i in range(len(terms))],
    )


def kind_rows(found: Sequence[Example], encoder: Vectors) -> Rows:
    """A row for each letter: its subject and words, and the cues beside them."""
    labels = taxonomy().kind_ids
    seen = [kind_view(x.gold.subject, x.letter.blind) for x in found]
    vectors = np.hstack([encode_rows(encoder, seen, KIND_READOUTS), cue_matrix([x.letter for x in found])])
    truth = np.array([[x.gold.kind == k for k in labels] for x in found], dtype=float)
    return Rows(vectors, seen, truth, [x.gold.source for x in found], [x.gold.id for x in found])


def urgent_truth(found: Sequence[Example]) -> np.ndarray:
    """Whether each letter tells of present danger, letters x 1."""
    return np.array([[bool(x.gold.urgent)] for x in found], dtype=float)
