"""What a retraining with 10,000 corrected questions costs, beside the model that document managers train on counts.

    .venv/bin/python scripts/bench_retrain.py

Load, not learning: questions of the corpus are repeated under new ids with a tenth of their words left out and noise on
their vectors. Each learner runs in a process of its own, one after the other, on the same rows: ours with everything
that `foi-triage retrain` does between encoding and writing (five label sets, six fits each, figures with intervals),
scikit-learn's MLPClassifier on word counts with the settings of paperless-ngx, for topics alone. Encoding is timed on
texts that are new, since vectors are kept between trainings.
"""

from __future__ import annotations

import argparse
import json
import random
import subprocess
import sys
import time
from datetime import date
from pathlib import Path

import numpy as np
import psutil

from classifier.model.encoder import Encoder
from classifier.model.vectors import KeptVectors
from classifier.resources import CURRENT, ENCODER, cache_folder, data_file, store_folder
from classifier.training.blends import Rows
from classifier.training.corpus import corpus_files, load
from classifier.training.corrections import SOURCE, WEIGHT, Rowed, joined
from classifier.training.odds import load_odds
from classifier.training.retrain import Work, corpus_rows, fit_all
from classifier.training.rows import Data
from classifier.training.terms import load_terms

DAY = date(2026, 1, 5)


def main() -> None:
    """Run both learners and print a table in Markdown."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--corpus", type=Path, default=data_file("corpora"))
    parser.add_argument("--questions", type=int, default=10_000)
    parser.add_argument("--learner", choices=["ours", "mlp", "encoding"])
    given = parser.parse_args()
    if given.learner:
        print(json.dumps(measure(given.learner, given.corpus, given.questions)))
        return
    print("| | rows learnt from | seconds | processor seconds | peak memory, MB |\n|---|---:|---:|---:|---:|")
    for name, what in (
        ("ours", "ours: topics, grounds, rules, kinds, danger, with figures"),
        ("mlp", "MLPClassifier on counts: topics"),
        ("encoding", "encoding 200 questions that are new"),
    ):
        command = [sys.executable, __file__, "--learner", name, "--corpus", str(given.corpus)]
        done = subprocess.run(
            [*command, "--questions", str(given.questions)], capture_output=True, text=True, check=True
        )
        rows, wall, used, peak = json.loads(done.stdout.splitlines()[-1])
        print(f"| {what} | {rows:,} | {wall:.0f} | {used:.0f} | {peak:.0f} |", flush=True)


def measure(learner: str, folder: Path, questions: int) -> tuple[int, float, float, float]:
    """Rows, seconds on the clock and on the processor, and the most memory the process ever held, in MB."""
    encoder = Encoder(data_file(ENCODER), threads=2)
    if learner == "encoding":
        texts = [f"{n} {x.text[:400]}" for n, x in enumerate(load(corpus_files(folder))[:200])]
        encoder.encode(["warm"])
        wall, used = time.perf_counter(), time.process_time()
        encoder.encode(texts)
        return len(texts), time.perf_counter() - wall, time.process_time() - used, _peak()
    with KeptVectors(encoder, cache_folder()) as vectors:
        data, kinds = corpus_rows(load(corpus_files(folder)), vectors, load_terms(folder), load_odds(folder))
    more = corrected(data, kinds, questions)
    wall, used = time.perf_counter(), time.process_time()
    if learner == "ours":
        current = data_file(CURRENT)
        from classifier.model.store import Model

        work = Work([], [], Model.open(current), vectors, store_folder(), cache_folder(), DAY)
        fit_all(data, kinds, more, work)
        rows = len(data.questions.letters) + len(more.items)
    else:
        rows = _mlp(joined(data, kinds, more)[0])
    return rows, time.perf_counter() - wall, time.process_time() - used, _peak()


def corrected(data: Data, kinds: Rows, questions: int) -> Rowed:
    """`questions` rows of the corpus as corrections, and half as many letters, none quite as it was."""
    rng, words = np.random.default_rng(1), random.Random(1)  # noqa: S311 - load, no secret
    some = rng.integers(0, len(data.questions.letters), questions)
    letters = rng.integers(0, len(kinds.letters), questions // 2)
    rows = _noisy(data.questions, some, rng, words)
    weight = {part: np.full(questions, WEIGHT) for part in ("topics", "grounds", "rules")}
    weight |= {part: np.full(len(letters), WEIGHT) for part in ("kinds", "urgent")}
    made = Data(
        [data.examples[int(i)] for i in letters],
        rows,
        [[] for _ in letters],
        {part: truth[some] for part, truth in data.truth.items()},
        weight,
    )
    return Rowed(made, _noisy(kinds, letters, rng, words), ["q1"] * questions)


def _noisy(rows: Rows, some: np.ndarray, rng: np.random.Generator, words: random.Random) -> Rows:
    def fewer(text: str) -> str:
        return " ".join(word for word in text.split() if words.random() > 0.1)

    return Rows(
        rows.vectors[some] + rng.normal(0, 0.005, (len(some), rows.vectors.shape[1])).astype(np.float32),
        [tuple(fewer(view) for view in rows.views[int(i)]) for i in some],
        rows.truth[some],
        [SOURCE] * len(some),
        [f"corrected {n // 2}" for n in range(len(some))],
    )


def _mlp(data: Data) -> int:
    from sklearn.feature_extraction.text import CountVectorizer
    from sklearn.neural_network import MLPClassifier

    texts = [f"{own}\n{letter}" for own, letter in data.questions.views]
    # A share of the texts, which the type stubs do not know.
    counts = CountVectorizer(ngram_range=(1, 2), min_df=0.01)  # pyright: ignore[reportArgumentType]
    counts = counts.fit_transform(texts)
    MLPClassifier(tol=0.01, random_state=1).fit(counts, data.truth["topics"].astype(int))
    return len(texts)


def _peak() -> float:
    """The most memory that this process held, in MB."""
    if sys.platform == "win32":
        return psutil.Process().memory_info().peak_wset / 1e6
    import resource

    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most / 1e6 if sys.platform == "darwin" else most * 1024 / 1e6


if __name__ == "__main__":
    main()
