"""From what a careful reader expects to what forces decide: grounds are scored as likely outcomes."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from classifier.tagging.sums import log_odds

if TYPE_CHECKING:
    import numpy as np

    from classifier.model.store import Model, ModelWriter


class Decided(NamedTuple):
    """An offset a ground on its log-odds, and from where it is suggested.

    The letters of the corpus are about other subjects than a force's mail, so a ground's odds are moved by as much as
    its share of real answers (`taxonomy.Ground.answered`) differs from its share there.
    """

    offset: np.ndarray
    thresholds: np.ndarray

    def score(self, expected: np.ndarray) -> np.ndarray:
        """Probabilities that a force cites each ground, of those that a reader expects it (rows x grounds)."""
        import numpy as np

        return 1 / (1 + np.exp(-(log_odds(expected) + self.offset)))

    def save(self, writer: ModelWriter, name: str) -> None:
        """Write as the arrays `decided_NAME`."""
        writer.arrays(f"decided_{name}", {k: v.astype("float32") for k, v in self._asdict().items()})

    @classmethod
    def load(cls, model: Model, name: str) -> Decided:
        """What `save` wrote. Raises ModelError where the model has none."""
        return cls(**model.arrays(f"decided_{name}"))
