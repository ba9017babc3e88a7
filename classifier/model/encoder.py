"""Sentence vectors by all-MiniLM-L6-v2, int8, run by ONNX Runtime on the processor.

The encoder's folder holds `encoder.onnx`, `vocab.txt` and a manifest, checked like any other model
(`scripts/build_encoder.py` makes them). Vectors have 384 dimensions and length one. Processors with and without VNNI
differ by about 0.01 in a component.

Texts go through the network one at a time. Its eight-bit steps are chosen for all that one call holds, so in a batch a
text's vector would hang on its neighbours (by 0.01 of its cosine), and with it what a letter's record says on who else
wrote that day. Alone, a text has one vector, no padding is worked on, and it takes no longer: a short question fills
the processor's matrix units already (`docs/performance.md`).
"""

from __future__ import annotations

from collections import OrderedDict
from concurrent.futures import ThreadPoolExecutor
from hashlib import blake2b
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol, TypeVar

from classifier.model.readout import Readouts
from classifier.model.store import Model
from classifier.model.wordpiece import WordPiece

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    import numpy as np

    from classifier.model.readout import Name, Taught

_T = TypeVar("_T")

WIDTH = 384
MAX_TOKENS = 256
"""The length the encoder was trained for; a longer text is cut (the first 200 words or so say what a letter wants)."""
REMEMBERED = 8_000
"""Vectors kept, so that a text which comes again is encoded once (some 20 MB)."""
EXPLAINED = 8_000
"""Tokens whose shares are kept, for the same reason (20 MB): the questions of the last hundred letters or so."""


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

    def encode(self, texts: Sequence[str], readout: Name | None = None) -> np.ndarray:
        """A vector for each text, with the features of `readout` behind it where one is named."""
        ...

    def width(self, readout: Name | None = None) -> int:
        """The width of such a vector."""
        ...

    def taught(self, part: str) -> Taught | None:
        """The reading of a part (topics, grounds, rules) that was learnt with the readouts, if one was."""
        ...


class Encoded(NamedTuple):
    """A text's vector; its tokens' shares of it; and their places in the text.

    The shares (tokens x width) sum to the first 384 columns of the vector. In those of a readout's features stands
    what the text would lack without the token.
    """

    vector: np.ndarray
    shares: np.ndarray
    places: list[tuple[int, int]]


