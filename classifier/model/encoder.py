"""Sentence vectors by all-MiniLM-L6-v2, int8, run by ONNX Runtime on the processor.

The encoder's folder holds `encoder.onnx`, `vocab.txt` and a manifest, checked like any other model
(`scripts/build_encoder.py` makes them). Vectors have 384 dimensions and length one. Processors with and without VNNI
differ by about 0.01 in a component.
"""

from __future__ import annotations

from collections import OrderedDict
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from classifier.model.store import Model
from classifier.model.wordpiece import WordPiece

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    import numpy as np

WIDTH = 384
MAX_TOKENS = 256
"""The length the encoder was trained for; a longer text is cut (the first 200 words or so say what a letter wants)."""
BATCH_TOKENS = 4096
"""Tokens in one call of the runtime: enough to fill its matrix units, small enough to stay in cache."""
REMEMBERED = 20_000
"""Vectors kept, so that a text which comes again is encoded once (30 MB)."""


class Vectors(Protocol):
    """What training needs of an encoder: the vectors of texts, and which voices it was not taught on."""

    @property
    def version(self) -> str:
        """The encoder's version."""
        ...

    @property
    def unseen_voices(self) -> tuple[str, ...]:
        """The voices of the corpus that were kept from the encoder while it was taught."""
        ...

    def encode(self, texts: Sequence[str]) -> np.ndarray:
        """A vector for each text."""
        ...


class Encoded(NamedTuple):
    """A text's vector; its tokens' shares (tokens x 384, they sum to the vector); and their places in the text."""

    vector: np.ndarray
    shares: np.ndarray | None
    places: list[tuple[int, int]]


class Encoder:
    """Turns texts into vectors; safe to keep for a whole run, not to share between threads."""

    def __init__(self, folder: Path, *, threads: int = 1) -> None:
        self._model = Model.open(folder)
        self._threads = threads
        self._session: Any = None
        self._tokens: WordPiece | None = None
        self._known: OrderedDict[str, np.ndarray] = OrderedDict()

    @property
    def version(self) -> str:
        """The version in the encoder's manifest."""
        return self._model.version

    @property
    def unseen_voices(self) -> tuple[str, ...]:
        """The voices of the corpus that were kept from the encoder while it was taught; empty where it never was."""
        return tuple(self._model.manifest.get("unseen_voices", ()))

    def _open(self) -> tuple[Any, WordPiece]:
        if self._session is None or self._tokens is None:
            import onnxruntime

            options = onnxruntime.SessionOptions()
            options.intra_op_num_threads = self._threads
            options.inter_op_num_threads = 1
            options.log_severity_level = 3
            self._session = onnxruntime.InferenceSession(
                str(self._model.path("encoder.onnx")), options, providers=["CPUExecutionProvider"]
            )
            self._tokens = WordPiece(self._model.path("vocab.txt"))
        return self._session, self._tokens

    def encode(self, texts: Sequence[str]) -> np.ndarray:
        """Vectors of `texts`, float32, one row each. An empty text has a vector too (that of no words)."""
        import numpy as np

        fresh = [t for t in dict.fromkeys(texts) if t not in self._known]
        for text, encoded in zip(fresh, self._run(fresh, shares=False), strict=True):
            self._known[text] = encoded.vector
        out = np.stack([self._known[t] for t in texts]) if texts else np.zeros((0, WIDTH), dtype=np.float32)
        while len(self._known) > REMEMBERED:
            self._known.popitem(last=False)
        return out

    def explain(self, texts: Sequence[str]) -> list[Encoded]:
        """The vectors of `texts` with what each word gives to them; nothing is remembered."""
        return self._run(list(texts), shares=True)

    def _run(self, texts: list[str], *, shares: bool) -> list[Encoded]:
        import numpy as np

        session, wordpiece = self._open()
        tokens = [wordpiece.tokens(text, MAX_TOKENS) for text in texts]
        out: list[Encoded | None] = [None] * len(texts)
        # Texts of like length share a batch: padding costs as much as words do.
        order = sorted(range(len(texts)), key=lambda i: len(tokens[i][0]))
        start = 0
        while start < len(order):
            end = start
            while end < len(order) and len(tokens[order[end]][0]) * (end - start + 1) <= BATCH_TOKENS:
                end += 1
            rows = order[start:end]
            width = len(tokens[rows[-1]][0])
            batch = np.full((len(rows), width), wordpiece.pad, dtype=np.int64)
            mask = np.zeros((len(rows), width), dtype=np.int64)
            for r, i in enumerate(rows):
                batch[r, : len(tokens[i][0])] = tokens[i][0]
                mask[r, : len(tokens[i][0])] = 1
            names = ["embedding", "shares"] if shares else ["embedding"]
            vectors, *rest = session.run(names, {"input_ids": batch, "attention_mask": mask})
            for r, i in enumerate(rows):
                ids, places = tokens[i]
                out[i] = Encoded(vectors[r], rest[0][r, : len(ids)] if shares else None, places)
            start = end
        return [e for e in out if e is not None]
