"""The n-grams of many texts, counted once: what is learnt from differs from fold to fold, the texts do not.

Makes the same vocabularies as `Ngrams.fit` and the same features as `Ngrams.matrix`, for any choice of the texts.
"""

from __future__ import annotations

import math
from collections import Counter
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy.sparse import csr_matrix

from classifier.model.ngrams import MIN_LETTERS, Ngrams, grams

if TYPE_CHECKING:
    from collections.abc import Sequence


class Counted:
    """All n-grams of one to `longest` words of `texts`, of which `letters` names the letter each belongs to."""

    def __init__(
        self, texts: Sequence[str], letters: Sequence[str], longest: int, min_letters: int = MIN_LETTERS
    ) -> None:
        self._longest, self._min_letters = longest, min_letters
        places = {text: n for n, text in enumerate(dict.fromkeys(texts))}
        names = {letter: n for n, letter in enumerate(dict.fromkeys(letters))}
        self._text = np.array([places[text] for text in texts], dtype=np.int64)
        self._letter = np.array([names[letter] for letter in letters], dtype=np.int64)
        index: dict[str, int] = {}
        counts: list[int] = []
        columns: list[int] = []
        ends = [0]
        for text in places:
            for gram, n in Counter(g for g, _, _ in grams(text, longest)).items():
                columns.append(index.setdefault(gram, len(index)))
                counts.append(n)
            ends.append(len(columns))
        found = csr_matrix((np.array(counts, dtype=np.float64), columns, ends), shape=(len(places), len(index)))
        # What too few of all letters hold, no part of them holds in enough; the rest in the order of the alphabet.
        often = self._letters_with(found, np.arange(len(texts))) >= min_letters
        kept = sorted((gram, i) for gram, i in index.items() if often[i])
        self._grams = np.array([gram for gram, _ in kept], dtype=object)
        self._counts: Any = found[:, [i for _, i in kept]].tocsr()

    def fit(self, rows: np.ndarray) -> tuple[Ngrams, np.ndarray]:
        """The vocabulary of some of the texts, and its columns among all n-grams (for `matrix`)."""
        times = np.asarray(self._present(self._counts[self._text[rows]]).sum(axis=0)).ravel()
        columns = np.flatnonzero(self._letters_with(self._counts, rows) >= self._min_letters)
        idf = [math.log((1 + len(rows)) / (1 + times[i])) + 1 for i in columns]
        return Ngrams(self._grams[columns].tolist(), np.array(idf, dtype=np.float32), self._longest), columns

    def matrix(self, vocabulary: Ngrams, columns: np.ndarray, rows: np.ndarray) -> Any:
        """The features of some of the texts in a vocabulary that `fit` made, one row a text."""
        # Each distinct text once; then its row as often as the text comes.
        texts, place = np.unique(self._text[rows], return_inverse=True)
        out = self._counts[texts][:, columns].tocsr()
        out.sort_indices()
        out.data = (1 + np.log(out.data)) * vocabulary.idf.astype(np.float64)[out.indices]
        size = np.sqrt(np.asarray(out.multiply(out).sum(axis=1)).ravel())
        out.data /= np.repeat(np.where(size > 0, size, 1.0), np.diff(out.indptr))
        return out.astype(np.float32)[place]

    def _letters_with(self, counts: Any, rows: np.ndarray) -> np.ndarray:
        """In how many letters of `rows` each n-gram stands."""
        shape = (int(self._letter.max(initial=-1)) + 1, counts.shape[0])
        member = csr_matrix((np.ones(len(rows)), (self._letter[rows], self._text[rows])), shape=shape)
        return np.asarray(self._present(member @ self._present(counts)).sum(axis=0)).ravel()

    @staticmethod
    def _present(counts: Any) -> Any:
        return csr_matrix((np.ones(len(counts.data)), counts.indices, counts.indptr), shape=counts.shape)
