"""Where do more letters still help? The figures on held-out voices by how many voices were learnt from.

    .venv/bin/python scripts/learning_curve.py --chart docs/learning-curve.svg

A third of the voices is held out in turn; of the others an eighth, a quarter, a half and all are learnt from, the
smaller part within the larger. Each voice is judged by what never saw it: the readouts, which saw
most, are left out. Prints the curve in Markdown, then for each
part the labels that the last doubling helped most and least: those to write for next, and those to leave alone.
"""

from __future__ import annotations

import argparse
import random
import time
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from sklearn.model_selection import GroupKFold

from classifier.model.encoder import Encoder
from classifier.model.vectors import KeptVectors, PlainVectors
from classifier.resources import ENCODER, cache_folder, data_file
from classifier.taxonomy import taxonomy
from classifier.training.blends import Rows, Settings, reading
from classifier.training.build import GROUNDS, KIND_GRAMS, KINDS, QUESTION_GRAMS, SEED, TOPICS
from classifier.training.corpus import corpus_files, load
from classifier.training.figures import Figure, average_precision, f1, figure, macro_f1
from classifier.training.grams import Counts
from classifier.training.retrain import corpus_rows

if TYPE_CHECKING:
    from collections.abc import Sequence

    from classifier.training.figures import Of

SHARES = (0.125, 0.25, 0.5, 1.0)
FOLDS = 3
MIX = 0.5
"""The two readings count alike here: a mix chosen anew for each size would blur what the letters gave."""
ENOUGH = 20
"""A label with fewer examples says nothing of its own."""
COLOURS = ("#1d70b8", "#00703c", "#d4351c")


class Part(NamedTuple):
    """A set of labels to draw a curve for."""

    name: str
    figure: str
    rows: Rows
    labels: Sequence[str]
    settings: Settings
    longest: Sequence[int]


class Curve(NamedTuple):
    """A part's figure at each share, and each label's own at the last two (NaN where it is too rare)."""

    part: Part
    figures: list[Figure]
    before: np.ndarray
    after: np.ndarray


