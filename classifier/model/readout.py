"""What single words of a text say, beside the mean of them all that the encoder's vector is.

In that mean one word of sixty counts a sixtieth, and a request often turns on one ("reasons", "by officer's name"). A
readout puts a few learnt questions to each token's vector, keeps what the tokens that answer best hold (attention, as
Bahdanau, Cho and Bengio 2015 have it, with several heads), and makes of that and the mean some features that stand
beside the vector in the linear readings (`model.blend`). `scripts/teach_readouts.py` teaches one for questions and one
for letters; the encoder itself stays as it came.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple, get_args

if TYPE_CHECKING:
    import numpy as np

    from classifier.model.store import Model, ModelWriter

Name = Literal["question", "letter"]
NAMES: tuple[Name, ...] = get_args(Name)
FILE = "readouts"

SHARP = 8.0
"""What scores are multiplied by before the softmax, and the mean before it is joined: a token's vector has length one
or so, its components are small."""

_NOTHING, _NEARLY_NOTHING = 1e-300, 1e-6
"""Where this is all that a head looks at beside one token, it is looked at anew."""


class Readout(NamedTuple):
    """The weights, all float32: `heads` questions to a token (heads x width), `take` what is kept of one (kept x width,
    with a bias), `join` the features made of it all (features x (heads * kept + width), with a bias)."""

    heads: np.ndarray
    take: np.ndarray
    take_bias: np.ndarray
    join: np.ndarray
    join_bias: np.ndarray

    @property
    def width(self) -> int:
        """How many features it gives."""
        return len(self.join)

    def features(self, shares: np.ndarray) -> np.ndarray:
        """The features of a text, from its tokens' shares of its vector (tokens x width)."""
        tokens = shares * len(shares)
        weight = self._weight(tokens)
        seen = (weight / weight.sum(axis=0)).T @ self._taken(tokens)
        return self._joined(seen.reshape(1, -1), tokens.mean(axis=0, keepdims=True))[0]

    def without_each(self, shares: np.ndarray) -> np.ndarray:
        """The features of a text without its first token, without its second, …: tokens x features."""
        import numpy as np

        n = len(shares)
        if n < 2:
            return np.zeros((n, self.width), dtype=np.float32)
        tokens = shares * n
        # In doubles: what a head gave to one token is taken off the sum of all, and may be nearly all of it.
        taken, weight = self._taken(tokens).astype(np.float64), self._weight(tokens).astype(np.float64)
        rest = weight.sum(axis=0) - weight
        seen = ((weight.T @ taken) - weight[:, :, None] * taken[:, None, :]) / np.maximum(rest, _NOTHING)[:, :, None]
        for i, head in zip(*np.nonzero(rest < _NEARLY_NOTHING), strict=True):
            others = np.delete(np.arange(n), i)
            alone = self._weight(tokens[others])[:, head]
            seen[i, head] = alone @ taken[others] / alone.sum()
        means = (tokens.sum(axis=0) - tokens) / (n - 1)
        return self._joined(seen.reshape(n, -1).astype(np.float32), means)

    def _weight(self, tokens: np.ndarray) -> np.ndarray:
        """How much each head looks at each token, tokens x heads; the most is one."""
        import numpy as np

        scores = SHARP * (tokens @ self.heads.T)
        return np.exp(scores - scores.max(axis=0))

    def _taken(self, tokens: np.ndarray) -> np.ndarray:
        import numpy as np

        return np.maximum(tokens @ self.take.T + self.take_bias, 0)

    def _joined(self, seen: np.ndarray, means: np.ndarray) -> np.ndarray:
        import numpy as np

        split = seen.shape[1]
        joined = seen @ self.join[:, :split].T + (SHARP * means) @ self.join[:, split:].T + self.join_bias
        return np.maximum(joined, 0)


class Taught(NamedTuple):
    """A linear reading that was learnt together with the readouts: labels, a row of weights a label, and biases."""

    labels: list[str]
    matrix: np.ndarray
    bias: np.ndarray


class Readouts(NamedTuple):
    """The readouts by name, and by part (topics, grounds, rules) what was taught with them: the part's reading of a
    question's vector and its readout's features, and of its letter's, side by side."""

    of: dict[Name, Readout]
    taught: dict[str, Taught]

    @classmethod
    def load(cls, model: Model) -> Readouts:
        """What `save` wrote. Raises ModelError where the model has none."""
        arrays, labels = model.arrays(FILE), model.table(FILE)
        full = {k: v.astype("float32") for k, v in arrays.items()}
        return cls(
            {n: Readout(*(full[f"{n}.{part}"] for part in Readout._fields)) for n in NAMES},
            {part: Taught(list(said), full[f"{part}.matrix"], full[f"{part}.bias"]) for part, said in labels.items()},
        )

    def save(self, writer: ModelWriter) -> None:
        """Write as `readouts.npz` and `readouts.json`, in half the precision: finer than what was learnt."""
        import numpy as np

        arrays = {f"{n}.{part}": array for n, of in self.of.items() for part, array in of._asdict().items()}
        for part, one in self.taught.items():
            arrays |= {f"{part}.matrix": one.matrix, f"{part}.bias": one.bias}
        writer.arrays(FILE, {name: array.astype(np.float16) for name, array in arrays.items()})
        writer.table(FILE, {part: one.labels for part, one in self.taught.items()})
