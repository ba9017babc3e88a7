"""Encoder vectors kept in a file between trainings: encoding the corpus takes minutes, reading it back takes none.

The file is named by the encoder's version and holds, for each text, a digest of it and its vector. It may be deleted at
any time. What is kept after a training is what that training used: the vectors of a letter that was forgotten go with
the retraining that the forgetting asks for.
"""

from __future__ import annotations

import os
import tempfile
import zipfile
from contextlib import suppress
from hashlib import blake2b
from pathlib import Path
from typing import TYPE_CHECKING, Self

import numpy as np

from classifier.model.encoder import WIDTH

if TYPE_CHECKING:
    from collections.abc import Sequence

    from classifier.model.encoder import Vectors

_DIGEST = 16


class KeptVectors:
    """An encoder that remembers, in place of `Encoder` wherever vectors alone are wanted; a context manager.

    `folder` is made where it isn't there. Leaving the block without an error writes the file, whole or not at all.
    """

    def __init__(self, encoder: Vectors, folder: Path) -> None:
        self._encoder = encoder
        self._path = folder / f"vectors-{encoder.version}.npz"
        self._known = _read(self._path)
        self._used: dict[bytes, np.ndarray] = {}
        self.encoded = 0
        """Texts that were not in the file."""

    @property
    def version(self) -> str:
        """The encoder's version."""
        return self._encoder.version

    @property
    def unseen_voices(self) -> tuple[str, ...]:
        """The voices that the encoder was not taught on."""
        return self._encoder.unseen_voices

    def encode(self, texts: Sequence[str]) -> np.ndarray:
        """Vectors of `texts`, float32, one row each: the encoder's own."""
        keys = [_digest(text) for text in texts]
        fresh = {key: text for key, text in zip(keys, texts, strict=True) if key not in self._used}
        wanted = {key: text for key, text in fresh.items() if key not in self._known}
        # Some hundred at a time: the encoder holds every text of a call in memory.
        pending = list(wanted.items())
        for start in range(0, len(pending), 512):
            part = pending[start : start + 512]
            vectors = self._encoder.encode([text for _, text in part])
            self._known.update((key, vector) for (key, _), vector in zip(part, vectors, strict=True))
        self.encoded += len(wanted)
        self._used.update((key, self._known[key]) for key in fresh)
        return np.stack([self._used[key] for key in keys]) if keys else np.zeros((0, WIDTH), dtype=np.float32)

    def write(self) -> None:
        """Put what was used in this training into the file, and nothing else. A disk that is full or may only be read
        costs speed, no more."""
        if not self.encoded and len(self._used) == len(self._known):
            return
        keys = sorted(self._used)
        temporary = None
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            # Vectors tell something of the letters: the file is its owner's alone, as `mkstemp` makes it.
            handle, name = tempfile.mkstemp(prefix=f".{self._path.stem}-", suffix=".npz", dir=self._path.parent)
            temporary = Path(name)
            with os.fdopen(handle, "wb") as file:
                vectors = np.stack([self._used[key] for key in keys]) if keys else np.zeros((0, WIDTH))
                digests = np.frombuffer(b"".join(keys), dtype=np.uint8).reshape(-1, _DIGEST)
                np.savez(file, keys=digests, vectors=vectors.astype(np.float32))
            temporary.replace(self._path)
        except OSError:
            for path in (temporary, self._path):
                if path is not None:
                    # What it held may since have been forgotten: rather no file than an old one.
                    with suppress(OSError):
                        path.unlink()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if kind is None:
            self.write()


def _digest(text: str) -> bytes:
    return blake2b(text.encode("utf-8", "surrogatepass"), digest_size=_DIGEST).digest()


def _read(path: Path) -> dict[bytes, np.ndarray]:
    """What the file holds; nothing where there is none, or where it is damaged or of another form."""
    try:
        with np.load(path, allow_pickle=False) as archive:
            keys, vectors = archive["keys"], archive["vectors"]
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile):
        return {}
    sound = keys.dtype == np.uint8 and keys.shape[1:] == (_DIGEST,) and vectors.shape == (len(keys), WIDTH)
    if not sound or vectors.dtype != np.float32 or not np.isfinite(vectors).all():
        return {}
    return {key.tobytes(): vector for key, vector in zip(keys, vectors, strict=True)}