def main() -> None:
    """Draw the curves."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--corpus", type=Path, default=data_file("corpora"))
    parser.add_argument("--chart", type=Path, help="where to draw the chart (SVG)")
    parser.add_argument("--labels", type=int, default=8, help="how many labels to name at either end")
    given = parser.parse_args()
    started = time.perf_counter()
    letters = load(corpus_files(given.corpus))
    with KeptVectors(Encoder(data_file(ENCODER), threads=2), cache_folder()) as encoder:
        data, kinds = corpus_rows(letters, PlainVectors(encoder))
    of = data.questions
    parts = [
        Part(
            "topics", "average precision by question", of._replace(truth=data.truth["topics"]),
            taxonomy().topic_ids, TOPICS, QUESTION_GRAMS,
        ),
        Part(
            "grounds", "average precision by question", of._replace(truth=data.truth["grounds"]),
            taxonomy().ground_labels, GROUNDS, QUESTION_GRAMS,
        ),
        Part("kinds", "F1, mean of kinds", kinds, taxonomy().kind_ids, KINDS, KIND_GRAMS),
    ]  # fmt: skip
    curves = [curve(part) for part in parts]
    print("\n".join(table(curves)))
    for one in curves:
        print("\n".join(["", *moved(one, given.labels)]))
    print(f"\n{len(letters):,} letters, {len(set(kinds.voices))} voices, {time.perf_counter() - started:.0f} s")
    if given.chart:
        given.chart.write_text(chart(curves), encoding="utf-8", newline="\n")


def curve(part: Part) -> Curve:
    """Learn from a growing share of the voices, judge on the third that was held out, in turn."""
    rows = part.rows
    counts = [Counts([v[k] for v in rows.views], rows.letters, n) for k, n in enumerate(part.longest)]
    scores = [np.zeros(rows.truth.shape) for _ in SHARES]
    voices = np.array(rows.voices)
    for train, test in GroupKFold(FOLDS).split(voices, groups=voices):
        order = sorted(set(voices[train]))
        random.Random(SEED).shuffle(order)  # noqa: S311
        for k, share in enumerate(SHARES):
            taken = np.flatnonzero(np.isin(voices, order[: max(1, round(share * len(order)))]))
            scores[k][test] = margins(part, counts, taken, test)
    of = [_figure_of(part, s) for s in scores]
    figures = [figure(part.figure, len(voices), f, rows.voices) for f in of]
    before, after = (_by_label(part, s) for s in scores[-2:])
    return Curve(part, figures, before, after)


def margins(part: Part, counts: Sequence[Counts], train: np.ndarray, test: np.ndarray) -> np.ndarray:
    """The mixed scores of the rows `test` by what the rows `train` teach."""
    from scipy.sparse import hstack

    rows, settings = part.rows, part.settings
    chosen = [c.choose(train) for c in counts]
    learnt, judged = (hstack([c.matrix(i) for c in chosen], format="csr") for i in (train, test))
    truth = rows.truth[train]
    dense = reading(rows.vectors[train], truth, settings.ridge, settings.balance)
    sparse = reading(learnt, truth, settings.sparse_ridge, settings.balance)
    meant = rows.vectors[test] @ dense.matrix.T + dense.bias
    return MIX * meant + (1 - MIX) * (judged @ sparse.matrix.T + sparse.bias)


def _figure_of(part: Part, scores: np.ndarray) -> Of:
    if part.settings.exclusive:
        return macro_f1(scores.argmax(axis=1), part.rows.truth.argmax(axis=1))
    return average_precision(scores, part.rows.truth)


def _by_label(part: Part, scores: np.ndarray) -> np.ndarray:
    truth, ones = part.rows.truth, np.ones(len(scores))
    out = np.full(truth.shape[1], np.nan)
    said = scores.argmax(axis=1)
    for i in range(truth.shape[1]):
        if truth[:, i].sum() < ENOUGH:
            continue
        if part.settings.exclusive:
            out[i] = f1((said == i)[:, None], truth[:, [i]])(ones)
        else:
            out[i] = average_precision(scores[:, [i]], truth[:, [i]])(ones)
    return out


def table(curves: Sequence[Curve]) -> list[str]:
    """The curves in Markdown."""
    out = ["| | " + " | ".join(f"{s:.1%} of the voices" for s in SHARES) + " |", "|---|" + "---|" * len(SHARES)]
    for one in curves:
        cells = " | ".join(f"{f.value:.3f} ({f.low:.3f} to {f.high:.3f})" for f in one.figures)
        out.append(f"| {one.part.name}: {one.part.figure} | {cells} |")
    return out


def moved(one: Curve, how_many: int) -> list[str]:
    """The labels that the last doubling helped most, and those it helped least."""
    gain = one.after - one.before
    order = [int(i) for i in np.argsort(-gain) if not np.isnan(gain[i])]

    def named(some: Sequence[int]) -> str:
        return ", ".join(f"{one.part.labels[i]} {one.before[i]:.2f} → {one.after[i]:.2f}" for i in some)

    most, least = order[:how_many], order[max(how_many, len(order) - how_many) :]
    weakest = sorted(order, key=lambda i: one.after[i])[:how_many]
    return [
        f"{one.part.name}, helped most by the last doubling: {named(most)}",
        f"{one.part.name}, helped least: {named(least)}",
        f"{one.part.name}, weakest: {named(weakest)}",
    ]


def chart(curves: Sequence[Curve]) -> str:
    """All curves in one picture, by the share of voices (each step doubles it), with their intervals."""
    width, height, left, top, w, h = 640, 380, 60, 40, 380, 280
    ends = [v for one in curves for f in one.figures for v in (f.low, f.high)]
    low, high = np.floor(min(ends) * 10) / 10, np.ceil(max(ends) * 10) / 10

    def x(k: int) -> float:
        return left + k * w / (len(SHARES) - 1)

    def y(value: float) -> float:
        return top + h - (value - low) / (high - low) * h

    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" role="img" '
        'font-family="Arial, sans-serif" font-size="13">',
        "<title>Figures on held-out voices by the share of voices learnt from</title>",
        f'<rect width="{width}" height="{height}" fill="#ffffff"/>',
    ]
    parts += [
        f'<path d="M{left} {y(value):.1f}h{w}" stroke="#d0d0d0"/>'
        f'<text x="{left - 8}" y="{y(value) + 4:.1f}" text-anchor="end">{value:.1f}</text>'
        for value in np.arange(low, high + 0.05, 0.1)
    ]
    for k, share in enumerate(SHARES):
        parts.append(f'<text x="{x(k):.1f}" y="{top + h + 20}" text-anchor="middle">{share:.1%}</text>')
    said = f"share of {len(set(curves[0].part.rows.voices))} voices, less the third that is held out"
    parts.append(f'<text x="{left + w / 2}" y="{top + h + 42}" text-anchor="middle">{said}</text>')
    for one, colour in zip(curves, COLOURS, strict=True):
        points = " ".join(f"{x(k):.1f},{y(f.value):.1f}" for k, f in enumerate(one.figures))
        parts.append(f'<polyline points="{points}" fill="none" stroke="{colour}" stroke-width="2.5"/>')
        for k, f in enumerate(one.figures):
            parts.append(
                f'<path d="M{x(k):.1f} {y(f.low):.1f}V{y(f.high):.1f}" stroke="{colour}"/>'
                f'<circle cx="{x(k):.1f}" cy="{y(f.value):.1f}" r="3.5" fill="{colour}"/>'
            )
    below = 0.0
    for one, colour in sorted(zip(curves, COLOURS, strict=True), key=lambda c: -c[0].figures[-1].value):
        last = one.figures[-1].value
        at = below = max(y(last), below + 34)
        parts.append(
            f'<text x="{left + w + 12}" y="{at:.1f}" fill="{colour}">{one.part.name} {last:.2f}</text>'
            f'<text x="{left + w + 12}" y="{at + 14:.1f}" font-size="10" fill="#505a5f">{one.part.figure}</text>'
        )
    return "\n".join([*parts, "</svg>", ""])


if __name__ == "__main__":
    main()
