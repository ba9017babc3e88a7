"""Labels from two linear readings of a text, mixed and calibrated.

One reading is of the encoder's vectors (what is meant), one of word n-grams (what is written); measured on unseen
voices, mixing their scores beats joining their features. Each label has a calibration (Platt 1999) and a threshold
chosen on voices held out from training.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from classifier.model.ngrams import Ngrams, Sparse, side_by_side

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np

    from classifier.model.store import Model, ModelWriter


class Weights(NamedTuple):
    """A linear reading: labels x features, and a bias for each label."""

    matrix: np.ndarray
    bias: np.ndarray


class Blend:
    """A trained set of labels. `score` gives calibrated probabilities, `thresholds` say from where one is suggested."""

    def __init__(
        self,
        labels: Sequence[str],
        dense: Weights,
        sparse: Weights,
        vocabularies: Sequence[Ngrams],
        *,
        mix: float,
        slope: np.ndarray,
        offset: np.ndarray,
        thresholds: np.ndarray,
        exclusive: bool = False,
    ) -> None:
        self.labels = list(labels)
        self.dense = dense
        self.sparse = sparse
        self.vocabularies = list(vocabularies)
        self.mix = mix
        self.slope = slope
        self.offset = offset
        self.thresholds = thresholds
        self.exclusive = exclusive

    def features(self, views: Sequence[Sequence[str]]) -> Sparse:
        """The sparse features: for each text one view a vocabulary (its own words, its letter's, …)."""
        return side_by_side([v.matrix([view[i] for view in views]) for i, v in enumerate(self.vocabularies)])

    def margins(self, vectors: np.ndarray, sparse: Sparse) -> np.ndarray:
        """The mixed scores before calibration, rows x labels."""
        meant = vectors @ self.dense.matrix.T + self.dense.bias
        written = sparse @ self.sparse.matrix.T + self.sparse.bias
        return self.mix * meant + (1 - self.mix) * written

    def score(self, vectors: np.ndarray, sparse: Sparse) -> np.ndarray:
        """Calibrated probabilities, rows x labels; they sum to one where the labels exclude one another."""
        return self.calibrate(self.margins(vectors, sparse))

    def calibrate(self, margins: np.ndarray) -> np.ndarray:
        """Probabilities from mixed scores."""
        import numpy as np

        z = margins * self.slope + self.offset
        if self.exclusive:
            z = np.exp(z - z.max(axis=1, keepdims=True))
            return z / z.sum(axis=1, keepdims=True)
        return 1 / (1 + np.exp(-np.clip(z, -30, 30)))

    def words(
        self, label: int, text: str, view: int, shares: np.ndarray, places: Sequence[tuple[int, int]], block: int
    ) -> list[tuple[int, int, float]]:
        """What each word of `text` gave to a label's score: (start, end, weight), exact for both readings.

        To a readout's features it gave what they would lack without it (`Encoded`).

        `view` is the text's place among the sparse views, `shares` its tokens' parts of the vector and `block` the
        first column that this vector has in the dense features.
        """
        first = sum(len(v.vocabulary) for v in self.vocabularies[:view])
        slope = float(self.slope[label] if self.slope.ndim else self.slope)
        width = shares.shape[1]
        meant = shares @ self.dense.matrix[label, block : block + width]
        out = [(a, b, slope * self.mix * float(s)) for (a, b), s in zip(places, meant, strict=True) if b > a]
        for column, weight, a, b in self.vocabularies[view].places(text):
            out.append((a, b, slope * (1 - self.mix) * weight * float(self.sparse.matrix[label, first + column])))
        return out

    def save(self, writer: ModelWriter, name: str) -> None:
        """Write the labels as `name`.npz and `name`.json."""
        import numpy as np

        writer.arrays(
            name,
            {
                "dense": self.dense.matrix.astype(np.float32),
                "dense_bias": self.dense.bias.astype(np.float32),
                "sparse": self.sparse.matrix.astype(np.float16),
                "sparse_bias": self.sparse.bias.astype(np.float32),
                "slope": self.slope.astype(np.float32),
                "offset": self.offset.astype(np.float32),
                "thresholds": self.thresholds.astype(np.float32),
                **{f"idf{i}": v.idf.astype(np.float32) for i, v in enumerate(self.vocabularies)},
            },
        )
        writer.table(
            name,
            {
                "labels": self.labels,
                "mix": self.mix,
                "exclusive": self.exclusive,
                "vocabularies": [{"longest": v.longest, "grams": v.vocabulary} for v in self.vocabularies],
            },
        )

    @classmethod
    def load(cls, model: Model, name: str) -> Blend:
        """The labels that `save` wrote. Raises ModelError where the model has none of that name."""
        import numpy as np

        arrays, table = model.arrays(name), model.table(name)
        return cls(
            table["labels"],
            Weights(arrays["dense"], arrays["dense_bias"]),
            # In columns: a text's few n-grams each bring a stretch of memory with the weights of all labels.
            Weights(np.asfortranarray(arrays["sparse"].astype(np.float32)), arrays["sparse_bias"]),
            [Ngrams.shared(v["grams"], arrays[f"idf{i}"], v["longest"]) for i, v in enumerate(table["vocabularies"])],
            mix=table["mix"],
            slope=arrays["slope"],
            offset=arrays["offset"],
            thresholds=arrays["thresholds"],
            exclusive=table["exclusive"],
        )
