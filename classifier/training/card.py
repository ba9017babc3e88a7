"""The model card: what the model was made from and how well it does on voices it never saw."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from classifier.tagging.tagger import letter_scores

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from classifier.training.blends import Fitted, Rows
    from classifier.training.build import Data

DRAWS = 200


def average_precision(scores: np.ndarray, truth: np.ndarray) -> float:
    """Average precision over all cells, equal scores at one rank, as in scikit-learn; NaN where nothing is true.

    Written out since intervals need it some hundred thousand times, where scikit-learn's checks cost more than the sum.
    """
    if not truth.any():
        return float("nan")
    order = np.argsort(-scores.ravel(), kind="stable")
    ranked, hits = scores.ravel()[order], np.cumsum(truth.ravel()[order] > 0)
    last = np.flatnonzero(np.append(ranked[1:] != ranked[:-1], True))
    return float((np.diff(hits[last], prepend=0) * hits[last] / (last + 1)).sum() / hits[-1])


def macro_average_precision(scores: np.ndarray, truth: np.ndarray, at_least: int = 4) -> float:
    """The mean over labels with `at_least` positives."""
    kept = [i for i in range(truth.shape[1]) if truth[:, i].sum() >= at_least]
    return float(np.mean([average_precision(scores[:, i], truth[:, i]) for i in kept])) if kept else float("nan")


def f1(said: np.ndarray, truth: np.ndarray) -> float:
    """F1 over all cells."""
    hit = float((said & (truth > 0)).sum())
    return 2 * hit / max(1.0, float(said.sum()) + float(truth.sum()))


def calibration_error(scores: np.ndarray, truth: np.ndarray, bins: int = 10) -> float:
    """Expected calibration error (Naeini and others 2015): the mean gap between score and frequency, by tenths."""
    flat, right = scores.ravel(), truth.ravel()
    place = np.minimum((flat * bins).astype(int), bins - 1)
    gaps = [
        abs(flat[place == b].mean() - right[place == b].mean()) * (place == b).mean()
        for b in range(bins)
        if (place == b).any()
    ]
    return float(sum(gaps))


def interval(rows: int, figure: Callable[[np.ndarray], float]) -> tuple[float, float, float]:
    """A figure over all rows, and its 95 % interval by drawing rows again."""
    rng = np.random.default_rng(0)
    drawn = (figure(rng.integers(0, rows, rows)) for _ in range(DRAWS))
    # A draw from a few rows may hold no true label at all: it says nothing.
    draws = sorted(d for d in drawn if not np.isnan(d)) or [float("nan")]
    return figure(np.arange(rows)), draws[int(len(draws) * 0.025)], draws[int(len(draws) * 0.975)]


def card(report: Mapping[str, Fitted], data: Data, kinds: Rows, asks: Any) -> tuple[dict[str, Any], str]:
    """The figures (for the manifest) and the card (Markdown), all on held-out voices."""
    figures: dict[str, tuple[float, float, float, int]] = {}
    from classifier.training.build import judged_letters, letter_truth

    def add(name: str, n: int, figure: Callable[[np.ndarray], float]) -> None:
        figures[name] = (*interval(n, figure), n)

    for part in ("topics", "grounds"):
        kept = judged_letters(data, report[part])
        together = np.array([letter_scores(report[part].held_out[data.rows_of[i]]) for i in kept])
        right = letter_truth(data, part, kept)
        held, truth = judged(report[part], data.truth[part])
        said = held >= report[part].blend.thresholds
        add(
            f"{part}: average precision over all, by question",
            len(held),
            lambda r, h=held, t=truth: average_precision(h[r], t[r]),
        )
        add(
            f"{part}: average precision, mean of labels, by letter",
            len(kept),
            lambda r, s=together, t=right: macro_average_precision(s[r], t[r]),
        )
        add(f"{part}: F1 of the suggested, by question", len(held), lambda r, s=said, t=truth: f1(s[r], t[r]))
        flagged = np.where(said, held, np.nan)
        shown = ~np.isnan(flagged)
        add(
            f"{part}: calibration error of the suggested",
            int(shown.sum()),
            lambda r, h=held[shown], t=truth[shown]: calibration_error(h[r], t[r]),
        )
        if part == "topics":
            add(
                "topics: the first is among the true ones, by letter",
                len(kept),
                lambda r, s=together, t=right: float(t[r, s[r].argmax(axis=1)].mean()),
            )
    held, truth = judged(report["kinds"], kinds.truth)
    add("kinds: right", len(held), lambda r: float((held[r].argmax(axis=1) == truth[r].argmax(axis=1)).mean()))
    add("kinds: F1, mean of kinds", len(held), lambda r: _macro_f1(held[r].argmax(axis=1), truth[r].argmax(axis=1)))
    lines = [
        "# Model card",
        "",
        _about(data),
        "",
        "## Figures on voices held out of training",
        "",
        "| figure | value | 95 % interval | n |",
        "|---|---|---|---|",
    ]
    lines += [f"| {k} | {v:.3f} | {a:.3f} to {b:.3f} | {n} |" for k, (v, a, b, n) in figures.items()]
    lines += [
        "",
        "`foi-triage evaluate` prints these again. The letters were written for this project: the figures say how",
        "the model does on voices it never saw, not how it does on any one force's mail.",
        "",
    ]
    lines += _by_label("Topics", report["topics"], data.truth["topics"]) + _by_label(
        "Grounds", report["grounds"], data.truth["grounds"]
    )
    lines += ["## What marks an ask", "", *[f"- {line}" for line in _lines(asks)], ""]
    return {k: [round(x, 4) for x in v[:3]] + [v[3]] for k, v in figures.items()}, "\n".join(lines)


def judged(fitted: Fitted, truth: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The probabilities of the rows whose voices were held out, and their truths."""
    rows = ~np.isnan(fitted.held_out[:, 0])
    return fitted.held_out[rows], truth[rows]


