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
from functools import lru_cache
from hashlib import blake2b
from typing import TYPE_CHECKING, NamedTuple
from weakref import WeakValueDictionary

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import numpy as np
    from numpy.typing import DTypeLike

_WORD = re.compile(r"[^\W_]+(?:['’][^\W\d_]+)?")
_DIGIT = re.compile(r"\d")


def words(text: str) -> list[tuple[str, int, int]]:
    """The words of `text` as features see them, each with its place."""
    out: list[tuple[str, int, int]] = []
    for m in _WORD.finditer(text):
        word = m[0].lower()
        if not word.isalpha():
            word = _DIGIT.sub("0", word).replace("’", "'")
        out.append((word, m.start(), m.end()))
    return out


def grams(text: str, longest: int) -> Iterator[tuple[str, int, int]]:
    """All n-grams of one to `longest` words, each with its place."""
    found = words(text)
    yield from found
    for n in range(2, longest + 1):
        for i in range(len(found) - n + 1):
            span = found[i : i + n]
            yield " ".join(w for w, _, _ in span), span[0][1], span[-1][2]


class Sparse(NamedTuple):
    """Rows that are nearly all zeros: their other columns and what stands there, a row from one of `ends` to the next.

    What a run needs of a sparse matrix, without importing SciPy for it.
    """

    data: np.ndarray
    columns: np.ndarray
    ends: Sequence[int]
    width: int

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns."""
        return len(self.ends) - 1, self.width

    def __matmul__(self, other: np.ndarray) -> np.ndarray:
        """The product with a dense matrix, `width` x labels."""
        import numpy as np

        out = np.zeros((len(self.ends) - 1, other.shape[1]), dtype=np.float32)
        for i, (a, b) in enumerate(zip(self.ends, self.ends[1:], strict=False)):
            out[i] = self.data[a:b] @ other[self.columns[a:b]]
        return out

    def toarray(self) -> np.ndarray:
        """The rows with their zeros."""
        import numpy as np

        out = np.zeros(self.shape, dtype=np.float32)
        for i, (a, b) in enumerate(zip(self.ends, self.ends[1:], strict=False)):
            out[i, self.columns[a:b]] = self.data[a:b]
        return out


def side_by_side(parts: Sequence[Sparse]) -> Sparse:
    """The rows of `parts`, which have as many each, one after the other in width."""
    import numpy as np

    data: list[np.ndarray] = []
    columns: list[np.ndarray] = []
    ends = [0]
    for i in range(len(parts[0].ends) - 1):
        first = size = 0
        for part in parts:
            a, b = part.ends[i], part.ends[i + 1]
            data.append(part.data[a:b])
            columns.append(part.columns[a:b] + first)
            first += part.width
            size += b - a
        ends.append(ends[-1] + size)
    return Sparse(_joined(data, np.float32), _joined(columns, np.int64), ends, sum(p.width for p in parts))


def _joined(parts: list[np.ndarray], kind: DTypeLike) -> np.ndarray:
    import numpy as np

    return np.concatenate(parts) if parts else np.zeros(0, dtype=kind)


class _Reading(NamedTuple):
    """A text in a vocabulary: the n-grams that are known, each with its place, and their weights by column."""

    found: list[tuple[int, int, int]]
    row: dict[int, float]


class Ngrams:
    """A fixed vocabulary with its inverse document frequencies."""

    def __init__(self, vocabulary: Sequence[str], idf: np.ndarray, longest: int) -> None:
        self.vocabulary = list(vocabulary)
        self.idf = idf
        self.longest = longest
        self._index = {gram: i for i, gram in enumerate(vocabulary)}
        # Every set of labels reads the same texts, and each suggested label once more for its reason.
        self._read = lru_cache(maxsize=_TEXTS)(self._reading)

    @classmethod
    def shared(cls, vocabulary: Sequence[str], idf: np.ndarray, longest: int) -> Ngrams:
        """The one object for a vocabulary: sets of labels that were trained together have the same, and read each text
        once between them."""
        said = blake2b("\0".join(vocabulary).encode("utf-8", "surrogatepass"), digest_size=16)
        said.update(idf.tobytes() + bytes([longest]))
        if (known := _SHARED.get(said.digest())) is None:
            known = _SHARED[said.digest()] = cls(vocabulary, idf, longest)
        return known

    def _reading(self, text: str) -> _Reading:
        index = self._index.get
        found = [(i, a, b) for g, a, b in grams(text, self.longest) if (i := index(g)) is not None]
        tf = Counter(i for i, _, _ in found)
        raw = {i: (1 + math.log(c)) * float(self.idf[i]) for i, c in tf.items()}
        size = math.sqrt(sum(v * v for v in raw.values())) or 1.0
        return _Reading(found, {i: v / size for i, v in raw.items()})

    def row(self, text: str) -> dict[int, float]:
        """The weights of one text by column; not to be changed."""
        return self._read(text).row

    def matrix(self, texts: Sequence[str]) -> Sparse:
        """A row a text, columns sorted."""
        import numpy as np

        data: list[float] = []
        columns: list[int] = []
        ends = [0]
        for text in texts:
            for i, weight in sorted(self.row(text).items()):
                columns.append(i)
                data.append(weight)
            ends.append(len(columns))
        return Sparse(
            np.array(data, dtype=np.float32), np.array(columns, dtype=np.int64), ends, len(self.vocabulary)
        )  # fmt: skip

    def places(self, text: str) -> Iterator[tuple[int, float, int, int]]:
        """Each known n-gram's column, its share of the text's weight, and its place: what explanations are made of."""
        found, row = self._read(text)
        times = Counter(i for i, _, _ in found)
        for i, a, b in found:
            yield i, row[i] / times[i], a, b


_TEXTS = 256
"""Texts whose reading is kept, those of a batch of letters: about 4 MB."""
_SHARED: WeakValueDictionary[bytes, Ngrams] = WeakValueDictionary()
