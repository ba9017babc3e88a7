"""Choosing the n-grams that a model knows: counted once, chosen anew for each part of the voices.

An n-gram enters a vocabulary only if training met it in several letters, which keeps names out. Terms of
`corpora/terms.toml` enter at once: they were written down as terms.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy.sparse import csr_matrix, diags

from classifier.model.ngrams import Ngrams, grams

if TYPE_CHECKING:
    from collections.abc import Sequence

MIN_LETTERS = 4
"""An n-gram enters the vocabulary from this many letters on. From three on the model is a quarter larger, for topics by
question 0.781 instead of 0.779 on voices held out."""


class Counts:
    """How often each n-gram stands in each text.

    `letters` holds an id for each text: texts of one letter count once. `terms` marks the texts that are terms.
    """

    def __init__(
        self, texts: Sequence[str], letters: Sequence[str], longest: int, terms: Sequence[bool] | None = None
    ) -> None:
        index: dict[str, int] = {}
        rows: dict[str, tuple[list[int], list[int]]] = {}
        columns: list[int] = []
        counts: list[int] = []
        ends = [0]
        for text in texts:
            if (row := rows.get(text)) is None:
                found: dict[int, int] = {}
                for gram, _, _ in grams(text, longest):
                    i = index.setdefault(gram, len(index))
                    found[i] = found.get(i, 0) + 1
                row = rows[text] = (list(found), list(found.values()))
            columns += row[0]
            counts += row[1]
            ends.append(len(columns))
        self.longest = longest
        self._grams = np.array(list(index), dtype=object)
        shape = (len(ends) - 1, len(index))
        self._counts = csr_matrix((np.array(counts, dtype=np.float32), np.array(columns), np.array(ends)), shape=shape)
        ids = {x: i for i, x in enumerate(dict.fromkeys(letters))}
        self._letter = np.array([ids[x] for x in letters], dtype=np.int64)
        if len(self._letter) != shape[0]:
            raise ValueError(f"{shape[0]} texts need as many letters, not {len(self._letter)}")
        self._term = np.zeros(shape[0], dtype=bool) if terms is None else np.array(terms, dtype=bool)

    def choose(self, train: np.ndarray, min_letters: int = MIN_LETTERS) -> Chosen:
        """The vocabulary that the texts `train` (indices) give, in alphabetical order."""
        there = self._counts[train]
        there.data = np.ones_like(there.data)
        of = csr_matrix(
            (np.ones(len(train), dtype=np.float32), (self._letter[train], np.arange(len(train)))),
            shape=(int(self._letter.max(initial=-1)) + 1, len(train)),
        )
        in_letters = np.asarray((of @ there > 0).sum(axis=0)).ravel()
        in_terms = np.asarray(there[self._term[train]].sum(axis=0)).ravel() > 0
        kept = np.flatnonzero((in_letters >= min_letters) | in_terms)
        kept = kept[np.argsort(self._grams[kept])] if len(kept) else kept
        texts = np.asarray(there.sum(axis=0)).ravel()[kept]
        idf = (np.log((1 + len(train)) / (1 + texts)) + 1).astype(np.float32)
        return Chosen(self, kept, Ngrams([str(g) for g in self._grams[kept]], idf, self.longest))

    def weights(self, rows: np.ndarray, kept: np.ndarray, idf: np.ndarray) -> csr_matrix:
        """The texts `rows` over the columns `kept`, weighed as `Ngrams.row` weighs one."""
        out = self._counts[rows][:, kept]
        out.data = 1 + np.log(out.data)
        out = csr_matrix(out @ diags(idf))
        length = np.sqrt(np.asarray(out.multiply(out).sum(axis=1)).ravel())
        length[length == 0] = 1
        out = csr_matrix(diags((1 / length).astype(np.float32)) @ out)
        out.sort_indices()
        return out


class Chosen:
    """A vocabulary, and the texts it was chosen from as features."""

    def __init__(self, counts: Counts, kept: np.ndarray, ngrams: Ngrams) -> None:
        self._counts, self._kept = counts, kept
        self.ngrams = ngrams

    def matrix(self, rows: np.ndarray) -> csr_matrix:
        """The texts `rows` (indices) as features."""
        return self._counts.weights(rows, self._kept, self.ngrams.idf)


def fit_ngrams(
    texts: Sequence[str], letters: Sequence[str], *, longest: int = 2, min_letters: int = MIN_LETTERS
) -> Ngrams:
    """The n-grams of `texts` that occur in at least `min_letters` different `letters` (an id for each text)."""
    return Counts(texts, letters, longest).choose(np.arange(len(texts)), min_letters).ngrams
