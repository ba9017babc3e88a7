"""How fast letters are split: letters a second with the trained part, beside spaCy's blank English tokeniser.

`python scripts/bench_questions.py [LETTERS]`: splits so many letters of the corpus (400 where no number is given), the
same texts and the same process for both; and texts made to be slow, as milliseconds for 10 kB. Processor time of one
core, the best of several rounds: another program on the machine still slows it, the ratio less so.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from classifier.questions import split  # noqa: E402
from classifier.rooms import asks  # noqa: E402
from classifier.training.corpus import load  # noqa: E402

if TYPE_CHECKING:
    from collections.abc import Callable

ROUNDS = 5
SIZE = 20_000
"""Characters of each text that is made to be slow."""
SLOW = {
    "numbered rows of a table": "{n}\tSmith\t{m}\t£{n}.00\n",
    "numbered questions": "{n}. How many boats were there in {m}?\n",
    "every item numbered 1": "1. How many boats?\n",
    "dates": "{m} March 2019 - {n} vans\n",
    "lines of one letter": "a\n",
    "bullets": "- x\n",
    "cells": "|1|2|3\n",
    "letters in a row": "a) b) c) d) ",
    "doubled markers": "1. a) ",
    "short questions": "How many? ",
    "no end of sentence": "the cat and the dog ",
    "comma-separated values": "2019-03-{m},Theft,{n},Closed\n",
}


def seconds(work: Callable[[], object]) -> float:
    """The processor time of the fastest of several rounds."""
    best = float("inf")
    for _ in range(ROUNDS):
        start = time.process_time()
        work()
        best = min(best, time.process_time() - start)
    return best


def main() -> int:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("letters", nargs="?", type=int, default=400)
    wanted: int = parser.parse_args().letters
    import spacy

    found = load((ROOT / "corpora" / "letters").glob("*.jsonl"))
    texts = [x.text for x in found[:: max(1, len(found) // wanted)]][:wanted]
    model, tokeniser = asks(), spacy.blank("en")
    size = sum(map(len, texts))
    ours = seconds(lambda: [split(t, asks=model) for t in texts])
    rules = seconds(lambda: [split(t) for t in texts])
    theirs = seconds(lambda: [tokeniser(t) for t in texts])
    print(f"{len(texts)} letters, {statistics.median(map(len, texts)):.0f} characters at the median, {size} in all")
    print(f"split, trained part    {len(texts) / ours:7.0f} letters a second, {ours / size * 1e7:5.1f} ms for 10 kB")
    print(f"split, rules alone     {len(texts) / rules:7.0f} letters a second")
    print(
        f"spaCy blank tokeniser  {len(texts) / theirs:7.0f} letters a second;"
        f" splitting takes {ours / theirs:.1f} times as long"
    )
    for name, piece in SLOW.items():
        text = "".join(piece.format(n=n, m=n % 28 + 1) for n in range(1, SIZE // 4))[:SIZE]
        print(f"{name:<26} {seconds(lambda t=text: split(t, asks=model)) / SIZE * 1e7:5.1f} ms for 10 kB")
    return 0


if __name__ == "__main__":
    sys.exit(main())
