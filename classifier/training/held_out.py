"""How well a model does on voices that it never saw: the figures of its card and of `foi-triage evaluate`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from classifier.tagging.sums import Sums, how_much, together
from classifier.taxonomy import taxonomy
from classifier.training.figures import (
    Figure,
    average_precision,
    calibration_error,
    f1,
    figure,
    macro_average_precision,
    macro_f1,
    share,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from classifier.training.blends import Fitted, Rows
    from classifier.training.rows import Data


def held_out_figures(
    report: Mapping[str, Fitted], sums: Mapping[str, Sums], data: Data, kinds: Rows
) -> Iterator[Figure]:
    """The headline figures of a model just fitted, each with its interval from voices drawn again."""
    for part in ("topics", "grounds"):
        yield from _tag_figures(part, report[part], sums[part], data)
    held, truth = judged(report["kinds"], kinds.truth)
    voices = [v for v, row in zip(kinds.voices, report["kinds"].held_out, strict=True) if not np.isnan(row[0])]
    said, right = held.argmax(axis=1), truth.argmax(axis=1)
    yield figure("kinds: right", len(held), share((said == right).astype(float)), voices)
    yield figure("kinds: F1, mean of kinds", len(held), macro_f1(said, right), voices)


def _tag_figures(part: str, fitted: Fitted, sums: Sums, data: Data) -> Iterator[Figure]:
    kept = judged_letters(data, fitted)
    letters = sums.score(*raw_scores(fitted, data, kept))
    right = letter_truth(data, part, kept)
    of_letters = [data.examples[i].gold.source for i in kept]
    held, truth = judged(fitted, data.truth[part])
    _, likely = judged(fitted, data.truth["odds" if part == "grounds" else part])
    voices = [v for v, row in zip(data.questions.voices, fitted.held_out, strict=True) if not np.isnan(row[0])]
    said = held >= fitted.blend.thresholds
    n = len(held)
    yield figure(f"{part}: average precision over all, by question", n, average_precision(held, truth), voices)
    name = f"{part}: average precision, mean of labels, by letter"
    yield figure(name, len(kept), macro_average_precision(letters, right), of_letters)
    name = f"{part}: average precision over all, by letter"
    yield figure(name, len(kept), average_precision(letters, right), of_letters)
    suggested = letters >= sums.thresholds
    if part == "topics":
        suggested[np.arange(len(kept)), letters.argmax(axis=1)] = True
    yield figure(f"{part}: F1 of the suggested, by letter", len(kept), f1(suggested, right), of_letters)
    yield figure(f"{part}: F1 of the suggested, by question", n, f1(said, truth), voices)
    rows = np.nonzero(said)[0]
    name = f"{part}: calibration error of the suggested"
    yield figure(name, len(rows), calibration_error(held[said], likely[said]), [voices[i] for i in rows])
    if part == "topics":
        first = right[np.arange(len(kept)), letters.argmax(axis=1)]
        yield figure("topics: the first is among the true ones, by letter", len(kept), share(first), of_letters)


def raw_scores(fitted: Fitted, data: Data, kept: Sequence[int]) -> tuple[np.ndarray, np.ndarray]:
    """What `Sums.score` takes for some letters: their questions' scores together, and how much they ask."""
    rows = [data.rows_of[i] for i in kept]
    asked = [how_much(len(r), data.examples[i].questions) for i, r in zip(kept, rows, strict=True)]
    return np.array([together(fitted.held_out[r]) for r in rows]), np.array(asked)


def judged(fitted: Fitted, truth: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The probabilities of the rows whose voices were held out, and their truths."""
    rows = ~np.isnan(fitted.held_out[:, 0])
    return fitted.held_out[rows], truth[rows]


def letter_truth(data: Data, name: str, kept: Sequence[int]) -> np.ndarray:
    """The labels of some letters, letters x labels: their own topics, and all their questions' grounds."""
    if name == "topics":
        labels = taxonomy().topic_ids
        return np.array([[t in (data.examples[i].gold.topics or ()) for t in labels] for i in kept], dtype=float)
    return np.array([data.truth[name][data.rows_of[i]].max(axis=0) for i in kept])


def letter_odds(data: Data, kept: Sequence[int]) -> np.ndarray:
    """The odds of grounds for some letters as wholes, letters x grounds: a reader's, else the highest of the items'."""
    ids = [data.examples[i].gold.id for i in kept]
    return np.array(
        [
            data.whole[x] if x in data.whole else data.truth["odds"][data.rows_of[i]].max(axis=0)
            for i, x in zip(kept, ids, strict=True)
        ]
    )


def judged_letters(data: Data, fitted: Fitted) -> list[int]:
    """The letters that have rows and whose voice was held out."""
    return [i for i, rows in enumerate(data.rows_of) if rows and not np.isnan(fitted.held_out[rows[0], 0])]
