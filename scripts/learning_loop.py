"""Does it learn from the people who use it? Corrections by held-back voices, and what the next letters of theirs gain.

    .venv/bin/python scripts/learning_loop.py --chart docs/learning-loop.svg

Every second of the voices that the encoder's readouts never saw plays the inbox of a force: the model is trained
without them, then retrained with 100, 300 and 1,000 of their questions as corrected (as `foi-triage retrain` does it:
one letter in five is held back and not learnt from), and judged on other letters by the same voices. The others of
those voices are judged as always, held out.
Prints a table in Markdown; draws the same as a chart.
"""

from __future__ import annotations

import argparse
import random
import time
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import msgspec
import numpy as np

from classifier.model.encoder import Encoder
from classifier.model.vectors import KeptVectors
from classifier.resources import ENCODER, cache_folder, data_file
from classifier.taxonomy import taxonomy
from classifier.training.blends import fit, folds
from classifier.training.build import GROUNDS, QUESTION_GRAMS, SEED, fit_topics
from classifier.training.corpus import corpus_files, load
from classifier.training.corrections import SOURCE, Correction, Rowed, joined, rows_of
from classifier.training.figures import Figure, average_precision, f1, figure
from classifier.training.odds import Odds, load_odds
from classifier.training.retrain import corpus_rows
from classifier.training.terms import Term, load_terms

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from classifier.model.blend import Blend
    from classifier.model.encoder import Vectors
    from classifier.records import LabelledLetter
    from classifier.training.figures import Of
    from classifier.training.rows import Data

SIZES = (0, 100, 300, 1000)
NAMES = ("topics: F1 of the suggested", "grounds: average precision")


class Round(NamedTuple):
    """What one number of corrected questions gave: figures on letters by the same voices, what each gained over none
    (its interval is that of the difference), and figures on the other voices."""

    corrected: int
    learnt: int
    same: list[Figure]
    gained: list[Figure]
    others: list[Figure]
    seconds: float


