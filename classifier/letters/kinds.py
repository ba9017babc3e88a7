"""The kind of a message: by rule where headers and fixed forms decide, else by the trained model."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from classifier.letters.features import FEATURE_NAMES, kind_features
from classifier.letters.opening import opening
from classifier.letters.rules import kind_by_rule
from classifier.model.blend import Blend
from classifier.records import Kind, Letter

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np

    from classifier.model.encoder import Encoder
    from classifier.model.readout import Name
    from classifier.model.store import Model

CUE_SCALE = 0.3
"""Cues are about 1 where a vector's components are about 0.05: this keeps them from drowning the meaning."""
ALSO, RIVAL = 0.2, 0.5
"""From this probability on, or from this share of the first one's, a second kind stands beside the first: where none is
likely, a request must not lose its questions to a guess."""

OFFICIAL = {"response", "acknowledgement", "regulator", "other_force", "internal", "cru_circulation"}
"""What an authority sends. From an address that shows none it has to be likelier than not (`EVEN`)."""
EVEN = 0.5
GUESS = 0.35
"""Where no kind is likelier than this and a new request stands beside the first, it goes first: it starts the clock of
FOIA 2000 s10, and a clock that nobody started costs more than a letter read as a request. A crime that may be under way
stays first: it costs most of all."""


KIND_READOUTS: tuple[Name | None, ...] = ("letter", None)
"""The readouts that stand beside the vectors of a letter's opening and of its subject."""


def kind_view(subject: str, blind: str) -> tuple[str, str]:
    """What the model reads of a letter: its subject with its opening, and its subject alone."""
    return opening(subject, blind), subject


def cue_matrix(letters: Sequence[Letter]) -> np.ndarray:
    """The cheap cues of letters as features beside their vectors, letters x cues."""
    import numpy as np

    rows = [kind_features(letter) for letter in letters]
    return CUE_SCALE * np.array([[row.get(name, 0.0) for name in FEATURE_NAMES] for row in rows], dtype=np.float32)


class KindAndDanger(NamedTuple):
    """A letter's kind, and the probability (0 to 1) that it tells of present danger."""

    kind: Kind
    danger: float


class Weighed(NamedTuple):
    """A text as a model read it, and the part of its words in a score: (start, end, weight)."""

    text: str
    weights: list[tuple[int, int, float]]


class KindClassifier:
    """Decides the kinds of a batch of letters with one pass of the encoder."""

    def __init__(self, model: Model, encoder: Encoder) -> None:
        self._blend = Blend.load(model, "kinds")
        self._urgent = Blend.load(model, "urgent")
        self._encoder = encoder

    def decide(self, letters: Sequence[Letter]) -> list[KindAndDanger]:
        """A kind and a danger score for each letter, in order."""
        import numpy as np

        if not letters:
            return []
        seen = [kind_view(x.message.subject, x.blind) for x in letters]
        meant = [self._encoder.encode([v[k] for v in seen], of) for k, of in enumerate(KIND_READOUTS)]
        vectors = np.hstack([*meant, cue_matrix(letters)])
        scores = self._blend.score(vectors, self._blend.features(seen))
        danger = self._urgent.score(vectors, self._urgent.features(seen))
        return [
            KindAndDanger(kind_by_rule(letter) or self.choose(scores[i], letter.sender_class), float(danger[i, 0]))
            for i, letter in enumerate(letters)
        ]

    def danger_words(self, letter: Letter) -> Weighed:
        """What each word of a letter gave to its danger score. Encodes the letter anew: ask only of those flagged."""
        seen, _ = kind_view(letter.message.subject, letter.blind)
        (encoded,) = self._encoder.explain([seen], "letter")
        return Weighed(seen, self._urgent.words(0, seen, 0, encoded.shares, encoded.places, block=0))

    def choose(self, scores: np.ndarray, sender: str) -> Kind:
        """The kind of a letter from its probabilities (one a label) and the class of its sender."""
        labels = self._blend.labels
        order = sorted(range(len(scores)), key=lambda i: -float(scores[i]))
        if sender == "public" and labels[order[0]] in OFFICIAL and scores[order[0]] < EVEN:
            # A guess, and an unlikely one: the likeliest thing that a member of the public sends goes before it.
            order.insert(0, order.pop(next(k for k, i in enumerate(order) if labels[i] not in OFFICIAL)))
        new = labels.index("new_request")
        if scores[order[0]] < GUESS and labels[order[0]] != "crime_report" and new in _near(scores, order):
            order.remove(new)
            order.insert(0, new)
        also = [labels[i] for i in _near(scores, order)]
        return Kind(label=labels[order[0]], score=round(float(scores[order[0]]), 4), also=tuple(also))  # pyright: ignore[reportArgumentType]


def _near(scores: np.ndarray, order: Sequence[int]) -> list[int]:
    """Of the next two kinds those that stand beside the first."""
    return [i for i in order[1:3] if scores[i] >= min(ALSO, RIVAL * scores[order[0]])]