def _about(data: Data) -> str:
    voices = len({x.gold.source for x in data.examples})
    return (
        f"Trained on {len(data.examples)} letters by {voices} voices, {len(data.questions.letters)} questions, all "
        "written for this project (`corpora/`). Topics, grounds, referral rules and kinds of message: all-MiniLM-L6-v2 "
        "vectors (int8, `models/encoder`) and word n-grams, a linear reading of each, mixed and calibrated across "
        "voices. Names, organisations and words in which writers say who they are never reach it."
    )


def _macro_f1(said: np.ndarray, truth: np.ndarray) -> float:
    return float(np.mean([f1(said == k, (truth == k).astype(float)) for k in np.unique(truth)]))


def _by_label(title: str, fitted: Fitted, truth: np.ndarray) -> list[str]:
    held, truth = judged(fitted, truth)
    out = [
        f"## {title}, by question",
        "",
        "| label | n | average precision | precision | recall | threshold |",
        "|---|---|---|---|---|---|",
    ]
    for i, label in enumerate(fitted.blend.labels):
        n = int(truth[:, i].sum())
        if not n:
            out.append(f"| {label} | 0 | – | – | – | – |")
            continue
        said = held[:, i] >= fitted.blend.thresholds[i]
        hit = float((said & (truth[:, i] > 0)).sum())
        precision = f"{hit / said.sum():.2f}" if said.any() else "–"
        out.append(
            f"| {label} | {n} | {average_precision(held[:, i], truth[:, i]):.2f} | {precision} | {hit / n:.2f} "
            f"| {fitted.blend.thresholds[i]:.2f} |"
        )
    return [*out, ""]


def _lines(report: Any) -> Sequence[str]:
    return [f"{k}: {v}" for k, v in report.items()] if isinstance(report, dict) else str(report).splitlines()