def main() -> None:
    """Run the rounds."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--corpus", type=Path, default=data_file("corpora"))
    parser.add_argument("--chart", type=Path, help="where to draw the chart (SVG)")
    parser.add_argument("--sizes", type=int, nargs="+", default=SIZES)
    parser.add_argument("--seed", type=int, default=SEED)
    given = parser.parse_args()
    rounds = run(
        load(corpus_files(given.corpus)), load_terms(given.corpus), load_odds(given.corpus), given.sizes, given.seed
    )
    print("\n".join(table(rounds)))
    if given.chart:
        given.chart.write_text(chart(rounds), encoding="utf-8", newline="\n")


def run(
    letters: Sequence[LabelledLetter], terms: Sequence[Term], odds: Odds, sizes: Sequence[int], seed: int
) -> list[Round]:
    """Train once for each number of corrected questions."""
    encoder = Encoder(data_file(ENCODER), threads=2)
    # Every second voice that the encoder's readouts never saw; the others of these judge what the corpus lost by it.
    inbox = set(sorted(encoder.unseen_voices)[::2])
    corpus = [x for x in letters if x.source not in inbox]
    pool, asked = [], []
    for letter in sorted((x for x in letters if x.source in inbox), key=lambda x: x.id):
        # As in a casebook, where ids are digests: three letters in five are corrected, the others come later.
        turn = int(sha256(f"later {letter.id}".encode()).hexdigest()[:8], 16) % 5
        known = msgspec.structs.replace(letter, id=sha256(letter.id.encode()).hexdigest())
        (pool if turn < 3 else asked).append(known)
    random.Random(seed).shuffle(pool)  # noqa: S311 - the order in which an officer comes to them
    with KeptVectors(encoder, cache_folder()) as kept:
        data, kinds = corpus_rows(corpus, kept, terms, odds)
        later = rows_of([Correction(x, {}) for x in asked], kept)
        writers = {x.id: x.source for x in asked}
        of_rows = [writers[id_] for id_ in later.data.questions.letters]
        rounds: list[Round] = []
        first: list[Of] = []
        for size in sizes:
            started = time.perf_counter()
            taken = _until(pool, size)
            mine = [c for c in (Correction(x, {}) for x in taken) if not c.held_back]
            more = rows_of(mine, kept) if mine else None
            both = joined(data, kinds, more)[0] if more else data
            blends, others = _fit(both, kept)
            figures = _on(blends, later)
            first = first or figures
            same = [figure(n, len(of_rows), of, of_rows) for n, of in zip(NAMES, figures, strict=True)]
            gained = [
                figure(n, len(of_rows), _difference(of, old), of_rows)
                for n, of, old in zip(NAMES, figures, first, strict=True)
            ]
            learnt = len(more.items) if more else 0
            rounds.append(Round(_questions(taken), learnt, same, gained, others, time.perf_counter() - started))
            print(f"{size} corrected questions: {rounds[-1].seconds:.0f} s", flush=True)
    print(
        f"{len(corpus)} letters of the corpus, {len(inbox)} voices held back, {len(of_rows)} later questions of theirs"
    )
    return rounds


def _until(pool: Iterable[LabelledLetter], questions: int) -> list[LabelledLetter]:
    out: list[LabelledLetter] = []
    for letter in pool:
        if _questions(out) >= questions:
            break
        out.append(letter)
    return out


def _questions(letters: Iterable[LabelledLetter]) -> int:
    return sum(q.kind == "request" for x in letters for q in x.questions or ())


def _fit(data: Data, encoder: Vectors) -> tuple[dict[str, Blend], list[Figure]]:
    rows = data.questions._replace(truth=data.truth["grounds"], weight=data.weight.get("grounds"))
    rows = rows._replace(odds=data.truth["odds"])
    cut = folds(rows, QUESTION_GRAMS, encoder.unseen_voices, (SOURCE,))
    made = {
        "topics": fit_topics(data, encoder, (SOURCE,)),
        "grounds": fit(rows, cut, taxonomy().ground_labels, GROUNDS, encoder.taught("grounds")),
    }
    others: list[Figure] = []
    for name, (part, fitted) in zip(NAMES, made.items(), strict=True):
        kept = np.flatnonzero(~np.isnan(fitted.held_out[:, 0]))
        of = _figure_of(part, fitted.blend, fitted.held_out[kept], data.truth[part][kept])
        others.append(figure(name, len(kept), of, [rows.voices[int(i)] for i in kept]))
    return {part: fitted.blend for part, fitted in made.items()}, others


def _on(blends: dict[str, Blend], later: Rowed) -> list[Of]:
    rows = later.data.questions
    return [
        _figure_of(part, blend, blend.score(rows.vectors, blend.features(rows.views)), later.data.truth[part])
        for part, blend in blends.items()
    ]


def _figure_of(part: str, blend: Blend, scores: np.ndarray, truth: np.ndarray) -> Of:
    if part == "grounds":
        return average_precision(scores, truth)
    said = scores >= blend.thresholds
    said[np.arange(len(said)), scores.argmax(axis=1)] = True
    return f1(said, truth)


def _difference(new: Of, old: Of) -> Of:
    return lambda w: new(w) - old(w)


def table(rounds: Sequence[Round]) -> list[str]:
    """The rounds in Markdown."""
    out = [
        "| corrected | learnt from | figure | same voices, later letters | gained (95 %) | other voices (95 %) |",
        "|---:|---:|---|---|---|---|",
    ]
    for r in rounds:
        for same, gained, other in zip(r.same, r.gained, r.others, strict=True):
            gain = f"{gained.value:+.3f} ({gained.low:+.3f} to {gained.high:+.3f})" if r.corrected else "–"
            out.append(
                f"| {r.corrected:,} | {r.learnt:,} | {same.name} | {same.value:.3f} | {gain} | "
                f"{other.value:.3f} ({other.low:.3f} to {other.high:.3f}) |"
            )
    return out


def chart(rounds: Sequence[Round]) -> str:
    """Two small charts side by side: each figure by corrected questions, for the same voices and for the others."""
    width, height, top, left = 420, 300, 60, 60
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {2 * width} {height + 20}" role="img" '
        'font-family="Arial, sans-serif" font-size="13">',
        "<title>What corrections teach: two figures by the number of corrected questions</title>",
        f'<rect width="{2 * width}" height="{height + 20}" fill="#ffffff"/>',
    ]
    for k, name in enumerate(NAMES):
        x0 = k * width + left
        lines = {
            "same voices, later letters": [r.same[k] for r in rounds],
            "other voices": [r.others[k] for r in rounds],
        }
        ends = [v for of in lines.values() for f in of for v in (f.low, f.high)]
        low, high = min(ends) - 0.01, max(ends) + 0.01
        w, h = width - left - 30, height - top - 50

        def x(i: int, x0: int = x0, w: int = w) -> float:
            return x0 + i * w / max(1, len(rounds) - 1)

        def y(value: float, low: float = low, high: float = high, h: int = h) -> float:
            return top + h - (value - low) / (high - low) * h

        parts.append(f'<text x="{x0}" y="24" font-weight="bold">{name}</text>')
        for step in range(5):
            value = low + (high - low) * step / 4
            parts.append(
                f'<path d="M{x0} {y(value):.1f}h{w}" stroke="#d0d0d0"/>'
                f'<text x="{x0 - 8}" y="{y(value) + 4:.1f}" text-anchor="end">{value:.2f}</text>'
            )
        for (label, of), colour, dash, at in zip(
            lines.items(), ("#1d70b8", "#505a5f"), ("", "6 4"), (0, 1), strict=True
        ):
            points = " ".join(f"{x(i):.1f},{y(f.value):.1f}" for i, f in enumerate(of))
            parts.append(
                f'<polyline points="{points}" fill="none" stroke="{colour}" stroke-width="2.5" '
                f'stroke-dasharray="{dash}"/>'
            )
            for i, f in enumerate(of):
                shift = x(i) + (3 if at else -3)
                parts.append(
                    f'<path d="M{shift:.1f} {y(f.low):.1f}V{y(f.high):.1f}" stroke="{colour}" stroke-opacity="0.5"/>'
                    f'<circle cx="{x(i):.1f}" cy="{y(f.value):.1f}" r="3.5" fill="{colour}"/>'
                )
            parts.append(
                f'<path d="M{x0 + at * 205} 44h22" stroke="{colour}" stroke-width="2.5" stroke-dasharray="{dash}"/>'
                f'<text x="{x0 + at * 205 + 28}" y="48">{label}</text>'
            )
        for i, r in enumerate(rounds):
            parts.append(f'<text x="{x(i):.1f}" y="{top + h + 20}" text-anchor="middle">{r.corrected:,}</text>')
        parts.append(f'<text x="{x0 + w / 2:.1f}" y="{top + h + 42}" text-anchor="middle">corrected questions</text>')
    return "\n".join([*parts, "</svg>", ""])


if __name__ == "__main__":
    main()