class Encoder:
    """Turns texts into vectors; safe to keep for a whole run, not to share between threads.

    `threads` texts are worked on at a time; their number changes nothing in the vectors.
    """

    def __init__(self, folder: Path, *, threads: int = 1) -> None:
        self._model = Model.open(folder)
        self._threads = threads
        self._readouts: Readouts | None = None
        self._session: Any = None
        self._tokens: WordPiece | None = None
        self._pool: ThreadPoolExecutor | None = None
        self._known: OrderedDict[bytes, np.ndarray] = OrderedDict()
        self._explained: OrderedDict[bytes, Encoded] = OrderedDict()
        self._explained_tokens = 0

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
            options.intra_op_num_threads = 1
            options.inter_op_num_threads = 1
            options.log_severity_level = 3
            # Working space is given back after each text: kept for the longest, it was 200 MB for nothing.
            options.enable_cpu_mem_arena = False
            options.enable_mem_pattern = False
            self._session = onnxruntime.InferenceSession(
                str(self._model.path("encoder.onnx")), options, providers=["CPUExecutionProvider"]
            )
            self._tokens = WordPiece(self._model.path("vocab.txt"))
        return self._session, self._tokens

    @property
    def _read(self) -> Readouts:
        if self._readouts is None:
            self._readouts = Readouts.load(self._model)
        return self._readouts

    def width(self, readout: Name | None = None) -> int:
        """The width of vectors: 384, and the readout's features behind them."""
        return WIDTH + (self._read.of[readout].width if readout else 0)

    def taught(self, part: str) -> Taught | None:
        """The reading of a part that was learnt with the readouts, if one was."""
        return self._read.taught.get(part)

    def encode(self, texts: Sequence[str], readout: Name | None = None) -> np.ndarray:
        """Vectors of `texts`, float32, one row each, with the features of `readout` behind them where one is named.

        An empty text has a vector too (that of no words).
        """
        import numpy as np

        keys = [_digest(text, readout) for text in texts]
        fresh = {key: text for key, text in zip(keys, texts, strict=True) if key not in self._known}
        for key, vector in zip(fresh, self._run(list(fresh.values()), self._vector(readout)), strict=True):
            self._known[key] = vector
        out = np.stack([self._known[key] for key in keys]) if keys else np.zeros((0, self.width(readout)), np.float32)
        while len(self._known) > REMEMBERED:
            self._known.popitem(last=False)
        return out

    def explain(self, texts: Sequence[str], readout: Name) -> list[Encoded]:
        """The vectors of `texts` as `encode` gives them with `readout`, and what each word gives to them."""
        keys = [_digest(text, readout) for text in texts]
        fresh = {key: text for key, text in zip(keys, texts, strict=True) if key not in self._explained}
        for key, encoded in zip(fresh, self._run(list(fresh.values()), self._explanation(readout)), strict=True):
            self._explained[key] = encoded
            self._explained_tokens += len(encoded.places)
        out = [self._explained[key] for key in keys]
        while self._explained_tokens > EXPLAINED:
            _, gone = self._explained.popitem(last=False)
            self._explained_tokens -= len(gone.places)
        return out

    def shares(self, texts: Sequence[str]) -> list[np.ndarray]:
        """For each text its tokens' shares of its plain vector, tokens x 384: what readouts are taught on. Not kept."""
        return self._run(list(texts), lambda text: self._network(text, "shares")[1])

    def _vector(self, readout: Name | None) -> Callable[[str], np.ndarray]:
        import numpy as np

        if readout is None:
            return lambda text: self._network(text)[0]
        of = self._read.of[readout]

        def both(text: str) -> np.ndarray:
            vector, shares, _ = self._network(text, "shares")
            return np.concatenate([vector, of.features(shares)])

        return both

    def _explanation(self, readout: Name) -> Callable[[str], Encoded]:
        import numpy as np

        of = self._read.of[readout]

        def explained(text: str) -> Encoded:
            vector, shares, places = self._network(text, "shares")
            features = of.features(shares)
            parts = np.hstack([shares, features - of.without_each(shares)])
            return Encoded(np.concatenate([vector, features]), parts, places)

        return explained

    def _network(self, text: str, *more: str) -> tuple[np.ndarray, np.ndarray, list[tuple[int, int]]]:
        """A text's vector, its tokens' shares of it (nothing unless they are asked for), and the tokens' places."""
        import numpy as np

        session, wordpiece = self._open()
        ids, places = wordpiece.tokens(text, MAX_TOKENS)
        row = np.array([ids], dtype=np.int64)
        vector, *rest = session.run(["embedding", *more], {"input_ids": row, "attention_mask": np.ones_like(row)})
        return vector[0], rest[0][0] if rest else vector[:0], places

    def _run(self, texts: list[str], one: Callable[[str], _T]) -> list[_T]:
        """`one` of each text, some at a time."""
        if not texts:
            return []
        self._open()
        if self._threads < 2 or len(texts) < 2:
            return [one(text) for text in texts]
        if self._pool is None:
            self._pool = ThreadPoolExecutor(self._threads, thread_name_prefix="encoder")
        # The runtime lets Python go on while it works. The longest first, so that no thread waits for one at the end.
        order = sorted(range(len(texts)), key=lambda i: -len(texts[i]))
        done = dict(zip(order, self._pool.map(one, [texts[i] for i in order]), strict=True))
        return [done[i] for i in range(len(texts))]


def _digest(text: str, readout: Name | None) -> bytes:
    return blake2b(f"{readout or ''}\0{text}".encode("utf-8", "surrogatepass"), digest_size=16).digest()
