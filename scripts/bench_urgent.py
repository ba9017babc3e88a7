"""How many letters of present danger are shown as urgent, and how many others are.

    python scripts/bench_urgent.py [--misses]

Cues and weak signs alone, the trained part alone, and both as a run joins them. The trained part scores letters of
voices that were held out of its training, each in turn. The cues were written by people who had read these letters:
for them the figures say what is covered, not how a new writer would fare. `--misses` prints the letters that are not
shown. Vectors are kept in the cache folder, so a second run is quick.
"""

from __future__ import annotations

import argparse
import math
import sys
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from classifier.model.encoder import Encoder  # noqa: E402
from classifier.model.vectors import KeptVectors  # noqa: E402
from classifier.referral.urgent import find_urgent  # noqa: E402
from classifier.resources import ENCODER, cache_folder, data_file  # noqa: E402
from classifier.training.blends import fit, folds  # noqa: E402
from classifier.training.build import KIND_GRAMS, URGENT  # noqa: E402
from classifier.training.corpus import corpus_files, examples, load  # noqa: E402
from classifier.training.rows import kind_rows, urgent_truth  # noqa: E402

MODEL_ALONE = 0.4
"""The probability from which the trained part alone is taken to say "urgent"."""


class Row(NamedTuple):
    """One letter: whether it is urgent, and what says so."""

    urgent: bool
    cues: bool
    model: bool
    both: bool


def measure(misses: bool) -> list[Row]:
    """Every letter that was held out once."""
    found = list(examples(load(corpus_files(ROOT / "corpora"))))
    with KeptVectors(Encoder(data_file(ENCODER)), cache_folder()) as encoder:
        kinds = kind_rows(found, encoder)
        cut = folds(kinds, KIND_GRAMS, encoder.unseen_voices)
        fitted = fit(kinds._replace(truth=urgent_truth(found)), cut, ["urgent"], URGENT)
    rows: list[Row] = []
    for example, (score,) in zip(found, fitted.held_out, strict=True):
        if math.isnan(score):
            continue
        text, probability = example.letter.blind, float(score)
        row = Row(
            bool(example.gold.urgent),
            bool(find_urgent(text)),
            probability >= MODEL_ALONE,
            bool(find_urgent(text, probability)),
        )
        if misses and row.urgent and not row.both:
            print(f"{example.gold.id} ({probability:.2f}): {' '.join(text.split())[:300]}")
        rows.append(row)
    return rows


def main() -> int:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--misses", action="store_true", help="print the urgent letters that are not shown")
    rows = measure(parser.parse_args().misses)
    urgent = [r for r in rows if r.urgent]
    others = [r for r in rows if not r.urgent]
    print(f"{len(urgent)} urgent letters, {len(others)} others")
    for name in ("cues", "model", "both"):
        recall, false = (sum(getattr(r, name) for r in of) / len(of) for of in (urgent, others))
        print(f"{name:6} recall {recall:.3f}, false alarms {false:.3f}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
