"""Where `answered before` draws its line: the same question in other words, against others on the same topic.

    python scripts/check_answers.py [--questions 800]

Pairs of one question in two wordings stand in `paraphrases.tsv`, written for this. The others are authored questions:
each is set beside those of other voices that have the same first topic, most of which ask something else.
"""

from __future__ import annotations

import argparse
import random
import sys
from pathlib import Path

import numpy as np

from classifier.model.encoder import Encoder
from classifier.related.answers import LONGEST, NEAR
from classifier.resources import ENCODER, data_file
from classifier.training.corpus import corpus_files, load

HERE = Path(__file__).resolve().parent
LINES = (0.55, 0.6, 0.65, 0.68, 0.7, 0.72, 0.75, 0.8)


def authored(count: int) -> list[tuple[str, str, str]]:
    """Up to `count` authored questions: voice, first topic, text. The same ones every time."""
    found = [
        (x.source, q.topics[0], x.text[q.span[0] : q.span[1]][:LONGEST])
        for x in load(corpus_files(HERE.parent / "corpora"))
        for q in x.questions or ()
        if q.kind == "request" and q.topics and q.span and len(x.text[q.span[0] : q.span[1]].split()) >= 6
    ]
    random.Random(7).shuffle(found)  # noqa: S311 - a sample, not a secret
    return found[:count]


def main() -> int:
    """Print the table; exit code 1 where fewer than half of the rewordings lie over the line in use."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--questions", type=int, default=800)
    count = parser.parse_args().questions
    encoder = Encoder(data_file(ENCODER))
    pairs = [line.split("\t") for line in (HERE / "paraphrases.tsv").read_text(encoding="utf-8").splitlines()]
    one, two = (encoder.encode([p[side] for p in pairs]) for side in (0, 1))
    same = (one * two).sum(axis=1)
    crossed = one @ two.T
    np.fill_diagonal(crossed, -1)
    questions = authored(count)
    vectors = encoder.encode([text for _, _, text in questions])
    near = vectors @ vectors.T
    voices, topics = (np.array([q[k] for q in questions]) for k in (0, 1))
    near[(voices[:, None] == voices) | (topics[:, None] != topics)] = -1
    nearest = near.max(axis=1)
    print(f"{len(pairs)} rewordings, {len(questions)} authored questions, encoder {encoder.version}")
    print("line   rewordings over it   other pairs over it   authored questions with a neighbour of their topic")
    for line in LINES:
        print(
            f"{line:.2f}   {(same >= line).mean():18.3f}   {(crossed >= line).mean():19.4f}   "
            f"{(nearest >= line).mean():10.3f}{'   in use' if line == NEAR else ''}"
        )
    order = np.argsort(-nearest)
    between = order[(nearest[order] >= LINES[0]) & (nearest[order] < NEAR)]
    for i in map(int, between[:: max(1, count // 100)][:12]):
        other = questions[int(near[i].argmax())][2]
        print(f"{nearest[i]:.2f}  {' '.join(questions[i][2].split())[:90]}  |  {' '.join(other.split())[:90]}")
    return 0 if (same >= NEAR).mean() >= 0.5 else 1


if __name__ == "__main__":
    sys.exit(main())
