"""Weighted word n-grams: the sparse half of the features, for training and use alike.

Words are lower-cased, digits become 0 (a year or a section number says nothing about a subject), and an n-gram is known
only if training met it in several letters (`training.grams`), which keeps names out. Weights are (1 + log tf) times
inverse document frequency, rows scaled to length one (Salton and Buckley 1988, as scikit-learn's TfidfVectorizer has
them).
"""

from __future__ import annotations

import math
import re
from collections import Counter
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import numpy as np

_WORD = re.compile(r"[^\W_]+(?:['’][^\W\d_]+)?")
_DIGIT = re.compile(r"\d")


def words(text: str) -> list[tuple[str, int, int]]:
    """The words of `text` as features see them, each with its place."""
    return [(_DIGIT.sub("0", m[0].lower()).replace("’", "'"), m.start(), m.end()) for m in _WORD.finditer(text)]


def grams(text: str, longest: int) -> Iterator[tuple[str, int, int]]:
    """All n-grams of one to `longest` words, each with its place."""
    found = words(text)
    for n in range(1, longest + 1):
        for i in range(len(found) - n + 1):
            span = found[i : i + n]
            yield " ".join(w for w, _, _ in span), span[0][1], span[-1][2]


class Ngrams:
    """A fixed vocabulary with its inverse document frequencies."""

    def __init__(self, vocabulary: Sequence[str], idf: np.ndarray, longest: int) -> None:
        self.vocabulary = list(vocabulary)
        self.idf = idf
        self.longest = longest
        self._index = {gram: i for i, gram in enumerate(vocabulary)}

    def row(self, text: str) -> dict[int, float]:
        """The weights of one text by column."""
        tf = Counter(i for g, _, _ in grams(text, self.longest) if (i := self._index.get(g)) is not None)
        raw = {i: (1 + math.log(c)) * float(self.idf[i]) for i, c in tf.items()}
        size = math.sqrt(sum(v * v for v in raw.values())) or 1.0
        return {i: v / size for i, v in raw.items()}

    def matrix(self, texts: Sequence[str]) -> Any:
        """A scipy CSR matrix, one row a text, columns sorted."""
        import numpy as np
        from scipy.sparse import csr_matrix

        data: list[float] = []
        columns: list[int] = []
        ends = [0]
        rows: dict[str, dict[int, float]] = {}
        for text in texts:
            if (row := rows.get(text)) is None:
                row = rows[text] = self.row(text)
            for i in sorted(row):
                columns.append(i)
                data.append(row[i])
            ends.append(len(columns))
        shape = (len(ends) - 1, len(self.vocabulary))
        return csr_matrix((np.array(data, dtype=np.float32), np.array(columns, dtype=np.int32), ends), shape=shape)

    def places(self, text: str) -> Iterator[tuple[int, float, int, int]]:
        """Each known n-gram's column, its share of the text's weight, and its place: what explanations are made of."""
        row = self.row(text)
        found = [(self._index[g], a, b) for g, a, b in grams(text, self.longest) if g in self._index]
        times = Counter(i for i, _, _ in found)
        for i, a, b in found:
            yield i, row[i] / times[i], a, b
