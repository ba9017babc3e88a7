"""The model card: what the model was made from and how well it does on voices it never saw."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
import numpy as np

from classifier.training.figures import average_precision
from classifier.training.held_out import judged

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from classifier.training.asks import AsksReport
    from classifier.training.blends import Fitted
    from classifier.training.figures import Figure
    from classifier.training.rows import Data


def card(figures: Sequence[Figure], report: Mapping[str, Fitted], data: Data, asks: AsksReport) -> str:
    """The card (Markdown): the figures, all on held-out voices, and those of each label."""
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
    lines += [f"| {f.name} | {f.value:.3f} | {f.low:.3f} to {f.high:.3f} | {f.n} |" for f in figures]
    lines += [
        "",
        "`foi-triage evaluate` prints these again. The letters were written for this project: the figures say how",
        "the model does on voices it never saw, not how it does on any one force's mail.",
        "",
        "Grounds are learnt from the odds that readers gave. The figures here compare with the labels, which are what",
        "a careful reader would consider, but for the calibration error, which compares with the odds. In a run",
        "grounds are moved by what the shares of real answers differ from the corpus (`training/decided.py`).",
        "",
    ]
    lines += _by_label("Topics", report["topics"], data.truth["topics"]) + _by_label(
        "Grounds", report["grounds"], data.truth["grounds"]
    )
    lines += [
        "## What marks an ask",
        "",
        *[f"- {name}: {value}" for name, value in msgspec.structs.asdict(asks).items()],
        "",
    ]
    return "\n".join(lines)


def _about(data: Data) -> str:
    voices = len({x.gold.source for x in data.examples})
    return (
        f"Trained on {len(data.examples)} letters by {voices} voices, {len(data.questions.letters)} questions, all "
        "written for this project (`corpora/`). Topics, grounds, referral rules and kinds of message: all-MiniLM-L6-v2 "
        "vectors (int8, `models/encoder`) with their readouts, and word n-grams, a linear reading of each, mixed and "
        "calibrated on voices that neither saw. Names, organisations and words in which writers say who they are never "
        "reach it."
    )


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
        ranked = average_precision(held[:, [i]], truth[:, [i]])(np.ones(len(held)))
        out.append(f"| {label} | {n} | {ranked:.2f} | {precision} | {hit / n:.2f} | {fitted.blend.thresholds[i]:.2f} |")
    return [*out, ""]
